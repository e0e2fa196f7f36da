import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import type { Dimensions } from '../domain/dimensions';
import type { UnmatchedEvent as DomainUnmatchedEvent } from '../domain/raw-event';
import { encodeId } from './global-id';
import { connectionType, ConnectionArgs } from './paging';
import { DateTimeScalar, DimensionsScalar } from './scalars';

/** id and customer are added in unmatched-event.resolver. */
@ObjectType({
  simpleResolvers: true,
  description: 'A raw event that no meter matched when it was reported. It costs nothing, now and later, and never changes.',
})
export class UnmatchedEvent implements DomainUnmatchedEvent {
  customerKey!: bigint;
  key!: bigint;
  customerId!: string;

  @Field(() => String, { description: 'What happened.' })
  eventName!: string;

  @Field(() => ID, { nullable: true, description: 'The resource it was reported for; null: the customer itself.' })
  resourceId!: string | null;

  @Field(() => String, { description: 'The key under which it was reported; unique for the customer, also among the keys of usage.' })
  idempotencyKey!: string;

  @Field(() => DateTimeScalar, {
    name: 'timestamp',
    simple: false,
    description: 'When it happened, as reported; without a report of it, when it was received.',
  })
  at!: Date;

  @Field(() => DateTimeScalar, { description: 'When the report was accepted.' })
  receivedAt!: Date;

  @Field(() => DimensionsScalar, { description: 'The dimensions as reported.' })
  dimensions!: Dimensions;
}

export const UnmatchedEventConnection = connectionType(UnmatchedEvent, 'Raw events that no meter matched, by their own time, the newest first.');

@ArgsType()
export class UnmatchedEventsArgs extends ConnectionArgs {
  @Field(() => ID, { nullable: true, description: 'Only events of this customer; absent: of all customers of the environment.' })
  customerId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only events of this name.' })
  eventName?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only events that happened at this instant or later.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only events that happened before this instant, which must be after `from`.' })
  to?: Date | null;
}

export function unmatchedEventId({ customerKey, key }: DomainUnmatchedEvent): string {
  return encodeId('UnmatchedEvent', customerKey, key);
}
