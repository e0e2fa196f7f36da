import { coverRange, type Cover } from '../domain/breakdown-cover';
import type { DimensionUsage, ValueSample } from '../domain/breakdown-dimensions';
import type { DimensionType } from '../domain/dimensions';
import type { Page, PageRequest } from '../domain/paging';
import { BASE_ROLLUP } from '../domain/rollup';
import type { Span } from '../domain/time-range';
import { cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { runsOf } from './rollup-facts';
import { instantArray, plainArray } from './sql-arrays';

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

/**
 * The dimensions of the events, by code points. The base rollups know which dimensions events have, and of which types; where the range begins or ends
 * within a block, the events there tell. An event has a dimension once, so that its count is that of the events. `emptyFrom`: no event is at or after it.
 */
export async function listDimensions(
  transaction: Transaction,
  scope: DimensionScope,
  emptyFrom: Date,
  prefix: string,
  request: PageRequest,
): Promise<Page<DimensionUsage>> {
  const { after, before, backward, size } = request;
  const where = new Conditions();
  const ofScope = scopeSql(where, scope);
  const counted = countedSql(where, scope, coverRange(scope.range.from, scope.range.to, emptyFrom));
  where.add((value) => `starts_with(u.name, ${value(prefix)})`);
  if (after) where.add((value) => `u.name COLLATE "C" > ${value(cursorText(after, 0))}`);
  if (before) where.add((value) => `u.name COLLATE "C" < ${value(cursorText(before, 0))}`);
  const { rows } = await transaction.query<DimensionRow>(
    `WITH scope AS MATERIALIZED (${ofScope}), counted AS (${counted}), usage AS (
       SELECT d.key AS name, d.value AS type, sum(c.event_count) AS event_count
       FROM counted c JOIN dimension_set s ON s.customer_key = c.customer_key AND s.key = c.set_key
       CROSS JOIN LATERAL jsonb_each_text(CASE WHEN c.loose IS NULL THEN s.dimensions -> 0 ELSE (dimension_shape(s.dimensions, NULL) -> 0) || c.loose END) d
       GROUP BY d.key, d.value HAVING sum(c.event_count) > 0
     )
     SELECT u.name, sum(u.event_count)::int8 AS event_count, array_agg(u.type ORDER BY u.type) AS types,
            EXISTS (SELECT FROM dimension_key k WHERE k.customer_key IN (SELECT key FROM scope) AND k.name = u.name AND k.loose) AS loose
     FROM usage u WHERE ${where.text} GROUP BY u.name ORDER BY u.name COLLATE "C" ${backward ? 'DESC' : 'ASC'} LIMIT ${size + 1}`,
    where.values,
  );
  return pageOf(rows.map(dimensionFrom), request);
}

/**
 * How many events there are by their sets: those of base rollups, which say the types of dimensions, and those of events, with the types of what is
 * not in the set as `loose`. OFFSET 0 keeps each run and span one search of an index.
 */
function countedSql(values: Conditions, scope: DimensionScope, { blocks, spans }: Cover): string {
  const runs = runsOf(blocks);
  const [days, firsts, behinds, runSigns] = (['days', 'start', 'end', 'sign'] as const).map((name) =>
    values.placeholder(plainArray(runs.map((run) => run[name]))),
  );
  const [starts, ends] = (['from', 'to'] as const).map((name) => values.placeholder(instantArray(spans.map((span) => span[name]))));
  const spanSigns = values.placeholder(plainArray(spans.map(({ sign }) => sign)));
  return `SELECT r.customer_key, r.set_key, NULL::jsonb AS loose, sum(r.event_count * b.sign) AS event_count
       FROM unnest(${days}::int2[], ${firsts}::int4[], ${behinds}::int4[], ${runSigns}::int2[]) AS b (days, first, behind, sign) CROSS JOIN scope c CROSS JOIN LATERAL (
         SELECT r.customer_key, r.set_key, r.event_count FROM usage_rollup r
         WHERE r.customer_key = c.key AND r.rollup_key = ${BASE_ROLLUP.key} AND r.days = b.days AND r.start >= b.first AND r.start < b.behind AND ${inCurrency(values, scope, 'r')} OFFSET 0
       ) r GROUP BY 1, 2
       UNION ALL
       SELECT e.customer_key, e.set_key, dimension_shape('{}', e.loose_dimensions) -> 0, sum(b.sign)
       FROM unnest(${starts}::timestamptz[], ${ends}::timestamptz[], ${spanSigns}::int2[]) AS b (starts, ends, sign) CROSS JOIN scope c CROSS JOIN LATERAL (
         SELECT e.customer_key, e.set_key, e.loose_dimensions FROM usage_event e
         WHERE e.customer_key = c.key AND e.at >= b.starts AND e.at < b.ends AND ${inCurrency(values, scope, 'e')} OFFSET 0
       ) e GROUP BY 1, 2, 3`;
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

function ofEvents(values: Conditions, scope: DimensionScope): string {
  const { from, to } = scope.range;
  return `e.at >= ${values.placeholder(from)} AND e.at < ${values.placeholder(to)} AND ${inCurrency(values, scope, 'e')}`;
}

/** Whether a row is of a pool of the currency. */
function inCurrency(values: Conditions, { currencyKey }: DimensionScope, row: string): string {
  if (currencyKey === null) return 'TRUE';
  return `EXISTS (SELECT FROM pool p WHERE p.customer_key = ${row}.customer_key AND p.key = ${row}.pool_key AND p.currency_key = ${values.placeholder(currencyKey)})`;
}
