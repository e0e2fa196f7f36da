import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryResult } from 'pg';
import { DrawdownError } from '../domain/errors';
import { CommitOutcomeUnknownError, isConnectionLoss, TransactionRolledBackError, type Database, type Transaction } from './database';

const MOST_ATTEMPTS = 8;
const LONGEST_PAUSE_MS = 20;
const UNIQUE_VIOLATION = '23505';

/**
 * Does the work in a transaction, anew where it was certainly rolled back through no fault of its own: a deadlock, a connection lost before
 * COMMIT, or a unique key that another transaction took meanwhile (the next attempt sees it). Refuses (TRY_AGAIN) where the outcome is unknown,
 * or luck does not come.
 */
export async function retryingTransaction<T>(
  database: Pick<Database, 'transaction'>,
  work: (transaction: Transaction, opened: readonly QueryResult[]) => Promise<T>,
  opening?: string,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction(work, opening);
    } catch (error) {
      if (error instanceof CommitOutcomeUnknownError || isTransient(error) || (mayRetry(error) && attempt === MOST_ATTEMPTS))
        throw new DrawdownError('TRY_AGAIN', undefined, [], { cause: error });
      if (!mayRetry(error)) throw error;
      await sleep(Math.random() * LONGEST_PAUSE_MS * attempt);
    }
  }
}

/** Out of connections, memory or disk; a lock or statement that took too long; a standby that cannot write: nothing happened, and a later moment may be better. */
function isTransient(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && (code.startsWith('53') || code === '57014' || code === '55P03' || code === '25006');
}

function mayRetry(error: unknown): boolean {
  return error instanceof TransactionRolledBackError || (error as { code?: unknown }).code === UNIQUE_VIOLATION || isConnectionLoss(error);
}
