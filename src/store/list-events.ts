import type { DimensionFilter } from '../domain/dimension-filter';
import type { Page, PageRequest } from '../domain/paging';
import type { TimeOrder, TimeSpan } from '../domain/time-order';
import type { UsageEvent } from '../domain/usage-event';
import { pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Queryable } from './database';
import { dimensionCondition } from './event-conditions';
import { addPageBounds } from './event-places';
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
  /** Of raw events. */
  readonly eventName: string | null;
  readonly dimensions: readonly DimensionFilter[];
}

/**
 * By (at, customer, key). Each customer's events come from the index by time, no more than a page of them, and are merged;
 * so a page costs the same wherever it lies.
 */
export async function listEvents(queryable: Queryable, filter: EventFilter, order: TimeOrder, request: PageRequest): Promise<Page<UsageEvent>> {
  const ascending = (order === 'OLDEST_FIRST') !== request.backward;
  const where = new Conditions();
  const customers = customerCondition(where, filter);
  addEventConditions(where, filter);
  addPageBounds(where, order, request);
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
  const { from, to, featureKey, currencyKey, resourceId, idempotencyKey, eventName } = filter;
  if (from) where.add((value) => `e.at >= ${value(from)}`);
  if (to) where.add((value) => `e.at < ${value(to)}`);
  if (featureKey !== null) where.add((value) => `e.feature_key = ${value(featureKey)}`);
  if (idempotencyKey !== null) where.add((value) => reportedUnder(value(idempotencyKey)));
  if (eventName !== null) where.add((value) => `e.event_name = ${value(eventName)}`);
  if (currencyKey !== null || resourceId !== undefined)
    where.add((value) => {
      const currency = currencyKey === null ? '' : ` AND p.currency_key = ${value(currencyKey)}`;
      const resource = resourceId === undefined ? '' : ` AND p.resource_id = ${value(resourceId ?? '')}`;
      return `(e.pool_key IN (SELECT p.key FROM pool p WHERE p.customer_key = c.key${currency}${resource})) IS TRUE`;
    });
  for (const dimension of filter.dimensions) where.add(() => dimensionCondition(where, dimension, 'c.key'));
}

/** All parts of a raw event were; the key stands with the first, and their own keys follow. */
function reportedUnder(key: string): string {
  return `e.key IN (SELECT f.key + place FROM usage_event f CROSS JOIN generate_series(0, coalesce(f.part_count, 1) - 1) AS place
    WHERE f.customer_key = c.key AND f.idempotency_key = ${key})`;
}
