import { LRUCache } from 'lru-cache';
import { MOST_CLOCK_SKEW_MS } from '../domain/clock-skew';
import type { ChargedUsage } from '../domain/candidate-rates';
import { creditsFromNumeric } from '../domain/credits';
import type { Dimensions } from '../domain/dimensions';
import { firstEventKeyAt } from '../domain/ids';
import type { LedgerCharge } from '../domain/reburn';
import type { ClaimedBacktest } from './backtest-claims';
import { Conditions } from './conditions';
import type { Queryable, Transaction } from './database';
import { dimensionsFromJson, withLoose } from './dimensions';
import { openCursor } from './export-session';
import { isUnseen } from './seen-rows';
import { instantColumn, plainColumn } from './sql-arrays';

const CUSTOMERS_AT_ONCE = 500;
const EVENTS_AT_ONCE = 1_000;
const MOST_SETS_HELD = 20_000;

/** No statement is too long: a customer may have millions of events. */
export const BACKTEST_SETTINGS = `SET LOCAL statement_timeout = 0; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;
  SET LOCAL work_mem = '64MB'; SET LOCAL cursor_tuple_fraction = 1`;

/** A time that a customer was on the plan, within the range. */
export interface PlanSpan {
  readonly customerKey: bigint;
  readonly from: Date;
  readonly to: Date;
}

/** Customers one after the other, and about how many events count of them. */
export interface BacktestCustomers {
  readonly spans: readonly PlanSpan[];
  readonly lastCustomerKey: bigint;
  readonly eventCount: number;
}

interface SpanRow {
  customer_key: bigint;
  from_at: Date | null;
  to_at: Date | null;
  event_count: bigint;
}

/**
 * The next customers that were on the plan in the range, as many as have `mostEvents` events, but one at least; null where there are no more.
 * The plan history is that of the start: what was written later does not count.
 */
export async function nextCustomers(
  queryable: Queryable,
  backtest: ClaimedBacktest,
  after: bigint,
  mostEvents: number,
): Promise<BacktestCustomers | null> {
  const values = new Conditions();
  const plan = values.placeholder(backtest.planKey);
  const [from, to] = [values.placeholder(backtest.from), values.placeholder(backtest.to)];
  const made = values.placeholder(backtest.startedAt);
  const asked =
    backtest.customerKeys.length > 0 ? `AND a.customer_key = ANY (${values.placeholder(`{${backtest.customerKeys.join(',')}}`)}::int8[])` : '';
  const { rows } = await queryable.query<SpanRow>(
    `WITH page AS MATERIALIZED (
       SELECT DISTINCT a.customer_key FROM customer_plan a
       WHERE a.plan_key = ${plan} AND a.customer_key > ${values.placeholder(after)} ${asked} ORDER BY 1 LIMIT ${CUSTOMERS_AT_ONCE}
     ), assigned AS (
       SELECT a.customer_key, a.plan_key, a.valid_from, lead(a.valid_from) OVER (PARTITION BY a.customer_key ORDER BY a.valid_from) AS valid_to
       FROM customer_plan a JOIN page p ON p.customer_key = a.customer_key WHERE a.created_at <= ${made}
     ), span AS (
       SELECT customer_key, greatest(valid_from, ${from}::timestamptz) AS from_at, least(valid_to, ${to}::timestamptz) AS to_at FROM assigned
       WHERE plan_key = ${plan} AND valid_from < ${to}::timestamptz AND (valid_to IS NULL OR valid_to > ${from}::timestamptz)
     )
     SELECT p.customer_key, s.from_at, s.to_at,
       (SELECT count(*) FROM usage_event e WHERE e.customer_key = s.customer_key AND e.at >= s.from_at AND e.at < s.to_at ${pricedByPlan(backtest, values)}) AS event_count
     FROM page p LEFT JOIN span s ON s.customer_key = p.customer_key ORDER BY p.customer_key, s.from_at`,
    values.values,
  );
  return rows.length === 0 ? null : taken(rows, mostEvents);
}

/** Of usage `e` of a customer `s`: what a rate of a plan prices, and, where a rate of one feature is tried, of that feature. Stated amounts and rates of a customer's own stay as they are. */
function pricedByPlan({ rates }: ClaimedBacktest, values: Conditions): string {
  const ofPlan = 'AND e.feature_key IS NOT NULL AND e.rate_key NOT IN (SELECT o.rate_key FROM rate_override o WHERE o.customer_key = s.customer_key)';
  if (rates.isWholePlan) return ofPlan;
  const [featureKey] = rates.byFeature.keys();
  return `${ofPlan} AND e.feature_key = ${values.placeholder(featureKey)}`;
}

function taken(rows: readonly SpanRow[], mostEvents: number): BacktestCustomers {
  const spans: PlanSpan[] = [];
  let lastCustomerKey = rows[0]!.customer_key;
  let eventCount = 0;
  for (const row of rows) {
    if (eventCount >= mostEvents && row.customer_key !== lastCustomerKey) break;
    lastCustomerKey = row.customer_key;
    eventCount += Number(row.event_count);
    if (row.from_at && row.to_at && row.event_count > 0n) spans.push({ customerKey: row.customer_key, from: row.from_at, to: row.to_at });
  }
  return { spans, lastCustomerKey, eventCount };
}

