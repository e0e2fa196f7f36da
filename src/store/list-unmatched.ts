import type { Page, PageRequest } from '../domain/paging';
import type { UnmatchedEvent } from '../domain/raw-event';
import type { TimeSpan } from '../domain/time-order';
import { pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Queryable } from './database';
import { addPageBounds } from './event-places';
import type { EventRef } from './events';
import { loadUnmatched } from './unmatched-events';

/** Which events are wanted; null: any. The span is of the events' own time. */
export interface UnmatchedFilter extends TimeSpan {
  readonly environmentKey: number;
  readonly customerKey: bigint | null;
  readonly eventName: string | null;
}

/** The newest first, by (at, customer, key). Each customer's events come from the index by time, no more than a page of them, and are merged. */
export async function listUnmatched(queryable: Queryable, filter: UnmatchedFilter, request: PageRequest): Promise<Page<UnmatchedEvent>> {
  const { environmentKey, customerKey, eventName, from, to } = filter;
  const where = new Conditions();
  const environment = `c.environment_key = ${where.placeholder(environmentKey)}`;
  const customers = customerKey === null ? environment : `${environment} AND c.key = ${where.placeholder(customerKey)}`;
  if (from) where.add((value) => `e.at >= ${value(from)}`);
  if (to) where.add((value) => `e.at < ${value(to)}`);
  if (eventName !== null) where.add((value) => `e.event_name = ${value(eventName)}`);
  addPageBounds(where, 'NEWEST_FIRST', request);
  const direction = request.backward ? 'ASC' : 'DESC';
  const { rows } = await queryable.query<{ customer_key: bigint; key: bigint }>(
    `SELECT e.customer_key, e.key
     FROM customer c
     CROSS JOIN LATERAL (
       SELECT e.customer_key, e.key, e.at FROM unmatched_event e WHERE e.customer_key = c.key AND ${where.text}
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
  return { ...page, items: await loadUnmatched(queryable, page.items) };
}
