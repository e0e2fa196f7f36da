/** What a holder of an API key may do; each role may do all that the ones after it may. */
export const ROLES = { ADMIN: 'ADMIN', WRITER: 'WRITER', READER: 'READER' } as const;
export type Role = keyof typeof ROLES;

const RANK: Record<Role, number> = { ADMIN: 3, WRITER: 2, READER: 1 };

/** Whether a key of `role` may do what asks for `needed`. */
export function roleCovers(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed];
}
