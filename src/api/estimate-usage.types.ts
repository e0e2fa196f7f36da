import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { Credits } from '../domain/credits';
import type { Refusal as DomainRefusal } from '../domain/errors';
import type { RawEventInput } from '../domain/raw-event-input';
import type { UsageEvent as DomainUsageEvent } from '../domain/usage-event';
import type { RawUsageReport } from '../domain/usage-report';
import type { WithOptionalKey } from '../operations/usage-collector';
import { Refusal } from './problem.types';
import { CreditsScalar, DateTimeScalar, DimensionsScalar } from './scalars';

const KEY = 'As it would be reported; what is stored under it already is answered as such. Absent: a key that is new.';

@InputType({ description: 'Usage that is to be priced.' })
export class EstimatedUsageInput implements WithOptionalKey<RawUsageReport> {
  @Field(() => ID, { description: 'The customer who would use something.' })
  customerId!: string;

  @Field(() => ID, { description: 'The metered feature.' })
  featureId!: string;

  @Field(() => ID, { nullable: true, description: 'The resource whose own pool would pay; absent: the customer’s pool.' })
  resourceId?: string | null;

  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;

  @Field(() => CreditsScalar, { nullable: true, description: 'How much, in the unit of the feature; absent: 1.' })
  value?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it would be used; absent: now.' })
  timestamp?: Date | null;

  @Field(() => DimensionsScalar, { nullable: true, description: 'What the formula reads.' })
  dimensions?: unknown;
}

@InputType({ description: 'A raw event that is to be priced.' })
export class EstimatedEventInput implements WithOptionalKey<RawEventInput> {
  @Field(() => ID, { description: 'The customer whose doing it would be.' })
  customerId!: string;

  @Field(() => String, { description: 'What would happen: the name that meters look for.' })
  eventName!: string;

  @Field(() => ID, { nullable: true, description: 'The resource whose own pools would pay; absent: the customer’s pools.' })
  resourceId?: string | null;

  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it would happen; absent: now.' })
  timestamp?: Date | null;

  @Field(() => DimensionsScalar, { nullable: true, description: 'What meters filter and count, and formulas read.' })
  dimensions?: unknown;
}

@InputType({ description: 'Usage that is to be priced as one request.' })
export class EstimateUsageInput {
  @Field(() => [EstimatedUsageInput], { description: '1 to 1,000 reports. Each counts for those after it.' })
  events!: EstimatedUsageInput[];
}

@InputType({ description: 'Raw events that are to be priced as one request.' })
export class EstimateEventsInput {
  @Field(() => [EstimatedEventInput], { description: '1 to 1,000 events. Each counts for those after it.' })
  events!: EstimatedEventInput[];
}

/** feature, currency, charge and overdraws are added in estimate-usage.resolver. */
@ObjectType({ simpleResolvers: true, description: 'A charge that would be made.' })
export class EstimatedCharge {
  event!: DomainUsageEvent;

  @Field(() => CreditsScalar, { description: 'How much of the feature it would be, in its unit.' })
  value!: Credits;
}

@ObjectType({ simpleResolvers: true, description: 'What a report would be answered.' })
export class EstimateResult {
  @Field(() => [EstimatedCharge], {
    description: 'Its charges, one for each feature; empty where it would be refused, or is a raw event that nothing matches.',
  })
  charges!: readonly EstimatedCharge[];

  @Field(() => Boolean, {
    description: 'Whether it has been reported already; then these are the charges that were made, and nothing would be deducted.',
  })
  duplicate!: boolean;

  @Field(() => Refusal, { nullable: true, description: 'Why it would be refused; null where it would be accepted.' })
  error!: DomainRefusal | null;

  @Field(() => ID, { nullable: true, description: 'The feature whose charge would be refused, where a raw event is about several.' })
  featureId!: string | null;
}
