import { NO_USAGE, type BreakdownQuery, type SeriesPage, type UsageSeries, type UsageSums } from './breakdown';
import { CURSOR_LIFE_MS, type HeldPage } from './breakdown-cursor';
import { MOST_CLOCK_SKEW_MS } from './clock-skew';
import { DrawdownError } from './errors';
import { instantProblems } from './instant';
import type { CursorValues } from './paging';

/** Series in one message; where more have changed, the message says so. */
export const MOST_CHANGED_SERIES = 100;

/** The sums of a whole breakdown. */
export type BreakdownTotals = Pick<SeriesPage, 'total' | 'seriesCount'>;

/** What has changed in a breakdown since a state that was told before. */
export interface UsageChange extends BreakdownTotals {
  /** The breakdown as it is now. */
  readonly query: BreakdownQuery;
  readonly digest: string;
  /** The changed series with their sums as they are now. */
  readonly series: readonly UsageSeries[];
  /** More may have changed than the series listed. */
  readonly moreChanged: boolean;
}

/** What a sequence holds, in this order: the input's digest, snapshot, asOf, from, to. */
export function sequenceValues(digest: string, { snapshot, from, to }: HeldPage): CursorValues {
  return [digest, snapshot.text, snapshot.asOf.toISOString(), from.toISOString(), to.toISOString()];
}

/** The state that a sequence stands for. The text of the snapshot is as it came. Refuses: SEQUENCE_INVALID. */
export function heldState(values: CursorValues, digest: string, now: Date): HeldPage {
  if (values[0] !== digest)
    throw new DrawdownError('SEQUENCE_INVALID', 'The sequence belongs to another input; a sequence goes on only with the input it was given for.');
  const [asOf, from, to] = [2, 3, 4].map((index) => new Date(String(values[index]))) as [Date, Date, Date];
  const age = now.getTime() - asOf.getTime();
  if (age > CURSOR_LIFE_MS)
    throw new DrawdownError('SEQUENCE_INVALID', 'The sequence is older than a day; ask creditUsage again, and go on from there.');
  const isForged = age < -MOST_CLOCK_SKEW_MS || [from, to].some((instant) => instantProblems('range', instant).length > 0);
  if (isForged) throw new DrawdownError('SEQUENCE_INVALID');
  return { snapshot: { text: String(values[1]), asOf }, from, to };
}

/** The totals after usage was added: `added` by series, `now` the sums of these series with it. A series that was nothing before is a new one. */
export function totalsWith(before: BreakdownTotals, added: SeriesPage, now: readonly UsageSums[]): BreakdownTotals {
  const isNew = (series: UsageSeries, sums: UsageSums) => series.credits === sums.credits && series.eventCount === sums.eventCount;
  const created = added.series.filter((series, index) => isNew(series, now[index] ?? NO_USAGE)).length;
  const { total } = added;
  return {
    total: {
      credits: before.total.credits + total.credits,
      value: before.total.value + total.value,
      eventCount: before.total.eventCount + total.eventCount,
    },
    seriesCount: before.seriesCount + created,
  };
}
