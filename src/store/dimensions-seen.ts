import { valueOfCursor, type DimensionSeen } from '../domain/breakdown-dimensions';
import { labelValue } from '../domain/breakdown';
import type { DimensionValue } from '../domain/dimensions';
import type { Page, PageRequest } from '../domain/paging';
import { cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Database } from './database';

interface KeyRow {
  name: string;
  has_number: boolean;
  types: string[] | null;
}

interface ValueRow {
  label: string;
}

/** The dimension keys seen for a customer, by code points. Texts and booleans are told apart by looking at all sets, once per page. */
export async function listDimensionKeys(database: Database, customerKey: bigint, prefix: string, request: PageRequest): Promise<Page<DimensionSeen>> {
  const where = new Conditions();
  const customer = where.placeholder(customerKey);
  const { after, before, backward, size } = request;
  where.add((value) => `starts_with(k.name, ${value(prefix)})`);
  if (after) where.add((value) => `k.name COLLATE "C" > ${value(cursorText(after, 0))}`);
  if (before) where.add((value) => `k.name COLLATE "C" < ${value(cursorText(before, 0))}`);
  const direction = backward ? 'DESC' : 'ASC';
  const { rows } = await database.pool.query<KeyRow>(
    `WITH page AS MATERIALIZED (
       SELECT k.name, bool_or(k."numeric") AS has_number, bool_and(k."numeric") AS is_number FROM dimension_key k
       WHERE k.customer_key = ${customer} AND ${where.text} GROUP BY k.name ORDER BY k.name COLLATE "C" ${direction} LIMIT ${size + 1}
     ), types AS (
       SELECT d.key AS name, array_agg(DISTINCT jsonb_typeof(d.value)) AS types FROM dimension_set s, jsonb_each(s.dimensions) d
       WHERE s.customer_key = ${customer} AND d.key IN (SELECT name FROM page WHERE NOT is_number) GROUP BY 1
     )
     SELECT page.name, page.has_number, types.types FROM page LEFT JOIN types USING (name) ORDER BY page.name COLLATE "C" ${direction}`,
    where.values,
  );
  return pageOf(rows.map(keyFrom), request);
}

function keyFrom({ name, has_number, types }: KeyRow): DimensionSeen {
  return { dimension: name, hasText: types?.includes('string') ?? false, hasBoolean: types?.includes('boolean') ?? false, hasNumber: has_number };
}

/**
 * The different values of a dimension: numbers by size, then texts by code points, then false and true.
 * Numbers are only with the events, all of which are read where there are any.
 */
export async function listDimensionValues(
  database: Database,
  customerKey: bigint,
  dimension: string,
  prefix: string,
  request: PageRequest,
): Promise<Page<DimensionValue>> {
  const where = new Conditions();
  const customer = where.placeholder(customerKey);
  const key = `${where.placeholder(dimension)}::text`;
  where.add((value) => `starts_with(v.text, ${value(prefix)})`);
  if (request.after) addBound(where, '>', cursorText(request.after, 0));
  if (request.before) addBound(where, '<', cursorText(request.before, 0));
  const direction = request.backward ? 'DESC' : 'ASC';
  const { rows } = await database.pool.query<ValueRow>(
    `SELECT v.label FROM (
       SELECT DISTINCT CASE jsonb_typeof(s.dimensions -> ${key}) WHEN 'string' THEN 1 ELSE 2 END AS kind, 0::numeric AS number,
              s.dimensions ->> ${key} AS text, (s.dimensions -> ${key})::text AS label
       FROM dimension_set s WHERE s.customer_key = ${customer} AND s.dimensions ? ${key}
       UNION ALL
       SELECT 0, n.number, trim_scale(n.number)::text, trim_scale(n.number)::text FROM (
         SELECT DISTINCT (e.numbers ->> ${key})::numeric AS number FROM usage_event e WHERE e.customer_key = ${customer} AND e.numbers ? ${key}
           AND EXISTS (SELECT FROM dimension_key k WHERE k.customer_key = ${customer} AND k.name = ${key} AND k."numeric")
       ) n
     ) v WHERE ${where.text} ORDER BY v.kind ${direction}, v.number ${direction}, v.text COLLATE "C" ${direction} LIMIT ${request.size + 1}`,
    where.values,
  );
  return pageOf(
    rows.map(({ label }) => labelValue(label)!),
    request,
  );
}

function addBound(where: Conditions, side: '<' | '>', label: string): void {
  const value = valueOfCursor(label);
  const [kind, number, text] =
    typeof value === 'object' ? [0, value.toFixed(), ''] : typeof value === 'string' ? [1, '0', value] : [2, '0', String(value)];
  where.add(
    (given) =>
      `(v.kind, v.number, CASE v.kind WHEN 0 THEN '' ELSE v.text END COLLATE "C") ${side} (${given(kind)}::int4, ${given(number)}::numeric, ${given(text)}::text)`,
  );
}
