import type { Credits } from './credits';
import { dimensionTexts, sameDimensions, type Dimensions } from './dimensions';
import { DrawdownError } from './errors';
import type { EventKeys } from './ids';
import type { OverdraftRule } from './overdraft';
import type { OpenPool } from './pool';
import type { Rate } from './rate';
import type { UsageEvent, UsageReport } from './usage-event';

/** A pool as a batch works on it. */
export interface BatchPool {
  readonly customerKey: bigint;
  readonly key: bigint;
  readonly currencyKey: number;
  readonly resourceId: string | null;
  readonly rule: OverdraftRule;
  readonly open: OpenPool;
}

/** What a report would cost by the rate in force, before anything is known of the pool. */
export interface PricedReport {
  readonly rate: Rate;
  readonly cost: Credits;
}

/** A report with all that was loaded for it; `pool` is there where it has a price. */
export interface Candidate {
  readonly report: UsageReport;
  readonly receivedAt: Date;
  readonly customerKey: bigint;
  /** Key of the event that was stored under the same idempotency key. */
  readonly storedKey: bigint | null;
  readonly price: PricedReport | DrawdownError;
  readonly pool: BatchPool | null;
}

/** A combination of texts and booleans of a customer, one object within a batch. */
export interface BatchSet {
  /** Tells it from every other set. */
  readonly id: string;
  /** Its place among the sets of the batch. */
  readonly index: number;
  readonly customerKey: bigint;
  /** Canonical JSON. */
  readonly text: string;
}

/** The dimension keys that events of a customer have, with one event that has them. */
export interface BatchShape {
  /** Tells it from every other shape. */
  readonly id: string;
  readonly customerKey: bigint;
  readonly dimensions: Dimensions;
}

/** An accepted event as it is to be stored. */
export interface ChargedEvent {
  readonly event: UsageEvent;
  readonly set: BatchSet;
  /** JSON of the dimensions that are numbers. */
  readonly numbers: string | null;
  /** Of the first ledger entry of its draws; where there are none, of the pool's last entry before. */
  readonly firstSequence: bigint;
}

export type Decision =
  | { readonly event: UsageEvent; readonly duplicate: boolean }
  | { readonly error: DrawdownError }
  /** It was reported before; the answer is in the store. */
  | { readonly customerKey: bigint; readonly key: bigint };

/** Decides reports one after the other, and keeps what is to be stored. Nothing it refuses leaves a trace. */
export class UsageBatch {
  readonly charged: ChargedEvent[] = [];
  private readonly acceptedByKey = new Map<string, UsageEvent>();
  private readonly setsById = new Map<string, BatchSet>();
  private readonly shapesById = new Map<string, BatchShape>();

  constructor(private readonly keys: EventKeys) {}

  get sets(): readonly BatchSet[] {
    return [...this.setsById.values()];
  }

  get shapes(): readonly BatchShape[] {
    return [...this.shapesById.values()];
  }

  decide(candidate: Candidate): Decision {
    if (candidate.storedKey !== null) return { customerKey: candidate.customerKey, key: candidate.storedKey };
    const id = `${candidate.customerKey}:${candidate.report.idempotencyKey}`;
    const earlier = this.acceptedByKey.get(id);
    if (earlier) return repeatOf(earlier, candidate.report);
    if (candidate.price instanceof DrawdownError) return { error: candidate.price };
    try {
      const event = this.charge(candidate, candidate.price, candidate.pool!);
      this.acceptedByKey.set(id, event);
      return { event, duplicate: false };
    } catch (error) {
      if (error instanceof DrawdownError) return { error };
      throw error;
    }
  }

  private charge({ report, receivedAt, customerKey }: Candidate, price: PricedReport, pool: BatchPool): UsageEvent {
    const draws = pool.open.charge(price.cost, pool.rule, receivedAt);
    const event: UsageEvent = {
      customerKey,
      key: this.keys.next(receivedAt),
      customerId: report.customerId,
      featureKey: price.rate.featureKey,
      featureId: report.featureId,
      poolKey: pool.key,
      currencyKey: pool.currencyKey,
      currencyId: price.rate.currencyId,
      resourceId: report.resourceId,
      idempotencyKey: report.idempotencyKey,
      value: report.value,
      at: report.at ?? receivedAt,
      receivedAt,
      dimensions: report.dimensions,
      charge: { rate: price.rate, cost: price.cost, draws, balanceAfter: pool.open.balance },
    };
    const texts = dimensionTexts(event.dimensions);
    const firstSequence = draws[0]?.sequence ?? pool.open.sequence;
    this.charged.push({ event, set: this.setOf(customerKey, texts.set), numbers: texts.numbers, firstSequence });
    const shapeId = `${customerKey}:${texts.shape}`;
    if (!this.shapesById.has(shapeId)) this.shapesById.set(shapeId, { id: shapeId, customerKey, dimensions: event.dimensions });
    return event;
  }

  private setOf(customerKey: bigint, text: string): BatchSet {
    const id = `${customerKey}:${text}`;
    let set = this.setsById.get(id);
    if (!set) this.setsById.set(id, (set = { id, index: this.setsById.size, customerKey, text }));
    return set;
  }
}

/** A repeat with the same content answers the first outcome; with other content it is refused (IDEMPOTENCY_KEY_REUSED). */
export function repeatOf(event: UsageEvent, report: UsageReport): Decision {
  const isSame =
    event.featureId === report.featureId &&
    event.resourceId === report.resourceId &&
    event.value === report.value &&
    event.at.getTime() === (report.at ?? event.receivedAt).getTime() &&
    sameDimensions(event.dimensions, report.dimensions);
  if (isSame) return { event, duplicate: true };
  const message = `The idempotency key ${JSON.stringify(report.idempotencyKey)} was used before with other content. Repeat the same content, or take a new key.`;
  return { error: new DrawdownError('IDEMPOTENCY_KEY_REUSED', message) };
}
