import type { Grant, GrantStatus, PooledGrant } from '../domain/grant';
import type { Page, PageRequest } from '../domain/paging';
import { OpenPool, type GrantState } from '../domain/pool';
import { loadAccounts } from '../store/balances';
import type { Database, Queryable } from '../store/database';
import { listGrants, loadGrants, type GrantRef } from '../store/grants';
import type { Context } from './context';
import { seesCustomerKey } from './customer-scope';
import { refuseUnreadable } from './read-input';
import { currencyIfGiven, requireCustomer } from './lookups';
import { settlePools } from './settle-pools';

/**
 * Which grants are wanted; what is absent does not restrict. `resourceId` null: those in the customer's own pool.
 * `at` is the instant of `status`, and leaves out what was granted later; absent: now.
 */
export interface GrantsWish {
  readonly customerId: string;
  readonly currencyId?: string | null;
  readonly resourceId?: string | null;
  readonly status?: GrantStatus | null;
  readonly at?: Date | null;
}

/**
 * The grants of a customer, newest first, as they are now. What is due is written first, so that one page agrees with the next.
 *
 * In this order: ID_INVALID (resourceId), INPUT_INVALID (at), CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND.
 */
export async function creditGrants(database: Database, context: Context, wish: GrantsWish, request: PageRequest): Promise<Page<PooledGrant>> {
  refuseUnreadable(wish.resourceId, wish.at);
  const customer = await requireCustomer(database, context, wish.customerId);
  const currency = await currencyIfGiven(database, context, wish.currencyId);
  await settlePools(database, context, customer.key);
  const { resourceId, status = null, at = null } = wish;
  const filter = { customerKey: customer.key, currencyKey: currency?.key ?? null, resourceId, status, statusAt: at ?? context.now, madeUntil: at };
  return listGrants(database.pool, filter, request);
}

/** Grants as they are now, with what is due and not yet written. Those of other environments, and those the caller does not see, are left out. */
export async function currentGrants(queryable: Queryable, context: Context, refs: readonly GrantRef[]): Promise<PooledGrant[]> {
  const seen = refs.filter(({ customerKey }) => seesCustomerKey(context, customerKey));
  const grants = await loadGrants(queryable, context.environmentKey, seen);
  const due = grants.filter((grant) => isDue(grant, context.now));
  if (due.length === 0) return grants;
  const changed = new Map<string, GrantState>();
  for (const account of await loadAccounts(queryable, due)) {
    const pool = new OpenPool(account);
    pool.advance(context.now);
    for (const state of pool.changedGrants) changed.set(`${account.customerKey}:${state.key}`, state);
  }
  return grants.map((grant) => ({ ...grant, ...changeOf(changed.get(`${grant.customerKey}:${grant.key}`)) }));
}

function isDue(grant: Grant, now: Date): boolean {
  const isExpired = grant.expiresAt !== null && grant.expiresAt <= now;
  return !grant.closed && (isExpired || (!grant.activated && grant.effectiveAt <= now));
}

/** Without what else the pool keeps of a grant while it works on it. */
function changeOf(state: GrantState | undefined): Partial<GrantState> {
  if (!state) return {};
  const { remaining, activated, closed, depletedAt, voidedAt } = state;
  return { remaining, activated, closed, depletedAt, voidedAt };
}
