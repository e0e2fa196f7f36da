import type { Dimensions } from './dimensions';
import type { ReportContent } from './report';

/** Something that happened, by its name: it is charged to every feature whose meter matches. */
export interface RawEventReport extends ReportContent {
  readonly kind: 'RAW_EVENT';
  readonly eventName: string;
}

/** A raw event that no meter matched when it was reported. It costs nothing, now and later. */
export interface UnmatchedEvent {
  readonly customerKey: bigint;
  readonly key: bigint;
  readonly customerId: string;
  readonly eventName: string;
  readonly resourceId: string | null;
  readonly idempotencyKey: string;
  readonly at: Date;
  readonly receivedAt: Date;
  readonly dimensions: Dimensions;
}
