import { requireFound, requireUnarchived } from '../domain/catalog-input';
import { DrawdownError } from '../domain/errors';
import { draftOf, type PlanVersion } from '../domain/plan';
import { lastPublished } from '../domain/publication';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { findPlanVersions, insertDraft } from '../store/plan-versions';
import { findPlan } from '../store/plans';
import { findPublications } from '../store/publications';
import type { Context } from './context';

export interface PlanDraftCreation {
  readonly planId: string;
  /** The number of the version whose rates it begins with; absent: the one published last. */
  readonly fromVersion?: number | null;
}

/**
 * Begins the next version of a plan with the rates of another. A plan has one draft at most.
 * In this order: PLAN_NOT_FOUND; ARCHIVED; DRAFT_EXISTS; PLAN_VERSION_NOT_FOUND.
 */
export async function createPlanDraft(database: Database, context: Context, { planId, fromVersion }: PlanDraftCreation): Promise<PlanVersion> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlan(catalog, context.environmentKey, planId));
    requireUnarchived(`plan ${planId}`, plan);
    const versions = await findPlanVersions(catalog, [plan.key]);
    const draft = draftOf(versions);
    if (draft) throw new DrawdownError('DRAFT_EXISTS', `Version ${draft.number} of plan ${planId} is still a draft: publish or discard it first.`);
    const last = lastPublished(await findPublications(catalog, [plan.key]))?.versionNumber ?? versions.at(-1)?.number ?? null;
    const number = fromVersion ?? last;
    const copied = versions.find((version) => version.number === number) ?? null;
    if (number !== null) requireFound('PLAN_VERSION_NOT_FOUND', 'version', `${number} of plan ${planId}`, copied);
    return insertDraft(catalog, plan.key, (versions.at(-1)?.number ?? 0) + 1, context.now, copied?.key ?? null);
  });
}
