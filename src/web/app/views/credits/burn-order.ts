import type { GrantCategory } from '../../generated/credits';

/** What decides which grant is drawn from first. */
export interface Burnable {
  readonly id: string;
  readonly currency: { readonly id: string };
  readonly resourceId: string | null;
  readonly priority: number;
  readonly expiresAt: string | null;
  readonly category: GrantCategory;
  readonly effectiveAt: string;
  readonly createdAt: string;
}

const CATEGORY_RANK: Record<GrantCategory, number> = { PROMOTIONAL: 1, RECURRING: 2, PAID: 3 };
const NEVER = '9999';

/** Tells a pool of a customer from its others. */
export function poolKey({ currency, resourceId }: Pick<Burnable, 'currency' | 'resourceId'>): string {
  return `${currency.id} ${resourceId ?? ''}`;
}

export function poolName({ currency, resourceId }: { readonly currency: { readonly name: string }; readonly resourceId: string | null }): string {
  return resourceId === null ? currency.name : `${currency.name} of ${resourceId}`;
}

/** Pool by pool, as they burn: priority, sooner expiry, promotional before recurring before paid, earlier effective, earlier created, id. */
export function inBurnOrder<Grant extends Burnable>(grants: readonly Grant[]): Grant[] {
  const key = (grant: Grant): (string | number)[] => [
    grant.currency.id,
    grant.resourceId ?? '',
    grant.priority,
    grant.expiresAt ?? NEVER,
    CATEGORY_RANK[grant.category],
    grant.effectiveAt,
    grant.createdAt,
  ];
  const keyed = grants.map((grant) => ({ grant, key: key(grant) }));
  return keyed.sort((one, other) => compareKeys(one.key, other.key)).map(({ grant }) => grant);
}

function compareKeys(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  const place = one.findIndex((value, i) => value !== other[i]);
  return place < 0 ? 0 : one[place]! < other[place]! ? -1 : 1;
}

/** 1 for the grant of its pool that burns first, and so on. Grants that are given newest first keep their order where all else is equal, so they are turned around. */
export function burnRanks(grants: readonly Burnable[]): Map<string, number> {
  const counts = new Map<string, number>();
  return new Map(
    inBurnOrder([...grants].reverse()).map((grant) => {
      const pool = poolKey(grant);
      const rank = (counts.get(pool) ?? 0) + 1;
      counts.set(pool, rank);
      return [grant.id, rank];
    }),
  );
}
