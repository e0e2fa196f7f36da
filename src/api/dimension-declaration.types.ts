import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Decimal } from '../domain/decimal';
import type { DimensionDeclaration as DomainDeclaration, DimensionDeclarationInput } from '../domain/dimension-declaration';
import { MOST_ALIASES, MOST_ALLOWED_VALUES } from '../domain/dimension-declaration';
import { DIMENSION_TYPES, type DimensionType, type DimensionValue } from '../domain/dimensions';
import { DimensionValueScalar } from './dimension-filter.types';
import { Feature } from './feature.types';

@ObjectType({ simpleResolvers: true, description: 'What is said of a dimension of a feature’s events. Reports that contradict it are refused.' })
export class DimensionDeclaration implements DomainDeclaration {
  @Field(() => String, { description: 'The name, as events are kept with it.' })
  name!: string;

  @Field(() => DIMENSION_TYPES, { description: 'What its values are; others are refused with DIMENSION_TYPE.' })
  type!: DimensionType;

  @Field(() => String, { nullable: true, description: 'What it means, for people.' })
  description!: string | null;

  @Field(() => DimensionValueScalar, {
    nullable: true,
    description: 'The least number it may be; null: no bound. Others are refused with DIMENSION_NOT_ALLOWED.',
  })
  lowest!: Decimal | null;

  @Field(() => DimensionValueScalar, {
    nullable: true,
    description: 'The greatest number it may be; null: no bound. Others are refused with DIMENSION_NOT_ALLOWED.',
  })
  highest!: Decimal | null;

  @Field(() => [DimensionValueScalar], {
    nullable: true,
    description: 'All values it may have; null: any. Others are refused with DIMENSION_NOT_ALLOWED.',
  })
  allowedValues!: readonly DimensionValue[] | null;

  @Field(() => Boolean, { description: 'Whether an event without it is refused with DIMENSION_MISSING.' })
  required!: boolean;

  @Field(() => [String], {
    description:
      'Its former names. A report with one is kept under the name of today; formulas written with any of its names go on working. Breakdowns have events under the name they were kept with.',
  })
  aliases!: readonly string[];
}

@ObjectType({ simpleResolvers: true, description: 'What could be declared, by the events looked at.' })
export class ProposedDimensionDeclaration {
  @Field(() => DimensionDeclaration, { description: 'As setDimensionDeclaration would take it.' })
  declaration!: DomainDeclaration;

  @Field(() => Int, { description: 'How many of the events looked at had the dimension.' })
  count!: number;
}

@InputType({ description: 'What a dimension of a feature’s events is. It replaces what was said of this name before.' })
export class SetDimensionDeclarationInput implements DimensionDeclarationInput {
  @Field(() => ID, { description: 'The feature.' })
  featureId!: string;

  @Field(() => String, { description: 'The name of the dimension.' })
  name!: string;

  @Field(() => DIMENSION_TYPES, { description: 'What its values are.' })
  type!: DimensionType;

  @Field(() => String, { nullable: true, description: 'What it means, for people, 1 to 1,000 characters.' })
  description?: string | null;

  @Field(() => DimensionValueScalar, { nullable: true, description: 'With NUMBER: the least it may be; absent: no bound.' })
  lowest?: DimensionValue | null;

  @Field(() => DimensionValueScalar, { nullable: true, description: 'With NUMBER: the greatest it may be; absent: no bound.' })
  highest?: DimensionValue | null;

  @Field(() => [DimensionValueScalar], {
    nullable: true,
    description: `With TEXT or NUMBER: all it may be, 1 to ${MOST_ALLOWED_VALUES} values, not beside a range; absent: any.`,
  })
  allowedValues?: DimensionValue[] | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether every event must have it.' })
  required!: boolean;

  @Field(() => [String], {
    defaultValue: [],
    description: `Former names, at most ${MOST_ALIASES}. They can be added, but not be taken back: events were reported with them.`,
  })
  aliases!: string[];
}

@InputType({ description: 'The declaration to take back.' })
export class RemoveDimensionDeclarationInput {
  @Field(() => ID, { description: 'The feature.' })
  featureId!: string;

  @Field(() => String, { description: 'The name of the dimension.' })
  name!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What `setDimensionDeclaration` answers.' })
export class SetDimensionDeclarationPayload {
  @Field(() => Feature, { description: 'The feature.' })
  feature!: Feature;

  @Field(() => DimensionDeclaration, { description: 'The declaration as it holds from now on.' })
  declaration!: DomainDeclaration;
}

@ObjectType({ simpleResolvers: true, description: 'What `removeDimensionDeclaration` answers.' })
export class RemoveDimensionDeclarationPayload {
  @Field(() => Feature, { description: 'The feature without the declaration.' })
  feature!: Feature;
}
