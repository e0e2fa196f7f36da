import type { FastifyRequest } from 'fastify';
import { DrawdownError } from '../domain/errors';
import { Authenticator } from '../operations/authenticate';
import { API_KEY_HEADER } from './authentication';
import type { ApiContext, Services } from './context';
import { createLoaders } from './loaders';

/** Who asks, read from the headers of a request; the same for every door of the API. Refuses: TRY_AGAIN. */
export type ContextOf = (request: FastifyRequest) => Promise<ApiContext>;

/** `now` is the clock; it is read once per request. */
export function requestContexts(services: Services, now: () => Date): ContextOf {
  const authenticator = new Authenticator(services.database);
  return async (request) => {
    const secret = request.headers[API_KEY_HEADER];
    const requestId = request.id;
    const owner = typeof secret === 'string' ? await authenticator.ownerOf(secret).catch(refuseForNow) : null;
    if (!owner) return new AnonymousContext(requestId, services);
    const context = { environmentKey: owner.environmentKey, environmentId: owner.environmentId, now: now() };
    return { context, role: owner.role, requestId, services, loaders: createLoaders(services.database, context) };
  };
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
