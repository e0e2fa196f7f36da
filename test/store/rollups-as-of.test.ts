import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BreakdownInput } from '../../src/domain/breakdown';
import type { PageRequest } from '../../src/domain/paging';
import { resolveTimeRange } from '../../src/domain/time-range';
import { creditUsage, creditUsagePoints } from '../../src/operations/credit-usage';
import type { Context } from '../../src/operations/context';
import type { Database } from '../../src/store/database';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';
import { added, bruteForce, DAY_MS, readFacts, sumsOf, type Fact } from '../support/usage-reference';

/** Usage received on 40 days, of the same day and of up to 30 days before; each day some of it. */
const FIRST = Date.parse('2026-02-01T09:30:00.123Z');
const DAYS = 40;
const LAST = FIRST + (DAYS - 1) * DAY_MS;
const ALL: PageRequest = { size: 1_000_000, backward: false, after: null, before: null };

let database: Database;
let server: TestServer;
let seller: Seller;
let facts: Fact[];
let now = new Date(FIRST);

beforeAll(async () => {
  database = await testDatabase();
  server = await testServer(database, { now: () => now });
  seller = new Seller(server);
  await seller.sell({ chat: '0.5 * coalesce(tokens, 1)' });
  for (const id of ['acme', 'globex']) await seller.customer(id);
  await seller.grant('acme', '20', { category: 'PROMOTIONAL' });
  for (let day = 0; day < DAYS; day += 1) {
    now = new Date(FIRST + day * DAY_MS);
    await seller.reportAll(
      Array.from({ length: 6 }, (_, index) => ({
        customerId: index % 3 === 2 ? 'globex' : 'acme',
        featureId: 'chat',
        timestamp: new Date(now.getTime() - (index * 7 + day) * 11 * 3_600_000 * (index % 2)).toISOString(),
        dimensions: { user: `user-${(day + index) % 4}`, ...(index === 3 ? { tokens: day } : {}) },
      })),
    );
  }
  facts = await readFacts(database);
}, 60_000);

const context = (at: Date): Context => ({ environmentKey: server.key, environmentId: server.id, now: at });

test('asOf answers what had been received by then, from blocks or from events', async () => {
  const instant = fc.oneof(
    fc.integer({ min: FIRST - DAY_MS, max: LAST }),
    fc.integer({ min: 0, max: DAYS - 1 }).chain((day) => fc.constantFrom(-1, 0, 1).map((ms) => FIRST + day * DAY_MS + ms)),
  );
  const question = fc.record({
    asOf: instant,
    from: fc.integer({ min: FIRST - 60 * DAY_MS, max: LAST }),
    days: fc.integer({ min: 1, max: 90 }),
    groupBy: fc.subarray(['user', 'tokens', 'grantCategory', 'customerId']),
    customerId: fc.constantFrom(null, 'acme'),
  });
  await fc.assert(
    fc.asyncProperty(question, async ({ asOf, from, days, ...more }) => {
      const input: BreakdownInput = { ...more, asOf: new Date(asOf), from: new Date(from), to: new Date(from + days * DAY_MS), interval: 'DAY' };
      const { from: start, to } = resolveTimeRange(input, now);
      const expected = bruteForce(facts, { ...input, currencyId: 'credits' }, start, to);
      const breakdown = await creditUsage(database, context(new Date(LAST + DAY_MS)), input, ALL);
      expect(breakdown.series.map(sumsOf)).toEqual(expected.map(sumsOf));
      expect(breakdown.total).toEqual(added(expected));
      const page = breakdown.series.slice(0, 3);
      const points = await creditUsagePoints(database, breakdown.query, page);
      expect(points.map((ofSeries) => added(ofSeries))).toEqual(page.map((series) => added([series])));
    }),
    { numRuns: 80 },
  );
}, 120_000);

test('the answer stays the same when more is reported, also for times before', async () => {
  const asOf = new Date(LAST - 3 * DAY_MS);
  const input: BreakdownInput = { asOf, from: new Date(FIRST - 60 * DAY_MS), to: new Date(LAST), groupBy: ['user'] };
  const at = context(new Date(LAST + DAY_MS));
  const before = await creditUsage(database, at, input, ALL);
  await seller.report('acme', 'chat', { timestamp: new Date(FIRST).toISOString(), dimensions: { user: 'user-1' } });
  const after = await creditUsage(database, at, input, ALL);
  expect(after.series).toEqual(before.series);
  const { asOf: _, ...present } = input;
  expect((await creditUsage(database, at, present, ALL)).total.eventCount).toBeGreaterThan(before.total.eventCount);
});
