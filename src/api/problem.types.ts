import { Field, Int, ObjectType } from 'type-graphql';
import { ERROR_KINDS, type ErrorCode, type ErrorKind, type Problem as DomainProblem, type Refusal as DomainRefusal } from '../domain/errors';
import { ERROR_CODE_NAMES } from './enums';

@ObjectType({ description: 'One thing that is wrong with an input.', simpleResolvers: true })
export class Problem implements DomainProblem {
  @Field(() => String, { description: 'Where: a path into the input, such as `amount` or `dimensions.0.key`; items of lists count from 0.' })
  field!: string;

  @Field(() => String, { description: 'What is wrong there, in words for people; they may change.' })
  message!: string;

  @Field(() => Int, { nullable: true, description: 'In a formula: the line of its text, from 1.' })
  line?: number;

  @Field(() => Int, { nullable: true, description: 'In a formula: the column of its text, from 1.' })
  column?: number;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'Why something is refused, where that is part of the answer. Errors of a whole request say the same in their `message` and `extensions`.',
})
export class Refusal implements DomainRefusal {
  @Field(() => ERROR_CODE_NAMES, { description: 'The stable code, for programs.' })
  code!: ErrorCode;

  @Field(() => ERROR_KINDS, { description: 'What kind of refusal it is, which says what to do about it.' })
  kind!: ErrorKind;

  @Field(() => String, { description: 'What is wrong and what to do, in words for people; they may change.' })
  message!: string;

  @Field(() => [Problem], { description: 'All that is wrong with the input; empty for other refusals.' })
  problems!: readonly DomainProblem[];
}
