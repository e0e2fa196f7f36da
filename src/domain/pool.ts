import { compareBurnOrder } from './burn-down';
import { CREDITS_BOUND, type Credits } from './credits';
import { DrawdownError } from './errors';
import type { BurnableGrant } from './grant';
import type { LedgerEntry, LedgerEntryKind } from './ledger-entry';
import { overdraftOf, requireCovered, type OverdraftRule } from './overdraft';
import type { Draw } from './usage-event';

/** What is known of a pool when it is locked: its balance, its place in the ledger, and the grants that something can still happen to. */
export interface PoolState {
  readonly balance: Credits;
  /** Of the last ledger entry; 0n where there is none. */
  readonly sequence: bigint;
  readonly lastEntryAt: Date | null;
  /** Those not closed, in any order. */
  readonly openGrants: readonly BurnableGrant[];
}

/** A grant that a pool changed. */
export interface GrantState {
  readonly key: bigint;
  readonly remaining: Credits;
  readonly activated: boolean;
  readonly closed: boolean;
  readonly depletedAt: Date | null;
  readonly voidedAt: Date | null;
}

interface OpenGrant extends BurnableGrant {
  remaining: Credits;
  activated: boolean;
  closed: boolean;
  depletedAt: Date | null;
  voidedAt: Date | null;
}

/** Something that happens to a pool by itself. */
interface Change {
  readonly kind: 'GRANTED' | 'EXPIRED';
  readonly grant: OpenGrant;
  readonly at: Date;
}

function sooner(one: Change | null, other: Change): Change {
  if (!one || other.at < one.at) return other;
  const comesFirst = other.at.getTime() === one.at.getTime() && other.kind === one.kind && compareBurnOrder(other.grant, one.grant) < 0;
  return comesFirst ? other : one;
}

/** Every charge looks at all of them. */
export const MOST_OPEN_GRANTS = 1_000;

/**
 * A pool being worked on: takes a locked state in, is told what happens in order of time, and gives the new ledger entries and states out.
 *
 * Kept at every step: the balance is the sum of all entries; a grant's entries add up to its remaining; while something is
 * owed no active grant has anything left; entries never go back in time (an earlier instant counts as that of the last entry).
 */
export class OpenPool {
  readonly entries: LedgerEntry[] = [];
  balance: Credits;
  sequence: bigint;
  lastEntryAt: Date | null;
  private scheduled: OpenGrant[];
  /** Activated and with something left, in burn order. */
  private burning: OpenGrant[];
  private readonly changed = new Map<bigint, OpenGrant>();

  constructor(state: PoolState) {
    this.balance = state.balance;
    this.sequence = state.sequence;
    this.lastEntryAt = state.lastEntryAt;
    const grants = state.openGrants.map((grant) => ({ ...grant, closed: false, depletedAt: null, voidedAt: null }));
    this.scheduled = grants.filter((grant) => !grant.activated);
    this.burning = grants.filter((grant) => grant.activated).sort(compareBurnOrder);
  }

  get changedGrants(): readonly GrantState[] {
    return [...this.changed.values()];
  }

  /** Lets the activations and expiries that are due by `now` happen, each at its own instant; at one instant expiry comes first. */
  advance(now: Date): void {
    for (let due = this.nextChange(now); due; due = this.nextChange(now)) {
      if (due.kind === 'EXPIRED') this.forfeit(due.grant, 'EXPIRED', due.at);
      else this.activate(due.grant, due.at);
    }
  }

  /** Draws the cost of a charge in burn order, the rest as overdraft. Refuses what the rule does not cover, and then changes nothing. */
  charge(cost: Credits, rule: OverdraftRule, now: Date): Draw[] {
    this.advance(now);
    requireCovered(this.balance, cost, rule);
    const draws: Draw[] = [];
    let owed = cost;
    while (owed > 0n) {
      const grant = this.burning[0];
      const amount = grant && grant.remaining < owed ? grant.remaining : owed;
      if (grant) this.take(grant, amount, 'CONSUMED', now);
      else this.append('CONSUMED', -amount, null, now);
      draws.push({ sequence: this.sequence, grantKey: grant?.key ?? null, amount });
      owed -= amount;
    }
    return draws;
  }

