import type { Tone } from '../../components/badge';
import type { LedgerEntryKind } from '../../generated/ledger';

export const KINDS: readonly LedgerEntryKind[] = ['CONSUMED', 'GRANTED', 'EXPIRED', 'VOIDED', 'OVERDRAFT_SETTLED'];

export const KIND_NAMES: Record<LedgerEntryKind, string> = {
  CONSUMED: 'Used',
  GRANTED: 'Granted',
  EXPIRED: 'Expired',
  VOIDED: 'Voided',
  OVERDRAFT_SETTLED: 'Overdraft settled',
};

export const KIND_TONES: Record<LedgerEntryKind, Tone> = {
  CONSUMED: 'neutral',
  GRANTED: 'good',
  EXPIRED: 'warn',
  VOIDED: 'warn',
  OVERDRAFT_SETTLED: 'accent',
};

export function isKind(text: string): text is LedgerEntryKind {
  return (KINDS as readonly string[]).includes(text);
}
