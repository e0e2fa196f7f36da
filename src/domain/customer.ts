import type { OverdraftRule } from './overdraft';

/** Who has credits and uses them up. `metadata` is the caller's own; nothing is derived from it. */
export interface Customer {
  readonly key: bigint;
  readonly id: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

/** The overdraft rule that was set for a customer in one currency. */
export interface CustomerOverdraftPolicy extends OverdraftRule {
  readonly customerKey: bigint;
  readonly currencyKey: number;
  readonly currencyId: string;
}
