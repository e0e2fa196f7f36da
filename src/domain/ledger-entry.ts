import type { Credits } from './credits';

/**
 * GRANTED: a grant became effective. CONSUMED: a draw of a charge. OVERDRAFT_SETTLED: a pair that moves credits from a grant to the overdraft.
 * EXPIRED and VOIDED: what was left of a grant is forfeited.
 */
export const LEDGER_ENTRY_KINDS = {
  GRANTED: 'GRANTED',
  CONSUMED: 'CONSUMED',
  OVERDRAFT_SETTLED: 'OVERDRAFT_SETTLED',
  EXPIRED: 'EXPIRED',
  VOIDED: 'VOIDED',
} as const;
export type LedgerEntryKind = keyof typeof LEDGER_ENTRY_KINDS;

/**
 * One line of a pool. The amounts of a grant's entries add up to what is left of it;
 * those without a grant add up to minus the overdraft; all together to the balance.
 */
export interface LedgerEntry {
  /** 1, 2, 3 … without a gap within the pool. */
  readonly sequence: bigint;
  /** When it took effect; never earlier than the entry before. */
  readonly at: Date;
  readonly kind: LedgerEntryKind;
  /** Signed change of the balance. */
  readonly amount: Credits;
  readonly balanceAfter: Credits;
  /** Null: the overdraft's side. */
  readonly grantKey: bigint | null;
}

/** An entry with what it belongs to. */
export interface PoolEntry extends LedgerEntry {
  readonly customerKey: bigint;
  readonly poolKey: bigint;
  /** Null: not caused by usage. */
  readonly eventKey: bigint | null;
}

export function balanceBefore(entry: LedgerEntry): Credits {
  return entry.balanceAfter - entry.amount;
}
