import { creditsToText, type Credits } from './credits';
import type { Dimensions } from './dimensions';
import { DrawdownError } from './errors';
import type { Grant } from './grant';
import type { PoolEntry } from './ledger-entry';
import { recomputedCost } from './price';
import type { Rate } from './rate';
import type { RawEventPart } from './usage-event';
import { rollupDifferenceText, type RollupDifference } from './rollup';

/** What can be wrong, each with the law that is broken. */
export const AUDIT_DIFFERENCE_KINDS = {
  SEQUENCE: 'SEQUENCE',
  TIME: 'TIME',
  BALANCE: 'BALANCE',
  GRANT: 'GRANT',
  OVERDRAFT: 'OVERDRAFT',
  DRAWS: 'DRAWS',
  CALCULATION: 'CALCULATION',
  RAW_EVENT: 'RAW_EVENT',
  ROLLUP: 'ROLLUP',
} as const;
export type AuditDifferenceKind = keyof typeof AUDIT_DIFFERENCE_KINDS;

export interface AuditDifference {
  readonly kind: AuditDifferenceKind;
  readonly poolKey: bigint;
  readonly detail: string;
  /** Of the entry that it was found at; null: it is of no one entry. */
  readonly at: Date | null;
}

/** As many are told; where one is, there can be millions. */
export const MOST_DIFFERENCES = 100;

export class Differences {
  readonly found: AuditDifference[] = [];

  add(kind: AuditDifferenceKind, poolKey: bigint, detail: string, at: Date | null = null): void {
    if (this.found.length < MOST_DIFFERENCES) this.found.push({ kind, poolKey, detail, at });
  }

  /** Says so where two amounts that must be equal are not. */
  compare(kind: AuditDifferenceKind, poolKey: bigint, what: string, found: Credits, expected: Credits, at: Date | null = null): void {
    if (found !== expected) this.add(kind, poolKey, `${what} is ${creditsToText(found)}, not ${creditsToText(expected)}.`, at);
  }
}

/** A pool as it is kept. */
export interface AuditPool {
  readonly key: bigint;
  readonly currencyId: string;
  readonly resourceId: string | null;
  readonly balance: Credits;
  readonly sequence: bigint;
  readonly lastEntryAt: Date | null;
}

/** Recomputes one pool from its entries, which are given in order. What it keeps grows with the grants only. */
export class PoolAudit {
  /** Of usage; the events must account for every one. */
  consumedCount = 0;
  private balance: Credits = 0n;
  private sequence = 0n;
  private lastAt: Date | null = null;
  private withoutGrant: Credits = 0n;
  private readonly byGrant = new Map<bigint, Credits>();

  constructor(
    private readonly pool: AuditPool,
    private readonly differences: Differences,
  ) {}

  add(entry: PoolEntry): void {
    const { key } = this.pool;
    if (entry.sequence !== this.sequence + 1n)
      this.differences.add('SEQUENCE', key, `Entry ${entry.sequence} follows entry ${this.sequence}.`, entry.at);
    if (this.lastAt && entry.at < this.lastAt)
      this.differences.add('TIME', key, `Entry ${entry.sequence} is earlier than the entry before it.`, entry.at);
    this.balance += entry.amount;
    this.differences.compare('BALANCE', key, `The balance after entry ${entry.sequence}`, entry.balanceAfter, this.balance, entry.at);
    this.balance = entry.balanceAfter;
    this.sequence = entry.sequence;
    this.lastAt = entry.at;
    if (entry.kind === 'CONSUMED') this.consumedCount += 1;
    if (entry.grantKey === null) this.withoutGrant += entry.amount;
    else this.byGrant.set(entry.grantKey, (this.byGrant.get(entry.grantKey) ?? 0n) + entry.amount);
  }

  /** Compares what the entries add up to with the pool and its grants. */
  finish(grants: readonly Grant[]): void {
    const { key, balance, sequence, lastEntryAt } = this.pool;
    if (sequence !== this.sequence) this.differences.add('SEQUENCE', key, `The pool counts ${sequence} entries; the last one is ${this.sequence}.`);
    if (lastEntryAt?.getTime() !== this.lastAt?.getTime())
      this.differences.add('TIME', key, 'The instant of the last entry is not what the pool says.');
    this.differences.compare('BALANCE', key, 'The balance of the pool', balance, this.balance);
    this.differences.compare('OVERDRAFT', key, 'The sum of the entries without a grant', this.withoutGrant, balance < 0n ? balance : 0n);
    for (const grant of grants) this.finishGrant(grant);
    for (const grantKey of this.byGrant.keys())
      this.differences.add('GRANT', key, `Entries name the grant ${grantKey}, which the pool does not have.`);
  }

