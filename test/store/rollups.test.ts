import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { valueLabel, type BreakdownInput } from '../../src/domain/breakdown';
import type { PageRequest } from '../../src/domain/paging';
import { bucketSpans, resolveTimeRange } from '../../src/domain/time-range';
import { creditUsage, creditUsagePoints, creditUsageRates } from '../../src/operations/credit-usage';
import { questions } from '../support/usage-questions';
import { added, bruteForce, NOW, readFacts, sumsOf, usageWorld, type Fact, type UsageWorld } from '../support/usage-reference';

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

describe('a breakdown', () => {
  test('equals the sums of the ledger one by one, in its order, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(questions(), async ({ range: time, ...input }) => {
        const { from, to } = resolveTimeRange(time, NOW);
        const expected = bruteForce(facts, input, from, to);
        const { series, total, seriesCount, other } = await ask({ ...input, ...time });
        expect(series.map(sumsOf)).toEqual(expected.map(sumsOf));
        expect(seriesCount).toBe(expected.length);
        expect(total).toEqual(added(expected));
        expect(other).toEqual({ credits: 0n, value: 0n, eventCount: 0 });
      }),
      { numRuns: 1000 },
    );
  }, 600_000);

  test('has points that equal the sums of the ledger bucket by bucket', async () => {
    await fc.assert(
      fc.asyncProperty(questions(), async ({ range: time, ...input }) => {
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

  test('has rates that add up to each series', async () => {
    await fc.assert(
      fc.asyncProperty(questions(), async ({ range: time, ...input }) => {
        const breakdown = await ask({ ...input, ...time });
        const page = breakdown.series.slice(0, 7);
        const rates = await creditUsageRates(world.database, breakdown.query, page);
        expect(rates.map((ofSeries) => added(ofSeries))).toEqual(page.map((series) => added([series])));
        expect(rates.every((ofSeries) => new Set(ofSeries.map(({ rate }) => rate!.key)).size === ofSeries.length)).toBe(true);
      }),
      { numRuns: 40 },
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
