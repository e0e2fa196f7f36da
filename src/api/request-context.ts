import type { FastifyRequest } from 'fastify';
import { DrawdownError } from '../domain/errors';
import { Authenticator } from '../operations/authenticate';
import { API_KEY_HEADER } from './authentication';
import type { ApiContext, Services } from './context';
import { createLoaders } from './loaders';

export interface ContextOptions {
  readonly services: Services;
  /** The clock; read once per request. */
  readonly now: () => Date;
}

/** Who asks, read from the headers of a request; the same for every door of the API. Refuses: TRY_AGAIN. */
export type ContextOf = (request: FastifyRequest) => Promise<ApiContext>;

export function requestContexts(services: Services, now: () => Date): ContextOf {
  const authenticator = new Authenticator(services.database);
  return (request) => {
    const secret = request.headers[API_KEY_HEADER];
    return requestContext({ services, now }, authenticator, typeof secret === 'string' ? secret : null, request.id);
  };
}

/** What resolvers get for a request with this key; null: it has none. Refuses: TRY_AGAIN (the key cannot be looked up). */
export async function requestContext(
  { services, now }: ContextOptions,
  authenticator: Authenticator,
  secret: string | null,
  requestId: string,
): Promise<ApiContext> {
  const owner = secret === null ? null : await authenticator.ownerOf(secret).catch(refuseForNow);
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
function refuseForNow(cause: unknown): never {
  throw new DrawdownError('TRY_AGAIN', undefined, [], { cause });
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
