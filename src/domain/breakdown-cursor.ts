import { createHash } from 'node:crypto';
import { valueLabel, type BreakdownFilter, type BreakdownShape, type BreakdownInput, type BreakdownSnapshot, type GroupValue } from './breakdown';
import { MOST_CLOCK_SKEW_MS } from './clock-skew';
import { DrawdownError } from './errors';
import { instantProblems } from './instant';
import type { CursorValues, PageRequest } from './paging';
import type { Span } from './time-range';

/** How long pages can be asked for after the first: what came since must be taken off again, which would take ever longer. */
export const CURSOR_LIFE_MS = 24 * 60 * 60 * 1000;

/** Which places of the list are wanted: `size` from the start of those between `after` and `before`, or (`backward`) up to their end. */
export interface SeriesWindow {
  readonly size: number;
  readonly backward: boolean;
  /** Position of a series; null: no bound. */
  readonly after: number | null;
  readonly before: number | null;
}

/** What pages of one list have in common. */
export interface HeldPage {
  readonly snapshot: BreakdownSnapshot;
  readonly from: Date;
  readonly to: Date;
}

/** What a cursor of a breakdown holds, in this order: the input's digest, snapshot, asOf, from, to, and the place in the list. */
export function breakdownCursor(digest: string, { snapshot, from, to }: HeldPage, ...place: string[]): CursorValues {
  return [digest, snapshot.text, snapshot.asOf.toISOString(), from.toISOString(), to.toISOString(), ...place];
}

/** Tells inputs apart, with `more` where there is more to them, so that a cursor goes on only with the one it was made for. */
export function inputDigest(
  environmentKey: number,
  input: BreakdownInput,
  { groupBy, filters, orderBy, customerIds, knownAt }: BreakdownShape,
  ...more: unknown[]
): string {
  const parts = [
    [environmentKey, input.currencyId ?? null, customerIds, knownAt, orderBy.field, orderBy.direction],
    [input.range ?? null, input.from ?? null, input.to ?? null, input.interval ?? null, input.timeZone ?? null],
    groupBy.map(({ name }) => name),
    filters.map(filterText),
    ...more,
  ];
  return hashed(parts);
}

/** Tells the series and points of a breakdown apart, for the cursors of their entries. */
export function cellDigest(digest: string, values: readonly GroupValue[], { from, to }: Span): string {
  return hashed([digest, values.map(valueLabel), from, to]);
}

function hashed(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);
}

/** Equal for equal filters alone. */
function filterText(filter: BreakdownFilter): unknown {
  if ('not' in filter) return ['not', filterText(filter.not)];
  if ('and' in filter) return ['and', filter.and.map(filterText)];
  if ('or' in filter) return ['or', filter.or.map(filterText)];
  const { key, test } = filter;
  if ('values' in test) return [key.name, 'values', test.values.map(valueLabel)];
  if ('prefix' in test) return [key.name, 'prefix', test.prefix];
  return [key.name, 'bounds', test.bounds.map(({ comparison, number }) => [comparison, valueLabel(number)])];
}

/** What the cursors of a request hold; null where there is none. The text of the snapshot is as it came. Refuses: CURSOR_INVALID. */
export function heldPage(request: PageRequest, digest: string, now: Date): HeldPage | null {
  const [first, second] = [request.after, request.before].filter((cursor) => cursor !== null);
  if (!first) return null;
  if (first[0] !== digest)
    throw new DrawdownError('CURSOR_INVALID', 'The cursor belongs to another input; a cursor goes on only with the input it was made for.');
  if (second && !isSameList(first, second)) throw new DrawdownError('CURSOR_INVALID', 'after and before must come from pages of the same list.');
  const [asOf, from, to] = [2, 3, 4].map((index) => new Date(String(first[index]))) as [Date, Date, Date];
  const age = now.getTime() - asOf.getTime();
  if (age > CURSOR_LIFE_MS) throw new DrawdownError('CURSOR_INVALID', 'The cursor is older than a day; take the first page again.');
  const isForged = age < -MOST_CLOCK_SKEW_MS || [from, to].some((instant) => instantProblems('range', instant).length > 0);
  if (isForged) throw new DrawdownError('CURSOR_INVALID');
  return { snapshot: { text: String(first[1]), asOf }, from, to };
}

export function seriesWindow({ size, backward, after, before }: PageRequest): SeriesWindow {
  return { size, backward, after: after && positionIn(after), before: before && positionIn(before) };
}

function positionIn(cursor: CursorValues): number {
  const position = Number(cursor[5]);
  if (!Number.isSafeInteger(position) || position < 1) throw new DrawdownError('CURSOR_INVALID');
  return position;
}

function isSameList(one: CursorValues, other: CursorValues): boolean {
  return one.slice(0, 5).every((value, index) => value === other[index]);
}
