import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Refusal as DomainRefusal } from '../domain/errors';
import type { UsageEvent as DomainUsageEvent } from '../domain/usage-event';
import type { RawUsageReport } from '../domain/usage-report';
import { Refusal } from './problem.types';
import { CreditsScalar, DateTimeScalar, DimensionsScalar } from './scalars';
import { UsageEvent } from './usage-event.types';

@InputType({ description: 'One report of usage.' })
export class ReportUsageInput implements RawUsageReport {
  @Field(() => ID, { description: 'The customer who used something.' })
  customerId!: string;

  @Field(() => ID, { description: 'The metered feature that was used. The rate in force for the customer at the timestamp prices it.' })
  featureId!: string;

  @Field(() => ID, { nullable: true, description: 'The resource whose own pool pays; absent: the customer’s pool.' })
  resourceId?: string | null;

  @Field(() => String, {
    description:
      '1 to 255 characters, unique for the customer forever. A repeat with the same content answers the first outcome and deducts nothing; with other content it is refused.',
  })
  idempotencyKey!: string;

  @Field(() => CreditsScalar, {
    nullable: true,
    description: 'How much was used, in the unit of the feature; absent: 1. A formula reads it as `value`.',
  })
  value?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was used: any age, at most 1 hour ahead of the server; absent: now.' })
  timestamp?: Date | null;

  @Field(() => DimensionsScalar, {
    nullable: true,
    description: 'What the formula reads and what usage can be broken down by, such as user, model or tokens.',
  })
  dimensions?: unknown;
}

@ObjectType({ simpleResolvers: true, description: 'The outcome of a report that was accepted.' })
export class ReportUsagePayload {
  @Field(() => UsageEvent, { description: 'The event with its charge.' })
  event!: DomainUsageEvent;

  @Field(() => Boolean, { description: 'Whether it had been reported before; then this is the first outcome, and nothing was deducted again.' })
  duplicate!: boolean;
}

@InputType({ description: 'Several reports of usage.' })
export class ReportUsageBatchInput {
  @Field(() => [ReportUsageInput], { description: '1 to 1,000 reports. They are charged in this order.' })
  events!: ReportUsageInput[];
}

@ObjectType({ simpleResolvers: true, description: 'The outcome of one report of a batch: an event or an error.' })
export class ReportUsageResult {
  @Field(() => UsageEvent, { nullable: true, description: 'The event with its charge; null where the report was refused.' })
  event!: DomainUsageEvent | null;

  @Field(() => Boolean, { description: 'Whether it had been reported before; then the event is the first outcome.' })
  duplicate!: boolean;

  @Field(() => Refusal, {
    nullable: true,
    description: 'Why the report was refused; null where it was accepted. Nothing of a refused report is stored, and its idempotency key is free.',
  })
  error!: DomainRefusal | null;
}

@ObjectType({ simpleResolvers: true, description: 'The outcomes of a batch of reports.' })
export class ReportUsageBatchPayload {
  @Field(() => [ReportUsageResult], { description: 'One for each report, in the order of the input.' })
  results!: readonly ReportUsageResult[];

  @Field(() => Int, { description: 'How many were charged now.' })
  acceptedCount!: number;

  @Field(() => Int, { description: 'How many had been reported before.' })
  duplicateCount!: number;

  @Field(() => Int, { description: 'How many were refused.' })
  refusedCount!: number;
}
