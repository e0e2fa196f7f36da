import { requireFound, requireUnarchived } from '../domain/catalog-input';
import type { Customer } from '../domain/customer';
import { DrawdownError } from '../domain/errors';
import type { PlanAssignment } from '../domain/plan';
import type { Catalog } from '../store/catalog';
import { findLastAssignment, insertAssignment } from '../store/customer-plans';
import { findCustomer } from '../store/customers';
import type { Context } from './context';

/** The customer whose plan is to change. In this order: CUSTOMER_NOT_FOUND; ARCHIVED. */
export async function loadPlanChangeable(catalog: Catalog, context: Context, customerId: string): Promise<Customer> {
  const customer = requireFound('CUSTOMER_NOT_FOUND', 'customer', customerId, await findCustomer(catalog, context.environmentKey, customerId));
  requireUnarchived(`customer ${customerId}`, customer);
  return customer;
}

/** Adds to the end of a customer's plan history, or refuses with PLAN_HISTORY_CONFLICT. */
export async function addPlanChange(catalog: Catalog, context: Context, customer: Customer, assignment: PlanAssignment): Promise<void> {
  const last = await findLastAssignment(catalog, customer.key);
  if (last && last.validFrom >= assignment.validFrom) {
    const message = `The last plan change of customer ${customer.id} begins at ${last.validFrom.toISOString()}; the next must begin after it.`;
    throw new DrawdownError('PLAN_HISTORY_CONFLICT', message);
  }
  await insertAssignment(catalog, customer.key, assignment, context.now);
}
