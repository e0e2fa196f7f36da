import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import type { Credits } from '../domain/credits';
import type { Dimensions, DimensionValue } from '../domain/dimensions';
import { TIME_ORDERS, type TimeOrder } from '../domain/time-order';
import type { Metadata } from '../domain/metadata';
import type {
  Charge as DomainCharge,
  Draw as DomainDraw,
  Parameter as DomainParameter,
  RawEventPart,
  UsageEvent as DomainUsageEvent,
} from '../domain/usage-event';
import { keysOf } from './credit-grant.types';
import { DimensionFilterInput, DimensionValueScalar } from './dimension-filter.types';
import { encodeId } from './global-id';
import { connectionType, ConnectionArgs } from './paging';
import { Rate } from './plan.types';
import { CreditsScalar, DateTimeScalar, DimensionsScalar, MetadataScalar } from './scalars';

@ObjectType({ simpleResolvers: true, description: 'A variable of a charge’s calculation with the value the event gave it.' })
export class Parameter implements DomainParameter {
  @Field(() => String, { description: 'The name of the dimension, or `value` for the reported value.' })
  name!: string;

  @Field(() => DimensionValueScalar, { nullable: true, description: 'null: the event did not have the dimension, and the formula allows for that.' })
  value!: DimensionValue | null;
}

/** `grant` is added in usage-event.resolver. */
@ObjectType({ simpleResolvers: true, description: 'The part of a charge taken from one grant, or from overdraft.' })
export class Draw implements DomainDraw {
  customerKey!: bigint;
  sequence!: bigint;
  grantKey!: bigint | null;

  @Field(() => CreditsScalar, { description: 'The credits drawn.' })
  amount!: Credits;
}

/** draws, parameters and overdraft are added in usage-event.resolver. */
@ObjectType({ simpleResolvers: true, description: 'How an event was priced and paid.' })
export class Charge implements DomainCharge {
  @Field(() => Rate, {
    nullable: true,
    description: 'The rate that priced it: the one in force for the customer at the time of the event; null: the cost was stated (consumeCredits).',
  })
  rate!: Rate | null;

  draws!: readonly DomainDraw[];
  event!: DomainUsageEvent;

  @Field(() => CreditsScalar, { description: 'The credits deducted for the event.' })
  cost!: Credits;

  @Field(() => CreditsScalar, { description: 'The balance of the pool right after this charge; negative while overdrawn.' })
  balanceAfter!: Credits;
}

/** id, customer, feature, currency, eventName and charge are added in usage-event.resolver; any domain UsageEvent can stand where this type is asked for. */
@ObjectType({
  simpleResolvers: true,
  description: 'One charge: of a report of usage, of a raw event to one of the features it matched, or of a stated amount. It never changes.',
})
export class UsageEvent implements DomainUsageEvent {
  customerKey!: bigint;
  key!: bigint;
  customerId!: string;
  featureKey!: number | null;
  featureId!: string | null;
  rawEvent!: RawEventPart | null;
  poolKey!: bigint;
  currencyKey!: number;
  currencyId!: string;

  @Field(() => ID, { nullable: true, description: 'The resource whose pool paid; null: the customer’s own pool.' })
  resourceId!: string | null;

  @Field(() => String, {
    description:
      'The key under which it was reported; unique for the customer, but that a raw event has an event for each feature it was charged to.',
  })
  idempotencyKey!: string;

  @Field(() => CreditsScalar, { description: 'The reported value, in the unit of the feature; of a stated amount, the amount.' })
  value!: Credits;

  @Field(() => DateTimeScalar, {
    name: 'timestamp',
    simple: false,
    description: 'When the usage happened, as reported; without a report of it, when it was received.',
  })
  at!: Date;

  @Field(() => DateTimeScalar, { description: 'When the report was accepted and charged.' })
  receivedAt!: Date;

  @Field(() => DimensionsScalar, { description: 'The dimensions as reported.' })
  dimensions!: Dimensions;

  @Field(() => String, { nullable: true, description: 'Why a stated amount was deducted, where that was said.' })
  reason!: string | null;

  @Field(() => MetadataScalar, { description: 'What the caller kept with a stated amount; empty otherwise.' })
  metadata!: Metadata;

  charge!: DomainCharge;
}

export const UsageEventConnection = connectionType(UsageEvent, 'Usage events, by their own time.');

@ArgsType()
export class UsageEventsArgs extends ConnectionArgs {
  @Field(() => ID, { nullable: true, description: 'Only events of this customer; absent: of all customers of the environment.' })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only events of this feature.' })
  featureId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only events charged in this currency.' })
  currencyId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only events that the pools of this resource paid; null: that the customers’ own pools paid; absent: all.',
  })
  resourceId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only what was reported under this key, for each customer.' })
  idempotencyKey?: string | null;

  @Field(() => String, { nullable: true, description: 'Only charges of raw events of this name.' })
  eventName?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only events that happened at this instant or later.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only events that happened before this instant, which must be after `from`.' })
  to?: Date | null;

  @Field(() => [DimensionFilterInput], {
    nullable: true,
    description: 'Only events whose dimensions pass all of these filters. Fields such as featureId have arguments of their own.',
  })
  dimensions?: DimensionFilterInput[] | null;

  @Field(() => TIME_ORDERS, { defaultValue: TIME_ORDERS.NEWEST_FIRST, description: 'By the events’ own time.' })
  order!: TimeOrder;
}

export function usageEventId(customerKey: bigint, key: bigint): string {
  return encodeId('UsageEvent', customerKey, key);
}

/** The keys in the id of an event; null where it is no such id. They may belong to another environment: look them up with it. */
export function usageEventKeys(id: string): { customerKey: bigint; key: bigint } | null {
  return keysOf('UsageEvent', id);
}
