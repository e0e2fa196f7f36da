import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  bucketSpans,
  bucketStarts,
  INTERVALS,
  MOST_POINTS,
  RANGE_PRESETS,
  resolveTimeRange,
  type Interval,
  type RangePreset,
} from '../../src/domain/time-range';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string) => new Date(text);
const NOW = at('2026-05-15T10:20:30.400Z');
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'America/Havana',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Asia/Beirut',
];

const spanOf = (range: RangePreset, timeZone = 'UTC', now = NOW) => {
  const { from, to } = resolveTimeRange({ range, timeZone }, now);
  return [from.toISOString(), to.toISOString()];
};

describe('presets end with the present bucket', () => {
  test.each<[string, RangePreset, string, string, string, string]>([
    [
      'LAST_DAY is the present hour and the 23 before',
      'LAST_DAY',
      'UTC',
      '2026-05-15T10:20:30.400Z',
      '2026-05-14T11:00:00.000Z',
      '2026-05-15T11:00:00.000Z',
    ],
    [
      'hours of a half-hour zone begin at its half hours',
      'LAST_DAY',
      'Asia/Kolkata',
      '2026-05-15T10:20:00Z',
      '2026-05-14T10:30:00.000Z',
      '2026-05-15T10:30:00.000Z',
    ],
    ['LAST_WEEK is today and the 6 days before', 'LAST_WEEK', 'UTC', '2026-05-15T10:20:00Z', '2026-05-09T00:00:00.000Z', '2026-05-16T00:00:00.000Z'],
    ['today is the zone’s', 'LAST_WEEK', 'America/New_York', '2026-05-15T03:59:59Z', '2026-05-08T04:00:00.000Z', '2026-05-15T04:00:00.000Z'],
    [
      'LAST_MONTH begins the day after the same day of last month',
      'LAST_MONTH',
      'UTC',
      '2026-05-15T10:20:00Z',
      '2026-04-16T00:00:00.000Z',
      '2026-05-16T00:00:00.000Z',
    ],
    ['on the 31st of March LAST_MONTH is March', 'LAST_MONTH', 'UTC', '2026-03-31T10:20:00Z', '2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z'],
    ['on the 31st of May it begins on the 1st', 'LAST_MONTH', 'UTC', '2026-05-31T10:20:00Z', '2026-05-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z'],
    ['it spans a change of the clock', 'LAST_MONTH', 'Europe/Berlin', '2026-04-10T10:20:00Z', '2026-03-10T23:00:00.000Z', '2026-04-10T22:00:00.000Z'],
    ['LAST_YEAR is this month and the 11 before', 'LAST_YEAR', 'UTC', '2026-05-15T10:20:00Z', '2025-06-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z'],
    [
      'at the first instant of a day, that day is today',
      'LAST_WEEK',
      'UTC',
      '2026-05-15T00:00:00Z',
      '2026-05-09T00:00:00.000Z',
      '2026-05-16T00:00:00.000Z',
    ],
  ])('%s', (_, range, zone, now, from, to) => {
    expect(spanOf(range, zone, at(now))).toEqual([from, to]);
  });

  test('the present is always in the last bucket, whatever the zone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.constantFrom(...Object.values(RANGE_PRESETS)), instants(), (timeZone, range, now) => {
        const spans = bucketSpans(resolveTimeRange({ range, timeZone }, now));
        const last = spans.at(-1)!;
        expect(last.from <= now && now < last.to).toBe(true);
      }),
    );
  });

  test('their interval is the obvious one', () => {
    const intervals = Object.values(RANGE_PRESETS).map((range) => resolveTimeRange({ range }, NOW).interval);
    expect(intervals).toEqual(['HOUR', 'DAY', 'DAY', 'MONTH']);
  });

  test('without anything it is LAST_MONTH in UTC', () => {
    expect(resolveTimeRange({}, NOW)).toEqual({ ...resolveTimeRange({ range: 'LAST_MONTH', timeZone: 'UTC', interval: 'DAY' }, NOW) });
  });
});

