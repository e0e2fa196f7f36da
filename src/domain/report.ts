import type { ConsumptionReport } from './consumption';
import { underTodaysNames } from './declared-dimensions';
import { sameDimensions, type Dimensions } from './dimensions';
import type { DrawdownError } from './errors';
import { sameMetadata } from './metadata';
import type { RawEventReport, UnmatchedEvent } from './raw-event';
import type { UsageEvent, UsageReport } from './usage-event';

/** What every report says. `at` null: at the instant of receipt. */
export interface ReportContent {
  readonly customerId: string;
  readonly resourceId: string | null;
  /** Unique for its customer, whichever way it is reported; '' only where nothing is to be stored. */
  readonly idempotencyKey: string;
  readonly at: Date | null;
  readonly dimensions: Dimensions;
}

/** The three ways to report something that is to be charged. */
export type Report = UsageReport | RawEventReport | ConsumptionReport;

/** What became of a report: its charges, one for each feature; none where it is a raw event that nothing matched. */
export interface AcceptedReport {
  readonly events: readonly UsageEvent[];
  readonly unmatched: UnmatchedEvent | null;
  /** It had been reported before; this is the first outcome. */
  readonly duplicate: boolean;
}

export interface RefusedReport {
  readonly error: DrawdownError;
  /** The feature whose charge was refused, where the report is about several. */
  readonly featureId: string | null;
}

export type Outcome = AcceptedReport | RefusedReport;

export function isRefused(outcome: Outcome): outcome is RefusedReport {
  return 'error' in outcome;
}

/** Whether a report has the content of one that was accepted before. */
export function isSameReport({ events, unmatched }: AcceptedReport, report: Report): boolean {
  const first = events[0];
  if (report.kind === 'RAW_EVENT')
    return (unmatched?.eventName ?? first?.rawEvent?.name) === report.eventName && isSameContent(unmatched ?? first!, report);
  if (!first || first.rawEvent || !isSameContent(first, report)) return false;
  if (report.kind === 'USAGE') return first.featureId === report.featureId && first.value === report.value;
  const isStated = first.charge.rate === null && first.charge.cost === report.amount && first.currencyId === report.currencyId;
  return isStated && first.reason === report.reason && sameMetadata(first.metadata, report.metadata);
}

/** A dimension is the same under any of its names. */
function isSameContent(stored: UsageEvent | UnmatchedEvent, report: ReportContent): boolean {
  const aliases = ('charge' in stored && stored.charge.rate?.aliases) || [];
  return (
    stored.resourceId === report.resourceId &&
    stored.at.getTime() === (report.at ?? stored.receivedAt).getTime() &&
    sameDimensions(underTodaysNames(stored.dimensions, aliases), underTodaysNames(report.dimensions, aliases))
  );
}
