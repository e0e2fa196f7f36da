import { Field, ID, ObjectType } from 'type-graphql';
import type { Credits } from '../domain/credits';
import type { Dimensions, DimensionValue } from '../domain/dimensions';
import type { Rate } from '../domain/rate';
import type { Charge as DomainCharge, Draw as DomainDraw, Parameter as DomainParameter, UsageEvent as DomainUsageEvent } from '../domain/usage-event';
import { keysOf } from './credit-grant.types';
import { DimensionValueScalar } from './dimension-filter.types';
import { encodeId } from './global-id';
import { connectionType } from './paging';
import { CreditsScalar, DateTimeScalar, DimensionsScalar } from './scalars';

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

/** `rate` and `overdraft` are added in usage-event.resolver. */
@ObjectType({ simpleResolvers: true, description: 'How an event was priced and paid.' })
export class Charge implements DomainCharge {
  rate!: Rate;

  @Field(() => [Draw], { description: 'What paid it, in burn order; the amounts add up to the cost. Empty where the cost is 0.' })
  draws!: readonly Draw[];

  @Field(() => CreditsScalar, { description: 'The credits deducted for the event.' })
  cost!: Credits;

  @Field(() => [Parameter], { description: 'What the cost was computed from, in the order of the formula.' })
  parameters!: readonly DomainParameter[];

  @Field(() => CreditsScalar, { description: 'The balance of the pool right after this charge; negative while overdrawn.' })
  balanceAfter!: Credits;
}

/** id, customer, feature, currency and charge are added in usage-event.resolver; any domain UsageEvent can stand where this type is asked for. */
@ObjectType({ simpleResolvers: true, description: 'One accepted report of usage, with its charge. It never changes.' })
export class UsageEvent implements DomainUsageEvent {
  customerKey!: bigint;
  key!: bigint;
  customerId!: string;
  featureKey!: number;
  featureId!: string;
  poolKey!: bigint;
  currencyKey!: number;
  currencyId!: string;

  @Field(() => ID, { nullable: true, description: 'The resource whose pool paid; null: the customer’s own pool.' })
  resourceId!: string | null;

  @Field(() => String, { description: 'The key under which it was reported; unique for the customer.' })
  idempotencyKey!: string;

  @Field(() => CreditsScalar, { description: 'The reported value, in the unit of the feature.' })
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

  charge!: DomainCharge;
}

export const UsageEventConnection = connectionType(UsageEvent, 'Usage events, by their own time.');

export function usageEventId(customerKey: bigint, key: bigint): string {
  return encodeId('UsageEvent', customerKey, key);
}

/** The keys in the id of an event; null where it is no such id. They may belong to another environment: look them up with it. */
export function usageEventKeys(id: string): { customerKey: bigint; key: bigint } | null {
  return keysOf('UsageEvent', id);
}
