import { requireFound, requireUnarchived } from '../domain/catalog-input';
import { DrawdownError } from '../domain/errors';
import { draftOf, type PlanVersion } from '../domain/plan';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { findPlanVersions, insertDraft } from '../store/plan-versions';
import { findPlan } from '../store/plans';
import type { Context } from './context';

/**
 * Begins the next version of a plan with the rates of the latest. A plan has one draft at most.
 * In this order: PLAN_NOT_FOUND; ARCHIVED; DRAFT_EXISTS.
 */
export async function createPlanDraft(database: Database, context: Context, planId: string): Promise<PlanVersion> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlan(catalog, context.environmentKey, planId));
    requireUnarchived(`plan ${planId}`, plan);
    const versions = await findPlanVersions(catalog, [plan.key]);
    const draft = draftOf(versions);
    if (draft) throw new DrawdownError('DRAFT_EXISTS', `Version ${draft.number} of plan ${planId} is still a draft: publish or discard it first.`);
    const latest = versions.at(-1);
    return insertDraft(catalog, plan.key, (latest?.number ?? 0) + 1, context.now, latest?.key ?? null);
  });
}
