import {
  labelValue,
  valueLabel,
  type BreakdownFilter,
  type BreakdownQuery,
  type GroupKey,
  type OrderDirection,
  type SeriesPage,
  type UsagePoint,
  type UsageSums,
} from '../domain/breakdown';
import type { SeriesWindow } from '../domain/breakdown-cursor';
import { creditsFromNumeric } from '../domain/credits';
import { COMPARISONS, type FilterTest } from '../domain/dimension-filter';
import type { Span } from '../domain/time-range';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { labelJoins, labelSql } from './fact-labels';
import {
  amountNames,
  amountSql,
  columnNames,
  factsPlan,
  namesOf,
  onlyCustomer,
  querySums,
  settingsFor,
  SMALL_UNIT,
  sumsSql,
  type FactColumns,
  type FactsPlan,
  type FactsWriter,
} from './facts-plan';
import { breakdownFacts } from './rollup-facts';
import type { OpenBreakdown } from './rollup-snapshot';
import { plainArray, plainColumn } from './sql-arrays';

/** Sums are null where there is no series at all. */
export interface SumsRow {
  credits: string | null;
  value: string | null;
  event_count: bigint | string | null;
}

interface SeriesRow extends SumsRow {
  series_count: bigint;
  total_credits: string | null;
  total_value: string | null;
  total_event_count: string | null;
  /** The sums are null where the page is empty. */
  position: bigint;
  labels: (string | null)[];
  /** Of a statement that asks for points: see `pointTable`. */
  points?: string | null;
}

/** The series in one window of the list, and the points of each; null: of other than one statement. */
export async function loadSeriesWithPoints(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  window: SeriesWindow,
  buckets: readonly Span[],
): Promise<{ page: SeriesPage; points: UsagePoint[][] } | null> {
  const plan = factsPlan({ query, open, buckets: [query.range] });
  if (!isSeriesPerSet(plan)) return null;
  const ofPage = factsPlan({ query, open, buckets, byBucket: true, ofPage: true });
  if (ofPage.readsEvents) return null;
  const rows = await querySums<SeriesRow>(transaction, settingsFor(open), (adder) => pageQuery({ ...plan, adder }, window, { ...ofPage, adder }));
  return { page: pageFrom(rows), points: rows.filter(isOfSeries).map(({ points }) => pointsFrom(points!, buckets)) };
}

/**
 * The series in one window of the list, and the sums of all. Ranked, cut and totalled in SQL, so that a million series need no more memory here than one.
 * The sums are exact; what has neither events nor credits is no series. `facts`: of these alone.
 */
export async function loadSeries(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  window: SeriesWindow,
  facts?: FactsWriter,
): Promise<SeriesPage> {
  const plan = factsPlan({ query, open, buckets: [query.range], facts });
  return pageFrom(await querySums<SeriesRow>(transaction, facts ? '' : settingsFor(open), (adder) => pageQuery({ ...plan, adder }, window)));
}

/** The statement for a page; with `points`, a plan by buckets, also for the points of its series, where each of them is a dimension set. */
function pageQuery(plan: FactsPlan, window: SeriesWindow, points: FactsPlan | null = null): { text: string; values: unknown[] } {
  const { query, columns } = plan;
  const values = new Conditions();
  const { tables, before } = isSeriesPerSet(plan) ? rankedBySums(values, plan, window) : rankedByAll(values, plan, window);
  const text = `WITH ${tables}, page AS (
  SELECT * FROM series ORDER BY ${orderSql(query, columns, 'series')} OFFSET (SELECT first FROM bounds) - (${before}) LIMIT (SELECT size FROM bounds)
)${points ? `, ${pointTable(values, points)}` : ''}
SELECT t.series_count, t.credits AS total_credits, t.value AS total_value, t.event_count AS total_event_count,
       page.credits, page.value, page.event_count, ARRAY[${labelNames(query).join(', ')}]::text[] AS labels,
       ${points ? 'points.points,' : ''}
       (SELECT first FROM bounds) + row_number() OVER (ORDER BY ${orderSql(query, columns, 'page')}) AS position
FROM total t LEFT JOIN page ON TRUE${points ? ' LEFT JOIN points USING (set_key)' : ''} ORDER BY position`;
  return { text, values: values.values };
}

