import { givenTextProblems, refuseInput } from '../domain/catalog-input';
import { MOST_EVENT_NAME_LENGTH } from '../domain/meter';
import type { Page, PageRequest } from '../domain/paging';
import type { UnmatchedEvent } from '../domain/raw-event';
import type { Database } from '../store/database';
import { listUnmatched } from '../store/list-unmatched';
import type { Context } from './context';
import { customerIfGiven } from './lookups';
import { spanProblems, timeSpan } from './read-input';

/** Which events are wanted; what is absent does not restrict. `from` and `to` are of the events' own time. */
export interface UnmatchedWish {
  readonly customerId?: string | null;
  readonly eventName?: string | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
}

/** Raw events that nothing matched, the newest first. In this order: INPUT_INVALID (eventName), TIME_RANGE_INVALID, CUSTOMER_NOT_FOUND. */
export async function unmatchedEvents(
  database: Database,
  context: Context,
  { customerId, eventName, from, to }: UnmatchedWish,
  request: PageRequest,
): Promise<Page<UnmatchedEvent>> {
  refuseInput(
    ['INPUT_INVALID', givenTextProblems('eventName', eventName, MOST_EVENT_NAME_LENGTH)],
    ['TIME_RANGE_INVALID', spanProblems('from', from, 'to', to)],
  );
  const customer = await customerIfGiven(database, context, customerId);
  const filter = { environmentKey: context.environmentKey, customerKey: customer?.key ?? null, eventName: eventName ?? null, ...timeSpan(from, to) };
  return listUnmatched(database.pool, filter, request);
}
