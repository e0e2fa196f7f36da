import type { OrderDirection } from './breakdown';
import { creditsFromText, creditsToText, type Credits } from './credits';
import { DrawdownError } from './errors';
import { OpenPool, type PoolState } from './pool';
import type { CursorValues, Page, PageRequest } from './paging';

/** A customer with all of its pools of one currency taken together, and what it used lately. */
export interface CustomerCredits {
  readonly customerKey: bigint;
  readonly id: string;
  readonly name: string;
  /** What all pools hold less what all of them owe. */
  readonly balance: Credits;
  /** What pools owe; those that hold something do not make up for it. */
  readonly overdraft: Credits;
  /** In the range of the question. */
  readonly consumed: Credits;
}

/** What is lost at an instant, unless it is used first. */
export interface Expiry {
  readonly at: Date;
  readonly amount: Credits;
}

/** What of a customer is told of those on a page alone. */
export interface ListedCustomerCredits extends CustomerCredits {
  readonly poolCount: number;
  /** Of all pools, the soonest first. */
  readonly expiries: readonly Expiry[];
}

export const CUSTOMER_ORDER_FIELDS = { ID: 'ID', NAME: 'NAME', BALANCE: 'BALANCE', CONSUMED: 'CONSUMED' } as const;
export type CustomerOrderField = keyof typeof CUSTOMER_ORDER_FIELDS;

export interface CustomerOrder {
  readonly field: CustomerOrderField;
  readonly direction: OrderDirection;
}

export const DEFAULT_CUSTOMER_ORDER: CustomerOrder = { field: 'ID', direction: 'ASC' };

/** With what becomes of its pools at an instant, whatever is due by then being written or not. */
export function withPools(customer: CustomerCredits, pools: readonly PoolState[], now: Date): ListedCustomerCredits {
  const expiries = pools.flatMap((state) => {
    const pool = new OpenPool(state);
    pool.advance(now);
    return pool.expiring;
  });
  return { ...customer, poolCount: pools.length, expiries: expiries.sort((one, other) => one.at.getTime() - other.at.getTime()) };
}

type OrderKey = readonly [value: string | Credits, id: string];

function orderKey(customer: CustomerCredits, { field }: CustomerOrder): OrderKey {
  if (field === 'BALANCE') return [customer.balance, customer.id];
  if (field === 'CONSUMED') return [customer.consumed, customer.id];
  return [field === 'NAME' ? customer.name : customer.id, customer.id];
}

/** Equal values follow by id, ascending in either direction, so that the order is total. */
function compareKeys(one: OrderKey, other: OrderKey, { direction }: CustomerOrder): number {
  const byValue = compare(one[0], other[0]) * (direction === 'ASC' ? 1 : -1);
  return byValue === 0 ? compare(one[1], other[1]) : byValue;
}

function compare<T extends string | Credits>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The place of a customer in the list, by value: who moves meanwhile is met at its new place, or not at all. */
export function customerCursor(customer: CustomerCredits, order: CustomerOrder): CursorValues {
  const [value, id] = orderKey(customer, order);
  return [order.field, order.direction, typeof value === 'bigint' ? creditsToText(value) : value, id];
}

/** One page in an order. Refuses: CURSOR_INVALID. */
export function pageOfCustomers(customers: readonly CustomerCredits[], order: CustomerOrder, request: PageRequest): Page<CustomerCredits> {
  const after = request.after && keyIn(request.after, order);
  const before = request.before && keyIn(request.before, order);
  const sorted = customers.map((customer) => ({ customer, key: orderKey(customer, order) })).sort((a, b) => compareKeys(a.key, b.key, order));
  const isInside = ({ key }: { readonly key: OrderKey }): boolean =>
    (!after || compareKeys(key, after, order) > 0) && (!before || compareKeys(key, before, order) < 0);
  const inside = sorted.filter(isInside);
  const page = request.backward ? inside.slice(-request.size) : inside.slice(0, request.size);
  const first = page[0] && sorted.indexOf(page[0]);
  const last = page.at(-1) && sorted.indexOf(page.at(-1)!);
  return {
    items: page.map(({ customer }) => customer),
    hasPreviousPage: first === undefined ? after !== null : first > 0,
    hasNextPage: last === undefined ? before !== null : last < sorted.length - 1,
  };
}

function keyIn([field, direction, value, id]: CursorValues, order: CustomerOrder): OrderKey {
  if (field !== order.field || direction !== order.direction) throw new DrawdownError('CURSOR_INVALID');
  if (field !== 'BALANCE' && field !== 'CONSUMED') return [String(value), String(id)];
  const credits = creditsFromText(String(value));
  if (credits === null) throw new DrawdownError('CURSOR_INVALID');
  return [credits, String(id)];
}
