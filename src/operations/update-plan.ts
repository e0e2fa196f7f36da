import { givenTextProblems, MOST_NAME_LENGTH, refuseInput, requireFound, requireUnarchived } from '../domain/catalog-input';
import type { Plan } from '../domain/plan';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { changePlan, findPlan } from '../store/plans';
import type { Context } from './context';

export interface PlanChange {
  readonly id: string;
  readonly name?: string | null;
}

/** Renames a plan. In this order: INPUT_INVALID; PLAN_NOT_FOUND; ARCHIVED. */
export async function updatePlan(database: Database, context: Context, { id, name }: PlanChange): Promise<Plan> {
  refuseInput(['INPUT_INVALID', givenTextProblems('name', name, MOST_NAME_LENGTH)]);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const plan = requireFound('PLAN_NOT_FOUND', 'plan', id, await findPlan(catalog, context.environmentKey, id));
    requireUnarchived(`plan ${id}`, plan);
    return changePlan(catalog, plan.key, { name: name ?? undefined });
  });
}
