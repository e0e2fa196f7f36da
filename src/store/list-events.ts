import type { DimensionFilter } from '../domain/dimension-filter';
import type { CursorValues, Page, PageRequest } from '../domain/paging';
import type { TimeOrder, TimeSpan } from '../domain/time-order';
import type { UsageEvent } from '../domain/usage-event';
import { cursorInstant, cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Queryable } from './database';
import { dimensionCondition } from './event-conditions';
import { loadEvents, type EventRef } from './events';

/** Which events are wanted; null: any. `customerKey` null: those of the whole environment. The span is of the events' own time. */
export interface EventFilter extends TimeSpan {
  readonly environmentKey: number;
  readonly customerKey: bigint | null;
  readonly featureKey: number | null;
  readonly currencyKey: number | null;
  /** undefined: of any pool; null: of the customers' own. */
  readonly resourceId: string | null | undefined;
  readonly idempotencyKey: string | null;
  readonly dimensions: readonly DimensionFilter[];
}

/** An event's place among the events of an environment. */
interface EventPlace {
  readonly at: Date;
  readonly customerKey: string;
  readonly key: string;
}

const MOST_KEY = (2n ** 63n - 1n).toString();

/**
 * By (at, customer, key). Each customer's events come from the index by time, no more than a page of them, and are merged;
 * so a page costs the same wherever it lies.
 */
export async function listEvents(queryable: Queryable, filter: EventFilter, order: TimeOrder, request: PageRequest): Promise<Page<UsageEvent>> {
  const ascending = (order === 'OLDEST_FIRST') !== request.backward;
  const where = new Conditions();
  const customers = customerCondition(where, filter);
  addEventConditions(where, filter);
  addBounds(where, order, request);
  const direction = ascending ? 'ASC' : 'DESC';
  const { rows } = await queryable.query<{ customer_key: bigint; key: bigint }>(
    `SELECT e.customer_key, e.key
     FROM customer c
     CROSS JOIN LATERAL (
       SELECT e.customer_key, e.key, e.at FROM usage_event e WHERE e.customer_key = c.key AND ${where.text}
       ORDER BY e.at ${direction}, e.key ${direction} LIMIT ${request.size + 1}
     ) e
     WHERE ${customers}
     ORDER BY e.at ${direction}, e.customer_key ${direction}, e.key ${direction} LIMIT ${request.size + 1}`,
    where.values,
  );
  const page = pageOf<EventRef>(
    rows.map((row) => ({ customerKey: row.customer_key, key: row.key })),
    request,
  );
  return { ...page, items: await loadEvents(queryable, page.items) };
}

function customerCondition(where: Conditions, filter: EventFilter): string {
  const inEnvironment = `c.environment_key = ${where.placeholder(filter.environmentKey)}`;
  return filter.customerKey === null ? inEnvironment : `${inEnvironment} AND c.key = ${where.placeholder(filter.customerKey)}`;
}

function addEventConditions(where: Conditions, filter: EventFilter): void {
  const { from, to, featureKey, currencyKey, resourceId, idempotencyKey } = filter;
  if (from) where.add((value) => `e.at >= ${value(from)}`);
  if (to) where.add((value) => `e.at < ${value(to)}`);
  if (featureKey !== null) where.add((value) => `e.feature_key = ${value(featureKey)}`);
  if (idempotencyKey !== null) where.add((value) => `e.idempotency_key = ${value(idempotencyKey)}`);
  if (currencyKey !== null || resourceId !== undefined)
    where.add((value) => {
      const currency = currencyKey === null ? '' : ` AND p.currency_key = ${value(currencyKey)}`;
      const resource = resourceId === undefined ? '' : ` AND p.resource_id = ${value(resourceId ?? '')}`;
      return `(e.pool_key IN (SELECT p.key FROM pool p WHERE p.customer_key = c.key${currency}${resource})) IS TRUE`;
    });
  for (const dimension of filter.dimensions) where.add(() => dimensionCondition(where, dimension, 'c.key'));
}

function addBounds(where: Conditions, order: TimeOrder, request: PageRequest): void {
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
