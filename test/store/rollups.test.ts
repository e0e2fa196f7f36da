import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { valueLabel, type BreakdownInput, type GroupValue } from '../../src/domain/breakdown';
import type { DimensionFilterInput } from '../../src/domain/dimension-filter';
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
  'currencyId',
  'planId',
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
  planId: ['pro', 'gem-plan'],
  customerId: ['mixed', 'texts'],
  never: [null, 'x'],
};

function filters(): fc.Arbitrary<DimensionFilterInput> {
  const key = fc.constantFrom(...Object.keys(VALUES));
  const bound = fc.constantFrom(-3, -2, 3, 3.5, 100).map((number) => new Decimal(number));
  const bounds = fc.record({ greaterThan: bound, atLeast: bound, lessThan: bound, atMost: bound }, { requiredKeys: [] });
  const test = fc.oneof(
    key.chain((name) => fc.subarray(VALUES[name]!, { minLength: 1 }).map((values) => ({ key: name, in: values }))),
    key.chain((name) => fc.constantFrom(...VALUES[name]!).map((equals) => ({ key: name, equals }))),
    fc.record({ key, prefix: fc.constantFrom('', 'g', 'gp\t', 'gpt"', '\u{1F600}', '3', 'tr') }),
    fc.record({ key, exists: fc.boolean() }),
    fc
      .tuple(fc.constantFrom('mixed', 'tokens', 'model', 'featureId'), bounds)
      .map(([name, given]) => ({ key: name, atMost: new Decimal(1000), ...given })),
  );
  const { filter } = fc.letrec<{ filter: DimensionFilterInput }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      test,
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
      tie('filter').map((not) => ({ not })),
    ),
  }));
  return filter;
}

function inputs() {
  return fc
    .record({
      currencyId: fc.constant('credits'),
      customers: fc.constantFrom({}, { customerId: 'mixed' }, { customerId: 'texts' }, { customerId: 'plain' }, { customerIds: ['plain', 'texts'] }),
      resourceId: fc.constantFrom(undefined, null, 'ws-1'),
      groupBy: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 4 }),
      filters: fc.oneof(fc.constant([]), fc.array(filters(), { maxLength: 2 })),
      orderBy: fc.record({
        field: fc.constantFrom('CREDITS' as const, 'VALUE' as const, 'EVENT_COUNT' as const, 'KEY' as const),
        direction: fc.constantFrom('ASC' as const, 'DESC' as const),
      }),
      range: timeRanges(),
    })
    .map(({ customers, ...input }) => ({ ...input, ...customers }));
}

function timeRanges(): fc.Arbitrary<TimeRangeInput> {
  const timeZone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York');
  const preset = fc.record({ range: fc.constantFrom(...Object.values(RANGE_PRESETS)), timeZone });
  const instant = fc.oneof(
    fc.integer({ min: -110, max: 3 }).map((days) => MIDNIGHT + days * DAY_MS),
    fc.integer({ min: MIDNIGHT - 110 * DAY_MS, max: MIDNIGHT + 2 * DAY_MS }),
  );
  const span = fc
    .tuple(
      instant,
      instant,
      timeZone,
      fc.constantFrom(...Object.values(INTERVALS).filter((interval) => interval !== 'HOUR' && interval !== 'QUARTER_HOUR')),
    )
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
