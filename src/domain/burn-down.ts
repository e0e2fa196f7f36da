import type { BurnableGrant, GrantCategory } from './grant';

const CATEGORY_RANK: Record<GrantCategory, number> = { PROMOTIONAL: 0, RECURRING: 1, PAID: 2 };

/**
 * The order in which grants burn, a total one: priority (lower first), sooner expiry (never last),
 * promotional before recurring before paid, earlier effective, earlier created, smaller key.
 */
export function compareBurnOrder(a: BurnableGrant, b: BurnableGrant): number {
  return (
    a.priority - b.priority ||
    compareNumbers(a.expiresAt?.getTime() ?? Infinity, b.expiresAt?.getTime() ?? Infinity) ||
    CATEGORY_RANK[a.category] - CATEGORY_RANK[b.category] ||
    a.effectiveAt.getTime() - b.effectiveAt.getTime() ||
    a.createdAt.getTime() - b.createdAt.getTime() ||
    (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
  );
}

/** `a - b` would be NaN for two that never expire. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
