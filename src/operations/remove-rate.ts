import { requireFound } from '../domain/catalog-input';
import { DrawdownError } from '../domain/errors';
import type { PlanVersion } from '../domain/plan';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { findFeature } from '../store/features';
import { raiseDraftRevision } from '../store/plan-versions';
import { deleteRate } from '../store/rates';
import type { Context } from './context';
import { loadPlanDraft, type PlanDraftName } from './load-plan-draft';

/**
 * Takes the price of a feature out of a draft.
 * In this order: PLAN_NOT_FOUND; PLAN_VERSION_NOT_FOUND; ARCHIVED; VERSION_PUBLISHED; FEATURE_NOT_FOUND; RATE_NOT_FOUND.
 */
export async function removeRate(database: Database, context: Context, input: PlanDraftName & { readonly featureId: string }): Promise<PlanVersion> {
  const { planId, version, featureId } = input;
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const { draft } = await loadPlanDraft(catalog, context, input);
    const feature = requireFound('FEATURE_NOT_FOUND', 'feature', featureId, await findFeature(catalog, context.environmentKey, featureId));
    if (await deleteRate(catalog, draft.key, feature.key)) return { ...draft, revision: await raiseDraftRevision(catalog, draft.planKey) };
    throw new DrawdownError('RATE_NOT_FOUND', `Version ${version} of plan ${planId} has no rate for feature ${featureId}.`);
  });
}
