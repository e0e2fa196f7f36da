import { Arg, Args, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { createApiKey } from '../operations/create-api-key';
import { revokeApiKey } from '../operations/revoke-api-key';
import { listApiKeys } from '../store/api-keys';
import {
  ApiKey,
  ApiKeyConnection,
  ApiKeysArgs,
  CreateApiKeyInput,
  CreateApiKeyPayload,
  RevokeApiKeyInput,
  RevokeApiKeyPayload,
} from './api-key.types';
import type { ApiContext } from './context';
import { pageRequest, toConnection } from './paging';

const LIST = 'apiKeys';

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @Authorized('ADMIN')
  @Query(() => ApiKeyConnection, {
    description: 'The API keys of the own environment, the oldest first. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID. Role: ADMIN.',
  })
  async apiKeys(@Args(() => ApiKeysArgs) args: ApiKeysArgs, @Ctx() { services, context }: ApiContext) {
    const page = await listApiKeys(services.database, context.environmentKey, args.includeRevoked, pageRequest(args, LIST, ['instant', 'text']));
    return toConnection(page, LIST, ({ createdAt, id }) => [createdAt.toISOString(), id]);
  }

  @Authorized('ADMIN')
  @Mutation(() => CreateApiKeyPayload, {
    description:
      'Adds an API key to the own environment. Refuses: INPUT_INVALID. TRY_AGAIN: the outcome is not known; look at apiKeys, and revoke a key whose secret did not arrive. Role: ADMIN.',
  })
  createApiKey(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => CreateApiKeyInput, { description: 'The key.' }) input: CreateApiKeyInput,
  ): Promise<CreateApiKeyPayload> {
    return createApiKey(services.database, context, input);
  }

  @Authorized('ADMIN')
  @Mutation(() => RevokeApiKeyPayload, {
    description:
      'Makes an API key of the own environment invalid, within a second on every server; revoking it again changes nothing. ' +
      'Refuses, in this order: API_KEY_NOT_FOUND, LAST_ADMIN_KEY. Role: ADMIN.',
  })
  async revokeApiKey(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => RevokeApiKeyInput, { description: 'Which key.' }) { id }: RevokeApiKeyInput,
  ): Promise<RevokeApiKeyPayload> {
    return { apiKey: await revokeApiKey(services.database, context, id) };
  }
}
