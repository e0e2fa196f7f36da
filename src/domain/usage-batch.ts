import type { Credits } from './credits';
import { sameDimensions } from './dimensions';
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

/** An accepted event. */
export interface ChargedEvent {
  readonly event: UsageEvent;
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

  constructor(private readonly keys: EventKeys) {}

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
    this.charged.push({ event, firstSequence: draws[0]?.sequence ?? pool.open.sequence });
    return event;
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
