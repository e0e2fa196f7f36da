import { requireFound, requireUnarchived, requireUnused } from '../domain/catalog-input';
import type { Feature } from '../domain/feature';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { deleteDeclaration, findDeclarations } from '../store/dimension-declarations';
import { findFeature } from '../store/features';
import type { Context } from './context';

/**
 * Takes back what was said about a dimension, unless it has former names, without which events of before could not be understood.
 * In this order: FEATURE_NOT_FOUND; ARCHIVED; DIMENSION_DECLARATION_NOT_FOUND; IN_USE.
 */
export async function removeDimensionDeclaration(
  database: Database,
  context: Context,
  { featureId, name }: { readonly featureId: string; readonly name: string },
): Promise<Feature> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const feature = requireFound('FEATURE_NOT_FOUND', 'feature', featureId, await findFeature(catalog, context.environmentKey, featureId));
    requireUnarchived(`feature ${featureId}`, feature);
    const found = (await findDeclarations(catalog, [feature.key])).find(({ declaration }) => declaration.name === name) ?? null;
    const { declaration } = requireFound('DIMENSION_DECLARATION_NOT_FOUND', 'declaration of', JSON.stringify(name), found);
    requireUnused(
      `declaration of ${JSON.stringify(name)}`,
      declaration.aliases.map((alias) => `the former name ${JSON.stringify(alias)}`),
    );
    await deleteDeclaration(catalog, feature.key, name);
    return feature;
  });
}