/** The sums of the sets of the page by bucket, as one text for each set: a row for each point would cost more than all the rest. */
function pointTable(values: Conditions, plan: FactsPlan): string {
  return `points AS MATERIALIZED (
  SELECT set_key, string_agg(concat_ws(' ', bucket, credits, value, event_count), ',' ORDER BY bucket) AS points FROM (
    SELECT f.bucket, f.set_key, ${seriesSums(plan)} FROM ${factsInScope(values, plan)} GROUP BY f.bucket, f.set_key HAVING ${isSeries(plan)}
  ) AS point GROUP BY set_key
)`;
}

/** Reads what `pointTable` writes. */
function pointsFrom(text: string, buckets: readonly Span[]): UsagePoint[] {
  return text.split(',').map((point) => {
    const [bucket, credits, value, eventCount] = point.split(' ') as [string, string, string, string];
    const { from, to } = buckets[Number(bucket) - 1]!;
    return { from, to, credits: creditsFromNumeric(credits), value: creditsFromNumeric(value), eventCount: Number(eventCount) };
  });
}

/** Tables of which `series` has all of the page, `total` the sums of all and `bounds` the place of the page, and how many series come before those in `series`. */
interface RankedSeries {
  readonly tables: string;
  readonly before: string;
}

function rankedByAll(values: Conditions, plan: FactsPlan, window: SeriesWindow): RankedSeries {
  return { tables: `${seriesSql(values, plan)}, ${placeSql(values, 'series', window)}`, before: '0' };
}

/** Each dimension set is a series: then labels are looked up for those alone that have the sums of the page. */
function rankedBySums(values: Conditions, plan: FactsPlan, window: SeriesWindow): RankedSeries {
  const { query, columns } = plan;
  const [amount, { direction }] = [query.orderBy.field.toLowerCase(), query.orderBy];
  const { sums, scale } = sumsInUnits(plan);
  const tables = `${scopeSql(values, query, plan.open)}, summed AS MATERIALIZED (
  SELECT f.set_key, ${sums} FROM ${factsInScope(values, plan)} GROUP BY f.set_key HAVING ${isSeries(plan)}
), ${placeSql(values, 'summed', window, scale)}, edge AS MATERIALIZED (
  SELECT min(amount) AS low, max(amount) AS high FROM (
    SELECT ${amount} AS amount FROM summed ORDER BY 1 ${direction} OFFSET (SELECT first FROM bounds) LIMIT (SELECT size FROM bounds)
  ) AS on_page
), candidate AS MATERIALIZED (
  SELECT * FROM summed WHERE ${amount} BETWEEN (SELECT low FROM edge) AND (SELECT high FROM edge)
), series AS MATERIALIZED (
  SELECT ${labelColumns(values, query, columns).join(', ')}, c.set_key, c.credits${scale} AS credits, c.value${scale} AS value, c.event_count
  FROM candidate c JOIN dimension_set s ON s.customer_key = ${values.placeholder(onlyCustomer(query))} AND s.key = c.set_key AND s.key = ANY (ARRAY(SELECT set_key FROM candidate))
)`;
  const isBefore = direction === 'DESC' ? '> (SELECT high FROM edge)' : '< (SELECT low FROM edge)';
  return { tables, before: `SELECT count(*) FROM summed WHERE ${amount} ${isBefore}` };
}

/** Whether no two dimension sets of the facts have the same labels, and nothing else tells series apart. */
function isSeriesPerSet({ query, open, readsEvents }: Omit<FactsPlan, 'adder'>): boolean {
  const { groupBy, filters, orderBy } = query;
  const names = open.sources[0]?.rollup?.dimensions ?? [];
  const grouped = groupBy.flatMap((key) => ('dimension' in key ? [key.dimension] : []));
  const isBySets = names.length > 0 && onlyCustomer(query) !== null && !readsEvents && open.aliases.size === 0;
  return (
    isBySets && grouped.length === groupBy.length && names.every((name) => grouped.includes(name)) && filters.length === 0 && orderBy.field !== 'KEY'
  );
}

function placeSql(values: Conditions, table: string, window: SeriesWindow, scale = ''): string {
  return `total AS MATERIALIZED (
  SELECT count(*) AS series_count, sum(credits)${scale} AS credits, sum(value)${scale} AS value, sum(event_count) AS event_count FROM ${table}
), bounds AS MATERIALIZED (
  ${boundsSql(values, window)}
)`;
}

function pageFrom(rows: readonly SeriesRow[]): SeriesPage {
  const { series_count, total_credits, total_value, total_event_count } = rows[0]!;
  return {
    seriesCount: Number(series_count),
    total: sumsFrom({ credits: total_credits, value: total_value, event_count: total_event_count }),
    series: rows.filter(isOfSeries).map((row) => ({ position: Number(row.position), values: row.labels.map(labelValue), ...sumsFrom(row) })),
  };
}

