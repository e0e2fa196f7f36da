import type { Problem } from './errors';

const FIRST_INSTANT = new Date('0001-01-01T00:00:00Z');
const LAST_INSTANT = new Date('9999-01-01T00:00:00Z');

/** What is wrong with an instant as the wire gives it: what was no RFC 3339 text is an invalid date here. Absent is no problem. */
export function instantProblems(field: string, instant: Date | null | undefined): Problem[] {
  if (!instant || (instant >= FIRST_INSTANT && instant <= LAST_INSTANT)) return [];
  return [{ field, message: 'must be an RFC 3339 instant between the years 1 and 9999, such as 2026-01-31T12:00:00Z.' }];
}
