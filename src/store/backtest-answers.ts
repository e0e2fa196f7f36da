import { creditsFromNumeric } from '../domain/credits';
import type { ErrorCode } from '../domain/errors';
import type { CursorValues, Page, PageRequest } from '../domain/paging';
import type { RunOutKind } from '../domain/reburn';
import type { ChangedPool } from './backtest-results';
import { cursorInstant, cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Queryable } from './database';

/** An event that would have been refused, by its keys. */
export interface RefusedSample {
  readonly customerKey: bigint;
  readonly eventKey: bigint;
  readonly featureKey: number;
  readonly code: ErrorCode;
  readonly message: string;
}

interface SampleRow {
  customer_key: bigint;
  event_key: bigint;
  feature_key: number;
  code: ErrorCode;
  message: string;
}

/** Null: of any feature, for any reason. */
export interface SampleFilter {
  readonly featureKey: number | null;
  readonly code: ErrorCode | null;
}

const SAMPLE_PLACE = '(r.feature_key, r.code, r.customer_key, r.event_key)';

/** By feature and reason, then by customer and receipt. */
export async function listRefusedSamples(
  queryable: Queryable,
  backtestKey: bigint,
  filter: SampleFilter,
  request: PageRequest,
): Promise<Page<RefusedSample>> {
  const where = new Conditions();
  where.add((value) => `r.backtest_key = ${value(backtestKey)}`);
  if (filter.featureKey !== null) where.add((value) => `r.feature_key = ${value(filter.featureKey)}`);
  if (filter.code !== null) where.add((value) => `r.code = ${value(filter.code)}`);
  if (request.after) where.add((value) => `${SAMPLE_PLACE} > ${samplePlaceOf(request.after!, value)}`);
  if (request.before) where.add((value) => `${SAMPLE_PLACE} < ${samplePlaceOf(request.before!, value)}`);
  const order = request.backward ? 'DESC' : 'ASC';
  const { rows } = await queryable.query<SampleRow>(
    `SELECT r.customer_key, r.event_key, r.feature_key, r.code, r.message FROM backtest_refused_event r WHERE ${where.text}
     ORDER BY r.feature_key ${order}, r.code ${order}, r.customer_key ${order}, r.event_key ${order} LIMIT ${request.size + 1}`,
    where.values,
  );
  const samples = rows.map(({ customer_key, event_key, feature_key, code, message }) => ({
    customerKey: customer_key,
    eventKey: event_key,
    featureKey: feature_key,
    code,
    message,
  }));
  return pageOf(samples, request);
}

export function placeOfSample({ featureKey, code, customerKey, eventKey }: RefusedSample): CursorValues {
  return [String(featureKey), code, String(customerKey), String(eventKey)];
}

function samplePlaceOf(cursor: CursorValues, value: (given: unknown) => string): string {
  const [feature, code, customer, event] = [0, 1, 2, 3].map((index) => value(cursorText(cursor, index)));
  return `(${feature}::int8, ${code}, ${customer}::int8, ${event}::int8)`;
}

interface PoolRow {
  customer_key: bigint;
  pool_key: bigint;
  kind: RunOutKind;
  old_ran_out_at: Date | null;
  new_ran_out_at: Date | null;
  old_balance: string;
  new_balance: string;
}

/** Later than any instant: the place of pools that would not have run out. */
const NEVER = '9999-12-31T00:00:00Z';
const POOL_PLACE = `(coalesce(p.new_ran_out_at, '${NEVER}'::timestamptz), p.customer_key, p.pool_key)`;

/** Those that would have run out soonest first, those that would not have at the end. */
export async function listChangedPools(
  queryable: Queryable,
  backtestKey: bigint,
  kinds: readonly RunOutKind[] | null,
  request: PageRequest,
): Promise<Page<ChangedPool>> {
  const where = new Conditions();
  where.add((value) => `p.backtest_key = ${value(backtestKey)}`);
  if (kinds) where.add((value) => `p.kind = ANY (${value(kinds)}::text[])`);
  if (request.after) where.add((value) => `${POOL_PLACE} > ${poolPlaceOf(request.after!, value)}`);
  if (request.before) where.add((value) => `${POOL_PLACE} < ${poolPlaceOf(request.before!, value)}`);
  const order = request.backward ? 'DESC' : 'ASC';
  const { rows } = await queryable.query<PoolRow>(
    `SELECT p.customer_key, p.pool_key, p.kind, p.old_ran_out_at, p.new_ran_out_at, p.old_balance, p.new_balance FROM backtest_pool p WHERE ${where.text}
     ORDER BY coalesce(p.new_ran_out_at, '${NEVER}'::timestamptz) ${order}, p.customer_key ${order}, p.pool_key ${order} LIMIT ${request.size + 1}`,
    where.values,
  );
  return pageOf(rows.map(poolFrom), request);
}

function poolFrom(row: PoolRow): ChangedPool {
  return {
    customerKey: row.customer_key,
    poolKey: row.pool_key,
    kind: row.kind,
    old: { ranOutAt: row.old_ran_out_at, balance: creditsFromNumeric(row.old_balance) },
    new: { ranOutAt: row.new_ran_out_at, balance: creditsFromNumeric(row.new_balance) },
  };
}

export function placeOfChangedPool({ customerKey, poolKey, new: { ranOutAt } }: ChangedPool): CursorValues {
  return [(ranOutAt ?? new Date(NEVER)).toISOString(), String(customerKey), String(poolKey)];
}

function poolPlaceOf(cursor: CursorValues, value: (given: unknown) => string): string {
  return `(${value(cursorInstant(cursor, 0))}::timestamptz, ${value(cursorText(cursor, 1))}::int8, ${value(cursorText(cursor, 2))}::int8)`;
}

/** How many pools would have run out at another instant, and how so. */
export async function countChangedPools(queryable: Queryable, backtestKey: bigint): Promise<ReadonlyMap<RunOutKind, number>> {
  const { rows } = await queryable.query<{ kind: RunOutKind; count: number }>(
    `SELECT kind, count(*)::int4 AS count FROM backtest_pool WHERE backtest_key = $1 GROUP BY kind`,
    [backtestKey],
  );
  return new Map(rows.map(({ kind, count }) => [kind, count]));
}
