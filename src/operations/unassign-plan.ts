import { refuseInput } from '../domain/catalog-input';
import type { Customer } from '../domain/customer';
import { instantProblems } from '../domain/instant';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { addPlanChange, loadPlanChangeable } from './add-plan-change';
import type { Context } from './context';

export interface PlanUnassignmentInput {
  readonly customerId: string;
  readonly validFrom?: Date | null;
}

/**
 * Takes a customer off its plan, from an instant on. Taking it off none is no error.
 * In this order: INPUT_INVALID; CUSTOMER_NOT_FOUND; ARCHIVED; PLAN_HISTORY_CONFLICT.
 */
export async function unassignPlan(database: Database, context: Context, input: PlanUnassignmentInput): Promise<Customer> {
  refuseInput(['INPUT_INVALID', instantProblems('validFrom', input.validFrom)]);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const customer = await loadPlanChangeable(catalog, context, input.customerId);
    await addPlanChange(catalog, context, customer, { validFrom: input.validFrom ?? context.now, planKey: null });
    return customer;
  });
}
