import { requireFound, requireUnarchived } from '../domain/catalog-input';
import { DrawdownError } from '../domain/errors';
import { draftOf, type Plan, type PlanVersion } from '../domain/plan';
import type { Catalog } from '../store/catalog';
import { findPlanVersions } from '../store/plan-versions';
import { findPlan } from '../store/plans';
import type { Context } from './context';

/** Which draft is meant: the number says that the caller has seen it. */
export interface PlanDraftName {
  readonly planId: string;
  readonly version: number;
}

export interface PlanDraft {
  readonly plan: Plan;
  readonly draft: PlanVersion;
}

/** The draft that is to be changed. In this order: PLAN_NOT_FOUND; PLAN_VERSION_NOT_FOUND; ARCHIVED; VERSION_PUBLISHED. */
export async function loadPlanDraft(catalog: Catalog, context: Context, { planId, version }: PlanDraftName): Promise<PlanDraft> {
  const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlan(catalog, context.environmentKey, planId));
  const versions = await findPlanVersions(catalog, [plan.key]);
  const named = versions.find(({ number }) => number === version) ?? null;
  const draft = requireFound('PLAN_VERSION_NOT_FOUND', 'version', `${version} of plan ${planId}`, named);
  requireUnarchived(`plan ${planId}`, plan);
  if (draft.status === 'DRAFT') return { plan, draft };
  throw new DrawdownError('VERSION_PUBLISHED', `Version ${version} of plan ${planId} is published and never changes: make a draft of the next.`);
}

/** The draft as it was at a revision; undefined: as it is. In this order: DRAFT_NOT_FOUND; DRAFT_CHANGED. */
export function requireDraft(plan: Plan, versions: readonly PlanVersion[], revision: number | null | undefined): PlanVersion {
  const draft = draftOf(versions);
  if (!draft) throw new DrawdownError('DRAFT_NOT_FOUND', `Plan ${plan.id} has no draft: make one first.`);
  if (revision === null || revision === undefined || revision === draft.revision) return draft;
  const message = `The draft of plan ${plan.id} is not at revision ${revision} any more, but at ${draft.revision}: review it again.`;
  throw new DrawdownError('DRAFT_CHANGED', message);
}
