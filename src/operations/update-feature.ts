import { refuseInput, requireFound, requireUnarchived } from '../domain/catalog-input';
import { featureProblems, type Feature, type FeatureChange } from '../domain/feature';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { changeFeature, findFeature } from '../store/features';
import type { Context } from './context';

/** Renames a feature. In this order: INPUT_INVALID; FEATURE_NOT_FOUND; ARCHIVED. */
export async function updateFeature(database: Database, context: Context, input: FeatureChange & { readonly id: string }): Promise<Feature> {
  const { id, name, unit } = input;
  refuseInput(['INPUT_INVALID', featureProblems(input)]);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const feature = requireFound('FEATURE_NOT_FOUND', 'feature', id, await findFeature(catalog, context.environmentKey, id));
    requireUnarchived(`feature ${id}`, feature);
    return changeFeature(catalog, feature.key, { name: name ?? undefined, unit: unit ?? undefined });
  });
}
