import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { valueLabel, type BreakdownInput, type GroupValue } from '../../src/domain/breakdown';
import { Decimal } from '../../src/domain/decimal';
import type { PageRequest } from '../../src/domain/paging';
import { bucketSpans, INTERVALS, RANGE_PRESETS, resolveTimeRange, type TimeRangeInput } from '../../src/domain/time-range';
import { creditUsage, creditUsagePoints } from '../../src/operations/credit-usage';
import { added, bruteForce, DAY_MS, MIDNIGHT, NOW, readFacts, sumsOf, usageWorld, type Fact, type UsageWorld } from '../support/usage-reference';

const ALL: PageRequest = { size: 1_000_000, backward: false, after: null, before: null };
let world: UsageWorld;
let facts: Fact[];

beforeAll(async () => {
  world = await usageWorld();
  facts = await readFacts(world.database);
});

const ask = (input: BreakdownInput) => creditUsage(world.database, world.context, input, ALL);

test('the facts to compare with are many and of all kinds', () => {
  expect(facts.length).toBeGreaterThan(700);
  expect(new Set(facts.map(({ fields }) => fields['grantCategory'])).size).toBe(4);
});

const KEYS = [
  'featureId',
  'customerId',
  'resourceId',
  'grantId',
  'grantCategory',
  'model',
  'team',
  'fast',
  'mixed',
  'tokens',
  'dimensions.featureId',
  'never',
];
const VALUES: Record<string, GroupValue[]> = {
  featureId: ['chat', 'free', 'nothing'],
  resourceId: [null, 'ws-1'],
  grantCategory: ['PAID', null],
  model: ['gpt"4\\', '', null, 'gp\tt\u0001\n'],
  mixed: [new Decimal('3.0'), '3', true, null],
  'dimensions.featureId': ['x', null],
  fast: [true],
};

function inputs() {
  const filters = fc
    .uniqueArray(fc.constantFrom(...Object.keys(VALUES)), { maxLength: 2 })
    .chain((keys) => fc.tuple(...keys.map((key) => fc.subarray(VALUES[key]!, { minLength: 1 }).map((given) => ({ key, in: given })))));
  return fc.record({
    currencyId: fc.constant('credits'),
    customerId: fc.constantFrom(null, 'mixed', 'texts', 'plain'),
    resourceId: fc.constantFrom(undefined, null, 'ws-1'),
    groupBy: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 4 }),
    filters: fc.oneof(fc.constant([]), filters),
    orderBy: fc.record({
      field: fc.constantFrom('CREDITS' as const, 'EVENT_COUNT' as const, 'KEY' as const),
      direction: fc.constantFrom('ASC' as const, 'DESC' as const),
    }),
    range: timeRanges(),
  });
}

function timeRanges(): fc.Arbitrary<TimeRangeInput> {
  const timeZone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York');
  const preset = fc.record({ range: fc.constantFrom(...Object.values(RANGE_PRESETS)), timeZone });
  const instant = fc.oneof(
    fc.integer({ min: -110, max: 3 }).map((days) => MIDNIGHT + days * DAY_MS),
    fc.integer({ min: MIDNIGHT - 110 * DAY_MS, max: MIDNIGHT + 2 * DAY_MS }),
  );
  const span = fc
    .tuple(instant, instant, timeZone, fc.constantFrom(...Object.values(INTERVALS).filter((interval) => interval !== 'HOUR')))
    .filter(([a, b]) => a !== b)
    .map(([a, b, zone, interval]) => ({ from: new Date(Math.min(a, b)), to: new Date(Math.max(a, b)), timeZone: zone, interval }));
  return fc.oneof(preset, span);
}

describe('a breakdown', () => {
  test('equals the sums of the ledger one by one, in its order, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(inputs(), async ({ range: time, ...input }) => {
        const { from, to } = resolveTimeRange(time, NOW);
        const expected = bruteForce(facts, input, from, to);
        const { series, total, seriesCount, other } = await ask({ ...input, ...time });
        expect(series.map(sumsOf)).toEqual(expected.map(sumsOf));
        expect(seriesCount).toBe(expected.length);
        expect(total).toEqual(added(expected));
        expect(other).toEqual({ credits: 0n, value: 0n, eventCount: 0 });
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  test('has points that equal the sums of the ledger bucket by bucket', async () => {
    await fc.assert(
      fc.asyncProperty(inputs(), async ({ range: time, ...input }) => {
        const breakdown = await ask({ ...input, ...time });
        const page = breakdown.series.slice(0, 7);
        const points = await creditUsagePoints(world.database, breakdown.query, page);
        page.forEach((series, index) => {
          const expected = bucketSpans(breakdown.query.range).flatMap(({ from, to }) => {
            const sums = bruteForce(facts, input, from, to).find(
              ({ values }) => JSON.stringify(values.map(valueLabel)) === JSON.stringify(series.values.map(valueLabel)),
            );
            return sums ? [{ from, to, ...added([sums]) }] : [];
          });
          expect(points[index]).toEqual(expected);
          expect(added(points[index]!)).toEqual(added([series]));
        });
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test('without anything in range has no series and a total of nothing', async () => {
    const empty = await ask({ currencyId: 'credits', from: new Date('2010-01-01'), to: new Date('2010-02-01') });
    expect(empty).toMatchObject({
      series: [],
      seriesCount: 0,
      total: { credits: 0n, value: 0n, eventCount: 0 },
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });
});
