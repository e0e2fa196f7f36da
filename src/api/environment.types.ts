import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { Environment as DomainEnvironment } from '../domain/environment';
import { ApiKey } from './api-key.types';
import { connectionType } from './paging';
import { DateTimeScalar } from './scalars';

@ObjectType({ simpleResolvers: true, description: 'An isolated world with its own catalog, customers and usage. Every API key belongs to one.' })
export class Environment implements DomainEnvironment {
  key!: number;
  parentKey!: number | null;

  @Field(() => ID, { description: 'Chosen at creation; unique on the whole server, forever.' })
  id!: string;

  @Field(() => String, { description: 'For people.' })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was archived, from when on its keys are invalid; null: it is in use.' })
  archivedAt!: Date | null;
}

export const EnvironmentConnection = connectionType(Environment, 'Environments, by id.');

@InputType({ description: 'A new environment.' })
export class CreateEnvironmentInput {
  @Field(() => ID, { description: '1 to 255 characters from A-Z a-z 0-9 _ . : @ $ -.' })
  id!: string;

  @Field(() => String, { description: 'For people, 1 to 255 characters.' })
  name!: string;
}

@InputType({ description: 'What is to change of an environment; what is absent or null stays.' })
export class UpdateEnvironmentInput {
  @Field(() => ID, { description: 'The environment: the own one, or one created from it.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'For people, 1 to 255 characters.' })
  name?: string | null;
}

@InputType({ description: 'The environment to archive.' })
export class ArchiveEnvironmentInput {
  @Field(() => ID, { description: 'The environment: one created from the own one.' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What `createEnvironment` answers.' })
export class CreateEnvironmentPayload {
  @Field(() => Environment, { description: 'The new environment.' })
  environment!: Environment;

  @Field(() => ApiKey, { description: 'Its first key, of an administrator.' })
  apiKey!: ApiKey;

  @Field(() => String, { description: 'The secret of that key. It is shown this once: keep it.' })
  secret!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What `updateEnvironment` answers.' })
export class UpdateEnvironmentPayload {
  @Field(() => Environment, { description: 'The environment after the change.' })
  environment!: Environment;
}

@ObjectType({ simpleResolvers: true, description: 'What `archiveEnvironment` answers.' })
export class ArchiveEnvironmentPayload {
  @Field(() => Environment, { description: 'The archived environment.' })
  environment!: Environment;
}
