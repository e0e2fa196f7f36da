import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { valueLabel, type BreakdownInput, type GroupValue } from '../../src/domain/breakdown';
import { wishId, type RollupWish } from '../../src/domain/rollup-wish';
import type { PageRequest } from '../../src/domain/paging';
import { bucketSpans, resolveTimeRange } from '../../src/domain/time-range';
import { fillNewRollup, removeRollup } from '../../src/operations/build-rollup';
import { compareCreditUsage } from '../../src/operations/compare-credit-usage';
import { creditUsage, creditUsagePoints, creditUsageRates } from '../../src/operations/credit-usage';
import { readRegistered } from '../../src/store/rollup-building';
import { asBuilder, customerKeys, findDifferences } from '../support/rollup-rows';
import { questions } from '../support/usage-questions';
import { added, bruteForce, NOW, readFacts, sumsOf, usageWorld, type Sums, type UsageWorld } from '../support/usage-reference';

const ALL: PageRequest = { size: 1_000_000, backward: false, after: null, before: null };
const NAMES = ['featureId', 'fast', 'mixed', 'model', 'never', 'team', 'tokens'];
let world: UsageWorld;
let customers: bigint[];

beforeAll(async () => {
  world = await usageWorld();
  customers = await customerKeys(world.database);
});

/** Rollups of any dimensions, with and without rates and grants, of any customers. */
function wishes() {
  return fc.record({
    customerKey: fc.constantFrom(...customers),
    dimensions: fc.subarray(NAMES).map((names) => [...names].sort()),
    byRate: fc.boolean(),
    byGrant: fc.boolean(),
  });
}

async function build(wish: RollupWish): Promise<void> {
  const registered = await readRegistered(world.database.pool, wish.customerKey);
  if (registered.some((rollup) => wishId({ ...rollup, customerKey: wish.customerKey }) === wishId(wish))) return;
  const first = { state: 'FILLING' as const, size: 0, eventCount: 0n };
  await asBuilder(world.database, async () => expect(await fillNewRollup(world.database, wish, first, () => false)).toBe('BUILT'));
}

async function retireOne(nth: number): Promise<void> {
  const customerKey = customers[nth % customers.length]!;
  const [first] = await readRegistered(world.database.pool, customerKey);
  if (first) await asBuilder(world.database, () => removeRollup(world.database, customerKey, first));
}

const labelOf = ({ values }: { readonly values: readonly GroupValue[] }) => JSON.stringify(values.map(valueLabel));
const sumsByLabel = (series: readonly Sums[]) => new Map(series.map((one) => [labelOf(one), one]));

/** Compares with the ledger, and says what was read. */
async function isExact(asked: BreakdownInput): Promise<string> {
  const facts = await readFacts(world.database);
  const { from, to } = resolveTimeRange(asked, NOW);
  const expected = bruteForce(facts, asked, from, to);
  const breakdown = await creditUsage(world.database, world.context, asked, ALL, true);
  expect(breakdown.series.map(sumsOf)).toEqual(expected.map(sumsOf));
  expect(breakdown.total).toEqual(added(expected));
  const page = breakdown.series.slice(0, 5);
  const points = await creditUsagePoints(world.database, breakdown.query, page);
  const buckets = bucketSpans(breakdown.query.range).map((span) => ({ ...span, sums: sumsByLabel(bruteForce(facts, asked, span.from, span.to)) }));
  page.forEach((series, index) => {
    const ofSeries = buckets.flatMap(({ from: start, to: end, sums }) => {
      const found = sums.get(labelOf(series));
      return found ? [{ from: start, to: end, ...added([found]) }] : [];
    });
    expect(points[index]).toEqual(ofSeries);
    expect(breakdown.points?.[index] ?? ofSeries).toEqual(ofSeries);
  });
  expect(breakdown.points === null).toBe(buckets.length === 1);
  const rates = await creditUsageRates(world.database, breakdown.query, page);
  expect(rates.map(added)).toEqual(page.map((series) => added([series])));
  const { orderBy: _, ...compared } = asked;
  const comparison = await compareCreditUsage(world.database, world.context, compared, ALL);
  expect(comparison.total.current).toEqual(added(expected));
  return breakdown.computedFrom;
}

describe('whatever rollups there are', () => {
  test('a breakdown, its points, its rates and its comparison are exact, while rollups come and go and usage is reported', async () => {
    const byModel = { currencyId: 'credits', groupBy: ['model'] };
    expect(await isExact(byModel)).toBe('EVENTS');
    await build({ customerKey: customers[0]!, dimensions: ['model'], byRate: false, byGrant: false });
    expect(await isExact(byModel)).toBe('ROLLUPS_AND_EVENTS');
    expect(await isExact({ currencyId: 'credits', groupBy: ['featureId'] })).toBe('ROLLUPS');
    const step = fc.record({ question: questions(), wish: wishes(), nth: fc.nat(20), isRetired: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(step, async ({ question: { range: time, ...input }, wish, nth, isRetired }) => {
        await build(wish);
        if (isRetired && nth % 4 === 0) await retireOne(nth);
        if (nth % 5 === 0)
          await world.seller.reportAll([
            { customerId: 'mixed', featureId: 'chat', timestamp: NOW.toISOString(), dimensions: { model: 'gpt', mixed: 3, tokens: 2.5 } },
            { customerId: 'texts', featureId: 'image', timestamp: '2026-02-14T05:06:07Z', dimensions: { team: 'red', model: `new ${nth}` } },
          ]);
        await isExact({ ...input, ...time });
      }),
      { numRuns: 40, endOnFailure: true },
    );
    expect(await findDifferences(world.database)).toEqual([]);
  }, 400_000);
});
