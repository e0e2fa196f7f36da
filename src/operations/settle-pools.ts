import { OpenPool } from '../domain/pool';
import type { Database, Transaction } from '../store/database';
import { hasDueChange, lockPools, readPools } from '../store/pools';
import { retryingTransaction } from '../store/retrying-transaction';
import { writePools } from '../store/write-batch';
import type { Context } from './context';

/**
 * Writes the activations and expiries of a customer's grants that are due, each at its own instant. Whoever is about to read the ledger calls it;
 * balances need it not, they are computed for any instant.
 */
export async function settlePools(database: Database, context: Context, customerKey: bigint): Promise<void> {
  if (!(await hasDueChange(database.pool, customerKey, context.now))) return;
  await retryingTransaction(database, (transaction) => settleLocked(transaction, customerKey, context.now));
}

async function settleLocked(transaction: Transaction, customerKey: bigint, now: Date): Promise<void> {
  const pools = await lockPools(transaction, await readPools(transaction, customerKey));
  const settled = pools.map((pool) => {
    const open = new OpenPool(pool);
    open.advance(now);
    return { ...pool, open };
  });
  await writePools(
    transaction,
    settled.filter((pool) => pool.open.entries.length > 0),
  );
}
