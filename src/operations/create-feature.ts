import { refuseNewThing } from '../domain/catalog-input';
import { NO_DIMENSION_RULE, type DimensionRule } from '../domain/dimension-rule';
import { featureProblems, type Feature } from '../domain/feature';
import { meterFrom, type MeterInput } from '../domain/meter';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { insertFeature } from '../store/features';
import type { Context } from './context';
import { refuseOneMeterTooMany } from './refuse-meter';

export interface FeatureCreation extends Partial<DimensionRule> {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly meter?: MeterInput | null;
}

/** Adds a feature. In this order: ID_INVALID, INPUT_INVALID; INPUT_INVALID (too many meters of the event name); ALREADY_EXISTS. */
export async function createFeature(database: Database, context: Context, input: FeatureCreation): Promise<Feature> {
  const { id, name, unit, looseDimensions, rolledUpDimensions } = { ...NO_DIMENSION_RULE, ...input };
  refuseNewThing(id, featureProblems(input));
  const meter = input.meter ? meterFrom(input.meter) : null;
  const feature = { id, name, unit, looseDimensions, rolledUpDimensions, meter, createdAt: context.now };
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    await refuseOneMeterTooMany(catalog, context, id, meter);
    return insertFeature(catalog, context.environmentKey, feature);
  });
}
