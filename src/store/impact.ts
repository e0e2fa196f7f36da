import { creditsFromNumeric, creditsToText } from '../domain/credits';
import { DrawdownError, type ErrorCode } from '../domain/errors';
import {
  HISTOGRAM_BOUNDS,
  histogram,
  quantileRanks,
  relativeChange,
  type ChangeQuantile,
  type CurrencyImpact,
  type CustomerImpact,
  type FeatureImpact,
  type ImpactCell,
  type ImpactDirection,
  type ImpactDistribution,
  type ImpactSums,
  type RefusalImpact,
} from '../domain/impact';
import type { CursorValues, Page, PageRequest } from '../domain/paging';
import { cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Queryable } from './database';
import { amountColumn, plainArray, plainColumn, textColumn } from './sql-arrays';

/** Writes a SELECT of cells: customer_key, feature_key, currency_key, code, event_count, old_credits, new_credits. */
export type ImpactSource = (values: Conditions) => string;

/** The columns of cells that every table of them has behind its own: feature_key, currency_key, code, event_count, old_credits, new_credits. */
export function impactColumns(cells: readonly ImpactCell[]): string[] {
  return [
    plainColumn(cells, (cell) => cell.featureKey),
    plainColumn(cells, (cell) => cell.currencyKey),
    textColumn(cells, (cell) => cell.code),
    plainColumn(cells, (cell) => cell.eventCount),
    amountColumn(cells, (cell) => cell.oldCredits),
    amountColumn(cells, (cell) => cell.newCredits),
  ];
}

export function backtestCells(backtestKey: bigint): ImpactSource {
  return (values) =>
    `SELECT customer_key, feature_key, currency_key, code, event_count, old_credits, new_credits FROM backtest_usage
     WHERE backtest_key = ${values.placeholder(backtestKey)}`;
}

const SUMS = `sum(event_count)::float8 AS event_count, (coalesce(sum(event_count) FILTER (WHERE code <> ''), 0))::float8 AS refused_count,
  sum(old_credits) AS old_credits, sum(new_credits) AS new_credits`;

interface SumsRow {
  event_count: number;
  refused_count: number;
  old_credits: string;
  new_credits: string;
}

function sumsFrom(row: SumsRow): ImpactSums {
  return {
    eventCount: row.event_count,
    refusedCount: row.refused_count,
    oldCredits: creditsFromNumeric(row.old_credits),
    newCredits: creditsFromNumeric(row.new_credits),
  };
}

/** By currency, and in it by feature, the largest change first. */
export async function loadCurrencyImpacts(queryable: Queryable, source: ImpactSource): Promise<CurrencyImpact[]> {
  const values = new Conditions();
  const { rows } = await queryable.query<SumsRow & { currency_key: number; feature_key: number }>(
    `SELECT currency_key, feature_key, ${SUMS} FROM (${source(values)}) cell GROUP BY currency_key, feature_key
     ORDER BY currency_key, abs(sum(new_credits) - sum(old_credits)) DESC, feature_key`,
    values.values,
  );
  const currencyKeys = [...new Set(rows.map((row) => row.currency_key))];
  return currencyKeys.map((currencyKey) => {
    const features = rows
      .filter((row) => row.currency_key === currencyKey)
      .map((row): FeatureImpact => ({ featureKey: row.feature_key, impact: sumsFrom(row) }));
    return { currencyKey, features };
  });
}

/** Why events would have been refused, the most frequent first. */
export async function loadRefusalImpacts(queryable: Queryable, source: ImpactSource): Promise<RefusalImpact[]> {
  const values = new Conditions();
  const { rows } = await queryable.query<{ currency_key: number; feature_key: number; code: ErrorCode; event_count: number; old_credits: string }>(
    `SELECT currency_key, feature_key, code, sum(event_count)::float8 AS event_count, sum(old_credits) AS old_credits FROM (${source(values)}) cell
     WHERE code <> '' GROUP BY currency_key, feature_key, code ORDER BY 4 DESC, feature_key, code, currency_key`,
    values.values,
  );
  return rows.map((row) => ({
    currencyKey: row.currency_key,
    featureKey: row.feature_key,
    code: row.code,
    eventCount: row.event_count,
    oldCredits: creditsFromNumeric(row.old_credits),
  }));
}

function customersOf(source: ImpactSource, values: Conditions, currencyKey: number): string {
  return `SELECT customer_key, ${SUMS}, sum(new_credits) - sum(old_credits) AS change FROM (${source(values)}) cell
    WHERE currency_key = ${values.placeholder(currencyKey)} GROUP BY customer_key`;
}

interface DistributionRow {
  bar: number | null;
  customer_count: number;
}

