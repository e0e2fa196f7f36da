import { requireFound, requireUnarchived, requireUnused } from '../domain/catalog-input';
import type { Feature } from '../domain/feature';
import { changeCatalog } from '../store/catalog';
import { customersWithOverrideOf, versionsWithRateOf } from '../store/catalog-users';
import type { Database } from '../store/database';
import { changeFeature, findFeature } from '../store/features';
import type { Context } from './context';

/**
 * Takes a feature out of use, unless a version of a plan that is not over, a draft or an override prices it.
 * In this order: FEATURE_NOT_FOUND; ARCHIVED; IN_USE.
 */
export async function archiveFeature(database: Database, context: Context, id: string): Promise<Feature> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const feature = requireFound('FEATURE_NOT_FOUND', 'feature', id, await findFeature(catalog, context.environmentKey, id));
    requireUnarchived(`feature ${id}`, feature);
    const thing = { featureKey: feature.key };
    const versions = await versionsWithRateOf(catalog, thing, context.now);
    requireUnused(`feature ${id}`, [...versions, ...(await customersWithOverrideOf(catalog, thing, context.now))]);
    return changeFeature(catalog, feature.key, { archivedAt: context.now });
  });
}
