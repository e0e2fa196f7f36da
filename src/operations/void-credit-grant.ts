import { DrawdownError } from '../domain/errors';
import type { Grant, PooledGrant } from '../domain/grant';
import { OpenPool } from '../domain/pool';
import type { Database, Transaction } from '../store/database';
import { loadGrants, type GrantRef } from '../store/grants';
import { lockPoolOfGrant } from '../store/pools';
import { retryingTransaction } from '../store/retrying-transaction';
import { writePools } from '../store/write-batch';
import type { Context } from './context';

/**
 * Takes back what is left of a grant, scheduled or active; what was drawn stays drawn. `ref` null stands for an id that is none.
 *
 * In this order: CREDIT_GRANT_NOT_FOUND; CREDIT_GRANT_CLOSED (depleted, expired or voided by now).
 */
export async function voidCreditGrant(database: Database, context: Context, ref: GrantRef | null): Promise<PooledGrant> {
  const [known] = ref ? await loadGrants(database.pool, context.environmentKey, [ref]) : [];
  if (!known) throw new DrawdownError('CREDIT_GRANT_NOT_FOUND');
  await retryingTransaction(database, (transaction) => voidLocked(transaction, known, context.now));
  const [grant] = await loadGrants(database.pool, context.environmentKey, [known]);
  return grant!;
}

async function voidLocked(transaction: Transaction, grant: Grant, now: Date): Promise<void> {
  const pool = await lockPoolOfGrant(transaction, grant);
  const open = new OpenPool(pool);
  open.void(grant.key, now);
  await writePools(transaction, [{ ...pool, open }]);
}