export async function loadDistribution(queryable: Queryable, source: ImpactSource, currencyKey: number): Promise<ImpactDistribution> {
  const values = new Conditions();
  const bounds = `unnest(${values.placeholder(plainArray(HISTOGRAM_BOUNDS))}::int4[]) AS bound`;
  // Ten-thousandths, multiplied out: no quotient is rounded into another bar.
  const { rows } = await queryable.query<DistributionRow>(
    `SELECT CASE WHEN change = 0 THEN 0 WHEN old_credits = 0 THEN NULL
         WHEN change < 0 THEN (SELECT count(*) FROM ${bounds} WHERE bound * old_credits <= change * 10000)
         ELSE (SELECT count(*) FROM ${bounds} WHERE bound * old_credits < change * 10000) END::int4 AS bar, count(*)::int4 AS customer_count
     FROM (${customersOf(source, values, currencyKey)}) customer GROUP BY 1`,
    values.values,
  );
  const countOf = (matches: (bar: number | null) => boolean) => rows.reduce((sum, row) => (matches(row.bar) ? sum + row.customer_count : sum), 0);
  const firstIncrease = HISTOGRAM_BOUNDS.indexOf(0) + 1;
  return {
    customerCount: countOf(() => true),
    increasedCount: countOf((bar) => bar === null || bar >= firstIncrease),
    unchangedCount: countOf((bar) => bar === 0),
    decreasedCount: countOf((bar) => bar !== null && bar > 0 && bar < firstIncrease),
    fromNothingCount: countOf((bar) => bar === null),
    histogram: histogram(new Map(rows.flatMap((row) => (row.bar === null ? [] : [[row.bar, row.customer_count]])))),
    quantiles: await loadQuantiles(queryable, source, currencyKey),
  };
}

/** Ordered by a quotient of 40 more decimals than amounts have, so that it orders as the exact one does. */
async function loadQuantiles(queryable: Queryable, source: ImpactSource, currencyKey: number): Promise<ChangeQuantile[]> {
  const values = new Conditions();
  const customers = `SELECT old_credits, new_credits, row_number() OVER (ORDER BY change * 1e40 / old_credits) AS rank, count(*) OVER () AS total
    FROM (${customersOf(source, values, currencyKey)}) customer WHERE old_credits > 0`;
  const { rows } = await queryable.query<{ old_credits: string; new_credits: string; rank: number; total: number }>(
    `SELECT old_credits, new_credits, rank::int4 AS rank, total::int4 AS total FROM (${customers}) ranked
     WHERE rank = ANY (SELECT greatest(1, ceil(percent * total / 100.0)) FROM unnest(${values.placeholder(plainArray([...quantileRanks(1).keys()]))}::int4[]) AS percent)`,
    values.values,
  );
  if (rows.length === 0) return [];
  const byRank = new Map(rows.map((row) => [row.rank, row]));
  return [...quantileRanks(rows[0]!.total)].map(([percent, rank]) => {
    const { old_credits, new_credits } = byRank.get(rank)!;
    const change = relativeChange({ oldCredits: creditsFromNumeric(old_credits), newCredits: creditsFromNumeric(new_credits) });
    return { percent, relativeChange: change! };
  });
}

interface CustomerRow extends SumsRow {
  customer_key: bigint;
}

const DIRECTION_CONDITIONS: Record<ImpactDirection, string> = { INCREASE: 'change > 0', DECREASE: 'change < 0' };

/** Customers by the size of their change, the largest first; null: in either direction, and those that do not change at the end. */
export async function listCustomerImpacts(
  queryable: Queryable,
  source: ImpactSource,
  currencyKey: number,
  direction: ImpactDirection | null,
  request: PageRequest,
): Promise<Page<CustomerImpact>> {
  const values = new Conditions();
  const customers = customersOf(source, values, currencyKey);
  if (direction) values.add(() => DIRECTION_CONDITIONS[direction]);
  if (request.after) values.add((value) => `(abs(change), customer_key) < ${placeOf(request.after!, value)}`);
  if (request.before) values.add((value) => `(abs(change), customer_key) > ${placeOf(request.before!, value)}`);
  const order = request.backward ? 'ASC' : 'DESC';
  const { rows } = await queryable.query<CustomerRow>(
    `SELECT customer_key, event_count, refused_count, old_credits, new_credits FROM (${customers}) customer
     WHERE ${values.text} ORDER BY abs(change) ${order}, customer_key ${order} LIMIT ${request.size + 1}`,
    values.values,
  );
  return pageOf(
    rows.map((row) => ({ customerKey: row.customer_key, impact: sumsFrom(row) })),
    request,
  );
}

/** What the cursor of a customer holds: the size of its change, and its key. */
export function customerImpactPlace({ customerKey, impact }: CustomerImpact): CursorValues {
  const change = impact.newCredits - impact.oldCredits;
  return [creditsToText(change < 0n ? -change : change), customerKey.toString()];
}

function placeOf(cursor: CursorValues, value: (given: unknown) => string): string {
  const size = cursorText(cursor, 0);
  if (!/^\d{1,38}(\.\d{1,12})?$/.test(size)) throw new DrawdownError('CURSOR_INVALID');
  return `(${value(size)}::numeric, ${value(cursorText(cursor, 1))}::int8)`;
}
