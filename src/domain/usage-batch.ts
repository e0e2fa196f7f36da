import type { Credits } from './credits';
import type { Dimensions } from './dimensions';
import { DrawdownError } from './errors';
import type { EventKeys } from './ids';
import { requireCovered, type OverdraftRule } from './overdraft';
import type { OpenPool } from './pool';
import type { Rate } from './rate';
import type { UnmatchedEvent } from './raw-event';
import { isSameReport, type AcceptedReport, type Outcome, type RefusedReport, type Report } from './report';
import type { RawEventPart, UsageEvent } from './usage-event';

/** A pool as a batch works on it. */
export interface BatchPool {
  readonly customerKey: bigint;
  readonly key: bigint;
  readonly currencyKey: number;
  readonly resourceId: string | null;
  readonly rule: OverdraftRule;
  readonly open: OpenPool;
}

/** What a report would cost, before anything is known of the pool. A raw event has a price for each feature. */
export interface Price {
  /** The rate in force; null: the cost was stated. */
  readonly rate: Rate | null;
  readonly currencyKey: number;
  readonly currencyId: string;
  readonly value: Credits;
  readonly cost: Credits;
  /** Under the names that they are kept with; absent: as they were reported. */
  readonly dimensions?: Dimensions;
}

/** A price with the pool that is to pay. */
export interface PooledPrice extends Price {
  readonly pool: BatchPool;
}

/** A report with all that was loaded for it. */
export interface Candidate {
  readonly report: Report;
  readonly receivedAt: Date;
  readonly customerKey: bigint;
  /** What was stored under the same idempotency key. */
  readonly stored: StoredReport | null;
  readonly prices: readonly PooledPrice[] | RefusedReport;
}

/** An accepted event. */
export interface ChargedEvent {
  readonly event: UsageEvent;
  /** Of the first ledger entry of its draws; where there are none, of the pool's last entry before. */
  readonly firstSequence: bigint;
}

/** A report that was accepted earlier, by the keys of what is stored of it. */
export interface StoredReport {
  readonly customerKey: bigint;
  /** Of its usage events; without any, of the unmatched event. */
  readonly key: bigint;
  readonly eventCount: number;
}

/** Of a stored report the answer is in the store. */
export type Decision = Outcome | StoredReport;

/** Decides reports one after the other, and keeps what is to be stored. Nothing it refuses leaves a trace. */
export class UsageBatch {
  readonly charged: ChargedEvent[] = [];
  readonly unmatched: UnmatchedEvent[] = [];
  private readonly acceptedByKey = new Map<string, AcceptedReport>();

  constructor(private readonly keys: EventKeys) {}

  decide(candidate: Candidate): Decision {
    const { report, stored, prices } = candidate;
    if (stored !== null) return stored;
    const id = `${candidate.customerKey}:${report.idempotencyKey}`;
    const earlier = this.acceptedByKey.get(id);
    if (earlier) return repeatOf(earlier, report);
    if ('error' in prices) return prices;
    const refused = prices.length > 1 ? firstUncovered(candidate, prices) : null;
    return refused ?? this.acceptOrRefuse(id, candidate, prices);
  }

  private acceptOrRefuse(id: string, candidate: Candidate, prices: readonly PooledPrice[]): Outcome {
    try {
      const accepted = this.accept(candidate, prices);
      if (candidate.report.idempotencyKey !== '') this.acceptedByKey.set(id, accepted);
      return accepted;
    } catch (error) {
      return refusedFor(candidate.report, prices[0] ?? null, error);
    }
  }

  private accept(candidate: Candidate, prices: readonly PooledPrice[]): AcceptedReport {
    const { report, receivedAt } = candidate;
    const firstKey = this.keys.next(receivedAt, Math.max(1, prices.length));
    if (report.kind === 'RAW_EVENT' && prices.length === 0) {
      const unmatched = unmatchedEvent(candidate, report.eventName, firstKey);
      this.unmatched.push(unmatched);
      return { events: [], unmatched, duplicate: false };
    }
    const name = report.kind === 'RAW_EVENT' ? report.eventName : null;
    const events = prices.map((price, part) => {
      const rawEvent = name === null ? null : { name, part, partCount: prices.length };
      return this.charge(candidate, price, firstKey + BigInt(part), rawEvent);
    });
    return { events, unmatched: null, duplicate: false };
  }

  private charge(candidate: Candidate, { pool, rate, ...price }: PooledPrice, key: bigint, rawEvent: RawEventPart | null): UsageEvent {
    const { report, receivedAt, customerKey } = candidate;
    const draws = pool.open.charge(price.cost, pool.rule, receivedAt);
    const note = report.kind === 'CONSUMPTION' ? report : NO_NOTE;
    const event: UsageEvent = {
      customerKey,
      key,
      customerId: report.customerId,
      featureKey: rate?.featureKey ?? null,
      featureId: rate?.featureId ?? null,
      poolKey: pool.key,
      currencyKey: price.currencyKey,
      currencyId: price.currencyId,
      resourceId: report.resourceId,
      idempotencyKey: report.idempotencyKey,
      value: price.value,
      at: report.at ?? receivedAt,
      receivedAt,
      dimensions: price.dimensions ?? report.dimensions,
      charge: { rate, cost: price.cost, draws, balanceAfter: pool.open.balance },
      rawEvent,
      reason: note.reason,
      metadata: note.metadata,
    };
    this.charged.push({ event, firstSequence: draws[0]?.sequence ?? pool.open.sequence });
    return event;
  }
}

const NO_NOTE = { reason: null, metadata: {} };

function unmatchedEvent({ report, receivedAt, customerKey }: Candidate, eventName: string, key: bigint): UnmatchedEvent {
  const { customerId, resourceId, idempotencyKey, at, dimensions } = report;
  return { customerKey, key, customerId, eventName, resourceId, idempotencyKey, at: at ?? receivedAt, receivedAt, dimensions };
}

/** The first of several charges that its pool does not cover, all before it counted; null where there is none, so that either all are made or none. */
function firstUncovered({ report, receivedAt }: Candidate, prices: readonly PooledPrice[]): RefusedReport | null {
  const balances = new Map<BatchPool, Credits>();
  for (const price of prices) {
    const { pool, cost } = price;
    pool.open.advance(receivedAt);
    const balance = balances.get(pool) ?? pool.open.balance;
    try {
      requireCovered(balance, cost, pool.rule);
    } catch (error) {
      return refusedFor(report, price, error);
    }
    balances.set(pool, balance - cost);
  }
  return null;
}

function refusedFor({ kind }: Report, price: Price | null, error: unknown): RefusedReport {
  if (!(error instanceof DrawdownError)) throw error;
  return { error, featureId: kind === 'RAW_EVENT' ? (price?.rate?.featureId ?? null) : null };
}

/** A repeat with the same content answers the first outcome; with other content it is refused (IDEMPOTENCY_KEY_REUSED). */
export function repeatOf(accepted: AcceptedReport, report: Report): Outcome {
  if (isSameReport(accepted, report)) return { ...accepted, duplicate: true };
  const message = `The idempotency key ${JSON.stringify(report.idempotencyKey)} was used before with other content. Repeat the same content, or take a new key.`;
  return { error: new DrawdownError('IDEMPOTENCY_KEY_REUSED', message), featureId: null };
}
