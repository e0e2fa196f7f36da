import { balanceAhead, balanceFrom, NOTHING, type Balance } from '../domain/balance';
import type { PoolState } from '../domain/pool';
import { balanceAfterLastEntry, findAccount, nextMilestone, sumsUntil, type PoolAccount } from '../store/balances';
import type { Database } from '../store/database';
import type { Context } from './context';
import { refuseUnreadable } from './read-input';
import { requireCurrency, requireCustomer } from './lookups';

/** Whose balance, and when; absent `resourceId`: the customer's own pool; absent `at`: now. */
export interface BalanceWish {
  readonly customerId: string;
  readonly currencyId: string;
  readonly resourceId?: string | null;
  readonly at?: Date | null;
}

/** A balance with the customer whose it is. */
export interface PoolBalance extends Balance {
  readonly customerKey: bigint;
  readonly currencyKey: number;
  readonly resourceId: string | null;
}

const EMPTY: PoolState = { balance: 0n, sequence: 0n, lastEntryAt: null, openGrants: [] };

/**
 * The balance of a pool at any instant: past ones from the ledger, present and future ones with the changes that are due by then.
 * Nothing is written, and nothing needs to have run.
 *
 * In this order: ID_INVALID (resourceId), INPUT_INVALID (at), CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND.
 */
export async function creditBalance(database: Database, context: Context, wish: BalanceWish): Promise<PoolBalance> {
  refuseUnreadable(wish.resourceId, wish.at);
  const customer = await requireCustomer(database, context, wish.customerId);
  const currency = await requireCurrency(database, context, wish.currencyId);
  const resourceId = wish.resourceId ?? null;
  const account = await findAccount(database.pool, customer.key, currency.key, resourceId);
  const balance = account ? await balanceOf(database, account, wish.at ?? null, context.now) : balanceAhead(EMPTY, NOTHING, wish.at ?? context.now);
  return { ...balance, customerKey: customer.key, currencyKey: currency.key, resourceId };
}

/** `at` null: now, which is never before the last entry: another process, whose clock is ahead, may have written it, and it has been answered. */
export async function balanceOf(database: Database, account: PoolAccount, at: Date | null, now: Date): Promise<Balance> {
  const last = account.lastEntryAt;
  const instant = at ?? (last && last > now ? last : now);
  if (last && instant < last) return pastBalance(database, account, instant);
  return balanceAhead(account, await sumsUntil(database.pool, account, account.sequence), instant);
}

async function pastBalance(database: Database, account: PoolAccount, at: Date): Promise<Balance> {
  const { sequence, balance } = await balanceAfterLastEntry(database.pool, account, at);
  const sums = await sumsUntil(database.pool, account, sequence);
  const next = (await nextMilestone(database.pool, account, sequence)) ?? balanceAhead(account, NOTHING, at).nextChange;
  return balanceFrom(at, balance, sums, next);
}
