import { Field, ObjectType } from 'type-graphql';
import { ROLES, type Role } from '../domain/role';

/** environment and customer are added in viewer.resolver. */
@ObjectType({ simpleResolvers: true, description: 'Who asks, by the API key or the customer token of the request.' })
export class Viewer {
  @Field(() => ROLES, { nullable: true, description: 'What the holder of the API key may do; null: it is a customer token, which reads only.' })
  role!: Role | null;
}
