import { refuseInput, requireFound, requireUnarchived } from '../domain/catalog-input';
import { readDeclaration, siblingProblems, type DimensionDeclaration, type DimensionDeclarationInput } from '../domain/dimension-declaration';
import type { Problem } from '../domain/errors';
import type { Feature } from '../domain/feature';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { findDeclarations, putDeclaration } from '../store/dimension-declarations';
import { findFeature } from '../store/features';
import type { Context } from './context';

export interface DeclarationSet {
  readonly feature: Feature;
  readonly declaration: DimensionDeclaration;
}

/**
 * Says what a dimension of a feature's events is, in place of what was said before; reports are held to it from the next on.
 * In this order: INPUT_INVALID; FEATURE_NOT_FOUND; ARCHIVED; INPUT_INVALID (names of others, an alias taken back, too many).
 */
export async function setDimensionDeclaration(
  database: Database,
  context: Context,
  input: DimensionDeclarationInput & { readonly featureId: string },
): Promise<DeclarationSet> {
  const problems: Problem[] = [];
  const declaration = readDeclaration(input, problems);
  refuseInput(['INPUT_INVALID', problems]);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const { featureId } = input;
    const feature = requireFound('FEATURE_NOT_FOUND', 'feature', featureId, await findFeature(catalog, context.environmentKey, featureId));
    requireUnarchived(`feature ${featureId}`, feature);
    const others = (await findDeclarations(catalog, [feature.key])).map((one) => one.declaration);
    refuseInput(['INPUT_INVALID', siblingProblems(declaration, others)]);
    await putDeclaration(catalog, feature.key, declaration);
    return { feature, declaration };
  });
}
