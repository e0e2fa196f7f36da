import { Field, ObjectType } from 'type-graphql';
import { ROLES, type Role } from '../domain/role';

/** environment is added in viewer.resolver. */
@ObjectType({ simpleResolvers: true, description: 'Who asks, by the API key of the request.' })
export class Viewer {
  @Field(() => ROLES, { description: 'What the key’s holder may do.' })
  role!: Role;
}
