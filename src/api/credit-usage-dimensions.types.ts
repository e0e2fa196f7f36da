import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { GroupValue } from '../domain/breakdown';
import type { DimensionUsage, DistinctValues } from '../domain/breakdown-dimensions';
import { DIMENSION_TYPES, type DimensionType } from '../domain/dimensions';
import type { DimensionScope } from '../store/dimension-usage';
import { CreditUsageOrderInput, CreditUsageSums, UsageFilterInput, UsageScopeInput } from './credit-usage.types';
import { DimensionValueScalar } from './dimension-filter.types';
import { connectionType } from './paging';

@InputType({ description: 'Whose dimensions, and of which time.' })
export class CreditUsageDimensionsInput extends UsageScopeInput {
  @Field(() => ID, { nullable: true, description: 'Only of events that were charged in this currency; absent: in any.' })
  currencyId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only dimensions whose names begin with this text; absent: all.' })
  prefix?: string | null;
}

@InputType({ description: 'Which key, and whose values of it.' })
export class CreditUsageDimensionValuesInput extends UsageFilterInput {
  @Field(() => String, { description: 'The key, as it is written in groupBy: a dimension, or a field such as `featureId`.' })
  key!: string;

  @Field(() => String, { nullable: true, description: 'Only texts that begin with this one; absent: all values.' })
  prefix?: string | null;

  @Field(() => CreditUsageOrderInput, {
    nullable: true,
    description: 'The order of the values, where KEY is by the values themselves; absent: the most credits first.',
  })
  orderBy?: CreditUsageOrderInput | null;
}

@ObjectType({ simpleResolvers: true, description: 'How many different values a dimension has.' })
export class CreditUsageDistinctValues implements DistinctValues {
  @Field(() => GraphQLSafeInt, { description: 'The number.' })
  count!: number;

  @Field(() => Boolean, { description: 'Whether it is an estimate, because there are too many events to look at all of them.' })
  isEstimate!: boolean;
}

/** `distinctValues` is added in credit-usage-dimensions.resolver. */
@ObjectType({ simpleResolvers: true, description: 'A dimension that events in the scope have. Every one can be grouped by and filtered on.' })
export class CreditUsageDimension implements DimensionUsage {
  scope!: DimensionScope;

  @Field(() => String, { description: 'Its name, as events are reported with it.' })
  dimension!: string;

  @Field(() => String, { description: 'How it is written in groupBy and filters: its name, or `dimensions.NAME` where that means something else.' })
  key!: string;

  @Field(() => GraphQLSafeInt, { description: 'How many events in the scope have it.' })
  eventCount!: number;

  @Field(() => [DIMENSION_TYPES], { description: 'What kinds of values it has there.' })
  types!: readonly DimensionType[];

  @Field(() => Boolean, {
    description:
      'Whether some of its values are kept with each event, of some customer in the scope, and not in the dictionary of combinations that events share: numbers, and texts and ' +
      'booleans that are too many for it or are named in `looseDimensions` of a feature. A breakdown by it is equally exact, and from sums where those pay. Once true, it stays true.',
  })
  loose!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'A value of a key, with the usage that has it.' })
export class CreditUsageDimensionValue {
  @Field(() => DimensionValueScalar, { nullable: true, description: 'The value; null: the events do not have the key.' })
  value!: GroupValue;

  @Field(() => DIMENSION_TYPES, { nullable: true, description: 'What kind of value it is; null where there is none.' })
  type!: DimensionType | null;

  @Field(() => CreditUsageSums, { description: 'The sums of the usage with this value: those of the series of a breakdown by the key.' })
  usage!: CreditUsageSums;
}

export const CreditUsageDimensionConnection = connectionType(CreditUsageDimension, 'Dimensions of events, by name.');

export const CreditUsageDimensionValueConnection = connectionType(
  CreditUsageDimensionValue,
  'Values of a key. They add up to the total, as the series of a breakdown by the key do. Pages taken with one another’s cursors show one state.',
);