  private finishGrant(grant: Grant): void {
    const { key, balance } = this.pool;
    const sum = this.byGrant.get(grant.key);
    this.byGrant.delete(grant.key);
    if (grant.activated !== (sum !== undefined))
      this.differences.add('GRANT', key, `Grant ${grant.key} is ${grant.activated ? '' : 'not '}active in the pool, but not so in the ledger.`);
    const expected = grant.activated ? (sum ?? 0n) : grant.closed ? 0n : grant.amount;
    this.differences.compare('GRANT', key, `What remains of grant ${grant.key}`, grant.remaining, expected);
    if (grant.activated && grant.remaining > 0n && balance < 0n)
      this.differences.add('OVERDRAFT', key, `Grant ${grant.key} has credits left while the pool is overdrawn.`);
  }
}

/** An event with what the ledger has between its first and last entry. */
export interface AuditEvent {
  readonly key: bigint;
  readonly poolKey: bigint;
  /** Null: the cost was stated, and is the value. */
  readonly rate: Rate | null;
  readonly at: Date;
  readonly rawEvent: RawEventPart | null;
  readonly value: Credits;
  readonly dimensions: Dimensions;
  readonly cost: Credits;
  readonly balanceAfter: Credits;
  readonly entryCount: number;
  /** Those of the entries that are there, are usage and name this event. */
  readonly ownEntryCount: number;
  readonly drawn: Credits;
  /** Of its last entry or, where it has none, of the entry before it; null: that is not there. */
  readonly entryAt: Date | null;
  /** After its last entry or, where it has none, after the entry before it. */
  readonly ledgerBalance: Credits;
}

export function auditEvent(event: AuditEvent, differences: Differences): void {
  const { poolKey, entryAt } = event;
  const name = `event ${event.key}`;
  if (event.ownEntryCount !== event.entryCount)
    differences.add('DRAWS', poolKey, `Of the ${event.entryCount} entries of ${name}, ${event.ownEntryCount} are in the ledger.`, entryAt);
  differences.compare('DRAWS', poolKey, `The sum of the draws of ${name}`, event.drawn, event.cost, entryAt);
  differences.compare('BALANCE', poolKey, `The balance after ${name}`, event.balanceAfter, event.ledgerBalance, entryAt);
  try {
    const recomputed = event.rate ? recomputedCost(event.rate, event) : event.value;
    differences.compare('CALCULATION', poolKey, `The cost of ${name}`, event.cost, recomputed, entryAt);
  } catch (error) {
    if (!(error instanceof DrawdownError)) throw error;
    differences.add('CALCULATION', poolKey, `The cost of ${name} cannot be recomputed: ${error.message}`, entryAt);
  }
}

/** Looks whether the parts of raw events are all there and alike. Takes the events of a customer in the order of their keys, in which parts follow one another. */
export class RawEventAudit {
  private last: AuditEvent | null = null;

  constructor(private readonly differences: Differences) {}

  add(event: AuditEvent): void {
    if (!this.isContinued(event)) this.tellBroken(event);
    this.last = event;
  }

  finish(): void {
    if (this.isOpen()) this.tellMissing(this.last!);
  }

  /** Whether more parts of the last raw event must follow. */
  private isOpen(): boolean {
    const rawEvent = this.last?.rawEvent;
    return rawEvent != null && rawEvent.part + 1 < rawEvent.partCount;
  }

  private isContinued(event: AuditEvent): boolean {
    if (!this.isOpen()) return (event.rawEvent?.part ?? 0) === 0;
    const { key, at, rawEvent } = this.last!;
    const isNext = event.key === key + 1n && event.rawEvent?.part === rawEvent!.part + 1 && event.rawEvent.partCount === rawEvent!.partCount;
    const isAlike = event.rawEvent?.name === rawEvent!.name && event.at.getTime() === at.getTime();
    return isNext && isAlike;
  }

  private tellBroken(event: AuditEvent): void {
    if (this.isOpen()) this.tellMissing(this.last!);
    else this.differences.add('RAW_EVENT', event.poolKey, `The parts before event ${event.key} of its raw event are not there.`, event.entryAt);
  }

  private tellMissing({ key, poolKey, entryAt }: AuditEvent): void {
    this.differences.add('RAW_EVENT', poolKey, `The parts after event ${key} of its raw event are not there, or not like it.`, entryAt);
  }
}

export function addRollupDifference(difference: RollupDifference, differences: Differences): void {
  differences.add('ROLLUP', difference.cell.poolKey, rollupDifferenceText(difference));
}
