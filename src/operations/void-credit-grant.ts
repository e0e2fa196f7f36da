import { DrawdownError } from '../domain/errors';
import type { PooledGrant } from '../domain/grant';
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
  if (!ref) throw new DrawdownError('CREDIT_GRANT_NOT_FOUND');
  return retryingTransaction(database, (transaction) => voidLocked(transaction, context, ref));
}

async function voidLocked(transaction: Transaction, { environmentKey, now }: Context, ref: GrantRef): Promise<PooledGrant> {
  const [known] = await loadGrants(transaction, environmentKey, [ref]);
  if (!known) throw new DrawdownError('CREDIT_GRANT_NOT_FOUND');
  const pool = await lockPoolOfGrant(transaction, known);
  const open = new OpenPool(pool);
  open.void(known.key, now);
  await writePools(transaction, [{ ...pool, open }]);
  const [grant] = await loadGrants(transaction, environmentKey, [ref]);
  return grant!;
}
