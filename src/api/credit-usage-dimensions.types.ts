import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import type { DimensionSeen } from '../domain/breakdown-dimensions';
import { DIMENSION_TYPES, type DimensionType, type DimensionValue } from '../domain/dimensions';
import { DimensionValueScalar } from './dimension-filter.types';
import { ConnectionArgs, connectionType } from './paging';

@ArgsType()
export class CreditUsageDimensionsArgs extends ConnectionArgs {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;

  @Field(() => String, { nullable: true, description: 'Only what begins with this text; absent: all.' })
  prefix?: string | null;
}

@ArgsType()
export class CreditUsageDimensionValuesArgs extends CreditUsageDimensionsArgs {
  @Field(() => String, { description: 'The key of the dimension, as it is written in groupBy.' })
  key!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A dimension that events of a customer have had. Every one can be grouped by and filtered on.' })
export class CreditUsageDimension implements DimensionSeen {
  @Field(() => String, { description: 'Its name, as events are reported with it.' })
  dimension!: string;

  @Field(() => String, { description: 'How it is written in groupBy and filters: its name, or `dimensions.NAME` where that means something else.' })
  key!: string;

  @Field(() => Boolean, { description: 'Whether it has had texts as values.' })
  hasText!: boolean;

  @Field(() => Boolean, { description: 'Whether it has had booleans as values.' })
  hasBoolean!: boolean;

  @Field(() => Boolean, { description: 'Whether it has had numbers as values, which are always loose.' })
  hasNumber!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether some of its values are kept with the events alone and not rolled up: numbers, and texts and booleans that are too many to be added up or are ' +
      'named in `looseDimensions` of a feature. A breakdown by it is computed from the events, equally exact, and takes longer. Once true, it stays true.',
  })
  loose!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'A value that a dimension has had.' })
export class CreditUsageDimensionValue {
  @Field(() => DimensionValueScalar, { description: 'The value.' })
  value!: DimensionValue;

  @Field(() => DIMENSION_TYPES, { description: 'What kind of value it is.' })
  type!: DimensionType;
}

export const CreditUsageDimensionConnection = connectionType(CreditUsageDimension, 'Dimensions seen for a customer, by name.');

export const CreditUsageDimensionValueConnection = connectionType(
  CreditUsageDimensionValue,
  'Values seen in a dimension of a customer: numbers by size, then texts by code points, then false and true.',
);
