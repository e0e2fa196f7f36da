import type { FastifyBaseLogger } from 'fastify';
import { GraphQLError } from 'graphql';
import { DrawdownError } from '../domain/errors';
import type { Authenticator } from '../operations/authenticate';
import type { ApiContext, Services } from './context';
import { noteErrors } from './errors';
import { createLoaders } from './loaders';

export interface ContextOptions {
  readonly services: Services;
  readonly log: FastifyBaseLogger;
  /** The clock; read once per request. */
  readonly now: () => Date;
}

/** What resolvers get for a request with this key; null: it has none. Throws TRY_AGAIN where the key cannot be looked up. */
export async function requestContext(
  { services, log, now }: ContextOptions,
  authenticator: Authenticator,
  secret: string | null,
  requestId: string,
): Promise<ApiContext> {
  const owner = secret === null ? null : await authenticator.ownerOf(secret).catch((error: unknown) => refuseForNow(error, requestId, log));
  if (!owner) return new AnonymousContext(requestId, services);
  const context = { environmentKey: owner.environmentKey, environmentId: owner.environmentId, now: now() };
  return { context, role: owner.role, requestId, services, loaders: createLoaders(services.database, context) };
}

/** The same at a later instant, with nothing loaded yet. */
export function laterContext({ services, now }: ContextOptions, earlier: ApiContext): ApiContext {
  const context = { ...earlier.context, now: now() };
  return { ...earlier, context, loaders: createLoaders(services.database, context) };
}

/** The key could not be looked up, so that nothing is known about the request: the database is not reachable at the moment. */
function refuseForNow(cause: unknown, requestId: string, log: FastifyBaseLogger): never {
  log.error({ requestId, err: cause }, 'an API key could not be looked up');
  const error = new GraphQLError('', {
    originalError: new DrawdownError('TRY_AGAIN', undefined, [], { cause }),
    extensions: { http: { status: 503 } },
  });
  noteErrors([error], requestId, log);
  throw error;
}

class AnonymousContext implements ApiContext {
  readonly role = null;

  constructor(
    readonly requestId: string,
    readonly services: Services,
  ) {}

  get context(): never {
    throw new DrawdownError('UNAUTHENTICATED');
  }

  get loaders(): never {
    throw new DrawdownError('UNAUTHENTICATED');
  }
}
