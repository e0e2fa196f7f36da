import { requireFound } from '../domain/catalog-input';
import { draftOf, type Plan, type PlanVersion } from '../domain/plan';
import type { Catalog } from '../store/catalog';
import { findPlanVersions } from '../store/plan-versions';
import { findPlan } from '../store/plans';
import type { Context } from './context';

/** A version by its number, or the draft where none is given. In this order: PLAN_NOT_FOUND; PLAN_VERSION_NOT_FOUND. */
export async function loadVersionOrDraft(
  catalog: Catalog,
  { environmentKey }: Context,
  planId: string,
  number: number | null,
): Promise<{ plan: Plan; version: PlanVersion }> {
  const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlan(catalog, environmentKey, planId));
  const versions = await findPlanVersions(catalog, [plan.key]);
  const found = number === null ? draftOf(versions) : (versions.find((version) => version.number === number) ?? null);
  const version = requireFound('PLAN_VERSION_NOT_FOUND', number === null ? 'draft' : `version ${number}`, `of plan ${planId}`, found);
  return { plan, version };
}
