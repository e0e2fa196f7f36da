import { Field, InputType, ObjectType } from 'type-graphql';
import type { DimensionFilterInput as DomainDimensionFilterInput } from '../domain/dimension-filter';
import type { DimensionValue } from '../domain/dimensions';
import { MOST_EVENT_NAME_LENGTH, MOST_METERS, type Meter as DomainMeter, type MeterInput as DomainMeterInput } from '../domain/meter';
import { DimensionFilterInput, DimensionValueScalar } from './dimension-filter.types';

@InputType({ description: 'Which raw events are usage of a feature, and how much of it each is.' })
export class MeterInput implements DomainMeterInput {
  @Field(() => String, {
    description: `The name of the events, 1 to ${MOST_EVENT_NAME_LENGTH} characters. At most ${MOST_METERS} features have a meter of one name.`,
  })
  eventName!: string;

  @Field(() => [DimensionFilterInput], {
    defaultValue: [],
    description: 'Only events whose dimensions pass all of these filters, by the same rules as in a breakdown. A key can only mean a dimension.',
  })
  filters!: DimensionFilterInput[];

  @Field(() => String, {
    nullable: true,
    description: 'The dimension, a number, that says how much was used; an event without it is refused. Absent: each event is 1.',
  })
  valueDimension?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'A filter as it was written: see DimensionFilterInput. What was not given is null.' })
export class DimensionFilter implements DomainDimensionFilterInput {
  @Field(() => String, { nullable: true, description: 'The key that is tested.' })
  key?: string | null;

  @Field(() => DimensionValueScalar, { nullable: true, description: 'The value is this one.' })
  equals?: DimensionValue | null;

  @Field(() => [DimensionValueScalar], { nullable: 'itemsAndList', description: 'The value is one of these; null stands for the absent key.' })
  in?: readonly (DimensionValue | null)[] | null;

  @Field(() => String, { nullable: true, description: 'The value is a text that begins so.' })
  prefix?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the key has a value at all; false also where `equals` was written with null.' })
  exists?: boolean | null;

  @Field(() => DimensionValueScalar, { nullable: true, description: 'The value is a number greater than this one.' })
  greaterThan?: DimensionValue | null;

  @Field(() => DimensionValueScalar, { nullable: true, description: 'The value is a number of at least this one.' })
  atLeast?: DimensionValue | null;

  @Field(() => DimensionValueScalar, { nullable: true, description: 'The value is a number less than this one.' })
  lessThan?: DimensionValue | null;

  @Field(() => DimensionValueScalar, { nullable: true, description: 'The value is a number of at most this one.' })
  atMost?: DimensionValue | null;

  @Field(() => [DimensionFilter], { nullable: true, description: 'All of these pass.' })
  and?: readonly DimensionFilter[] | null;

  @Field(() => [DimensionFilter], { nullable: true, description: 'One of these passes, or several.' })
  or?: readonly DimensionFilter[] | null;

  @Field(() => DimensionFilter, { nullable: true, description: 'This one does not pass.' })
  not?: DimensionFilter | null;
}

@ObjectType({ simpleResolvers: true, description: 'Which raw events are usage of a feature, and how much of it each is.' })
export class Meter implements DomainMeter {
  @Field(() => String, { description: 'The name of the events.' })
  eventName!: string;

  @Field(() => [DimensionFilter], { description: 'Only events whose dimensions pass all of these.' })
  filters!: readonly DimensionFilter[];

  @Field(() => String, { nullable: true, description: 'The dimension that says how much was used; null: each event is 1.' })
  valueDimension!: string | null;
}
