/** Instants are RFC 3339 texts in UTC; people read them by the clock of a zone. */
export const LOCAL_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const LOCALE = 'en-GB';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format is slow; one is made per zone and form. */
function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(LOCALE, { timeZone: zone, ...options });
  formats.set(key, made);
  return made;
}

const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' };
const MINUTE: Intl.DateTimeFormatOptions = { ...DAY, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
const SECOND: Intl.DateTimeFormatOptions = { ...MINUTE, second: '2-digit' };

export function dayText(instant: string, zone = LOCAL_ZONE): string {
  return format(zone, DAY).format(new Date(instant));
}

export function minuteText(instant: string, zone = LOCAL_ZONE): string {
  return format(zone, MINUTE).format(new Date(instant));
}

export function secondText(instant: string, zone = LOCAL_ZONE): string {
  return format(zone, SECOND).format(new Date(instant));
}

/** Without the last instant, which belongs to what comes next: `28 Oct – 27 Nov 2026` of whole days, else by the minute. It breaks after its dash alone. */
export function spanText(from: string, to: string, zone = LOCAL_ZONE): string {
  const [start, end] = [new Date(from), new Date(to)];
  const isWhole = [start, end].every((at) => midnightIn(zone, dayIn(zone, at.toISOString())) === at.toISOString());
  const text = isWhole ? format(zone, DAY).formatRange(start, end.getTime() - 1) : format(zone, MINUTE).formatRange(start, end);
  return text
    .split(/\s*–\s*/)
    .map((part) => part.replaceAll(' ', '\u00a0'))
    .join('\u00a0– ');
}

/** `UTC`, `CET`, `GMT+5:30`: what the clock of the zone is called at that instant. */
export function zoneText(instant: string, zone = LOCAL_ZONE): string {
  const parts = format(zone, { timeZoneName: 'short' }).formatToParts(new Date(instant));
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `in 3 days`, `2 hours ago`. */
export function relativeText(instant: string, now: number): string {
  const ms = new Date(instant).getTime() - now;
  const size = Math.abs(ms);
  if (size < HOUR_MS) return RELATIVE.format(Math.round(ms / MINUTE_MS), 'minute');
  if (size < 2 * DAY_MS) return RELATIVE.format(Math.round(ms / HOUR_MS), 'hour');
  if (size < 60 * DAY_MS) return RELATIVE.format(Math.round(ms / DAY_MS), 'day');
  if (size < 730 * DAY_MS) return RELATIVE.format(Math.round(ms / DAY_MS / 30.44), 'month');
  return RELATIVE.format(Math.round(ms / DAY_MS / 365.25), 'year');
}

/** What <input type="datetime-local"> holds, by the local clock. */
export function localInputText(instant: string): string {
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
}

/** The instant of such an input; null where it is empty. */
export function instantFromLocalInput(text: string): string | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

const CLOCK: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
  hourCycle: 'h23',
};

/** How far the clock of the zone is ahead of UTC at an instant, in milliseconds. */
function offsetOf(zone: string, at: number): number {
  const parts = new Map(
    format(zone, CLOCK)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type)!;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(at / 1000) * 1000;
}

/** The instant at which a day such as `2026-11-26` begins by the clock of the zone. */
export function midnightIn(zone: string, day: string): string {
  const clock = Date.parse(day);
  const nearby = clock - offsetOf(zone, clock);
  return new Date(clock - offsetOf(zone, nearby)).toISOString();
}

export function nextDay(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}

/** The day by the clock of the zone, as `2026-11-26`. */
export function dayIn(zone: string, instant: string): string {
  const at = Date.parse(instant);
  return new Date(at + offsetOf(zone, at)).toISOString().slice(0, 10);
}

const BUCKETS: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  QUARTER_HOUR: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  HOUR: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  DAY: { day: 'numeric', month: 'short' },
  WEEK: { day: 'numeric', month: 'short' },
  MONTH: { month: 'short', year: 'numeric' },
  YEAR: { year: 'numeric' },
};

/** What a bucket of an interval is called by the clock of the zone: `5 Nov`, `5 Nov, 14:00`, `Nov 2026`. */
export function bucketText(instant: string, interval: string, zone: string): string {
  return format(zone, BUCKETS[interval] ?? DAY).format(new Date(instant));
}