/** An event with all that its price and its place in the ledger need. */
export interface BacktestEvent extends Omit<ChargedUsage, 'currencyKey'>, LedgerCharge {
  readonly customerKey: bigint;
  readonly key: bigint;
  readonly poolKey: bigint;
}

interface EventRow {
  customer_key: bigint;
  key: bigint;
  pool_key: bigint;
  feature_key: number;
  set_key: bigint;
  loose_text: string | null;
  value: string;
  cost: string;
  balance_after: string;
  received_at: Date;
  first_sequence: bigint;
  entry_count: number;
}

/** Reads events of customers, pool by pool in the order of the ledger, some at a time. */
export class BacktestReader {
  private readonly sets = new LRUCache<bigint, Dimensions>({ max: MOST_SETS_HELD });

  constructor(private readonly backtest: ClaimedBacktest) {}

  async *eventsOf(transaction: Transaction, spans: readonly PlanSpan[]): AsyncGenerator<BacktestEvent[]> {
    const next = await openCursor<EventRow>(transaction, eventsStatement(this.backtest, spans), EVENTS_AT_ONCE);
    for (let rows = await next(); rows.length > 0; rows = await next()) {
      const sets = await this.setsOf(transaction, rows);
      yield rows.map((row) => eventFrom(row, sets.get(row.set_key)!));
    }
    await transaction.query('CLOSE export_rows');
  }

  private async setsOf(transaction: Transaction, rows: readonly EventRow[]): Promise<ReadonlyMap<bigint, Dimensions>> {
    const found = new Map<bigint, Dimensions>();
    const missing = new Map<bigint, EventRow>();
    for (const row of rows) {
      if (found.has(row.set_key) || missing.has(row.set_key)) continue;
      const held = this.sets.get(row.set_key);
      if (held) found.set(row.set_key, held);
      else missing.set(row.set_key, row);
    }
    if (missing.size > 0)
      for (const [key, dimensions] of await readSets(transaction, [...missing.values()])) {
        this.sets.set(key, dimensions);
        found.set(key, dimensions);
      }
    return found;
  }
}

/** The snapshot is that of the start, so that whoever reads, and whenever, finds the same. */
function eventsStatement(backtest: ClaimedBacktest, spans: readonly PlanSpan[]): { text: string; values: unknown[] } {
  const values = new Conditions();
  const columns = [
    `${values.placeholder(plainColumn(spans, (span) => span.customerKey))}::int8[]`,
    `${values.placeholder(instantColumn(spans, (span) => span.from))}::timestamptz[]`,
    `${values.placeholder(instantColumn(spans, (span) => span.to))}::timestamptz[]`,
  ];
  const before = values.placeholder(firstEventKeyAt(new Date(backtest.startedAt.getTime() - MOST_CLOCK_SKEW_MS)));
  const text = `
    SELECT e.customer_key, e.key, e.pool_key, e.feature_key, e.set_key, e.loose_dimensions::text AS loose_text, e.value, e.cost, e.balance_after,
           e.received_at, e.first_sequence, e.entry_count
    FROM unnest(${columns.join(', ')}) AS s (customer_key, from_at, to_at)
    CROSS JOIN LATERAL (
      SELECT e.* FROM usage_event e WHERE e.customer_key = s.customer_key AND e.at >= s.from_at AND e.at < s.to_at ${pricedByPlan(backtest, values)}
        AND (e.key < ${before} OR NOT ${isUnseen(values, 'e', backtest.snapshot)}) OFFSET 0
    ) e
    ORDER BY e.customer_key, e.pool_key, e.first_sequence, e.entry_count DESC, e.key`;
  return { text, values: values.values };
}

async function readSets(transaction: Transaction, rows: readonly EventRow[]): Promise<[bigint, Dimensions][]> {
  const found = await transaction.query<{ key: bigint; set_text: string }>(
    `SELECT s.key, s.dimensions::text AS set_text FROM unnest($1::int8[], $2::int8[]) AS wanted (customer_key, key)
     JOIN dimension_set s ON s.customer_key = wanted.customer_key AND s.key = wanted.key`,
    [plainColumn(rows, (row) => row.customer_key), plainColumn(rows, (row) => row.set_key)],
  );
  return found.rows.map((row) => [row.key, dimensionsFromJson(row.set_text, null)]);
}

function eventFrom(row: EventRow, set: Dimensions): BacktestEvent {
  return {
    customerKey: row.customer_key,
    key: row.key,
    poolKey: row.pool_key,
    featureKey: row.feature_key,
    value: creditsFromNumeric(row.value),
    dimensions: row.loose_text === null ? set : withLoose(set, row.loose_text),
    cost: creditsFromNumeric(row.cost),
    balanceAfter: creditsFromNumeric(row.balance_after),
    receivedAt: row.received_at,
    firstSequence: row.first_sequence,
    entryCount: row.entry_count,
  };
}
