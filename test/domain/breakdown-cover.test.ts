import fc from 'fast-check';
import { coverRange, type Cover } from '../../src/domain/breakdown-cover';
import { ROLLUP_DAYS } from '../../src/domain/rollup';

const DAY_MS = 24 * 60 * 60 * 1000;
const FAR = new Date('9999-01-01T00:00:00Z');
const day = (number: number, ms = 0) => new Date(number * DAY_MS + ms);

/** How often each stretch of time is counted, as [instant, weight from there on], where the weight changes. */
function weights({ blocks, spans }: Cover): [number, number][] {
  const steps = new Map<number, number>();
  const step = (at: number, change: number) => steps.set(at, (steps.get(at) ?? 0) + change);
  for (const { days, start, sign } of blocks) {
    step(start * DAY_MS, sign);
    step((start + days) * DAY_MS, -sign);
  }
  for (const { from, to, sign } of spans) {
    step(from.getTime(), sign);
    step(to.getTime(), -sign);
  }
  let weight = 0;
  return [...steps]
    .sort(([a], [b]) => a - b)
    .filter(([, change]) => change !== 0)
    .map(([at, change]) => [at, (weight += change)]);
}

const ranges = () =>
  fc
    .tuple(
      fc.integer({ min: -100 * DAY_MS, max: 400 * DAY_MS }),
      fc.oneof(
        fc.integer({ min: 1, max: 200 * DAY_MS }),
        fc.integer({ min: 1, max: 200 }).map((days) => days * DAY_MS),
      ),
    )
    .map(([from, length]) => ({ from: new Date(from), to: new Date(from + length) }));

test('every millisecond of a range is counted exactly once, and no other', () => {
  fc.assert(
    fc.property(ranges(), ({ from, to }) => {
      expect(weights(coverRange(from, to, FAR))).toEqual([
        [from.getTime(), 1],
        [to.getTime(), 0],
      ]);
    }),
    { numRuns: 500 },
  );
});

test('where nothing is known to have happened, anything may be counted', () => {
  fc.assert(
    fc.property(ranges(), fc.integer({ min: -10 * DAY_MS, max: 500 * DAY_MS }), ({ from, to }, empty) => {
      const end = Math.min(to.getTime(), empty);
      const before = weights(coverRange(from, to, new Date(empty))).filter(([at]) => at < empty);
      const expected = from.getTime() >= end ? [] : [[from.getTime(), 1], ...(end < empty ? [[end, 0]] : [])];
      expect(before).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('blocks begin where blocks of their size do', () => {
  fc.assert(
    fc.property(ranges(), ({ from, to }) => {
      for (const { days, start } of coverRange(from, to, FAR).blocks) expect([ROLLUP_DAYS.includes(days), Math.abs(start % days)]).toEqual([true, 0]);
    }),
  );
});

test('whole UTC days need no events', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 400 }), (first, length) => {
      expect(coverRange(day(first), day(first + length), FAR).spans).toEqual([]);
    }),
  );
});

test('31 days take at most 7 blocks, and at most 6 up to the present', () => {
  for (let first = 20_000; first < 20_064; first += 1) {
    expect(coverRange(day(first), day(first + 31), FAR).blocks.length).toBeLessThanOrEqual(7);
    expect(coverRange(day(first), day(first + 31), day(first + 30, 1)).blocks.length).toBeLessThanOrEqual(6);
  }
});

test('of a day cut in two, the shorter part is read as events', () => {
  expect(coverRange(day(0), day(0, DAY_MS - 1000), FAR)).toMatchObject({
    blocks: [{ days: 1, start: 0, sign: 1 }],
    spans: [{ from: day(0, DAY_MS - 1000), to: day(1), sign: -1 }],
  });
  expect(coverRange(day(0, 1000), day(0, 2000), FAR)).toMatchObject({ blocks: [], spans: [{ from: day(0, 1000), to: day(0, 2000), sign: 1 }] });
});
