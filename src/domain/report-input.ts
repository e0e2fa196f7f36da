import { dimensionProblems, type Dimensions } from './dimensions';
import { dimensionsFromRaw } from './dimensions-input';
import type { Problem } from './errors';
import { idProblems, textProblems } from './ids';
import { MOST_TIMESTAMP_LEAD_MS } from './usage-event';

/** What every report has, as it comes from the wire: shapes are checked, meanings are not. */
export interface RawReport {
  readonly customerId: string;
  readonly resourceId?: string | null;
  readonly idempotencyKey: string;
  /** An invalid Date where the text was no instant; absent means the instant of receipt. */
  readonly timestamp?: Date | null;
  readonly dimensions?: unknown;
}

const MOST_IDEMPOTENCY_KEY_LENGTH = 255;
const FIRST_INSTANT = new Date('0001-01-01T00:00:00Z');

export function resourceProblems(resourceId: string | null | undefined): Problem[] {
  return resourceId == null ? [] : idProblems('resourceId', resourceId);
}

export function keyProblems(idempotencyKey: string): Problem[] {
  return textProblems('idempotencyKey', idempotencyKey, MOST_IDEMPOTENCY_KEY_LENGTH);
}

export function timestampProblems(timestamp: Date | null | undefined, now: Date): Problem[] {
  if (timestamp == null) return [];
  const field = 'timestamp';
  if (Number.isNaN(timestamp.getTime())) return [{ field, message: 'must be an RFC 3339 instant such as 2026-01-31T12:00:00Z.' }];
  if (timestamp < FIRST_INSTANT) return [{ field, message: 'must not be before the year 1.' }];
  const latest = new Date(now.getTime() + MOST_TIMESTAMP_LEAD_MS);
  return timestamp > latest ? [{ field, message: `must not be more than 1 hour ahead of the server's clock (${now.toISOString()}).` }] : [];
}

/** The dimensions, and what is wrong with them: first their shape, then names, lengths and sizes. */
export function readDimensions(raw: unknown): { readonly dimensions: Dimensions; readonly problems: readonly Problem[] } {
  const { dimensions, problems } = dimensionsFromRaw(raw);
  return { dimensions, problems: problems.length > 0 ? problems : dimensionProblems('dimensions', dimensions) };
}
