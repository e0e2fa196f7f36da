import { refuseInput } from '../domain/catalog-input';
import type { Customer } from '../domain/customer';
import { instantProblems } from '../domain/instant';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { addPlanChange, loadPlanChangeable } from './add-plan-change';
import type { Context } from './context';
import { loadAssignablePlan } from './load-assignable-plan';

export interface PlanAssignmentInput {
  readonly customerId: string;
  readonly planId: string;
  readonly validFrom?: Date | null;
}

/**
 * Puts a customer on a plan, from an instant on.
 * In this order: INPUT_INVALID; CUSTOMER_NOT_FOUND; ARCHIVED (customer); PLAN_NOT_FOUND; ARCHIVED (plan); PLAN_NOT_PUBLISHED; PLAN_HISTORY_CONFLICT.
 */
export async function assignPlan(database: Database, context: Context, input: PlanAssignmentInput): Promise<Customer> {
  refuseInput(['INPUT_INVALID', instantProblems('validFrom', input.validFrom)]);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const customer = await loadPlanChangeable(catalog, context, input.customerId);
    const plan = await loadAssignablePlan(catalog, context, input.planId);
    await addPlanChange(catalog, context, customer, { validFrom: input.validFrom ?? context.now, planKey: plan.key });
    return customer;
  });
}