/** Of an empty page there is a row with the sums of all. */
function isOfSeries({ credits }: SeriesRow): boolean {
  return credits !== null;
}

export function sumsFrom(row: SumsRow): UsageSums {
  return { credits: creditsFromNumeric(row.credits ?? '0'), value: creditsFromNumeric(row.value ?? '0'), eventCount: Number(row.event_count ?? 0) };
}

/** The tables `series` (labels g0, g1, … and sums) and what it is made of. Cells are summed before the labels are looked up, once per dimension set. */
export function seriesSql(values: Conditions, plan: FactsPlan): string {
  const { query, columns } = plan;
  const keys = [...(columns.bucket ? ['c.bucket'] : []), ...labelColumns(values, query, columns)];
  return `${cellsSql(values, plan)}, series AS MATERIALIZED (
  SELECT ${[...keys, seriesSums(plan)].join(', ')} FROM cells c
  ${labelJoins(values, query, columns, plan.readsEvents ? null : plan.setKeys)}
  WHERE ${filtersSql(values, query, columns)}
  GROUP BY ${listOrAll(keys.map((_, index) => String(index + 1)))} HAVING ${isSeries(plan)}
)`;
}

function labelColumns(values: Conditions, query: BreakdownQuery, columns: FactColumns): string[] {
  return query.groupBy.map((key, index) => `${labelSql(values, key, columns)} COLLATE "C" AS g${index}`);
}

function seriesSums(plan: FactsPlan, sum: (name: 'credits' | 'value', plan: FactsPlan) => string = amountSql): string {
  return `${sum('credits', plan)} AS credits, ${sum('value', plan)} AS value, ${plan.adder}(event_count) AS event_count`;
}

/** The same, of small amounts in units of 10^-9, which compare and add up faster than decimals; `scale` makes amounts of them. */
function sumsInUnits(plan: FactsPlan): { sums: string; scale: string } {
  if (amountNames(plan.open).includes('credits_large')) return { sums: seriesSums(plan), scale: '' };
  return { sums: seriesSums(plan, (name, { adder }) => `${adder}(${name}_small)`), scale: SMALL_UNIT };
}

/** What has neither events nor credits is no series. */
function isSeries(plan: FactsPlan): string {
  return `${plan.adder}(event_count) > 0 OR ${amountSql('credits', plan)} > 0`;
}

/** The table `cells`: the facts of the scope, summed up by their keys. */
export function cellsSql(values: Conditions, plan: FactsPlan): string {
  const { query, columns, open } = plan;
  const names = columnNames(columns).map((name) => `f.${name}`);
  return `${scopeSql(values, query, open)}, cells AS (
  SELECT ${[...names, ...sumsSql(plan)].join(', ')}
  FROM ${factsInScope(values, plan)} GROUP BY ${listOrAll(names)}
)`;
}

/** The facts `f` of the pools of the scope. */
function factsInScope(values: Conditions, plan: FactsPlan): string {
  return `(${(plan.facts ?? breakdownFacts)(values, plan)}) f${plan.columns.pool ? ' JOIN scope_pool ON scope_pool.key = f.pool_key' : ''}`;
}

/** GROUP BY () makes one group of all. */
function listOrAll(names: readonly string[]): string {
  return names.length === 0 ? '()' : names.join(', ');
}

export function labelNames({ groupBy }: BreakdownQuery): string[] {
  return groupBy.map((_, index) => `g${index}`);
}

/** Whose facts count: the pools of the currency, and the customers, each with the rollup that it is read from. A currency is of one environment. */
export function scopeSql(values: Conditions, query: BreakdownQuery, { sources }: Pick<OpenBreakdown, 'sources'>): string {
  const { customerKeys, currencyKey } = query;
  const currency = values.placeholder(currencyKey);
  const only = onlyCustomer(query);
  if (only !== null) {
    const customer = values.placeholder(only);
    return `scope_pool AS (SELECT customer_key, key FROM pool WHERE customer_key = ${customer} AND currency_key = ${currency}),
scope_customer AS (SELECT ${customer}::int8 AS customer_key, ${values.placeholder(sources[0]!.rollup?.key ?? null)}::int2 AS rollup_key)`;
  }
  const asked = customerKeys === null ? '' : ` AND customer_key = ANY (${values.placeholder(plainArray(customerKeys))}::int8[])`;
  const columns = [plainColumn(sources, ({ customerKey }) => customerKey), plainColumn(sources, ({ rollup }) => rollup && rollup.key)];
  const [customers, rollups] = columns.map((column) => values.placeholder(column));
  return `scope_pool AS MATERIALIZED (SELECT customer_key, key FROM pool WHERE currency_key = ${currency}${asked}),
scope_customer AS MATERIALIZED (SELECT * FROM unnest(${customers}::int8[], ${rollups}::int2[]) AS c (customer_key, rollup_key))`;
}

