import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Refusal as DomainRefusal } from '../domain/errors';
import type { UnmatchedEvent as DomainUnmatchedEvent } from '../domain/raw-event';
import type { RawEventInput as DomainRawEventInput } from '../domain/raw-event-input';
import type { UsageEvent as DomainUsageEvent } from '../domain/usage-event';
import { Refusal } from './problem.types';
import { DateTimeScalar, DimensionsScalar } from './scalars';
import { UnmatchedEvent } from './unmatched-event.types';
import { UsageEvent } from './usage-event.types';

@InputType({ description: 'Something that happened. Which features it is usage of is said by their meters.' })
export class RawEventInput implements DomainRawEventInput {
  @Field(() => ID, { description: 'The customer whose doing it was.' })
  customerId!: string;

  @Field(() => String, { description: 'What happened, 1 to 255 characters: the name that meters look for.' })
  eventName!: string;

  @Field(() => ID, { nullable: true, description: 'The resource whose own pools pay; absent: the customer’s pools.' })
  resourceId?: string | null;

  @Field(() => String, {
    description:
      '1 to 255 characters, unique for the customer forever, also among the keys of reportUsage and consumeCredits. A repeat with the same content answers the first ' +
      'outcome, even where meters have changed since; with other content it is refused.',
  })
  idempotencyKey!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it happened: any age, at most 1 hour ahead of the server; absent: now.' })
  timestamp?: Date | null;

  @Field(() => DimensionsScalar, {
    nullable: true,
    description: 'What meters filter and count, formulas read, and usage can be broken down by.',
  })
  dimensions?: unknown;
}

@InputType({ description: 'Several raw events.' })
export class ReportEventsInput {
  @Field(() => [RawEventInput], { description: '1 to 1,000 events. They are charged in this order.' })
  events!: RawEventInput[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'The outcome of one raw event: its charges, one for each feature whose meter matched, all of them or none.',
})
export class ReportEventsResult {
  @Field(() => [UsageEvent], { description: 'Its charges, in the order of the features’ ids; empty where nothing matched or it was refused.' })
  events!: readonly DomainUsageEvent[];

  @Field(() => UnmatchedEvent, {
    nullable: true,
    description: 'The event as it was stored because no meter matched it; null where one did, or it was refused.',
  })
  unmatchedEvent!: DomainUnmatchedEvent | null;

  @Field(() => Boolean, { description: 'Whether it had been reported before; then this is the first outcome, and nothing was deducted again.' })
  duplicate!: boolean;

  @Field(() => Refusal, {
    nullable: true,
    description: 'Why it was refused; null where it was accepted. Nothing of a refused event is stored, and its idempotency key is free.',
  })
  error!: DomainRefusal | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The feature whose charge was refused, and with it the whole event; null where it is not about one.',
  })
  featureId!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'The outcomes of several raw events.' })
export class ReportEventsPayload {
  @Field(() => [ReportEventsResult], { description: 'One for each event, in the order of the input.' })
  results!: readonly ReportEventsResult[];

  @Field(() => Int, { description: 'How many were charged now, to one feature or several.' })
  acceptedCount!: number;

  @Field(() => Int, { description: 'How many were stored now without a charge, because no meter matched them.' })
  unmatchedCount!: number;

  @Field(() => Int, { description: 'How many had been reported before.' })
  duplicateCount!: number;

  @Field(() => Int, { description: 'How many were refused.' })
  refusedCount!: number;
}
