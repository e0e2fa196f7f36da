import { Field, Int, ObjectType } from 'type-graphql';
import type { Problem as DomainProblem } from '../domain/errors';

@ObjectType({ description: 'One thing that is wrong with an input.', simpleResolvers: true })
export class Problem implements DomainProblem {
  @Field(() => String, { description: 'Where: a path into the input, such as `rates.0.formula`.' })
  field!: string;

  @Field(() => String, { description: 'What is wrong, as a sentence that follows the field’s name.' })
  message!: string;

  @Field(() => Int, { nullable: true, description: 'In a formula: the line of its text, from 1.' })
  line?: number;

  @Field(() => Int, { nullable: true, description: 'In a formula: the column of its text, from 1.' })
  column?: number;
}
