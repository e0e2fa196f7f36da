import { Field, Int, ObjectType } from 'type-graphql';
import type { ExampleEvent as DomainExampleEvent } from '../domain/analysis/formula-warning';
import type { Credits } from '../domain/credits';
import type { Dimensions } from '../domain/dimensions';
import type { Warning as DomainWarning, WarningCode } from '../domain/warning';
import { WARNING_CODE_NAMES } from './enums';
import { CreditsScalar, DimensionsScalar } from './scalars';

@ObjectType({ simpleResolvers: true, description: 'An event that shows something; previewFormula takes it as it is.' })
export class ExampleEvent implements DomainExampleEvent {
  @Field(() => CreditsScalar, { description: 'The reported value.' })
  value!: Credits;

  @Field(() => DimensionsScalar, { description: 'The dimensions.' })
  dimensions!: Dimensions;
}

/** What a warning of a formula and a warning of a plan have in common. */
@ObjectType()
export abstract class WarningFields {
  @Field(() => WARNING_CODE_NAMES, { description: 'The stable code, for programs.' })
  code!: WarningCode;

  @Field(() => String, { description: 'What may go wrong or may not be meant, in words for people; they may change.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'The variable it is about, as the formula names it; null where it is about none.' })
  variable!: string | null;

  @Field(() => String, { nullable: true, description: 'What may have been meant instead: a name, or a value.' })
  suggestion!: string | null;

  @Field(() => ExampleEvent, { nullable: true, description: 'An event that leads there; null where there is nothing to show.' })
  example!: ExampleEvent | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether such events were seen: false, they are possible but none was among those looked at; null, it is not about events.',
  })
  seen!: boolean | null;
}

@ObjectType({ simpleResolvers: true, description: 'Something that may not be meant, but is accepted.' })
export class Warning extends WarningFields implements DomainWarning {
  @Field(() => String, { description: 'Where: a path such as `rates.chat.formula`.' })
  field!: string;

  @Field(() => Int, { nullable: true, description: 'In a formula: the line of its text, from 1.' })
  line?: number;

  @Field(() => Int, { nullable: true, description: 'In a formula: the column of its text, from 1.' })
  column?: number;
}
