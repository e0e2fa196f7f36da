import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import type { ApiKey as DomainApiKey } from '../domain/api-key';
import { ROLES, type Role } from '../domain/role';
import { decodeId, encodeId } from './global-id';
import { ConnectionArgs, connectionType } from './paging';
import { DateTimeScalar } from './scalars';

/** id is added in api-key.resolver: a domain ApiKey has its key of the database there. */
@ObjectType({ simpleResolvers: true, description: 'What opens an environment. Its secret is shown once, when it is created.' })
export class ApiKey implements DomainApiKey {
  id!: string;
  environmentKey!: number;

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

export function apiKeyGlobalId(id: string): string {
  return encodeId('ApiKey', id);
}

/** The id of the domain; for what is no id of an API key, a text that no key has. */
export function apiKeyId(globalId: string): string {
  return decodeId('ApiKey', globalId)?.[0] ?? '';
}

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
