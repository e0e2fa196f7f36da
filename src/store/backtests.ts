import type { Backtest, BacktestState } from '../domain/backtest';
import { candidateRates, type CandidateRate } from '../domain/candidate-rates';
import type { Page, PageRequest } from '../domain/paging';
import { candidateRatesFromJson, candidateRatesToJson } from './candidate-rate-rows';
import { cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Queryable } from './database';
import { plainArray } from './sql-arrays';

interface BacktestRow {
  key: bigint;
  plan_key: number;
  version: number | null;
  rates: string;
  from_at: Date;
  to_at: Date;
  customer_keys: string[];
  state: BacktestState;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  events_done: bigint;
  events_total: bigint | null;
  failure: string | null;
}

export const BACKTEST_COLUMNS = `b.key, b.plan_key, b.version, b.rates, b.from_at, b.to_at, b.customer_keys::text[] AS customer_keys, b.state::text AS state,
  b.created_at, b.started_at, b.finished_at, b.events_done, b.events_total, b.failure`;

export function backtestFrom(row: BacktestRow): Backtest {
  return {
    key: row.key,
    planKey: row.plan_key,
    version: row.version,
    rates: candidateRates(candidateRatesFromJson(row.rates), row.version !== null),
    from: row.from_at,
    to: row.to_at,
    customerKeys: row.customer_keys.map(BigInt),
    state: row.state,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    eventsDone: Number(row.events_done),
    eventsTotal: row.events_total === null ? null : Number(row.events_total),
    failure: row.failure,
  };
}

export type { BacktestRow };

/** What is asked for: whole, as it will be kept. */
export interface NewBacktest extends Pick<Backtest, 'planKey' | 'version' | 'from' | 'to' | 'customerKeys' | 'createdAt'> {
  readonly environmentKey: number;
  readonly rates: readonly CandidateRate[];
}

/** Null: `mostQueued` of the environment wait already. Those of the plan that are finished and beyond the last `mostKept` are given up. */
export async function insertBacktest(queryable: Queryable, backtest: NewBacktest, mostQueued: number, mostKept: number): Promise<Backtest | null> {
  const { environmentKey, planKey, version, rates, from, to, customerKeys, createdAt } = backtest;
  const { rows } = await queryable.query<BacktestRow>(
    `WITH b AS (
       INSERT INTO backtest (environment_key, plan_key, version, rates, from_at, to_at, customer_keys, state, created_at)
       SELECT $1, $2, $3, $4, $5, $6, $7::int8[], 'QUEUED', $8
       WHERE (SELECT count(*) FROM backtest WHERE environment_key = $1 AND state IN ('QUEUED', 'RUNNING')) < $9
       RETURNING *
     ), pruned AS (
       DELETE FROM backtest old USING b
       WHERE old.key IN (SELECT o.key FROM backtest o WHERE o.plan_key = $2 AND o.state NOT IN ('QUEUED', 'RUNNING') ORDER BY o.key DESC OFFSET $10)
     )
     SELECT ${BACKTEST_COLUMNS} FROM b`,
    [environmentKey, planKey, version, candidateRatesToJson(rates), from, to, plainArray(customerKeys), createdAt, mostQueued, mostKept],
  );
  return rows[0] ? backtestFrom(rows[0]) : null;
}

export async function findBacktest(queryable: Queryable, environmentKey: number, key: bigint): Promise<Backtest | null> {
  const { rows } = await queryable.query<BacktestRow>(`SELECT ${BACKTEST_COLUMNS} FROM backtest b WHERE b.environment_key = $1 AND b.key = $2`, [
    environmentKey,
    key,
  ]);
  return rows[0] ? backtestFrom(rows[0]) : null;
}

/** Those that there are, in any order. */
export async function loadBacktests(queryable: Queryable, keys: readonly bigint[]): Promise<Backtest[]> {
  const { rows } = await queryable.query<BacktestRow>(`SELECT ${BACKTEST_COLUMNS} FROM backtest b WHERE b.key = ANY ($1::int8[])`, [
    plainArray(keys),
  ]);
  return rows.map(backtestFrom);
}

/** Of a plan, the newest first. The cursor is the key. */
export async function listBacktests(queryable: Queryable, planKey: number, request: PageRequest): Promise<Page<Backtest>> {
  const where = new Conditions();
  where.add((value) => `b.plan_key = ${value(planKey)}`);
  if (request.after) where.add((value) => `b.key < ${value(cursorText(request.after!, 0))}`);
  if (request.before) where.add((value) => `b.key > ${value(cursorText(request.before!, 0))}`);
  const { rows } = await queryable.query<BacktestRow>(
    `SELECT ${BACKTEST_COLUMNS} FROM backtest b WHERE ${where.text} ORDER BY b.key ${request.backward ? 'ASC' : 'DESC'} LIMIT ${request.size + 1}`,
    where.values,
  );
  return pageOf(rows.map(backtestFrom), request);
}

/** Ends one that waits or is under way, whichever process does it. Null where it is settled already, or not there. */
export async function cancelUnsettled(queryable: Queryable, environmentKey: number, key: bigint, now: Date): Promise<Backtest | null> {
  const { rows } = await queryable.query<BacktestRow>(
    `UPDATE backtest b SET state = 'CANCELLED', finished_at = $3, owner = NULL, heartbeat_at = NULL
     WHERE environment_key = $1 AND key = $2 AND state IN ('QUEUED', 'RUNNING') RETURNING ${BACKTEST_COLUMNS}`,
    [environmentKey, key, now],
  );
  return rows[0] ? backtestFrom(rows[0]) : null;
}
