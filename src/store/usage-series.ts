import { type BreakdownQuery, type GroupValue, type UsagePoint, type UsageSeries, valueLabel } from '../domain/breakdown';
import type { Span } from '../domain/time-range';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { factColumns, labelSql, onlyCustomer, querySums, settingsFor, type FactColumns, type FactsPlan } from './rollup-facts';
import type { OpenBreakdown } from './rollup-snapshot';
import { labelNames, seriesSql, sumsFrom, type SumsRow } from './rollups';
import { plainArray, textArray } from './sql-arrays';

/** Up to so many dimension sets are looked for one by one; more are cheaper found by reading all. */
const MOST_SOUGHT_SETS = 2000;

interface PointRow extends SumsRow {
  series: number;
  bucket: number;
}

/** The points of some series of a breakdown, in the order of the series; buckets without usage are left out. */
export async function loadPoints(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  series: readonly UsageSeries[],
  buckets: readonly Span[],
): Promise<UsagePoint[][]> {
  const columns = factColumns(query, open, true);
  const labels = series.map(({ values }) => values);
  const setKeys = open.byEvents ? null : await soughtSets(transaction, query, columns, labels);
  const rows = await querySums<PointRow>(transaction, settingsFor(open), (adder) =>
    pointsQuery({ query, open, columns, buckets, setKeys, adder }, series),
  );
  const points: UsagePoint[][] = series.map(() => []);
  for (const row of rows) points[row.series - 1]!.push({ ...buckets[row.bucket - 1]!, ...sumsFrom(row) });
  return points;
}

function pointsQuery(plan: FactsPlan, series: readonly UsageSeries[]): { text: string; values: unknown[] } {
  const { query } = plan;
  const values = new Conditions();
  const text = `WITH ${seriesSql(values, plan)}
SELECT w.series, s.bucket, s.credits, s.value, s.event_count
FROM series s JOIN ${wantedSql(
    values,
    query,
    series.map((one) => one.values),
  )} ON ${sameLabels(labelNames(query))}
ORDER BY w.series, s.bucket`;
  return { text, values: values.values };
}

/** The dimension sets that the series are made of; null where they are not known by their sets, or are many. */
export async function soughtSets(
  transaction: Transaction,
  query: BreakdownQuery,
  columns: FactColumns,
  series: readonly (readonly GroupValue[])[],
): Promise<bigint[] | null> {
  const dimensions = query.groupBy.flatMap((key, index) => ('dimension' in key ? [{ key, name: `g${index}` }] : []));
  const customer = onlyCustomer(query);
  if (dimensions.length === 0 || customer === null) return null;
  const values = new Conditions();
  const labels = dimensions.map(({ key, name }) => `${labelSql(values, key, columns)} AS ${name}`);
  const { rows } = await transaction.query<{ key: bigint }>(
    `SELECT DISTINCT s.key FROM (
       SELECT s.key, ${labels.join(', ')} FROM dimension_set s WHERE s.customer_key = ${values.placeholder(customer)}
     ) s JOIN ${wantedSql(values, query, series)} ON ${sameLabels(dimensions.map(({ name }) => name))}
     LIMIT ${MOST_SOUGHT_SETS + 1}`,
    values.values,
  );
  return rows.length > MOST_SOUGHT_SETS ? null : rows.map(({ key }) => key);
}

/** The series as rows: their number from 1 and their labels. */
export function wantedSql(values: Conditions, query: BreakdownQuery, series: readonly (readonly GroupValue[])[]): string {
  const numbers = values.placeholder(plainArray(series.map((_, index) => index + 1)));
  const labels = query.groupBy.map((_, index) => `${values.placeholder(textArray(series.map((one) => valueLabel(one[index]!))))}::text[]`);
  return `unnest(${[`${numbers}::int4[]`, ...labels].join(', ')}) AS w (${['series', ...labelNames(query)].join(', ')})`;
}

/** Written as equality, so that it can be hashed; no label is empty. */
export function sameLabels(names: readonly string[]): string {
  return names.map((name) => `coalesce(s.${name}, '') = coalesce(w.${name}, '')`).join(' AND ') || 'TRUE';
}
