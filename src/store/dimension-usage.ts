import type { DimensionUsage, ValueSample } from '../domain/breakdown-dimensions';
import type { DimensionType } from '../domain/dimensions';
import type { Page, PageRequest } from '../domain/paging';
import type { Span } from '../domain/time-range';
import { cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { plainArray } from './sql-arrays';

/** Whose events, and of which time. */
export interface DimensionScope {
  readonly environmentKey: number;
  /** Null: all customers of the environment. */
  readonly customerKeys: readonly bigint[] | null;
  /** Null: of pools of any currency. */
  readonly currencyKey: number | null;
  readonly range: Span;
}

interface DimensionRow {
  name: string;
  event_count: bigint;
  types: DimensionType[];
  loose: boolean;
}

interface SampleRow {
  name: string;
  event_count: bigint;
  distinct_values: bigint;
  once: bigint;
}

const TYPE = `CASE jsonb_typeof(d.value) WHEN 'string' THEN 'TEXT' WHEN 'number' THEN 'NUMBER' ELSE 'BOOLEAN' END`;

/**
 * The dimensions of the events, by code points. What is rolled up is counted once per dimension set, what is loose with each event; of one event a
 * dimension is in one of them.
 */
export async function listDimensions(
  transaction: Transaction,
  scope: DimensionScope,
  prefix: string,
  request: PageRequest,
): Promise<Page<DimensionUsage>> {
  const { after, before, backward, size } = request;
  const where = new Conditions();
  const events = eventsSql(where, scope);
  where.add((value) => `starts_with(u.name, ${value(prefix)})`);
  if (after) where.add((value) => `u.name COLLATE "C" > ${value(cursorText(after, 0))}`);
  if (before) where.add((value) => `u.name COLLATE "C" < ${value(cursorText(before, 0))}`);
  const { rows } = await transaction.query<DimensionRow>(
    `WITH scope AS MATERIALIZED (${scopeSql(where, scope)}), usage AS (
       SELECT d.key AS name, ${TYPE} AS type, e.event_count
       FROM (SELECT e.customer_key, e.set_key, count(*) AS event_count FROM ${events} GROUP BY e.customer_key, e.set_key) e
       JOIN dimension_set s ON s.customer_key = e.customer_key AND s.key = e.set_key CROSS JOIN LATERAL jsonb_each(s.dimensions) d
       UNION ALL
       SELECT d.key, ${TYPE}, count(*) FROM ${events} CROSS JOIN LATERAL jsonb_each(e.loose_dimensions) d GROUP BY 1, 2
     )
     SELECT u.name, sum(u.event_count)::int8 AS event_count, array_agg(DISTINCT u.type ORDER BY u.type) AS types,
            EXISTS (SELECT FROM dimension_key k WHERE k.customer_key IN (SELECT key FROM scope) AND k.name = u.name AND k.loose) AS loose
     FROM usage u WHERE ${where.text} GROUP BY u.name ORDER BY u.name COLLATE "C" ${backward ? 'DESC' : 'ASC'} LIMIT ${size + 1}`,
    where.values,
  );
  return pageOf(rows.map(dimensionFrom), request);
}

function dimensionFrom({ name, event_count, types, loose }: DimensionRow): DimensionUsage {
  return { dimension: name, eventCount: Number(event_count), types, loose };
}

/** What at most so many events, the newest of each customer, tell about the values of dimensions; those that none of them has are not there. */
export async function sampleValues(
  transaction: Transaction,
  scope: DimensionScope,
  names: readonly string[],
  mostEvents: number,
): Promise<Map<string, ValueSample>> {
  const values = new Conditions();
  const most = values.placeholder(mostEvents);
  const ofScope = scopeSql(values, scope);
  const { rows } = await transaction.query<SampleRow>(
    `WITH scope AS MATERIALIZED (${ofScope}), sample AS MATERIALIZED (
       SELECT e.customer_key, e.set_key, e.loose_dimensions, count(*) AS event_count
       FROM (
         SELECT e.* FROM scope c CROSS JOIN LATERAL (
           SELECT e.customer_key, e.set_key, e.loose_dimensions FROM usage_event e WHERE e.customer_key = c.key AND ${ofEvents(values, scope)}
           ORDER BY e.at DESC LIMIT greatest(1, ${most}::int8 / (SELECT count(*) FROM scope))
         ) e LIMIT ${most}
       ) e GROUP BY e.customer_key, e.set_key, e.loose_dimensions
     ), label AS (
       SELECT n.name, CASE jsonb_typeof(v.value) WHEN 'number' THEN trim_scale(v.value::numeric)::text ELSE v.value::text END AS label, sum(e.event_count) AS event_count
       FROM sample e JOIN dimension_set s ON s.customer_key = e.customer_key AND s.key = e.set_key
       CROSS JOIN unnest(${values.placeholder([...names])}::text[]) AS n (name)
       CROSS JOIN LATERAL (SELECT coalesce(e.loose_dimensions -> n.name, s.dimensions -> n.name) AS value OFFSET 0) v
       WHERE v.value IS NOT NULL GROUP BY 1, 2
     )
     SELECT name, sum(event_count)::int8 AS event_count, count(*) AS distinct_values, count(*) FILTER (WHERE event_count = 1) AS once FROM label GROUP BY name`,
    values.values,
  );
  return new Map(rows.map((row) => [row.name, sampleFrom(row)]));
}

function sampleFrom({ event_count, distinct_values, once }: SampleRow): ValueSample {
  return { eventCount: Number(event_count), values: Number(distinct_values), once: Number(once) };
}

function scopeSql(values: Conditions, { environmentKey, customerKeys }: DimensionScope): string {
  const asked = customerKeys === null ? '' : ` AND key = ANY (${values.placeholder(plainArray(customerKeys))}::int8[])`;
  return `SELECT key FROM customer WHERE environment_key = ${values.placeholder(environmentKey)}${asked}`;
}

/** The events `e` of the scope. */
function eventsSql(values: Conditions, scope: DimensionScope): string {
  return `usage_event e JOIN scope c ON c.key = e.customer_key AND ${ofEvents(values, scope)}`;
}

function ofEvents(values: Conditions, { currencyKey, range: { from, to } }: DimensionScope): string {
  const inRange = `e.at >= ${values.placeholder(from)} AND e.at < ${values.placeholder(to)}`;
  if (currencyKey === null) return inRange;
  const currency = `SELECT FROM pool p WHERE p.customer_key = e.customer_key AND p.key = e.pool_key AND p.currency_key = ${values.placeholder(currencyKey)}`;
  return `${inRange} AND EXISTS (${currency})`;
}
