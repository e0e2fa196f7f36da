import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { Credits } from '../domain/credits';
import type { Dimensions } from '../domain/dimensions';
import {
  MOST_TESTS,
  TESTED_REFUSALS,
  type FormulaTest as DomainFormulaTest,
  type FormulaTestInput as DomainFormulaTestInput,
  type FormulaTestResult,
  type TestedRefusal,
} from '../domain/formula-test';
import { CreditsScalar, DimensionsScalar } from './scalars';

registerEnumType(TESTED_REFUSALS, {
  name: 'FormulaRefusal',
  description: 'What a formula can refuse an event with; the codes are those of ErrorCode.',
  valuesConfig: {
    DIMENSION_MISSING: { description: 'The event lacks a dimension that the formula needs.' },
    DIMENSION_TYPE: { description: 'A dimension has another type than the formula needs.' },
    DIVISION_BY_ZERO: { description: 'The formula divides by zero.' },
    CHARGE_OUT_OF_RANGE: { description: 'The charge is negative or too large.' },
  },
});

const EXPECTED_CREDITS = 'What the event is to cost; null: it is to be refused.';
const EXPECTED_ERROR = 'What the event is to be refused with; null: it is to have a cost.';

export const MOST_TESTS_TEXT = `At most ${MOST_TESTS}`;

@InputType({ description: 'An example that a rate must give the right credits for. Exactly one of expectedCredits and expectedError is given.' })
export class FormulaTestInput implements DomainFormulaTestInput {
  @Field(() => String, { description: 'For people, 1 to 255 characters; no other test of the rate has it.' })
  name!: string;

  @Field(() => CreditsScalar, { nullable: true, description: 'The reported value; absent: 1.' })
  value?: string | null;

  @Field(() => DimensionsScalar, { nullable: true, description: 'The dimensions of the event.' })
  dimensions?: unknown;

  @Field(() => CreditsScalar, { nullable: true, description: EXPECTED_CREDITS })
  expectedCredits?: string | null;

  @Field(() => TESTED_REFUSALS, { nullable: true, description: EXPECTED_ERROR })
  expectedError?: TestedRefusal | null;
}

@ObjectType({ simpleResolvers: true, description: 'An example kept with a rate, and what the rate makes of it now.' })
export class FormulaTest implements FormulaTestResult {
  @Field(() => String, { description: 'For people.' })
  name!: string;

  @Field(() => CreditsScalar, { description: 'The reported value.' })
  value!: Credits;

  @Field(() => DimensionsScalar, { description: 'The dimensions of the event.' })
  dimensions!: Dimensions;

  @Field(() => CreditsScalar, { nullable: true, description: EXPECTED_CREDITS })
  expectedCredits!: Credits | null;

  @Field(() => TESTED_REFUSALS, { nullable: true, description: EXPECTED_ERROR })
  expectedError!: TestedRefusal | null;

  @Field(() => Boolean, { description: 'Whether it comes out as expected.' })
  passed!: boolean;

  @Field(() => CreditsScalar, { nullable: true, description: 'What the event costs; null: it is refused.' })
  credits!: Credits | null;

  @Field(() => TESTED_REFUSALS, { nullable: true, description: 'What the event is refused with; null: it has a cost.' })
  error!: TestedRefusal | null;
}

@InputType({ description: 'A formula and the feature whose events it is to be tried on.' })
export class SuggestFormulaTestsInput {
  @Field(() => ID, { description: 'The feature.' })
  featureId!: string;

  @Field(() => String, { description: 'The text of the formula.' })
  formula!: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'An example out of the feature’s events. Its fields are those of FormulaTestInput, so that it can be kept with a rate as it is.',
})
export class SuggestedFormulaTest implements DomainFormulaTest {
  @Field(() => String, { description: 'Why it is suggested, such as `typical`, `least tokens` or the condition of a branch that it takes.' })
  name!: string;

  @Field(() => CreditsScalar, { description: 'The reported value.' })
  value!: Credits;

  @Field(() => DimensionsScalar, { description: 'Those dimensions of the event that the formula uses.' })
  dimensions!: Dimensions;

  @Field(() => CreditsScalar, { nullable: true, description: 'What the formula gives; null: it refuses the event.' })
  expectedCredits!: Credits | null;

  @Field(() => TESTED_REFUSALS, { nullable: true, description: 'What the formula refuses the event with; null: it has a cost.' })
  expectedError!: TestedRefusal | null;
}