export function filtersSql(values: Conditions, query: BreakdownQuery, columns: FactColumns): string {
  return andAll(query.filters.map((filter) => filterSql(values, filter, columns)));
}

function andAll(conditions: readonly string[]): string {
  return conditions.join(' AND ') || 'TRUE';
}

function filterSql(values: Conditions, filter: BreakdownFilter, columns: FactColumns): string {
  if ('not' in filter) return `NOT ${filterSql(values, filter.not, columns)}`;
  if ('and' in filter) return `(${andAll(filter.and.map((part) => filterSql(values, part, columns)))})`;
  if ('or' in filter) return `(${filter.or.map((part) => filterSql(values, part, columns)).join(' OR ') || 'FALSE'})`;
  return `(${testSql(values, filter.test, labelSql(values, filter.key, columns))}) IS TRUE`;
}

/** Over a label (see domain/breakdown valueLabel): texts are in quotes, true and false are words, everything else is a number. */
function testSql(values: Conditions, test: FilterTest, label: string): string {
  if ('prefix' in test) return `starts_with(${label}, ${values.placeholder(valueLabel(test.prefix)!.slice(0, -1))})`;
  if ('values' in test) {
    const given = test.values.map(valueLabel).filter((one) => one !== null);
    const isGiven = `(${label}) = ANY (${values.placeholder(given)}::text[])`;
    return given.length < test.values.length ? `${isGiven} OR (${label}) IS NULL` : isGiven;
  }
  const bounds = test.bounds.map(
    ({ comparison, number }) => `(${label})::numeric ${COMPARISONS[comparison]} ${values.placeholder(valueLabel(number))}::numeric`,
  );
  return `CASE WHEN (${label}) !~ '^["tf]' THEN ${bounds.join(' AND ')} END`;
}

/** How many series before the page, and how many in it. */
export function boundsSql(values: Conditions, { size, backward, after, before }: SeriesWindow): string {
  const low = `${values.placeholder(after ?? 0)}::int8`;
  const high = `least(series_count, ${values.placeholder(before === null ? null : before - 1)}::int8)`;
  const count = `greatest(0, least(${values.placeholder(size)}::int8, ${high} - ${low}))`;
  return `SELECT ${backward ? `greatest(0, ${high} - ${count})` : low} AS first, ${count} AS size FROM total`;
}

export function orderSql(query: BreakdownQuery, columns: FactColumns, table: string): string {
  const { orderBy } = query;
  if (orderBy.field === 'KEY') return [...keysOrderSql(query, columns, table, orderBy.direction), `${table}.credits`].join(', ');
  return [`${table}.${orderBy.field.toLowerCase()} ${orderBy.direction}`, ...keysOrderSql(query, columns, table)].join(', ');
}

/** By the values of the keys, in their order. */
export function keysOrderSql({ groupBy }: BreakdownQuery, columns: FactColumns, table: string, direction: OrderDirection = 'ASC'): string[] {
  return groupBy.flatMap((key, index) => keyOrder(`${table}.g${index}`, mayBeNumber(key, columns), direction));
}

function mayBeNumber(key: GroupKey, columns: FactColumns): boolean {
  return 'dimension' in key && namesOf(key.dimension, columns.aliases).some((name) => columns.numeric.has(name));
}

/** Numbers by size, then texts by code points (without the closing quote, which would come after a space), then false, true, and none. */
function keyOrder(label: string, isNumeric: boolean, direction: OrderDirection): string[] {
  const nulls = direction === 'ASC' ? 'NULLS LAST' : 'NULLS FIRST';
  const number = `CASE WHEN ${label} !~ '^["tf]' THEN ${label}::numeric END ${direction} ${nulls}`;
  const text = `left(${label}, -1) COLLATE "C" ${direction} ${nulls}`;
  return isNumeric ? [number, text] : [text];
}