  /**
   * Adds a new grant; it becomes effective at once where its instant has come.
   * Refuses one too many (TOO_MANY_GRANTS) and what the balance could not hold (BALANCE_OUT_OF_RANGE).
   */
  grant(grant: BurnableGrant, now: Date): void {
    this.advance(now);
    if (this.scheduled.length + this.burning.length >= MOST_OPEN_GRANTS) throw new DrawdownError('TOO_MANY_GRANTS');
    const promised = this.scheduled.reduce((sum, other) => sum + other.amount, this.balance > 0n ? this.balance : 0n);
    if (promised + grant.amount >= CREDITS_BOUND) throw new DrawdownError('BALANCE_OUT_OF_RANGE');
    this.admit(grant, now);
  }

  /** Adds a grant that has been judged before. */
  admit(grant: BurnableGrant, now: Date): void {
    this.advance(now);
    const added = { ...grant, closed: false, depletedAt: null, voidedAt: null };
    this.changed.set(added.key, added);
    this.scheduled.push(added);
    if (grant.effectiveAt <= now) this.activate(added, now);
  }

  /** What expires unless it is used first, of what is active now. */
  get expiring(): readonly { readonly at: Date; readonly amount: Credits }[] {
    return this.burning.flatMap(({ expiresAt, remaining }) => (expiresAt ? [{ at: expiresAt, amount: remaining }] : []));
  }

  /** Whether something can still happen to the grant. */
  isOpen(grantKey: bigint): boolean {
    return this.burning.some(({ key }) => key === grantKey) || this.scheduled.some(({ key }) => key === grantKey);
  }

  /** Forfeits what is left of a grant, scheduled or active. Refuses (CREDIT_GRANT_CLOSED) one to which nothing can happen any more. */
  void(grantKey: bigint, now: Date): void {
    this.advance(now);
    const grant = [...this.scheduled, ...this.burning].find((candidate) => candidate.key === grantKey);
    if (!grant) throw new DrawdownError('CREDIT_GRANT_CLOSED');
    grant.voidedAt = this.lastEntryAt && this.lastEntryAt > now ? this.lastEntryAt : now;
    this.forfeit(grant, 'VOIDED', now);
  }

  /** The next activation or expiry that is to happen by itself, at the latest `until`. At one instant expiries come first, then the burn order decides. */
  nextChange(until: Date | null): Change | null {
    let next: Change | null = null;
    for (const grant of this.burning) if (grant.expiresAt) next = sooner(next, { kind: 'EXPIRED', grant, at: grant.expiresAt });
    for (const grant of this.scheduled) next = sooner(next, { kind: 'GRANTED', grant, at: grant.effectiveAt });
    return next && (until === null || next.at <= until) ? next : null;
  }

  private activate(grant: OpenGrant, at: Date): void {
    const owed = overdraftOf(this.balance);
    this.scheduled = this.scheduled.filter((other) => other !== grant);
    grant.activated = true;
    this.append('GRANTED', grant.amount, grant.key, at);
    this.changed.set(grant.key, grant);
    this.burning = [...this.burning, grant].sort(compareBurnOrder);
    const settled = owed < grant.amount ? owed : grant.amount;
    if (settled === 0n) return;
    this.take(grant, settled, 'OVERDRAFT_SETTLED', at);
    this.append('OVERDRAFT_SETTLED', settled, null, at);
  }

  private take(grant: OpenGrant, amount: Credits, kind: LedgerEntryKind, at: Date): void {
    this.append(kind, -amount, grant.key, at);
    grant.remaining -= amount;
    this.changed.set(grant.key, grant);
    if (grant.remaining > 0n) return;
    grant.depletedAt = this.lastEntryAt;
    this.close(grant);
  }

  private forfeit(grant: OpenGrant, kind: 'EXPIRED' | 'VOIDED', at: Date): void {
    if (grant.activated) this.append(kind, -grant.remaining, grant.key, at);
    grant.remaining = 0n;
    this.changed.set(grant.key, grant);
    this.close(grant);
  }

  private close(grant: OpenGrant): void {
    grant.closed = true;
    this.burning = this.burning.filter((other) => other !== grant);
    this.scheduled = this.scheduled.filter((other) => other !== grant);
  }

  private append(kind: LedgerEntryKind, amount: Credits, grantKey: bigint | null, at: Date): void {
    if (!this.lastEntryAt || at > this.lastEntryAt) this.lastEntryAt = at;
    this.balance += amount;
    this.sequence += 1n;
    this.entries.push({ sequence: this.sequence, at: this.lastEntryAt, kind, amount, balanceAfter: this.balance, grantKey });
  }
}
