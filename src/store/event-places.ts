import type { CursorValues, Page, PageRequest } from '../domain/paging';
import type { TimeOrder, TimeSpan } from '../domain/time-order';
import { cursorInstant, cursorText, pageOf } from './catalog';
import type { Conditions } from './conditions';
import type { Queryable } from './database';
import type { EventRef } from './events';

/** Whose events, and of when. `customerKey` null: those of the whole environment. */
export interface EventScope extends TimeSpan {
  readonly environmentKey: number;
  readonly customerKey: bigint | null;
}

/**
 * A page of the events of a table, by (at, customer, key), that pass the conditions on `e`, of the customer `c`. Each customer's come from the index by
 * time, no more than a page of them, and are merged; so a page costs the same wherever it lies.
 */
export async function pageOfEvents(
  queryable: Queryable,
  table: 'usage_event' | 'unmatched_event',
  { environmentKey, customerKey, from, to }: EventScope,
  where: Conditions,
  order: TimeOrder,
  request: PageRequest,
): Promise<Page<EventRef>> {
  const inEnvironment = `c.environment_key = ${where.placeholder(environmentKey)}`;
  const customers = customerKey === null ? inEnvironment : `${inEnvironment} AND c.key = ${where.placeholder(customerKey)}`;
  if (from) where.add((value) => `e.at >= ${value(from)}`);
  if (to) where.add((value) => `e.at < ${value(to)}`);
  addPageBounds(where, order, request);
  const direction = (order === 'OLDEST_FIRST') !== request.backward ? 'ASC' : 'DESC';
  const { rows } = await queryable.query<{ customer_key: bigint; key: bigint }>(
    `SELECT e.customer_key, e.key
     FROM customer c
     CROSS JOIN LATERAL (
       SELECT e.customer_key, e.key, e.at FROM ${table} e WHERE e.customer_key = c.key AND ${where.text}
       ORDER BY e.at ${direction}, e.key ${direction} LIMIT ${request.size + 1}
     ) e
     WHERE ${customers}
     ORDER BY e.at ${direction}, e.customer_key ${direction}, e.key ${direction} LIMIT ${request.size + 1}`,
    where.values,
  );
  return pageOf(
    rows.map((row) => ({ customerKey: row.customer_key, key: row.key })),
    request,
  );
}

/** An event's place among the events of an environment. */
interface EventPlace {
  readonly at: Date;
  readonly customerKey: string;
  readonly key: string;
}

const MOST_KEY = (2n ** 63n - 1n).toString();

/** Keeps of the events `e` of the customers `c` those between the cursors of a page in the order of (at, customer, key). */
function addPageBounds(where: Conditions, order: TimeOrder, request: PageRequest): void {
  const [lower, upper] = order === 'OLDEST_FIRST' ? [request.after, request.before] : [request.before, request.after];
  if (lower) addBound(where, '>', placeOf(lower));
  if (upper) addBound(where, '<', placeOf(upper));
}

/**
 * (at, customer, key) compared with a place, written so that the index by (at, key) of one customer answers it:
 * at the very instant, all events of the customers on one side count, none of those on the other.
 */
function addBound(where: Conditions, side: '<' | '>', place: EventPlace): void {
  const [all, none] = side === '>' ? ['0', MOST_KEY] : [MOST_KEY, '0'];
  where.add((value) => {
    const customer = `${value(place.customerKey)}::int8`;
    const counts = side === '>' ? `c.key > ${customer}` : `c.key < ${customer}`;
    return `(e.at, e.key) ${side} (${value(place.at)}::timestamptz,
      CASE WHEN c.key = ${customer} THEN ${value(place.key)}::int8 WHEN ${counts} THEN ${all}::int8 ELSE ${none}::int8 END)`;
  });
}

function placeOf(cursor: CursorValues): EventPlace {
  return { at: cursorInstant(cursor, 0), customerKey: cursorText(cursor, 1), key: cursorText(cursor, 2) };
}
