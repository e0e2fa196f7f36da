/** What a holder of an API key may do; each role may do all that the ones after it may. */
export const ROLES = { ADMIN: 'ADMIN', WRITER: 'WRITER', READER: 'READER' } as const;
export type Role = keyof typeof ROLES;

/** What a caller is: the role of its API key or, with a customer token, CUSTOMER, which may do only what is opened to it by name. */
export type CallerRole = Role | 'CUSTOMER';

const RANK: Record<CallerRole, number> = { ADMIN: 3, WRITER: 2, READER: 1, CUSTOMER: 0 };

/** Whether a caller of `role` may do what asks for `needed`. */
export function roleCovers(role: CallerRole, needed: CallerRole): boolean {
  return RANK[role] >= RANK[needed];
}
