import { refuseNewThing } from '../domain/catalog-input';
import { NO_DIMENSION_RULE, type DimensionRule } from '../domain/dimension-rule';
import { featureProblems, type Feature } from '../domain/feature';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { insertFeature } from '../store/features';
import type { Context } from './context';

export interface FeatureCreation extends Partial<DimensionRule> {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
}

/** Adds a feature. In this order: ID_INVALID, INPUT_INVALID; ALREADY_EXISTS. */
export async function createFeature(database: Database, context: Context, input: FeatureCreation): Promise<Feature> {
  const { id, name, unit, looseDimensions, rolledUpDimensions } = { ...NO_DIMENSION_RULE, ...input };
  refuseNewThing(id, featureProblems(input));
  const feature = { id, name, unit, looseDimensions, rolledUpDimensions, createdAt: context.now };
  return changeCatalog(database, context.environmentKey, (catalog) => insertFeature(catalog, context.environmentKey, feature));
}
