import { DateTime, IANAZone } from 'luxon';
import { refuseProblems, type Problem } from './errors';
import { instantProblems } from './instant';

/** Ranges of whole buckets that end with the present one: the present hour and the 23 before; today and the 6 days before; and so on. */
export const RANGE_PRESETS = { LAST_DAY: 'LAST_DAY', LAST_WEEK: 'LAST_WEEK', LAST_MONTH: 'LAST_MONTH', LAST_YEAR: 'LAST_YEAR' } as const;
export type RangePreset = keyof typeof RANGE_PRESETS;

/** The width of a point. NONE: one point over the whole range. */
export const INTERVALS = { HOUR: 'HOUR', DAY: 'DAY', WEEK: 'WEEK', MONTH: 'MONTH', NONE: 'NONE' } as const;
export type Interval = keyof typeof INTERVALS;
type Unit = 'hour' | 'day' | 'week' | 'month';

export const MOST_POINTS = 1000;
export const MOST_RANGE_YEARS = 5;

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const MOST_RANGE_MS = MOST_RANGE_YEARS * 366 * DAY_MS;

/** What a caller asks for; each field may be absent. `range` or both of `from` and `to`; LAST_MONTH where there is neither. */
export interface TimeRangeInput {
  readonly range?: RangePreset | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
  readonly interval?: Interval | null;
  readonly timeZone?: string | null;
}

/** From `from` on, up to and without `to`. Days, weeks and months begin at midnight of the zone. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
  readonly interval: Interval;
  readonly timeZone: string;
}

/** Half-open. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/**
 * Resolves a range at an instant. `held` is the range an earlier page resolved to, so that a preset does not slide while paging.
 * Refuses: TIME_RANGE_INVALID.
 */
export function resolveTimeRange(input: TimeRangeInput, now: Date, held: Span | null = null): TimeRange {
  const timeZone = input.timeZone ?? 'UTC';
  refuseProblems('TIME_RANGE_INVALID', [...zoneProblems(timeZone), ...formProblems(input)]);
  const preset = input.range ?? (input.from ? null : 'LAST_MONTH');
  const { from, to } = held ?? (preset ? presetSpan(preset, now, timeZone) : { from: input.from!, to: input.to! });
  refuseProblems('TIME_RANGE_INVALID', spanProblems(from, to));
  const range = { from, to, timeZone, interval: input.interval ?? (preset ? PRESET_INTERVALS[preset] : intervalFor(from, to)) };
  if (bucketStarts(range, MOST_POINTS + 1).length > MOST_POINTS)
    refuseProblems('TIME_RANGE_INVALID', [{ field: 'interval', message: `would give more than ${MOST_POINTS} points; ask for a coarser interval.` }]);
  return range;
}

const PRESET_INTERVALS: Record<RangePreset, Interval> = { LAST_DAY: 'HOUR', LAST_WEEK: 'DAY', LAST_MONTH: 'DAY', LAST_YEAR: 'MONTH' };

function intervalFor(from: Date, to: Date): Interval {
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (days <= 2) return 'HOUR';
  return days <= 100 ? 'DAY' : 'MONTH';
}

function zoneProblems(timeZone: string): Problem[] {
  const known = timeZone.length <= 64 && /^[A-Za-z]/.test(timeZone) && IANAZone.isValidZone(timeZone);
  return known ? [] : [{ field: 'timeZone', message: 'must be the name of an IANA time zone, such as Europe/Berlin.' }];
}

function formProblems({ range, from, to }: TimeRangeInput): Problem[] {
  if (range && (from || to)) return [{ field: 'range', message: 'must not be given together with from and to.' }];
  if (Boolean(from) !== Boolean(to)) return [{ field: from ? 'to' : 'from', message: 'must be given: from and to belong together.' }];
  return [...instantProblems('from', from), ...instantProblems('to', to)];
}

function spanProblems(from: Date, to: Date): Problem[] {
  if (from >= to) return [{ field: 'to', message: 'must be after from.' }];
  if (to.getTime() - from.getTime() > MOST_RANGE_MS) return [{ field: 'to', message: `must be at most ${MOST_RANGE_YEARS} years after from.` }];
  return [];
}

function presetSpan(preset: RangePreset, now: Date, timeZone: string): Span {
  const unit = PRESET_INTERVALS[preset].toLowerCase() as Unit;
  let end: DateTime = DateTime.fromJSDate(now, { zone: timeZone }).startOf(unit);
  // Once is enough but where a clock went back over midnight.
  while (end.toMillis() <= now.getTime()) end = nextStart(end, unit);
  return { from: firstInstant(PRESET_STARTS[preset](end)).toJSDate(), to: end.toJSDate() };
}

/** By the end of the present bucket. LAST_MONTH begins on the day after the same day of last month, or after that month's last day if it has no such day. */
const PRESET_STARTS: Record<RangePreset, (end: DateTime) => DateTime> = {
  LAST_DAY: (end) => end.minus({ hours: 24 }),
  LAST_WEEK: (end) => end.minus({ days: 7 }).startOf('day'),
  LAST_MONTH: (end) => end.minus({ days: 1 }).minus({ months: 1 }).plus({ days: 1 }).startOf('day'),
  LAST_YEAR: (end) => end.minus({ months: 12 }).startOf('month'),
};

/** The starts of the range's buckets in order, each the end of the one before; the first is `from` and the last ends at `to`. At most `most` of them. */
export function bucketStarts({ from, to, interval, timeZone }: TimeRange, most = Infinity): Date[] {
  const starts = [from];
  if (interval === 'NONE') return starts;
  const unit = interval.toLowerCase() as Unit;
  let next: DateTime = nextStart(DateTime.fromJSDate(from, { zone: timeZone }), unit);
  while (next.toMillis() < to.getTime() && starts.length < most) {
    starts.push(next.toJSDate());
    next = nextStart(next, unit);
  }
  return starts;
}

/** The range's buckets in order, each from its start to the start of the next. */
export function bucketSpans(range: TimeRange): Span[] {
  const starts = bucketStarts(range);
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? range.to }));
}

/** The first start of an hour, day, week or month after an instant, by the clock of its zone. */
function nextStart(at: DateTime, unit: Unit): DateTime {
  if (unit === 'hour') return nextHour(at);
  const next = firstInstant(at.plus({ [unit]: 1 }).startOf(unit));
  // A clock that went back can make the same day begin twice.
  return next > at ? next : firstInstant(at.plus({ [unit]: 2 }).startOf(unit));
}

/** Counted in real minutes, so that an hour that a clock repeats is a bucket of its own; shifts of half an hour make one of 30 or 90 minutes. */
function nextHour(at: DateTime): DateTime {
  const next = at.plus({ milliseconds: HOUR_MS - pastHour(at) });
  const late = pastHour(next);
  if (late === 0) return next;
  const aligned = next.minus({ milliseconds: late });
  return aligned > at ? aligned : next.plus({ milliseconds: HOUR_MS - late });
}

function pastHour(at: DateTime): number {
  return (at.minute * 60 + at.second) * 1000 + at.millisecond;
}

/** Of the two instants that a clock which goes back shows alike, the first. */
function firstInstant(at: DateTime): DateTime {
  return at.getPossibleOffsets().reduce<DateTime>((first, other) => (other < first ? other : first), at);
}
