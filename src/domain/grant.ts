import type { Credits } from './credits';

export const GRANT_CATEGORIES = { PROMOTIONAL: 'PROMOTIONAL', RECURRING: 'RECURRING', PAID: 'PAID' } as const;
export type GrantCategory = keyof typeof GRANT_CATEGORIES;

export const GRANT_STATUSES = { SCHEDULED: 'SCHEDULED', ACTIVE: 'ACTIVE', DEPLETED: 'DEPLETED', EXPIRED: 'EXPIRED', VOIDED: 'VOIDED' } as const;
export type GrantStatus = keyof typeof GRANT_STATUSES;

/** The part of a grant that burn-down needs. Effective from `effectiveAt` on, no longer at `expiresAt` (null: never expires). */
export interface BurnableGrant {
  readonly key: bigint;
  readonly category: GrantCategory;
  /** Lower burns first. */
  readonly priority: number;
  readonly effectiveAt: Date;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly amount: Credits;
  readonly remaining: Credits;
  /** Its GRANTED entry is in the ledger. */
  readonly activated: boolean;
}

/** A block of credits in a pool. */
export interface Grant extends BurnableGrant {
  readonly customerKey: bigint;
  readonly poolKey: bigint;
  readonly idempotencyKey: string | null;
  /** Money per credit, in the seller's own unit. */
  readonly costBasis: Credits | null;
  readonly reason: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly closed: boolean;
  readonly depletedAt: Date | null;
  readonly voidedAt: Date | null;
}

/** A grant with the pool it is in, but for the customer. */
export interface PooledGrant extends Grant {
  readonly currencyKey: number;
  /** Null: the customer's own pool. */
  readonly resourceId: string | null;
}

/** What a grant is at an instant; computed from its instants, so that no job has to have run. */
export function grantStatusAt(grant: Pick<Grant, 'effectiveAt' | 'expiresAt' | 'voidedAt' | 'depletedAt'>, at: Date): GrantStatus {
  if (grant.voidedAt && grant.voidedAt <= at) return 'VOIDED';
  if (grant.depletedAt && grant.depletedAt <= at) return 'DEPLETED';
  if (grant.expiresAt && grant.expiresAt <= at) return 'EXPIRED';
  return grant.effectiveAt <= at ? 'ACTIVE' : 'SCHEDULED';
}
