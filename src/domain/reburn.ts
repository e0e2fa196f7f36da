import type { Credits } from './credits';
import { DrawdownError } from './errors';
import type { BurnableGrant } from './grant';
import { DEFAULT_OVERDRAFT_RULE } from './overdraft';
import { OpenPool } from './pool';

/** An entry of the ledger that is no usage: what a grant gained or lost by itself or by the seller. */
export interface PoolMilestone {
  readonly sequence: bigint;
  readonly at: Date;
  readonly kind: 'GRANTED' | 'EXPIRED' | 'VOIDED';
  readonly amount: Credits;
  readonly balanceAfter: Credits;
  readonly grantKey: bigint;
}

/** A pool right after one of its entries, and what happened to it later besides usage. */
export interface PoolStart {
  readonly balance: Credits;
  readonly lastEntryAt: Date | null;
  /** Those with something left, and those that became effective later. */
  readonly grants: readonly BurnableGrant[];
  /** In order. */
  readonly milestones: readonly PoolMilestone[];
}

/** A charge as it stands in the ledger. */
export interface LedgerCharge {
  /** Of its first entry; where it has none, of the entry before it. */
  readonly firstSequence: bigint;
  readonly entryCount: number;
  readonly receivedAt: Date;
  readonly cost: Credits;
  readonly balanceAfter: Credits;
}

/** When a pool had nothing left (null: it always had), and what it had at the end; negative: what was missing. */
export interface PoolOutcome {
  readonly ranOutAt: Date | null;
  readonly balance: Credits;
}

export const RUN_OUT_KINDS = { NEWLY: 'NEWLY', SOONER: 'SOONER', SAME: 'SAME', LATER: 'LATER', NO_LONGER: 'NO_LONGER', NEVER: 'NEVER' } as const;
export type RunOutKind = keyof typeof RUN_OUT_KINDS;

/**
 * Burns a pool again with other costs: the same grants, in the order and at the instants of the ledger, the same charges but for their amounts.
 * Charges that are not told of keep theirs: they follow from the balances between those that are, and are taken to have come right after the entry before
 * them, so that a grant which expired meanwhile may pay for them here. With the costs of the ledger it gives the ledger's balances.
 *
 * A pool has run out with the first charge told of that leaves nothing, or finds nothing: its balance is at most 0. Overdraft is allowed, whatever the policy
 * of the customer says: a negative balance says how much would have been missing. A grant that was voided is voided of what it would have had left.
 */
export class PoolReburn {
  private readonly pool: OpenPool;
  private readonly made: ReadonlyMap<bigint, BurnableGrant>;
  private readonly milestones: readonly PoolMilestone[];
  private passed = 0;
  private at: Date;
  private oldBalance: Credits;
  private oldRanOutAt: Date | null = null;
  private newRanOutAt: Date | null = null;

  constructor({ balance, lastEntryAt, grants, milestones }: PoolStart) {
    const isScheduled = (grant: BurnableGrant) => grant.activated || grant.effectiveAt > grant.createdAt;
    this.pool = new OpenPool({ balance, sequence: 0n, lastEntryAt, openGrants: grants.filter(isScheduled) });
    this.made = new Map(grants.filter((grant) => !isScheduled(grant)).map((grant) => [grant.key, grant]));
    this.milestones = milestones;
    this.at = lastEntryAt ?? new Date(0);
    this.oldBalance = balance;
  }

  /** Charges in the order of the ledger. */
  charge(charge: LedgerCharge, newCost: Credits): void {
    const { firstSequence, entryCount, receivedAt, cost, balanceAfter } = charge;
    this.passUntil(entryCount > 0 ? firstSequence - 1n : firstSequence);
    this.chargeOthers(balanceAfter + cost);
    this.goTo(receivedAt);
    this.draw(newCost);
    this.oldBalance = balanceAfter;
    if (balanceAfter <= 0n) this.oldRanOutAt ??= this.at;
    if (this.pool.balance <= 0n) this.newRanOutAt ??= this.at;
  }

  get old(): PoolOutcome {
    return { ranOutAt: this.oldRanOutAt, balance: this.oldBalance };
  }

  get new(): PoolOutcome {
    return { ranOutAt: this.newRanOutAt, balance: this.pool.balance };
  }

  /** Lets happen what the ledger has up to an entry. */
  private passUntil(sequence: bigint): void {
    for (let next = this.milestones[this.passed]; next && next.sequence <= sequence; next = this.milestones[this.passed]) {
      this.chargeOthers(next.balanceAfter - next.amount);
      this.goTo(next.at);
      this.pass(next);
      this.oldBalance = next.balanceAfter;
      this.passed += 1;
    }
  }

  /** What happens by itself happens as soon as the pool's time has come to it; what was granted or voided at once happens here. */
  private pass({ kind, grantKey }: PoolMilestone): void {
    const made = kind === 'GRANTED' && this.made.get(grantKey);
    if (made) this.pool.admit(made, this.at);
    else this.pool.advance(this.at);
    if (kind === 'VOIDED' && this.pool.isOpen(grantKey)) this.pool.void(grantKey, this.at);
  }

  /** Between two balances of the ledger, what is neither told of nor a milestone was consumed by others. */
  private chargeOthers(balanceBefore: Credits): void {
    if (this.oldBalance !== balanceBefore) this.draw(this.oldBalance - balanceBefore);
  }

  /** The pool's time never goes back. */
  private goTo(instant: Date): void {
    if (instant > this.at) this.at = instant;
  }

  /** A debt too large to be written grows no more. */
  private draw(cost: Credits): void {
    try {
      this.pool.charge(cost, DEFAULT_OVERDRAFT_RULE, this.at);
    } catch (error) {
      if (!(error instanceof DrawdownError)) throw error;
    }
    this.pool.entries.length = 0; // nobody reads them, and there may be millions
  }
}

export function runOutKind(before: PoolOutcome, after: PoolOutcome): RunOutKind {
  const [from, to] = [before.ranOutAt, after.ranOutAt];
  if (!from) return to ? 'NEWLY' : 'NEVER';
  if (!to) return 'NO_LONGER';
  if (to < from) return 'SOONER';
  return to > from ? 'LATER' : 'SAME';
}
