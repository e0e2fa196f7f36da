import type { AuthCheckerFn } from 'type-graphql';
import { DrawdownError } from '../domain/errors';
import { roleCovers, type Role } from '../domain/role';
import type { ApiContext } from './context';

export const API_KEY_HEADER = 'x-api-key';

/** `@Authorized('WRITER')`: the role of the key must cover it; `@Authorized()` asks only for a valid key. */
export const checkAuthorized: AuthCheckerFn<ApiContext, Role> = ({ context }, roles) => {
  requireRoles(context, roles);
  return true;
};

/** Refuses: UNAUTHENTICATED, FORBIDDEN. */
export function requireRoles({ role }: ApiContext, roles: readonly Role[]): void {
  if (!role) throw new DrawdownError('UNAUTHENTICATED');
  if (!roles.every((needed) => roleCovers(role, needed))) throw new DrawdownError('FORBIDDEN');
}
