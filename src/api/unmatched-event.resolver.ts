import { Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { UnmatchedEvent as DomainUnmatchedEvent } from '../domain/raw-event';
import { unmatchedEvents } from '../operations/unmatched-events';
import type { ApiContext } from './context';
import { Customer } from './customer.types';
import { pageRequest, toConnection } from './paging';
import { UnmatchedEvent, UnmatchedEventConnection, unmatchedEventId, UnmatchedEventsArgs } from './unmatched-event.types';

const LIST = 'unmatchedEvents';

@Resolver(() => UnmatchedEvent)
export class UnmatchedEventResolver {
  @Authorized('READER')
  @Query(() => UnmatchedEventConnection, {
    description:
      'The raw events of a customer, or of all, that no meter matched when they were reported, by their own time, the newest first. ' +
      'Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, INPUT_INVALID (eventName), TIME_RANGE_INVALID, CUSTOMER_NOT_FOUND. Role: READER or above.',
  })
  async unmatchedEvents(@Args(() => UnmatchedEventsArgs) args: UnmatchedEventsArgs, @Ctx() { services, context }: ApiContext) {
    const page = await unmatchedEvents(services.database, context, args, pageRequest(args, LIST, ['instant', 'whole', 'whole']));
    return toConnection(page, LIST, (event) => [event.at.toISOString(), event.customerKey.toString(), event.key.toString()]);
  }

  @FieldResolver(() => ID, { description: 'Given when it was accepted.' })
  id(@Root() event: DomainUnmatchedEvent): string {
    return unmatchedEventId(event);
  }

  @FieldResolver(() => Customer, { description: 'Whose doing it was.' })
  customer(@Root() { customerKey }: DomainUnmatchedEvent, @Ctx() { loaders }: ApiContext) {
    return loaders.customerByKey.load(customerKey);
  }
}
