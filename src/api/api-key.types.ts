import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import type { ApiKey as DomainApiKey } from '../domain/api-key';
import { ROLES, type Role } from '../domain/role';
import { ConnectionArgs, connectionType } from './paging';
import { DateTimeScalar } from './scalars';

@ObjectType({ simpleResolvers: true, description: 'What opens an environment. Its secret is shown once, when it is created.' })
export class ApiKey implements DomainApiKey {
  environmentKey!: number;

  @Field(() => ID, { description: 'Given when it was created: the id that `npx drawdown keys` shows, too. It is not the secret.' })
  id!: string;

  @Field(() => String, { description: 'For people.' })
  name!: string;

  @Field(() => ROLES, { description: 'What its holder may do.' })
  role!: Role;

  @Field(() => String, { description: 'The beginning of its secret, to recognise it by.' })
  prefix!: string;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked; null: it is valid.' })
  revokedAt!: Date | null;
}

export const ApiKeyConnection = connectionType(ApiKey, 'API keys, the oldest first.');

@ArgsType()
export class ApiKeysArgs extends ConnectionArgs {
  @Field(() => Boolean, { defaultValue: false, description: 'Whether revoked ones are listed, too.' })
  includeRevoked!: boolean;
}

@InputType({ description: 'A new API key of the own environment.' })
export class CreateApiKeyInput {
  @Field(() => String, { description: 'For people, 1 to 255 characters.' })
  name!: string;

  @Field(() => ROLES, { description: 'What its holder may do.' })
  role!: Role;
}

@InputType({ description: 'The API key to revoke.' })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: 'The key’s id (not its secret).' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What `createApiKey` answers.' })
export class CreateApiKeyPayload {
  @Field(() => ApiKey, { description: 'The new key.' })
  apiKey!: ApiKey;

  @Field(() => String, { description: 'Its secret. It is shown this once: keep it.' })
  secret!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What `revokeApiKey` answers.' })
export class RevokeApiKeyPayload {
  @Field(() => ApiKey, { description: 'The revoked key.' })
  apiKey!: ApiKey;
}
