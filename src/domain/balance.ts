import type { Credits } from './credits';
import type { LedgerEntry } from './ledger-entry';
import { overdraftOf } from './overdraft';
import { OpenPool, type PoolState } from './pool';

/** Sums of a pool's entries that are not usage. */
export interface PoolSums {
  /** Of the grants that have become effective. */
  readonly granted: Credits;
  /** Of what grants lost by expiry and by voiding, as a positive amount. */
  readonly forfeited: Credits;
}

export const POOL_CHANGE_KINDS = { GRANTED: 'GRANTED', EXPIRED: 'EXPIRED' } as const;
export type PoolChangeKind = keyof typeof POOL_CHANGE_KINDS;

/** Something that will happen to a pool by itself. */
export interface PoolChange {
  readonly kind: PoolChangeKind;
  readonly at: Date;
  /** What the balance will gain (GRANTED) or, where nothing is used until then, lose (EXPIRED). */
  readonly amount: Credits;
  readonly grantKey: bigint;
}

/** A pool at an instant. granted - consumed - forfeited = balance. */
export interface Balance extends PoolSums {
  readonly at: Date;
  /** Negative while overdrawn. */
  readonly balance: Credits;
  readonly consumed: Credits;
  readonly overdraft: Credits;
  readonly nextChange: PoolChange | null;
}

export const NOTHING: PoolSums = { granted: 0n, forfeited: 0n };

export function addEntries(sums: PoolSums, entries: readonly Pick<LedgerEntry, 'kind' | 'amount'>[]): PoolSums {
  let { granted, forfeited } = sums;
  for (const { kind, amount } of entries) {
    if (kind === 'GRANTED') granted += amount;
    if (kind === 'EXPIRED' || kind === 'VOIDED') forfeited -= amount;
  }
  return { granted, forfeited };
}

/** The balance at an instant not before the pool's last entry: the changes that are due by then happen first, whether they are written or not. */
export function balanceAhead(state: PoolState, sums: PoolSums, at: Date): Balance {
  const pool = new OpenPool(state);
  pool.advance(at);
  const next = pool.nextChange(null);
  const change = next && {
    kind: next.kind,
    at: next.at,
    grantKey: next.grant.key,
    amount: next.kind === 'GRANTED' ? next.grant.amount : next.grant.remaining,
  };
  return balanceFrom(at, pool.balance, addEntries(sums, pool.entries), change);
}

/** What was consumed follows from the rest, because every entry that is none of GRANTED, EXPIRED and VOIDED is usage or adds up to nothing. */
export function balanceFrom(at: Date, balance: Credits, sums: PoolSums, nextChange: PoolChange | null): Balance {
  return { ...sums, at, balance, consumed: sums.granted - sums.forfeited - balance, overdraft: overdraftOf(balance), nextChange };
}
