import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { RawConsumption } from '../domain/consumption-input';
import type { UsageEvent as DomainUsageEvent } from '../domain/usage-event';
import { CreditsScalar, DateTimeScalar, DimensionsScalar, MetadataScalar } from './scalars';
import { UsageEvent } from './usage-event.types';

@InputType({ description: 'An amount to deduct, which no rate computes.' })
export class ConsumeCreditsInput implements RawConsumption {
  @Field(() => ID, { description: 'The customer who is to pay.' })
  customerId!: string;

  @Field(() => ID, { description: 'The currency of the amount.' })
  currencyId!: string;

  @Field(() => ID, { nullable: true, description: 'The resource whose own pool pays; absent: the customer’s pool.' })
  resourceId?: string | null;

  @Field(() => CreditsScalar, { description: 'The credits to deduct, more than 0.' })
  amount!: string;

  @Field(() => String, {
    description:
      '1 to 255 characters, unique for the customer forever, also among the keys of reportUsage and reportEvents. A repeat with the same content answers the first outcome ' +
      'and deducts nothing; with other content it is refused.',
  })
  idempotencyKey!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was consumed: any age, at most 1 hour ahead of the server; absent: now.' })
  timestamp?: Date | null;

  @Field(() => DimensionsScalar, { nullable: true, description: 'What it can be broken down by.' })
  dimensions?: unknown;

  @Field(() => String, { nullable: true, description: 'Why, for people, 1 to 1,000 characters.' })
  reason?: string | null;

  @Field(() => MetadataScalar, { nullable: true, description: 'For the caller’s own use.' })
  metadata?: unknown;
}

@ObjectType({ simpleResolvers: true, description: 'What `consumeCredits` answers.' })
export class ConsumeCreditsPayload {
  @Field(() => UsageEvent, { description: 'The event with its charge, which has no feature and no rate.' })
  event!: DomainUsageEvent;

  @Field(() => Boolean, { description: 'Whether it had been deducted before; then this is the first outcome, and nothing was deducted again.' })
  duplicate!: boolean;
}
