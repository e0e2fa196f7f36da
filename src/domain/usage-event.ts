import type { Credits } from './credits';
import type { Dimensions, DimensionValue } from './dimensions';
import type { Metadata } from './metadata';
import type { Rate } from './rate';
import type { ReportContent } from './report';

export const MOST_BATCH_EVENTS = 1000;
/** How far ahead of the server's clock an event may be. */
export const MOST_TIMESTAMP_LEAD_MS = 60 * 60 * 1000;

/** Usage of a feature. */
export interface UsageReport extends ReportContent {
  readonly kind: 'USAGE';
  readonly featureId: string;
  readonly value: Credits;
}

/** What was accepted and charged. Identified by customerKey and key. */
export interface UsageEvent {
  readonly customerKey: bigint;
  readonly key: bigint;
  readonly customerId: string;
  /** Null: the cost was stated, and is of no feature. */
  readonly featureKey: number | null;
  readonly featureId: string | null;
  readonly poolKey: bigint;
  readonly currencyKey: number;
  readonly currencyId: string;
  readonly resourceId: string | null;
  readonly idempotencyKey: string;
  /** Of a stated amount: the amount. */
  readonly value: Credits;
  readonly at: Date;
  readonly receivedAt: Date;
  readonly dimensions: Dimensions;
  readonly charge: Charge;
  /** Null: it was not reported as a raw event. */
  readonly rawEvent: RawEventPart | null;
  /** Why a stated amount was deducted. */
  readonly reason: string | null;
  readonly metadata: Metadata;
}

/** Which part of a raw event a charge is: it is charged to each feature whose meter matches, in the order of their ids, and the keys of the parts follow one another. */
export interface RawEventPart {
  readonly name: string;
  /** From 0. */
  readonly part: number;
  readonly partCount: number;
}

/** How an event was priced and paid. */
export interface Charge {
  /** Null: the cost was stated. */
  readonly rate: Rate | null;
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
