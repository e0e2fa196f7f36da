import type { FastifyRequest } from 'fastify';
import { DrawdownError } from '../domain/errors';
import { Authenticator, type Credential } from '../operations/authenticate';
import { credentialIn } from './authentication';
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
  return (request) => requestContext({ services, now }, authenticator, credentialIn(request.headers), request.id);
}

/** What resolvers get for a request with this credential; null: it has none. Refuses: TRY_AGAIN (it cannot be looked up). */
export async function requestContext(
  { services, now: clock }: ContextOptions,
  authenticator: Authenticator,
  credential: Credential | null,
  requestId: string,
): Promise<ApiContext> {
  const now = clock();
  const caller = credential && (await authenticator.callerOf(credential, now).catch(refuseForNow));
  if (!caller) return new AnonymousContext(requestId, services);
  const { role, ...scope } = caller;
  const context = { ...scope, now };
  return { context, role, requestId, services, loaders: createLoaders(services.database, context) };
}

/** The same at a later instant, with nothing loaded yet. */
export function laterContext({ services, now }: ContextOptions, earlier: ApiContext): ApiContext {
  const context = { ...earlier.context, now: now() };
  return { ...earlier, context, loaders: createLoaders(services.database, context) };
}

/** The credential could not be looked up, so that nothing is known about the request: the database is not reachable at the moment. */
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
