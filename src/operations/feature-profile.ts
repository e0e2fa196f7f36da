import type { FeatureProfile } from '../domain/analysis/feature-profile';
import type { Database } from '../store/database';
import type { Context } from './context';
import { formulaScope } from './formula-scopes';
import { requireFeature } from './lookups';

/** What was seen of a feature's events. Refuses: FEATURE_NOT_FOUND. */
export async function featureProfile(database: Database, context: Context, featureId: string): Promise<FeatureProfile> {
  const feature = await requireFeature(database, context, featureId);
  return (await formulaScope(database, context, feature.key)).profile!;
}
