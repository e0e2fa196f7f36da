import { refuseInput, type ProblemsByCode } from './catalog-input';
import { amountRule, creditsFromText } from './credits';
import { idProblems } from './ids';
import { keyProblems, readDimensions, resourceProblems, timestampProblems } from './report-input';
import type { UsageReport } from './usage-event';

/** A report as it comes from the wire: its shape is checked, its meaning is not. */
export interface RawUsageReport {
  readonly customerId: string;
  readonly featureId: string;
  readonly resourceId?: string | null;
  readonly idempotencyKey: string;
  /** A decimal's text; absent means 1. */
  readonly value?: string | null;
  /** An invalid Date where the text was no instant; absent means the instant of receipt. */
  readonly timestamp?: Date | null;
  readonly dimensions?: unknown;
}

const ONE = 10n ** 12n;

/**
 * Reads a report. Refuses with all its problems together; the code is that of the first kind found, in this order:
 * ID_INVALID, INPUT_INVALID (idempotencyKey), AMOUNT_INVALID (value), TIMESTAMP_INVALID, DIMENSION_INVALID.
 */
export function usageReportFrom(raw: RawUsageReport, now: Date): UsageReport {
  const value = raw.value == null ? ONE : creditsFromText(raw.value);
  const { dimensions, problems } = readDimensions(raw.dimensions);
  const found: ProblemsByCode = [
    ['ID_INVALID', [...idProblems('customerId', raw.customerId), ...idProblems('featureId', raw.featureId), ...resourceProblems(raw.resourceId)]],
    ['INPUT_INVALID', keyProblems(raw.idempotencyKey)],
    ['AMOUNT_INVALID', value === null ? [{ field: 'value', message: amountRule() }] : []],
    ['TIMESTAMP_INVALID', timestampProblems(raw.timestamp, now)],
    ['DIMENSION_INVALID', problems],
  ];
  refuseInput(...found);
  return {
    kind: 'USAGE',
    customerId: raw.customerId,
    featureId: raw.featureId,
    resourceId: raw.resourceId ?? null,
    idempotencyKey: raw.idempotencyKey,
    value: value!,
    at: raw.timestamp ?? null,
    dimensions,
  };
}
