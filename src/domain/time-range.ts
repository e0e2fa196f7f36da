import { DateTime, IANAZone } from 'luxon';
import { refuseProblems, type Problem } from './errors';
import { instantProblems } from './instant';

/** Ranges of whole buckets that end with the present one: the present hour and the 23 before; today and the 6 days before; and so on. */
export const RANGE_PRESETS = { LAST_DAY: 'LAST_DAY', LAST_WEEK: 'LAST_WEEK', LAST_MONTH: 'LAST_MONTH', LAST_YEAR: 'LAST_YEAR' } as const;
export type RangePreset = keyof typeof RANGE_PRESETS;

/** The width of a point. NONE: one point over the whole range. */
export const INTERVALS = {
  QUARTER_HOUR: 'QUARTER_HOUR',
  HOUR: 'HOUR',
  DAY: 'DAY',
  WEEK: 'WEEK',
  MONTH: 'MONTH',
  YEAR: 'YEAR',
  NONE: 'NONE',
} as const;
export type Interval = keyof typeof INTERVALS;
type Unit = 'hour' | 'day' | 'week' | 'month' | 'year';

export const MOST_POINTS = 1000;
export const MOST_RANGE_YEARS = 100;

const QUARTER_HOUR_MS = 15 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** Ten years. */
const MOST_DAYS_BY_MONTH = 3660;
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
  if (isTooFine(range)) {
    const accepted = Object.values(INTERVALS).filter((interval) => !isTooFine({ ...range, interval }));
    const message = `${range.interval} would give more than ${MOST_POINTS} points; for this range the interval can be ${accepted.join(', ')}.`;
    refuseProblems('TIME_RANGE_INVALID', [{ field: 'interval', message }]);
  }
  return range;
}

function isTooFine(range: TimeRange): boolean {
  return bucketStarts(range, MOST_POINTS + 1).length > MOST_POINTS;
}

const PRESET_INTERVALS: Record<RangePreset, Interval> = { LAST_DAY: 'HOUR', LAST_WEEK: 'DAY', LAST_MONTH: 'DAY', LAST_YEAR: 'MONTH' };

function intervalFor(from: Date, to: Date): Interval {
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (days <= 2) return 'HOUR';
  if (days <= 100) return 'DAY';
  return days <= MOST_DAYS_BY_MONTH ? 'MONTH' : 'YEAR';
}

function zoneProblems(timeZone: string): Problem[] {
  return isZone(timeZone) ? [] : [{ field: 'timeZone', message: 'must be the name of an IANA time zone, such as Europe/Berlin.' }];
}

function isZone(timeZone: string): boolean {
  if (ZONES.has(timeZone)) return true;
  const isOne = timeZone.length <= 64 && /^[A-Za-z]/.test(timeZone) && IANAZone.isValidZone(timeZone);
  if (isOne) remember(ZONES, timeZone, true);
  return isOne;
}

/** Zones that were asked for; to find out whether there is one takes a quarter of a millisecond. */
const ZONES = new Map<string, true>();
const MOST_REMEMBERED = 200;

/** Forgets what was remembered first where there are too many. */
function remember<T>(known: Map<string, T>, name: string, value: T): void {
  if (known.size >= MOST_REMEMBERED) known.delete(known.keys().next().value!);
  known.set(name, value);
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
export function bucketStarts(range: TimeRange, most = Infinity): readonly Date[] {
  const { from, to, interval, timeZone } = range;
  const name = `${from.getTime()} ${to.getTime()} ${interval} ${timeZone}`;
  const known = STARTS.get(name);
  if (known) return known.length > most ? known.slice(0, most) : known;
  const starts = [from];
  if (interval === 'NONE') return starts;
  const after = interval === 'QUARTER_HOUR' ? nextQuarterHour : (at: DateTime) => nextStart(at, interval.toLowerCase() as Unit);
  let next = after(DateTime.fromJSDate(from, { zone: timeZone }));
  while (next.toMillis() < to.getTime()) {
    if (starts.length >= most) return starts;
    starts.push(next.toJSDate());
    next = after(next);
  }
  if (starts.length <= MOST_POINTS) remember(STARTS, name, starts);
  return starts;
}

/** Reckoning in time zones takes long, each series of a page asks for the buckets of its range, and the same ranges are asked for again and again. */
const STARTS = new Map<string, readonly Date[]>();

/** The range's buckets in order, each from its start to the start of the next. */
export function bucketSpans(range: TimeRange): Span[] {
  const starts = bucketStarts(range);
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? range.to }));
}

/** The first start of an hour, day, week, month or year after an instant, by the clock of its zone. */
function nextStart(at: DateTime, unit: Unit): DateTime {
  if (unit === 'hour') return nextMultiple(at, HOUR_MS);
  const next = firstInstant(at.plus({ [unit]: 1 }).startOf(unit));
  // A clock that went back can make the same day begin twice.
  return next > at ? next : firstInstant(at.plus({ [unit]: 2 }).startOf(unit));
}

function nextQuarterHour(at: DateTime): DateTime {
  return nextMultiple(at, QUARTER_HOUR_MS);
}

/**
 * The next instant at which the clock shows a multiple of a step, an hour or a part of one. Counted in real minutes, so that an hour that a clock repeats
 * is a bucket of its own; shifts of half an hour make one of 30 or 90 minutes.
 */
function nextMultiple(at: DateTime, stepMs: number): DateTime {
  const next = at.plus({ milliseconds: stepMs - past(at, stepMs) });
  const late = past(next, stepMs);
  if (late === 0) return next;
  const aligned = next.minus({ milliseconds: late });
  return aligned > at ? aligned : next.plus({ milliseconds: stepMs - late });
}

function past(at: DateTime, stepMs: number): number {
  return ((at.minute * 60 + at.second) * 1000 + at.millisecond) % stepMs;
}

/** Of the two instants that a clock which goes back shows alike, the first. */
function firstInstant(at: DateTime): DateTime {
  return at.getPossibleOffsets().reduce<DateTime>((first, other) => (other < first ? other : first), at);
}
