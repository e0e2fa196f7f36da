import { Field, Int, ObjectType } from 'type-graphql';
import type {
  DimensionProfile as DomainDimensionProfile,
  FeatureProfile as DomainFeatureProfile,
  NumbersSeen as DomainNumbersSeen,
  TextsSeen,
} from '../domain/analysis/feature-profile';
import type { Decimal } from '../domain/decimal';
import { DimensionValueScalar } from './dimension-filter.types';
import { DateTimeScalar } from './scalars';

@ObjectType({ simpleResolvers: true, description: 'Numbers of the events looked at.' })
export class NumbersSeen implements DomainNumbersSeen {
  @Field(() => Int, { description: 'How many there were.' })
  count!: number;

  @Field(() => DimensionValueScalar, { description: 'The least of them.' })
  least!: Decimal;

  @Field(() => DimensionValueScalar, { description: 'The greatest of them.' })
  greatest!: Decimal;

  @Field(() => DimensionValueScalar, { description: 'The one in the middle: half of them are not above it, half not below.' })
  typical!: Decimal;

  @Field(() => Boolean, { description: 'Whether all are whole numbers.' })
  whole!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'A text that a dimension had in the events looked at.' })
export class TextSeen {
  @Field(() => String, { description: 'The text.' })
  text!: string;

  @Field(() => Int, { description: 'How many events had it.' })
  count!: number;
}

/** textValues and allTextsListed are added in feature-profile.resolver. */
@ObjectType({ simpleResolvers: true, description: 'What a dimension was in the events looked at.' })
export class DimensionProfile implements DomainDimensionProfile {
  @Field(() => String, { description: 'The name.' })
  name!: string;

  @Field(() => Int, { description: 'How many events had it.' })
  count!: number;

  @Field(() => NumbersSeen, { nullable: true, description: 'Where it was a number; null: it never was.' })
  numbers!: DomainNumbersSeen | null;

  texts!: TextsSeen | null;

  @Field(() => Int, { description: 'How many events had it as true or false.' })
  booleans!: number;

  @Field(() => DateTimeScalar, { description: 'The timestamp of the latest event that had it.' })
  lastSeen!: Date;

  @Field(() => Boolean, { description: 'Whether it was usual before and none of the later events had it.' })
  stopped!: boolean;
}

/** eventCount and dimensions are added in feature-profile.resolver. */
@ObjectType({
  simpleResolvers: true,
  description: 'What a bounded sample of a feature’s events shows: the latest of the customers with the latest usage, and some from before.',
})
export class FeatureProfile implements Pick<DomainFeatureProfile, 'from' | 'to' | 'values'> {
  events!: DomainFeatureProfile['events'];
  dimensions!: DomainFeatureProfile['dimensions'];
  namesBefore!: DomainFeatureProfile['namesBefore'];

  @Field(() => DateTimeScalar, { nullable: true, description: 'The timestamp of the earliest event looked at; null: there are none.' })
  from!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The timestamp of the latest event looked at; null: there are none.' })
  to!: Date | null;

  @Field(() => NumbersSeen, { nullable: true, description: 'The reported values; null: there are no events.' })
  values!: DomainNumbersSeen | null;
}
