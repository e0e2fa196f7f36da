import { readBreakdownShape, type BreakdownInput, type BreakdownShape } from '../domain/breakdown';
import type { Context } from './context';

/**
 * What a customer token can reach. Everything that is opened to customers finds customers, and what is theirs, through these: another customer is
 * not there, and all customers are its own.
 */
export function seesCustomer({ onlyCustomer }: Context, id: string): boolean {
  return !onlyCustomer || onlyCustomer.id === id;
}

/** The same for what was found by a customer's key, such as the opaque ids of grants and events. */
export function seesCustomerKey({ onlyCustomer }: Context, key: bigint): boolean {
  return !onlyCustomer || onlyCustomer.key === key;
}

/** Whose usage a breakdown is about; null: all customers of the environment. */
export function customersInScope({ onlyCustomer }: Context, ids: readonly string[] | null): readonly string[] | null {
  return ids ?? (onlyCustomer ? [onlyCustomer.id] : null);
}

/** `readBreakdownShape` for this caller: what it leaves open is its own, so that its cursors are, too. */
export function readShape(context: Context, input: BreakdownInput): BreakdownShape {
  const shape = readBreakdownShape(input, context.now);
  return { ...shape, customerIds: customersInScope(context, shape.customerIds) };
}