function instants() {
  return fc.date({ min: at('1990-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z'), noInvalidDate: true });
}

describe('buckets', () => {
  test('cover the range without gap or overlap', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom(...Object.values(INTERVALS)),
        instants(),
        fc.integer({ min: 1, max: 20 * DAY_MS }),
        (timeZone, interval, from, length) => {
          const spans = bucketSpans({ from, to: new Date(from.getTime() + length), interval, timeZone });
          expect(spans[0]!.from).toEqual(from);
          expect(spans.at(-1)!.to.getTime()).toBe(from.getTime() + length);
          spans.forEach((span, index) => {
            expect(span.from < span.to).toBe(true);
            if (index > 0) expect(span.from).toEqual(spans[index - 1]!.to);
          });
        },
      ),
    );
  });

  test('two instants are in one day exactly when the zone’s calendar says so', () => {
    // Where a clock goes back over midnight, the repeated part of a day belongs to the bucket it comes back in.
    const zones = ZONES.filter((zone) => !['America/St_Johns'].includes(zone));
    fc.assert(
      fc.property(fc.constantFrom(...zones), instants(), fc.integer({ min: 0, max: 10 * DAY_MS }), (timeZone, from, offset) => {
        const spans = bucketSpans({ from, to: new Date(from.getTime() + 10 * DAY_MS + 1), interval: 'DAY', timeZone });
        const moment = new Date(from.getTime() + offset);
        const span = spans.find((one) => one.from <= moment && moment < one.to)!;
        expect(localDay(span.from, timeZone)).toBe(localDay(moment, timeZone));
        expect(localDay(new Date(span.to.getTime() - 1), timeZone)).toBe(localDay(moment, timeZone));
      }),
      { numRuns: 300 },
    );
  });

  test('a day on which the clock is put has 23 or 25 hours', () => {
    const lengths = (from: string, to: string) =>
      bucketSpans({ from: at(from), to: at(to), interval: 'DAY', timeZone: 'Europe/Berlin' }).map(
        (span) => (span.to.getTime() - span.from.getTime()) / HOUR_MS,
      );
    expect(lengths('2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z')).toEqual([24, 23, 24]);
    expect(lengths('2026-10-23T22:00:00Z', '2026-10-26T23:00:00Z')).toEqual([24, 25, 24]);
  });

  test('a day without midnight begins with its first instant, and one with two midnights with the first of them', () => {
    expect(
      bucketStarts({ from: at('2018-11-03T12:00:00Z'), to: at('2018-11-05T12:00:00Z'), interval: 'DAY', timeZone: 'America/Sao_Paulo' }),
    ).toEqual([at('2018-11-03T12:00:00Z'), at('2018-11-04T03:00:00Z'), at('2018-11-05T02:00:00Z')]);
    expect(bucketStarts({ from: at('2025-11-01T12:00:00Z'), to: at('2025-11-03T12:00:00Z'), interval: 'DAY', timeZone: 'America/Havana' })).toEqual([
      at('2025-11-01T12:00:00Z'),
      at('2025-11-02T04:00:00Z'),
      at('2025-11-03T05:00:00Z'),
    ]);
  });

  test('a repeated hour is a point of its own, and a shift of half an hour makes hours of 30 or 90 minutes', () => {
    const minutes = (from: string, to: string, timeZone: string) =>
      bucketSpans({ from: at(from), to: at(to), interval: 'HOUR', timeZone }).map((span) => (span.to.getTime() - span.from.getTime()) / 60_000);
    expect(minutes('2026-10-25T00:00:00Z', '2026-10-25T03:00:00Z', 'Europe/Berlin')).toEqual([60, 60, 60]);
    const lordHowe = minutes('2026-04-04T12:00:00Z', '2026-04-04T19:30:00Z', 'Australia/Lord_Howe');
    expect(lordHowe.reduce((sum, one) => sum + one)).toBe(450);
    expect(Math.min(...lordHowe)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...lordHowe)).toBeLessThanOrEqual(90);
  });

  test('quarter hours begin by the clock of the zone', () => {
    const starts = (timeZone: string) =>
      bucketStarts({ from: at('2026-03-10T10:07:00Z'), to: at('2026-03-10T10:40:00Z'), interval: 'QUARTER_HOUR', timeZone });
    const expected = ['2026-03-10T10:07:00Z', '2026-03-10T10:15:00Z', '2026-03-10T10:30:00Z'].map(at);
    for (const timeZone of ['UTC', 'Asia/Kolkata', 'Asia/Kathmandu']) expect(starts(timeZone)).toEqual(expected);
    expect(
      bucketStarts({ from: at('2026-10-25T00:00:00Z'), to: at('2026-10-25T03:00:00Z'), interval: 'QUARTER_HOUR', timeZone: 'Europe/Berlin' }),
    ).toHaveLength(12);
  });

  test('weeks begin on Monday, months on the first, years with January', () => {
    const starts = (interval: Interval) =>
      bucketStarts({ from: at('2026-05-15T10:00:00Z'), to: at('2026-07-02T00:00:00Z'), interval, timeZone: 'UTC' }).map((start) =>
        start.toISOString().slice(0, 10),
      );
    expect(starts('MONTH')).toEqual(['2026-05-15', '2026-06-01', '2026-07-01']);
    expect(bucketStarts({ from: at('2024-05-15T10:00:00Z'), to: at('2026-01-01T00:00:00Z'), interval: 'YEAR', timeZone: 'Europe/Berlin' })).toEqual(
      ['2024-05-15T10:00:00Z', '2024-12-31T23:00:00Z', '2025-12-31T23:00:00Z'].map(at),
    );
    expect(starts('WEEK').slice(0, 3)).toEqual(['2026-05-15', '2026-05-18', '2026-05-25']);
  });
});

