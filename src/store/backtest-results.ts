import type { ImpactCell } from '../domain/impact';
import type { PoolOutcome, RunOutKind } from '../domain/reburn';
import type { Queryable } from './database';
import { impactColumns } from './impact';
import { amountColumn, instantColumn, plainColumn, textColumn } from './sql-arrays';

/** An event that would have been refused, and why. */
export interface RefusedEvent {
  readonly featureKey: number;
  readonly code: string;
  readonly customerKey: bigint;
  readonly eventKey: bigint;
  readonly message: string;
}

/** A pool that would have run out at another instant than it did. */
export interface ChangedPool {
  readonly customerKey: bigint;
  readonly poolKey: bigint;
  readonly kind: RunOutKind;
  readonly old: PoolOutcome;
  readonly new: PoolOutcome;
}

/** What was found out about some customers, each with all of its usage. */
export interface BacktestFindings {
  readonly cells: readonly ImpactCell[];
  readonly refused: readonly RefusedEvent[];
  readonly pools: readonly ChangedPool[];
}

export async function addFindings(queryable: Queryable, backtestKey: bigint, { cells, refused, pools }: BacktestFindings): Promise<void> {
  await queryable.query(
    `INSERT INTO backtest_usage (backtest_key, customer_key, feature_key, currency_key, code, event_count, old_credits, new_credits)
     SELECT $1, * FROM unnest($2::int8[], $3::int4[], $4::int4[], $5::text[], $6::int8[], $7::numeric[], $8::numeric[])`,
    [backtestKey, plainColumn(cells, (cell) => cell.customerKey), ...impactColumns(cells)],
  );
  if (refused.length > 0) await addRefused(queryable, backtestKey, refused);
  if (pools.length > 0) await addPools(queryable, backtestKey, pools);
}

async function addRefused(queryable: Queryable, backtestKey: bigint, refused: readonly RefusedEvent[]): Promise<void> {
  await queryable.query(
    `INSERT INTO backtest_refused_event (backtest_key, feature_key, code, customer_key, event_key, message)
     SELECT $1, * FROM unnest($2::int4[], $3::text[], $4::int8[], $5::int8[], $6::text[])`,
    [
      backtestKey,
      plainColumn(refused, (one) => one.featureKey),
      textColumn(refused, (one) => one.code),
      plainColumn(refused, (one) => one.customerKey),
      plainColumn(refused, (one) => one.eventKey),
      textColumn(refused, (one) => one.message),
    ],
  );
}

async function addPools(queryable: Queryable, backtestKey: bigint, pools: readonly ChangedPool[]): Promise<void> {
  await queryable.query(
    `INSERT INTO backtest_pool (backtest_key, customer_key, pool_key, kind, old_ran_out_at, new_ran_out_at, old_balance, new_balance)
     SELECT $1, * FROM unnest($2::int8[], $3::int8[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::numeric[], $8::numeric[])`,
    [
      backtestKey,
      plainColumn(pools, (pool) => pool.customerKey),
      plainColumn(pools, (pool) => pool.poolKey),
      plainColumn(pools, (pool) => pool.kind),
      instantColumn(pools, (pool) => pool.old.ranOutAt),
      instantColumn(pools, (pool) => pool.new.ranOutAt),
      amountColumn(pools, (pool) => pool.old.balance),
      amountColumn(pools, (pool) => pool.new.balance),
    ],
  );
}

/** How many refused events are kept already, by feature and code. */
export async function countRefused(queryable: Queryable, backtestKey: bigint): Promise<{ featureKey: number; code: string; count: number }[]> {
  const { rows } = await queryable.query<{ featureKey: number; code: string; count: number }>(
    `SELECT feature_key AS "featureKey", code, count(*)::int4 AS count FROM backtest_refused_event WHERE backtest_key = $1 GROUP BY 1, 2`,
    [backtestKey],
  );
  return rows;
}
