import { refuseInput, requireFound, requireUnarchived } from '../domain/catalog-input';
import { disjointProblems } from '../domain/dimension-rule';
import { featureProblems, type Feature, type FeatureChange } from '../domain/feature';
import { meterFrom } from '../domain/meter';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { changeFeature, findFeature } from '../store/features';
import type { Context } from './context';
import { refuseOneMeterTooMany } from './refuse-meter';

/**
 * Changes a feature. In this order: INPUT_INVALID; FEATURE_NOT_FOUND; ARCHIVED; INPUT_INVALID (a dimension would be both loose and rolled up);
 * INPUT_INVALID (too many meters of the event name).
 */
export async function updateFeature(database: Database, context: Context, input: FeatureChange & { readonly id: string }): Promise<Feature> {
  const { id, name, unit } = input;
  refuseInput(['INPUT_INVALID', featureProblems(input)]);
  const meter = input.meter ? meterFrom(input.meter) : input.meter;
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const feature = requireFound('FEATURE_NOT_FOUND', 'feature', id, await findFeature(catalog, context.environmentKey, id));
    requireUnarchived(`feature ${id}`, feature);
    const rule = {
      looseDimensions: input.looseDimensions ?? feature.looseDimensions,
      rolledUpDimensions: input.rolledUpDimensions ?? feature.rolledUpDimensions,
    };
    refuseInput(['INPUT_INVALID', disjointProblems(rule)]);
    await refuseOneMeterTooMany(catalog, context, id, meter);
    return changeFeature(catalog, feature.key, { name: name ?? undefined, unit: unit ?? undefined, meter, ...rule });
  });
}
