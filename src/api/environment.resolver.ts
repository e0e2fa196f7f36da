import { Arg, Args, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { archiveEnvironment } from '../operations/archive-environment';
import { createEnvironment } from '../operations/create-environment';
import { updateEnvironment } from '../operations/update-environment';
import { findVisibleEnvironment, listEnvironments } from '../store/environments';
import { CatalogListArgs } from './catalog-list.types';
import type { ApiContext } from './context';
import {
  ArchiveEnvironmentInput,
  ArchiveEnvironmentPayload,
  CreateEnvironmentInput,
  CreateEnvironmentPayload,
  Environment,
  EnvironmentConnection,
  UpdateEnvironmentInput,
  UpdateEnvironmentPayload,
} from './environment.types';
import { pageRequest, toConnection } from './paging';

const LIST = 'environments';

@Resolver(() => Environment)
export class EnvironmentResolver {
  @Authorized('READER')
  @Query(() => Environment, {
    nullable: true,
    description:
      'The own environment or, for administrators, one created from it, archived or not; null where no such environment has this id. Role: READER or above.',
  })
  environment(
    @Arg('id', () => ID, { nullable: true, description: 'The id of the environment; absent: the own one.' }) id: string | null,
    @Ctx() { services, context, role }: ApiContext,
  ) {
    return findVisibleEnvironment(services.database, context.environmentKey, role === 'ADMIN', id ?? context.environmentId);
  }

  @Authorized('READER')
  @Query(() => EnvironmentConnection, {
    description:
      'The own environment and, for administrators, those created from it, by id. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID. Role: READER or above.',
  })
  async environments(@Args(() => CatalogListArgs) args: CatalogListArgs, @Ctx() { services, context, role }: ApiContext) {
    const request = pageRequest(args, LIST, ['text']);
    const page = await listEnvironments(services.database, context.environmentKey, role === 'ADMIN', args, request);
    return toConnection(page, LIST, ({ id }) => [id]);
  }

  @Authorized('ADMIN')
  @Mutation(() => CreateEnvironmentPayload, {
    description:
      'Makes an empty environment that the administrators of this one can see, rename and archive, but not look into. ' +
      'Refuses, in this order: ID_INVALID, INPUT_INVALID, ALREADY_EXISTS. TRY_AGAIN: the outcome is not known; where a repeat answers ALREADY_EXISTS, the secret ' +
      'is lost: archive the environment and make another. Role: ADMIN.',
  })
  createEnvironment(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => CreateEnvironmentInput, { description: 'The environment.' }) input: CreateEnvironmentInput,
  ): Promise<CreateEnvironmentPayload> {
    return createEnvironment(services.database, context, input);
  }

  @Authorized('ADMIN')
  @Mutation(() => UpdateEnvironmentPayload, {
    description: 'Changes what an environment is called. Refuses, in this order: INPUT_INVALID, ENVIRONMENT_NOT_FOUND, ARCHIVED. Role: ADMIN.',
  })
  async updateEnvironment(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => UpdateEnvironmentInput, { description: 'The changes.' }) input: UpdateEnvironmentInput,
  ): Promise<UpdateEnvironmentPayload> {
    return { environment: await updateEnvironment(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => ArchiveEnvironmentPayload, {
    description:
      'Closes an environment for good: none of its keys is valid any more. Not the own one, and not one with environments created from it. ' +
      'Refuses, in this order: ENVIRONMENT_NOT_FOUND, ARCHIVED, IN_USE. Role: ADMIN.',
  })
  async archiveEnvironment(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => ArchiveEnvironmentInput, { description: 'Which environment.' }) { id }: ArchiveEnvironmentInput,
  ): Promise<ArchiveEnvironmentPayload> {
    return { environment: await archiveEnvironment(services.database, context, id) };
  }
}
