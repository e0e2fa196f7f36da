import { requireFound, requireUnarchived } from '../domain/catalog-input';
import { DrawdownError } from '../domain/errors';
import type { Plan } from '../domain/plan';
import type { Catalog } from '../store/catalog';
import { findPlanForUse } from '../store/plans';
import { findPublications } from '../store/publications';
import type { Context } from './context';

/** The plan that a customer is to be put on. In this order: PLAN_NOT_FOUND; ARCHIVED; PLAN_NOT_PUBLISHED. */
export async function loadAssignablePlan(catalog: Catalog, context: Context, planId: string): Promise<Plan> {
  const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlanForUse(catalog, context.environmentKey, planId));
  requireUnarchived(`plan ${planId}`, plan);
  const publications = await findPublications(catalog, [plan.key]);
  if (publications.some(({ cancelledAt }) => cancelledAt === null)) return plan;
  throw new DrawdownError('PLAN_NOT_PUBLISHED', `Plan ${planId} has no published version: publish one first.`);
}
