import { valueLabel, type BreakdownQuery, type GroupKey, type GroupValue } from '../domain/breakdown';
import { projectedText } from '../domain/dimension-placement';
import type { DimensionValue } from '../domain/dimensions';
import { blockStart, dayNumber, ROLLUP_DAYS } from '../domain/rollup';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { labelSql } from './fact-labels';
import { factsPlan, onlyCustomer } from './facts-plan';
import type { OpenBreakdown } from './rollup-snapshot';
import { labelNames } from './rollups';
import { plainArray, textArray } from './sql-arrays';

/** Up to so many dimension sets are looked for one by one; more are cheaper found by reading all. */
const MOST_SOUGHT_SETS = 2000;
const LARGEST_BLOCK = ROLLUP_DAYS.at(-1)!;

/** The dimension sets of the cells that some series are made of; null where they are not known by their sets, or are many. */
export async function soughtCellSets(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  series: readonly (readonly GroupValue[])[],
): Promise<bigint[] | null> {
  const [source] = open.sources;
  if (onlyCustomer(query) === null || open.aliases.size > 0 || !source?.rollup || source.rollup.dimensions.length === 0) return null;
  const grouped = query.groupBy.flatMap((key) => ('dimension' in key ? [key.dimension] : []));
  if (source.rollup.dimensions.every((name) => grouped.includes(name)))
    return setsOfSeries(transaction, query, source.customerKey, source.rollup.dimensions, series);
  return grouped.length > 0 ? setsWithLabels(transaction, query, open, source.rollup.key, series) : null;
}

/** Where the series tell all of the rollup's dimensions, each has one set. */
async function setsOfSeries(
  transaction: Transaction,
  { groupBy }: BreakdownQuery,
  customerKey: bigint,
  dimensions: readonly string[],
  series: readonly (readonly GroupValue[])[],
): Promise<bigint[]> {
  const valuesOf = (values: readonly GroupValue[]) =>
    new Map(
      groupBy.flatMap((key, index): [string, DimensionValue][] =>
        'dimension' in key && values[index] != null ? [[key.dimension, values[index]]] : [],
      ),
    );
  const texts = new Set(series.map((values) => projectedText(valuesOf(values), dimensions)));
  const { rows } = await transaction.query<{ key: bigint }>(
    `SELECT key FROM dimension_set WHERE customer_key = $1
     AND hash = ANY (ARRAY(SELECT dimension_set_hash(wanted.dimensions::jsonb) FROM unnest($2::text[]) AS wanted (dimensions)))`,
    [customerKey, textArray([...texts])],
  );
  return rows.map(({ key }) => key);
}

/** Of the sets in the largest blocks that have anything of the range, those with the labels of the series. */
async function setsWithLabels(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  rollupKey: number,
  series: readonly (readonly GroupValue[])[],
): Promise<bigint[] | null> {
  const values = new Conditions();
  const [customer, from, to] = [onlyCustomer(query)!, blockStart(dayNumber(query.range.from), LARGEST_BLOCK), dayNumber(query.range.to)].map(
    (value) => values.placeholder(value),
  );
  return keysWithLabels(
    transaction,
    query,
    open,
    series,
    values,
    `(SELECT DISTINCT set_key FROM usage_rollup
      WHERE customer_key = ${customer} AND rollup_key = ${rollupKey} AND days = ${LARGEST_BLOCK} AND start BETWEEN ${from} AND ${to}) AS cell
     JOIN dimension_set s ON s.customer_key = ${customer} AND s.key = cell.set_key`,
  );
}

/** The dimension sets of the events that a series is made of; null where they are not known by their sets, or are many. */
export async function soughtEventSets(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  series: readonly GroupValue[],
): Promise<bigint[] | null> {
  const customer = onlyCustomer(query);
  const grouped = query.groupBy.flatMap((key) => ('dimension' in key ? [key.dimension] : []));
  if (customer === null || open.aliases.size > 0 || grouped.length === 0 || grouped.some((name) => open.loose.has(name))) return null;
  const values = new Conditions();
  const from = `dimension_set s WHERE s.customer_key = ${values.placeholder(customer)}`;
  return keysWithLabels(transaction, query, open, [series], values, from);
}

/** The keys of those of some sets `s` that have the labels of the series in all dimensions. */
async function keysWithLabels(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  series: readonly (readonly GroupValue[])[],
  values: Conditions,
  from: string,
): Promise<bigint[] | null> {
  const { columns } = factsPlan({ query, open, buckets: [] });
  const dimensions = query.groupBy.flatMap((key: GroupKey, index) => ('dimension' in key ? [{ key, name: `g${index}` }] : []));
  const labels = dimensions.map(({ key, name }) => `${labelSql(values, key, { ...columns, loose: [] })} AS ${name}`);
  const { rows } = await transaction.query<{ key: bigint }>(
    `SELECT DISTINCT s.key FROM (SELECT s.key, ${labels.join(', ')} FROM ${from}) s
     JOIN ${wantedSql(values, query, series)} ON ${sameLabels(dimensions.map(({ name }) => name))}
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
