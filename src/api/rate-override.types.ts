import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { Rate as DomainRate, StoredRateOverride } from '../domain/rate';
import type { RateOverrideInput } from '../operations/set-rate-override';
import { connectionType } from './paging';
import { Rate } from './plan.types';
import { RateInput } from './pricing.types';
import { DateTimeScalar } from './scalars';
import { Warning } from './warning.types';

/** id and customer are added in rate-override.resolver. */
@ObjectType({
  simpleResolvers: true,
  description:
    'A price of a customer’s own for a feature: it prices usage with timestamps in its time instead of what the plan says, or where the plan says nothing.',
})
export class RateOverride implements StoredRateOverride {
  customerKey!: bigint;

  @Field(() => Rate, { description: 'The price.' })
  rate!: DomainRate;

  @Field(() => DateTimeScalar, { description: 'The first instant of its time.' })
  validFrom!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The first instant after its time; null: until further notice. The same as `validFrom`: it was taken back before it began.',
  })
  validTo!: Date | null;

  @Field(() => DateTimeScalar, { description: 'When it was set.' })
  createdAt!: Date;

  @Field(() => String, { nullable: true, description: 'The name of the API key that set it; null: the server itself did.' })
  createdBy!: string | null;

  @Field(() => ID, { nullable: true, description: 'The id of that API key, which is not its secret.' })
  createdByKeyId!: string | null;
}

export const RateOverrideConnection = connectionType(
  RateOverride,
  'Rate overrides of a customer, past and scheduled ones among them, those set last first.',
);

@InputType({ description: 'A price of a customer’s own.' })
export class SetRateOverrideInput extends RateInput implements RateOverrideInput {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From when on, by the timestamps of the events; absent: now. It may be past where no usage of the feature has been charged since.',
  })
  validFrom?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when, this instant not included; absent: until further notice.' })
  validTo?: Date | null;
}

@InputType({ description: 'The override to end.' })
export class EndRateOverrideInput {
  @Field(() => ID, { description: 'The id of the override.' })
  id!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The first instant at which it is not valid any more, not in the past; absent: now.' })
  validTo?: Date | null;
}

@ObjectType({ simpleResolvers: true, description: 'What `setRateOverride` answers.' })
export class SetRateOverridePayload {
  @Field(() => RateOverride, { description: 'The override.' })
  rateOverride!: StoredRateOverride;

  @Field(() => [Warning], { description: 'What may not be meant in its formula.' })
  warnings!: readonly Warning[];
}

@ObjectType({ simpleResolvers: true, description: 'What `endRateOverride` answers.' })
export class EndRateOverridePayload {
  @Field(() => RateOverride, { description: 'The override with its new end.' })
  rateOverride!: StoredRateOverride;
}
