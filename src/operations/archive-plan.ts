import { requireFound, requireUnarchived, requireUnused } from '../domain/catalog-input';
import type { Plan } from '../domain/plan';
import { changeCatalog } from '../store/catalog';
import { customersOnPlan } from '../store/catalog-users';
import type { Database } from '../store/database';
import { changePlan, findPlan, lockPlan } from '../store/plans';
import type { Context } from './context';

/**
 * Takes a plan out of use, unless a customer is on it now or will be later. Usage of times when customers were on it is still priced by it.
 * In this order: PLAN_NOT_FOUND; ARCHIVED; IN_USE.
 */
export async function archivePlan(database: Database, context: Context, id: string): Promise<Plan> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const plan = requireFound('PLAN_NOT_FOUND', 'plan', id, await findPlan(catalog, context.environmentKey, id));
    requireUnarchived(`plan ${id}`, plan);
    await lockPlan(catalog, plan.key);
    requireUnused(`plan ${id}`, await customersOnPlan(catalog, plan.key, context.now));
    return changePlan(catalog, plan.key, { archivedAt: context.now });
  });
}
