import { readDimensionFilters, type DimensionFilterInput } from '../domain/dimension-filter';
import { refuseProblems } from '../domain/errors';
import { textProblems } from '../domain/ids';
import type { Page, PageRequest } from '../domain/paging';
import type { TimeOrder } from '../domain/time-order';
import type { UsageEvent } from '../domain/usage-event';
import type { Database } from '../store/database';
import { loadEvents, type EventRef } from '../store/events';
import { listEvents } from '../store/list-events';
import type { Context } from './context';
import { instantProblems, resourceProblems, timeSpan } from './read-input';
import { currencyIfGiven, customerIfGiven, featureIfGiven } from './lookups';

const MOST_KEY_LENGTH = 255;

/** Which events are wanted; what is absent does not restrict. `from` and `to` are of the events' own time. */
export interface EventsWish {
  readonly customerId?: string | null;
  readonly featureId?: string | null;
  readonly currencyId?: string | null;
  readonly resourceId?: string | null;
  readonly idempotencyKey?: string | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
  readonly dimensions?: readonly DimensionFilterInput[] | null;
  readonly order: TimeOrder;
}

/**
 * Events by their own time; without a customer those of the whole environment.
 *
 * In this order: INPUT_INVALID (from, to, resourceId, idempotencyKey, dimensions), CUSTOMER_NOT_FOUND, FEATURE_NOT_FOUND, CURRENCY_NOT_FOUND.
 */
export async function usageEvents(database: Database, context: Context, wish: EventsWish, request: PageRequest): Promise<Page<UsageEvent>> {
  const { resourceId = null, idempotencyKey = null } = wish;
  const problems = [...instantProblems({ from: wish.from, to: wish.to }), ...resourceProblems(resourceId)];
  if (idempotencyKey !== null) problems.push(...textProblems('idempotencyKey', idempotencyKey, MOST_KEY_LENGTH));
  const dimensions = readDimensionFilters('dimensions', wish.dimensions ?? [], problems);
  refuseProblems('INPUT_INVALID', problems);
  const customer = await customerIfGiven(database, context, wish.customerId);
  const feature = await featureIfGiven(database, context, wish.featureId);
  const currency = await currencyIfGiven(database, context, wish.currencyId);
  const keys = { customerKey: customer?.key ?? null, featureKey: feature?.key ?? null, currencyKey: currency?.key ?? null };
  const filter = { environmentKey: context.environmentKey, ...keys, resourceId, idempotencyKey, dimensions, ...timeSpan(wish.from, wish.to) };
  return listEvents(database.pool, filter, wish.order, request);
}

/** The events of these keys in this environment, with null for each that it does not have. */
export async function usageEventsByKey(database: Database, context: Context, refs: readonly EventRef[]): Promise<(UsageEvent | null)[]> {
  const events = await loadEvents(database.pool, refs, context.environmentKey);
  const byKey = new Map(events.map((event) => [`${event.customerKey}:${event.key}`, event]));
  return refs.map((ref) => byKey.get(`${ref.customerKey}:${ref.key}`) ?? null);
}