function localDay(moment: Date, zone: string): string {
  return DateTime.fromJSDate(moment, { zone }).toISODate()!;
}

describe('refused is', () => {
  const from = at('2026-01-01T00:00:00Z');
  const to = at('2026-02-01T00:00:00Z');
  test.each<[string, Parameters<typeof resolveTimeRange>[0], string]>([
    ['an empty range', { from, to: from }, 'to: must be after from.'],
    ['a range turned round', { from: to, to: from }, 'to: must be after from.'],
    ['from without to', { from }, 'to: must be given'],
    ['to without from', { to }, 'from: must be given'],
    ['a preset with from and to', { range: 'LAST_DAY', from, to }, 'range: must not be given'],
    ['what is no instant', { from: new Date(NaN), to }, 'from: must be an RFC 3339 instant'],
    ['a range of more than 100 years', { from: at('1920-01-01T00:00:00Z'), to }, 'to: must be at most 100 years'],
    [
      'more points than anyone can look at',
      { range: 'LAST_YEAR', interval: 'HOUR' },
      `more than ${MOST_POINTS} points; for this range the interval can be DAY, WEEK, MONTH, YEAR, NONE.`,
    ],
    ['a century by the quarter hour', { from: at('1930-01-01T00:00:00Z'), to, interval: 'QUARTER_HOUR' }, 'the interval can be YEAR, NONE.'],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, 'timeZone: must be the name'],
    ['an offset as a zone', { timeZone: '+05:30' }, 'timeZone: must be the name'],
    ['an empty zone', { timeZone: '' }, 'timeZone: must be the name'],
  ])('%s', (_, input, message) => {
    expect(() => resolveTimeRange(input, NOW)).toThrow(message);
    expect(() => resolveTimeRange(input, NOW)).toThrow(expect.objectContaining({ code: 'TIME_RANGE_INVALID' }));
  });
});

test('a later page keeps the range of the first', () => {
  const held = { from: at('2026-05-01T00:00:00Z'), to: at('2026-05-02T00:00:00Z') };
  expect(resolveTimeRange({ range: 'LAST_DAY' }, NOW, held)).toMatchObject({ ...held, interval: 'HOUR' });
});
