import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { FormulaWarning as DomainFormulaWarning } from '../domain/analysis/formula-warning';
import type { Credits } from '../domain/credits';
import type { DimensionValue } from '../domain/dimensions';
import type { FormulaProblem as DomainFormulaProblem, FormulaVariable as DomainFormulaVariable } from '../domain/formula/formula';
import type { FormulaPreview as DomainFormulaPreview, PreviewFormulaInput as DomainPreviewFormulaInput } from '../operations/preview-formula';
import { DimensionValueScalar } from './dimension-filter.types';
import { FeatureProfile } from './feature-profile.types';
import { Refusal } from './problem.types';
import { CreditsScalar, DimensionsScalar } from './scalars';
import { WarningFields } from './warning.types';

const VARIABLE_TYPES = { NUMBER: 'number', TEXT: 'text', BOOLEAN: 'boolean', ANY: 'any' } as const;

registerEnumType(VARIABLE_TYPES, {
  name: 'FormulaType',
  description: 'What a formula needs a variable to be. A text that looks like a number is a text.',
  valuesConfig: {
    NUMBER: { description: 'A number.' },
    TEXT: { description: 'A text.' },
    BOOLEAN: { description: 'true or false.' },
    ANY: { description: 'Anything: the formula only asks whether it exists, or compares it with another of its kind.' },
  },
});

@InputType({ description: 'A formula and an event to try it on.' })
export class PreviewFormulaInput implements DomainPreviewFormulaInput {
  @Field(() => String, { description: 'The text of the formula.' })
  formula!: string;

  @Field(() => CreditsScalar, { nullable: true, description: 'The reported value, which the formula reads as `value`; absent: 1.' })
  value?: string | null;

  @Field(() => DimensionsScalar, { nullable: true, description: 'The dimensions of the event.' })
  dimensions?: unknown;

  @Field(() => ID, {
    nullable: true,
    description: 'The feature it is meant for: the formula is analysed with what was seen of its events and what is declared of them.',
  })
  featureId?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'Something to tell about a place in a formula.' })
export class FormulaProblem implements DomainFormulaProblem {
  @Field(() => Int, { description: 'The line, from 1.' })
  line!: number;

  @Field(() => Int, { description: 'The column, from 1, in UTF-16 units.' })
  column!: number;

  @Field(() => String, { description: 'What is wrong and what to write, as a sentence.' })
  message!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What could go wrong for some events in a formula that can be saved, or may not be meant.' })
export class FormulaWarning extends WarningFields implements DomainFormulaWarning {
  declare code: DomainFormulaWarning['code'];

  @Field(() => Int, { description: 'The line, from 1.' })
  line!: number;

  @Field(() => Int, { description: 'The column, from 1, in UTF-16 units.' })
  column!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A variable that a formula uses.' })
export class FormulaVariable implements DomainFormulaVariable {
  @Field(() => String, {
    description: 'The name of the dimension, or `value` for the reported value; a dimension of that name is written `dimensions.value`.',
  })
  name!: string;

  dimension!: string | null;

  @Field(() => VARIABLE_TYPES, { description: 'What the formula needs it to be, from how it is used.' })
  type!: DomainFormulaVariable['type'];

  @Field(() => Boolean, { description: 'Whether the formula says, by `coalesce` or `exists`, what happens where an event lacks it.' })
  optional!: boolean;

  @Field(() => DimensionValueScalar, { nullable: true, description: 'What the sample event gives it; null: nothing.' })
  value!: DimensionValue | null;
}

@ObjectType({ simpleResolvers: true, description: 'An intermediate value: one part of a formula that was evaluated.' })
export class FormulaStep {
  @Field(() => String, { description: 'The part, as it stands in the text.' })
  expression!: string;

  @Field(() => Int, { description: 'The line where the part begins, from 1.' })
  line!: number;

  @Field(() => Int, { description: 'The column where the part begins, from 1.' })
  column!: number;

  @Field(() => DimensionValueScalar, { description: 'What it came to; an endless fraction is cut to 38 digits here, not in the calculation.' })
  value!: DimensionValue;
}

@ObjectType({ simpleResolvers: true, description: 'What a formula makes of an event. Nothing is stored.' })
export class FormulaPreview implements DomainFormulaPreview {
  @Field(() => CreditsScalar, { nullable: true, description: 'What the event would cost, rounded as a charge is; null where it would be refused.' })
  cost!: Credits | null;

  @Field(() => Refusal, { nullable: true, description: 'What the event would be refused with; null where there is a cost.' })
  error!: DomainFormulaPreview['error'];

  @Field(() => VARIABLE_TYPES, { nullable: true, description: 'The type of the result: NUMBER; null where the formula has problems.' })
  resultType!: DomainFormulaPreview['resultType'];

  @Field(() => [FormulaVariable], { description: 'Every variable of the formula, in the order of the first use.' })
  variables!: DomainFormulaPreview['variables'];

  @Field(() => [FormulaStep], { description: 'Every intermediate value, inner parts first; the branch not taken has none.' })
  steps!: DomainFormulaPreview['steps'];

  @Field(() => [FormulaProblem], { description: 'What keeps the formula from being used; empty where it can be saved.' })
  problems!: DomainFormulaPreview['problems'];

  @Field(() => [FormulaWarning], {
    description:
      'What could go wrong for some events, by what was seen of the feature’s events and what is declared of them, and what may not be meant.',
  })
  warnings!: DomainFormulaPreview['warnings'];

  @Field(() => FeatureProfile, { nullable: true, description: 'The events that the warnings are based on; null without a feature.' })
  profile!: DomainFormulaPreview['profile'];
}
