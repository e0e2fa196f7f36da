import type { AuthCheckerFn } from 'type-graphql';
import { DrawdownError } from '../domain/errors';
import { roleCovers, type CallerRole } from '../domain/role';
import type { Credential } from '../operations/authenticate';
import type { ApiContext } from './context';

const API_KEY_HEADER = 'x-api-key';
const AUTHORIZATION_HEADER = 'authorization';
const BEARER = /^Bearer +([\w.~+/=-]+)$/i;

/** Of what names no role: an API key. Nothing is open to customer tokens by saying nothing. */
const LEAST_ROLES: readonly CallerRole[] = ['READER'];

/**
 * `@Authorized('WRITER')`: the caller's role must cover it. `@Authorized('CUSTOMER')` opens something to customer tokens; what they may see of it is
 * in customer-view. Without a role, it asks for an API key.
 */
export const checkAuthorized: AuthCheckerFn<ApiContext, CallerRole> = ({ context }, roles) => {
  requireRoles(context, roles.length === 0 ? LEAST_ROLES : roles);
  return true;
};

/** Refuses: UNAUTHENTICATED, FORBIDDEN. */
export function requireRoles({ role }: ApiContext, roles: readonly CallerRole[]): void {
  if (!role) throw new DrawdownError('UNAUTHENTICATED');
  if (!roles.every((needed) => roleCovers(role, needed))) throw new DrawdownError('FORBIDDEN');
}

/** What the headers of a request, whose names are in lower case, show to be let in. An API key comes before a token; other schemes are somebody else's. */
export function credentialIn(headers: Readonly<Record<string, unknown>>): Credential | null {
  const { [API_KEY_HEADER]: apiKey, [AUTHORIZATION_HEADER]: authorization } = headers;
  if (typeof apiKey === 'string') return { kind: 'API_KEY', secret: apiKey };
  const token = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
  return token === undefined ? null : { kind: 'CUSTOMER_TOKEN', secret: token };
}

/** The same from the payload of `connection_init`, where browsers put what they cannot put into headers. */
export function credentialInPayload(payload: Readonly<Record<string, unknown>>): Credential | null {
  return credentialIn(Object.fromEntries(Object.entries(payload).map(([name, value]) => [name.toLowerCase(), value])));
}
