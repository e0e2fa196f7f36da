import { readEventFilters } from '../domain/breakdown-dimensions';
import { givenTextProblems, refuseInput } from '../domain/catalog-input';
import type { DimensionFilter, DimensionFilterInput } from '../domain/dimension-filter';
import { MOST_EVENT_NAME_LENGTH } from '../domain/meter';
import type { Page, PageRequest } from '../domain/paging';
import type { TimeOrder } from '../domain/time-order';
import type { UsageEvent } from '../domain/usage-event';
import type { Database } from '../store/database';
import { loadEvents, type EventRef } from '../store/events';
import { listEvents } from '../store/list-events';
import type { Context } from './context';
import { seesCustomerKey } from './customer-scope';
import { resourceProblems, spanProblems, timeSpan } from './read-input';
import { currencyIfGiven, customerIfGiven, featureIfGiven } from './lookups';

const MOST_KEY_LENGTH = 255;

/** Which events are wanted; what is absent does not restrict. `from` and `to` are of the events' own time. */
export interface EventsWish {
  readonly customerId?: string | null;
  readonly featureId?: string | null;
  readonly currencyId?: string | null;
  /** null: the customers' own pools. */
  readonly resourceId?: string | null;
  readonly idempotencyKey?: string | null;
  readonly eventName?: string | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
  readonly dimensions?: readonly DimensionFilterInput[] | null;
  readonly order: TimeOrder;
}

/**
 * Events by their own time; without a customer those of the whole environment.
 *
 * In this order: ID_INVALID (resourceId), INPUT_INVALID (idempotencyKey, eventName, dimensions), TIME_RANGE_INVALID, CUSTOMER_NOT_FOUND, FEATURE_NOT_FOUND, CURRENCY_NOT_FOUND.
 */
export async function usageEvents(database: Database, context: Context, wish: EventsWish, request: PageRequest): Promise<Page<UsageEvent>> {
  const dimensions = readFilters(wish);
  const customer = await customerIfGiven(database, context, wish.customerId);
  const feature = await featureIfGiven(database, context, wish.featureId);
  const currency = await currencyIfGiven(database, context, wish.currencyId);
  const keys = { customerKey: customer?.key ?? null, featureKey: feature?.key ?? null, currencyKey: currency?.key ?? null };
  const { resourceId, idempotencyKey = null, eventName = null, from, to } = wish;
  const filter = { environmentKey: context.environmentKey, ...keys, resourceId, idempotencyKey, eventName, dimensions, ...timeSpan(from, to) };
  return listEvents(database.pool, filter, wish.order, request);
}

function readFilters({ resourceId, idempotencyKey, eventName, dimensions, from, to }: EventsWish): DimensionFilter[] {
  const problems = [
    ...givenTextProblems('idempotencyKey', idempotencyKey, MOST_KEY_LENGTH),
    ...givenTextProblems('eventName', eventName, MOST_EVENT_NAME_LENGTH),
  ];
  const filters = readEventFilters('dimensions', dimensions ?? [], problems);
  const ofSpan = spanProblems('from', from, 'to', to);
  refuseInput(['ID_INVALID', resourceProblems(resourceId)], ['INPUT_INVALID', problems], ['TIME_RANGE_INVALID', ofSpan]);
  return filters;
}

/** The events of these keys in this environment, with null for each that it does not have or the caller does not see. */
export async function usageEventsByKey(database: Database, context: Context, refs: readonly EventRef[]): Promise<(UsageEvent | null)[]> {
  const seen = refs.filter(({ customerKey }) => seesCustomerKey(context, customerKey));
  const events = await loadEvents(database.pool, seen, context.environmentKey);
  const byKey = new Map(events.map((event) => [`${event.customerKey}:${event.key}`, event]));
  return refs.map((ref) => byKey.get(`${ref.customerKey}:${ref.key}`) ?? null);
}
