import { creditsFromText } from './credits';
import { dimensionProblems } from './dimensions';
import { dimensionsFromRaw } from './dimensions-input';
import { DrawdownError, type ErrorCode, type Problem } from './errors';
import { idProblems, textProblems } from './ids';
import { MOST_TIMESTAMP_LEAD_MS, type UsageReport } from './usage-event';

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
const MOST_IDEMPOTENCY_KEY_LENGTH = 255;
const FIRST_INSTANT = new Date('0001-01-01T00:00:00Z');

/**
 * Reads a report. Refuses with all its problems together; the code is that of the first kind found, in this order:
 * ID_INVALID, INPUT_INVALID (idempotencyKey), AMOUNT_INVALID (value), TIMESTAMP_INVALID, DIMENSION_INVALID.
 */
export function usageReportFrom(raw: RawUsageReport, now: Date): UsageReport {
  const value = raw.value == null ? ONE : creditsFromText(raw.value);
  const { dimensions, problems: shapeProblems } = dimensionsFromRaw(raw.dimensions);
  const found: [ErrorCode, Problem[]][] = [
    ['ID_INVALID', idsProblems(raw)],
    ['INPUT_INVALID', textProblems('idempotencyKey', raw.idempotencyKey, MOST_IDEMPOTENCY_KEY_LENGTH)],
    [
      'AMOUNT_INVALID',
      value === null ? [{ field: 'value', message: 'must be a decimal with at most 26 digits before the point and 12 after.' }] : [],
    ],
    ['TIMESTAMP_INVALID', timestampProblems(raw.timestamp, now)],
    ['DIMENSION_INVALID', shapeProblems.length > 0 ? [...shapeProblems] : dimensionProblems('dimensions', dimensions)],
  ];
  const first = found.find(([, problems]) => problems.length > 0);
  if (first || value === null) throw refusal(first?.[0] ?? 'AMOUNT_INVALID', found);
  return {
    customerId: raw.customerId,
    featureId: raw.featureId,
    resourceId: raw.resourceId ?? null,
    idempotencyKey: raw.idempotencyKey,
    value,
    at: raw.timestamp ?? null,
    dimensions,
  };
}

function refusal(code: ErrorCode, found: readonly [ErrorCode, Problem[]][]): DrawdownError {
  const problems = found.flatMap(([, some]) => some);
  return new DrawdownError(code, problems.map((problem) => `${problem.field}: ${problem.message}`).join(' '), problems);
}

function idsProblems(raw: RawUsageReport): Problem[] {
  const resource = raw.resourceId == null ? [] : idProblems('resourceId', raw.resourceId);
  return [...idProblems('customerId', raw.customerId), ...idProblems('featureId', raw.featureId), ...resource];
}

function timestampProblems(timestamp: Date | null | undefined, now: Date): Problem[] {
  if (timestamp == null) return [];
  const field = 'timestamp';
  if (Number.isNaN(timestamp.getTime())) return [{ field, message: 'must be an RFC 3339 instant such as 2026-01-31T12:00:00Z.' }];
  if (timestamp < FIRST_INSTANT) return [{ field, message: 'must not be before the year 1.' }];
  const latest = new Date(now.getTime() + MOST_TIMESTAMP_LEAD_MS);
  return timestamp > latest ? [{ field, message: `must not be more than 1 hour ahead of the server's clock (${now.toISOString()}).` }] : [];
}
