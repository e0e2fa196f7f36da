import type { Credits } from './credits';
import type { Dimensions, DimensionValue } from './dimensions';
import type { Rate } from './rate';

export const MOST_BATCH_EVENTS = 1000;
/** How far ahead of the server's clock an event may be. */
export const MOST_TIMESTAMP_LEAD_MS = 60 * 60 * 1000;

/** What a caller reports. `at` null: at the instant of receipt. */
export interface UsageReport {
  readonly customerId: string;
  readonly featureId: string;
  readonly resourceId: string | null;
  readonly idempotencyKey: string;
  readonly value: Credits;
  readonly at: Date | null;
  readonly dimensions: Dimensions;
}

/** A report that was accepted. Identified by customerKey and key. */
export interface UsageEvent {
  readonly customerKey: bigint;
  readonly key: bigint;
  readonly customerId: string;
  readonly featureKey: number;
  readonly featureId: string;
  readonly poolKey: bigint;
  readonly currencyKey: number;
  readonly currencyId: string;
  readonly resourceId: string | null;
  readonly idempotencyKey: string;
  readonly value: Credits;
  readonly at: Date;
  readonly receivedAt: Date;
  readonly dimensions: Dimensions;
  readonly charge: Charge;
}

/** How an event was priced and paid. */
export interface Charge {
  readonly rate: Rate;
  readonly cost: Credits;
  /** In burn order; their amounts add up to the cost. */
  readonly draws: readonly Draw[];
  /** Of the pool, right after this charge. */
  readonly balanceAfter: Credits;
}

/** A variable of the formula with the value the event gave it; null where the event had none (`coalesce`, `exists`). */
export interface Parameter {
  readonly name: string;
  readonly value: DimensionValue | null;
}

/** The part of a charge taken from one grant, or from overdraft (grantKey null). */
export interface Draw {
  readonly sequence: bigint;
  readonly grantKey: bigint | null;
  readonly amount: Credits;
}
