import { OpenPool } from '../domain/pool';
import type { Database, Transaction } from '../store/database';
import { findDuePools, lockPools, type PoolRef } from '../store/pools';
import { retryingTransaction } from '../store/retrying-transaction';
import { writePools } from '../store/write-batch';
import type { Context } from './context';

const MOST_AT_ONCE = 500;

/**
 * Writes the activations and expiries of a customer's grants that are due, each at its own instant. Whoever is about to read the ledger calls it;
 * balances need it not, they are computed for any instant.
 */
export async function settlePools(database: Database, context: Context, customerKey: bigint): Promise<void> {
  for (;;) {
    const due = await findDuePools(database.pool, customerKey, context.now, MOST_AT_ONCE);
    if (due.length > 0) await retryingTransaction(database, (transaction) => settleLocked(transaction, due, context.now));
    if (due.length < MOST_AT_ONCE) return;
  }
}

async function settleLocked(transaction: Transaction, refs: readonly PoolRef[], now: Date): Promise<void> {
  const pools = await lockPools(transaction, refs);
  const settled = pools.map((pool) => {
    const open = new OpenPool(pool);
    open.advance(now);
    return { ...pool, open };
  });
  await writePools(
    transaction,
    settled.filter((pool) => pool.open.changedGrants.length > 0),
  );
}
