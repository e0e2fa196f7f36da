import type { Page, PageRequest } from '../domain/paging';
import type { UnmatchedEvent } from '../domain/raw-event';
import { Conditions } from './conditions';
import type { Queryable } from './database';
import { pageOfEvents, type EventScope } from './event-places';
import { loadUnmatched } from './unmatched-events';

/** Which events are wanted; null: any. The span is of the events' own time. */
export interface UnmatchedFilter extends EventScope {
  readonly eventName: string | null;
}

/** The newest first, by (at, customer, key). */
export async function listUnmatched(queryable: Queryable, filter: UnmatchedFilter, request: PageRequest): Promise<Page<UnmatchedEvent>> {
  const where = new Conditions();
  const { eventName } = filter;
  if (eventName !== null) where.add((value) => `e.event_name = ${value(eventName)}`);
  const page = await pageOfEvents(queryable, 'unmatched_event', filter, where, 'NEWEST_FIRST', request);
  return { ...page, items: await loadUnmatched(queryable, page.items) };
}
