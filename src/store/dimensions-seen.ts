import { valueOfCursor, type DimensionSeen } from '../domain/breakdown-dimensions';
import { labelValue } from '../domain/breakdown';
import type { DimensionValue } from '../domain/dimensions';
import type { Page, PageRequest } from '../domain/paging';
import { cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Database } from './database';

interface KeyRow {
  name: string;
  has_text: boolean;
  has_boolean: boolean;
  has_number: boolean;
  loose: boolean;
}

interface ValueRow {
  label: string;
}

/** The dimension keys seen for a customer, by code points. */
export async function listDimensionKeys(database: Database, customerKey: bigint, prefix: string, request: PageRequest): Promise<Page<DimensionSeen>> {
  const where = new Conditions();
  const customer = where.placeholder(customerKey);
  const { after, before, backward, size } = request;
  where.add((value) => `starts_with(k.name, ${value(prefix)})`);
  if (after) where.add((value) => `k.name COLLATE "C" > ${value(cursorText(after, 0))}`);
  if (before) where.add((value) => `k.name COLLATE "C" < ${value(cursorText(before, 0))}`);
  const direction = backward ? 'DESC' : 'ASC';
  const { rows } = await database.pool.query<KeyRow>(
    `SELECT k.name, bool_or(k.type = 'TEXT') AS has_text, bool_or(k.type = 'BOOLEAN') AS has_boolean, bool_or(k.type = 'NUMBER') AS has_number,
            bool_or(k.loose) AS loose
     FROM dimension_key k WHERE k.customer_key = ${customer} AND ${where.text}
     GROUP BY k.name ORDER BY k.name COLLATE "C" ${direction} LIMIT ${size + 1}`,
    where.values,
  );
  return pageOf(rows.map(keyFrom), request);
}

function keyFrom({ name, has_text, has_boolean, has_number, loose }: KeyRow): DimensionSeen {
  return { dimension: name, hasText: has_text, hasBoolean: has_boolean, hasNumber: has_number, loose };
}

/**
 * The different values of a dimension: numbers by size, then texts by code points, then false and true.
 * What is loose is only with the events, all of which are read where there is any.
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
       SELECT CASE jsonb_typeof(seen.value) WHEN 'number' THEN 0 WHEN 'string' THEN 1 ELSE 2 END AS kind,
              CASE jsonb_typeof(seen.value) WHEN 'number' THEN seen.value::numeric ELSE 0 END AS number,
              CASE jsonb_typeof(seen.value) WHEN 'number' THEN trim_scale(seen.value::numeric)::text ELSE seen.value #>> '{}' END AS text,
              CASE jsonb_typeof(seen.value) WHEN 'number' THEN trim_scale(seen.value::numeric)::text ELSE seen.value::text END AS label
       FROM (
         SELECT s.dimensions -> ${key} AS value FROM dimension_set s WHERE s.customer_key = ${customer} AND s.dimensions ? ${key}
         UNION
         SELECT e.loose_dimensions -> ${key} FROM usage_event e WHERE e.customer_key = ${customer} AND e.loose_dimensions ? ${key}
           AND EXISTS (SELECT FROM dimension_key k WHERE k.customer_key = ${customer} AND k.name = ${key} AND k.loose)
       ) seen
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
