import type { Backtest } from '../domain/backtest';
import { DrawdownError } from '../domain/errors';
import { cancelUnsettled, findBacktest } from '../store/backtests';
import type { Database } from '../store/database';
import type { Context } from './context';

/** Ends a back-test before its time; whichever process does it stops within moments. `key` null: it is no id of one. In this order: BACKTEST_NOT_FOUND; BACKTEST_FINISHED. */
export async function cancelBacktest(database: Database, { environmentKey, now }: Context, key: bigint | null): Promise<Backtest> {
  const cancelled = key === null ? null : await cancelUnsettled(database.writers, environmentKey, key, now);
  if (cancelled) return cancelled;
  const settled = key === null ? null : await findBacktest(database.pool, environmentKey, key);
  throw new DrawdownError(settled ? 'BACKTEST_FINISHED' : 'BACKTEST_NOT_FOUND');
}
