import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { repairRollups } from '../../src/operations/rebuild-rollups';
import { mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { findDifferences, rebuildAll, rollupRows } from '../support/rollup-rows';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';
import { NOW, usageWorld, type UsageWorld } from '../support/usage-reference';

const TODAY = NOW.toISOString();

async function audit(seller: Seller, customerId: string): Promise<unknown> {
  const { auditLedger } = await seller.ask(`{ auditLedger(input: { customerId: "${customerId}" }) { ok differences { detail } } }`);
  return auditLedger;
}

describe('a cell', () => {
  let server: TestServer;
  let seller: Seller;
  let customers = 0;

  beforeAll(async () => {
    server = await testServer(await testDatabase(), { now: () => NOW });
    seller = new Seller(server);
    await seller.sell({ sized: 'abs(value)' });
  });

  /** What the cells of a customer say, without the keys in which customers differ. */
  async function cellsOf(customerId: string): Promise<string[]> {
    const { rows } = await server.database.pool.query<{ cell: string }>(
      `SELECT concat_ws(' ', r.days, r.start, s.dimensions, r.credits_small, '+', r.credits_large, '/', r.value_small, '+', r.value_large, '/', r.event_count) AS cell
       FROM usage_rollup r JOIN customer c ON c.key = r.customer_key JOIN dimension_set s ON s.customer_key = r.customer_key AND s.key = r.set_key
       WHERE c.id = $1 ORDER BY 1`,
      [customerId],
    );
    return rows.map(({ cell }) => cell);
  }

  /** Reports in this order, so many at a time. */
  async function reported(events: readonly object[], atOnce: number): Promise<string> {
    const customerId = `customer-${++customers}`;
    await seller.customer(customerId);
    for (let start = 0; start < events.length; start += atOnce)
      await seller.reportAll(events.slice(start, start + atOnce).map((event) => ({ customerId, featureId: 'sized', ...event })));
    return customerId;
  }

  /** Small ones, some so many that their sum is not; too precise ones; large ones; and the same with the other sign. */
  const amounts = fc.tuple(
    fc.constantFrom('1', '0', '0.000000001', '999999.999999999', '0.0000000005', '0.000000000001', '1000000', '9999999999999999.999999999999'),
    fc.constantFrom('', '-'),
    fc.constantFrom(1, 2, 1100),
  );
  const orders = fc.record({
    amounts: fc.array(amounts, { minLength: 1, maxLength: 5 }),
    days: fc.array(fc.constantFrom('2026-03-01', '2026-03-02', '2025-12-31'), { minLength: 1, maxLength: 3 }),
    atOnce: fc.tuple(fc.integer({ min: 150, max: 1000 }), fc.integer({ min: 150, max: 1000 })),
    seeds: fc.tuple(fc.integer(), fc.integer()),
  });

  test('is the same, whatever the order in which its events were reported, and as a rebuild from nothing leaves it', async () => {
    await fc.assert(
      fc.asyncProperty(orders, async ({ amounts: given, days, atOnce, seeds }) => {
        const events = given.flatMap(([size, sign, times], index) =>
          Array.from({ length: times }, () => ({ value: size === '0' ? size : sign + size, timestamp: `${days[index % days.length]}T12:00:00Z` })),
        );
        const [one, other] = [await reported(shuffled(events, seeds[0]), atOnce[0]), await reported(shuffled(events, seeds[1]), atOnce[1])];
        const cells = await cellsOf(one);
        expect(await cellsOf(other)).toEqual(cells);
        await server.database.writers.query('DELETE FROM usage_rollup r USING customer c WHERE c.id = $1 AND r.customer_key = c.key', [other]);
        await rebuildAll(server.database);
        expect(await cellsOf(other)).toEqual(cells);
      }),
      {
        numRuns: 8,
        examples: [
          [
            {
              amounts: [
                ['999999.999999999', '', 1100],
                ['999999.999999999', '-', 1100],
                ['1', '-', 2],
              ],
              days: ['2026-03-01'],
              atOnce: [1000, 700],
              seeds: [1, 2],
            },
          ],
        ],
      },
    );
  }, 240_000);
});

function shuffled<T>(list: readonly T[], seed: number): T[] {
  const [order] = fc.sample(fc.shuffledSubarray([...list.keys()], { minLength: list.length }), { seed, numRuns: 1 });
  return order!.map((index) => list[index]!);
}

describe('a rebuild', () => {
  let world: UsageWorld;

  beforeAll(async () => {
    world = await usageWorld();
    const signed = { id: 'signed', name: 'Signed', planId: 'pro', planValidFrom: '0001-01-01T00:00:00Z' };
    await mutate(world.seller.server, 'createCustomer', signed, 'customer { id }');
    const timestamps = ['2026-03-09T23:59:59.999Z', '2026-03-10T00:00:00Z', '1969-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z'];
    const values = ['-3', '5.25', '0.000000000001', '-999999.5', '99999999999999.5', '-0.000000000001'];
    const report = { customerId: 'signed', featureId: 'chat' };
    await world.seller.reportAll(values.flatMap((value) => timestamps.map((timestamp) => ({ ...report, value, timestamp }))));
  });

  const CELL =
    '(customer_key, rollup_key, days, start, set_key, rate_key, pool_key, grant_key, credits_small, credits_large, value_small, value_large, event_count)';
  const isHit = `mod(hashtext(concat_ws(':', $1::int, customer_key, rollup_key, days, start, set_key, rate_key, pool_key, grant_key)), 5) = 0`;
  const CORRUPTIONS: Record<string, string> = {
    'all gone': 'DELETE FROM usage_rollup WHERE $1::int IS NOT NULL',
    'some gone': `DELETE FROM usage_rollup WHERE ${isHit}`,
    'the days gone': `DELETE FROM usage_rollup WHERE days = 1 AND ${isHit}`,
    'other counts': `UPDATE usage_rollup SET event_count = event_count + 1 WHERE ${isHit}`,
    'other credits': `UPDATE usage_rollup SET credits_small = 1 - credits_small WHERE credits_small IN (0, 1) AND ${isHit}`,
    'other values': `UPDATE usage_rollup SET value_large = 7, value_small = 0 WHERE ${isHit}`,
    'another form': `UPDATE usage_rollup SET credits_large = credits_small * 0.000000001, credits_small = 0 WHERE credits_large IS NULL AND ${isHit}`,
    'cells too many': `INSERT INTO usage_rollup ${CELL} SELECT customer_key, rollup_key, days, start, set_key, rate_key, pool_key, grant_key + 1000000, 5, NULL, -5, NULL, 1 FROM usage_rollup
      WHERE ${isHit} ON CONFLICT DO NOTHING`,
    'cells of days that cannot be': `INSERT INTO usage_rollup ${CELL} SELECT customer_key, rollup_key, days, (start / 64 + 30000000) * 64, 0, rate_key, -pool_key, grant_key, 0, NULL, 0, NULL, 0
      FROM usage_rollup WHERE days = 16 AND start < 1000000 AND ${isHit} ON CONFLICT DO NOTHING`,
    'cells at the ends of time': `INSERT INTO usage_rollup ${CELL} SELECT key, 0, 1, bound, 0, 0, 0, 0, 0, NULL, 0, NULL, 0 FROM customer, (VALUES (-2147483648), (2147483647)) AS bounds (bound)
      WHERE $1::int IS NOT NULL ON CONFLICT DO NOTHING`,
  };

  test('leaves the same rows, byte for byte, whatever was done to them, and touches none that was right', async () => {
    const { database } = world;
    const right = await rollupRows(database);
    expect(right.size).toBeGreaterThan(1000);
    const corruptions = fc.array(fc.tuple(fc.constantFrom(...Object.keys(CORRUPTIONS)), fc.nat(1_000_000)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(corruptions, async (chosen) => {
        for (const [name, seed] of chosen) await database.writers.query(CORRUPTIONS[name]!, [seed]);
        const wrong = await rollupRows(database);
        const repaired = await rebuildAll(database);
        const now = await rollupRows(database);
        expect(columnsOf(now)).toEqual(columnsOf(right));
        const different = [...new Set([...wrong.keys(), ...right.keys()])].filter((key) => wrong.get(key)?.columns !== right.get(key)?.columns);
        expect(repaired).toBe(different.length);
        const untouched = [...right.keys()].filter((key) => !different.includes(key));
        expect(untouched.filter((key) => wrong.get(key)!.written !== now.get(key)!.written)).toEqual([]);
      }),
      { numRuns: 12, examples: Object.keys(CORRUPTIONS).map((name, seed) => [[[name, seed]]]) },
    );
    const rebuilt = await rollupRows(database);
    expect(await rebuildAll(database)).toBe(0);
    expect(await rollupRows(database)).toEqual(rebuilt);
  }, 240_000);

  test('sums anew what was reported to between comparison and repair', async () => {
    const { database, seller } = world;
    const again = (more: object) =>
      seller.reportAll(
        ['mixed', 'plain'].flatMap((customerId) =>
          ['chat', 'image', 'free'].map((featureId) => ({ customerId, featureId, dimensions: { model: 'again' }, timestamp: TODAY, ...more })),
        ),
      );
    await again({});
    await database.writers.query('DELETE FROM usage_rollup WHERE mod(set_key, 2) = 0 OR days = 4');
    await database.writers.query('UPDATE usage_rollup SET event_count = event_count + 7, value_large = 7, value_small = 0');
    const stale = await findDifferences(database);
    await again({ value: '0.000000000001' });
    await again({ timestamp: '2026-02-01T00:00:00Z' });
    for (const [customerKey, differences] of stale) await repairRollups(database, customerKey, differences);
    expect(await findDifferences(database)).toEqual([]);
    for (const customerId of ['mixed', 'plain', 'texts']) expect(await audit(seller, customerId)).toEqual({ ok: true, differences: [] });
  }, 60_000);

  test('loses nothing while writers report, and leaves every cell right while they go on', async () => {
    const { database, seller } = world;
    const { rows } = await database.pool.query<{ count: bigint }>('SELECT count(*) FROM usage_event');
    let reported = 0;
    let isDone = false;
    const writer = async (nth: number) => {
      while (!isDone) {
        const events = Array.from({ length: 40 }, (_, index) => ({
          customerId: ['mixed', 'texts', 'plain'][(nth + index) % 3]!,
          featureId: ['chat', 'image', 'free'][index % 3]!,
          value: ['1', '0.000000000001', '12.5'][(nth + index) % 3]!,
          timestamp: index % 2 ? TODAY : new Date(NOW.getTime() - index * 86_400_000).toISOString(),
          dimensions: { model: `m${index % 7}` },
        }));
        await seller.reportAll(events);
        reported += events.length;
      }
    };
    await database.writers.query('DELETE FROM usage_rollup');
    const writers = [0, 1, 2].map(writer);
    for (let pass = 0; pass < 3 || reported < 600; pass++) await rebuildAll(database);
    isDone = true;
    await Promise.all(writers);
    expect(await findDifferences(database)).toEqual([]);
    const { rows: now } = await database.pool.query<{ count: bigint }>('SELECT count(*) FROM usage_event');
    expect(now[0]!.count - rows[0]!.count).toBe(BigInt(reported));
    for (const customerId of ['mixed', 'plain', 'texts']) expect(await audit(seller, customerId)).toEqual({ ok: true, differences: [] });
  }, 120_000);
});

function columnsOf(rows: ReadonlyMap<string, { columns: string }>): string[] {
  return [...rows.values()].map(({ columns }) => columns);
}
