import type { DimensionFilter } from '../domain/dimension-filter';
import type { Page, PageRequest } from '../domain/paging';
import type { TimeOrder } from '../domain/time-order';
import type { UsageEvent } from '../domain/usage-event';
import { Conditions } from './conditions';
import type { Queryable } from './database';
import { dimensionCondition } from './event-conditions';
import { pageOfEvents, type EventScope } from './event-places';
import { loadEvents } from './events';

/** Which events are wanted; null: any. The span is of the events' own time. */
export interface EventFilter extends EventScope {
  readonly featureKey: number | null;
  readonly currencyKey: number | null;
  /** undefined: of any pool; null: of the customers' own. */
  readonly resourceId: string | null | undefined;
  readonly idempotencyKey: string | null;
  /** Of raw events. */
  readonly eventName: string | null;
  readonly dimensions: readonly DimensionFilter[];
}

/** By (at, customer, key). */
export async function listEvents(queryable: Queryable, filter: EventFilter, order: TimeOrder, request: PageRequest): Promise<Page<UsageEvent>> {
  const where = new Conditions();
  addEventConditions(where, filter);
  const page = await pageOfEvents(queryable, 'usage_event', filter, where, order, request);
  return { ...page, items: await loadEvents(queryable, page.items) };
}

function addEventConditions(where: Conditions, filter: EventFilter): void {
  const { featureKey, currencyKey, resourceId, idempotencyKey, eventName } = filter;
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
