import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FEWEST_EVENTS, MOST_ROLLUPS, type RollupWish } from '../../src/domain/rollup-wish';
import { buildRollup, fillNewRollup, type WishOutcome } from '../../src/operations/build-rollup';
import { creditUsage } from '../../src/operations/credit-usage';
import { UsageCollector } from '../../src/operations/usage-collector';
import { Database } from '../../src/store/database';
import { DimensionDictionary } from '../../src/store/dimension-sets';
import { PriceBook } from '../../src/store/price-book';
import { findUnasked, readRegistered, type RegisteredRollup } from '../../src/store/rollup-building';
import { testDatabaseUrl } from '../support/database';
import { nextKey } from '../support/loose-world';
import { asBuilder, findDifferences, rebuildAll, rollupRows } from '../support/rollup-rows';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';
import { DAY_MS, NOW } from '../support/usage-reference';

let database: Database;
/** Another process. */
let other: Database;
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  const connectionString = await testDatabaseUrl();
  [database, other] = [new Database({ connectionString, connections: 6 }), new Database({ connectionString, connections: 6 })];
  server = await testServer(database, { now: () => NOW });
  seller = new Seller(server);
  await seller.sell({ chat: '0.1 * value', image: '2.5' });
  for (const id of ['repeating', 'broad', 'deep', 'busy']) await seller.customer(id);
}, 60_000);

afterAll(async () => {
  await database.close();
  await other.close();
});

async function report(customerId: string, count: number, dimensions: (nth: number) => object): Promise<void> {
  await seller.reportAll(Array.from({ length: count }, (_, nth) => ({ customerId, featureId: 'image', dimensions: dimensions(nth) })));
}

async function wishOf(customerId: string, ...dimensions: string[]): Promise<RollupWish> {
  const { key } = await database.prisma.customer.findFirstOrThrow({ where: { id: customerId } });
  return { customerKey: key, dimensions, byRate: false, byGrant: false };
}

async function wish(customerId: string, ...dimensions: string[]): Promise<WishOutcome> {
  let outcome: WishOutcome = 'STOPPED';
  const wished = await wishOf(customerId, ...dimensions);
  await asBuilder(database, async () => void (outcome = await buildRollup(database, wished, () => false)));
  return outcome;
}

const registered = async (customerId: string) => readRegistered(database.pool, (await wishOf(customerId)).customerKey);
const namesOf = (rollups: readonly RegisteredRollup[], state: string) =>
  rollups.filter((rollup) => rollup.state === state).map(({ dimensions }) => dimensions.join());

describe('what does not pay', () => {
  test('is not built, and is looked at again when the events have doubled', async () => {
    await report('repeating', FEWEST_EVENTS - 1, (nth) => ({ request: `request ${nth}` }));
    expect([await wish('repeating', 'request'), await registered('repeating')]).toEqual(['UNNEEDED', []]);
    await report('repeating', 1, () => ({ request: 'last' }));
    expect(await wish('repeating', 'request')).toBe('DECLINED');
    const declined = await registered('repeating');
    expect(declined).toMatchObject([{ state: 'DECLINED', eventCount: BigInt(FEWEST_EVENTS), dimensions: ['request'] }]);
    await report('repeating', FEWEST_EVENTS - 1, () => ({ request: 'again' }));
    expect(await wish('repeating', 'request')).toBe('UNNEEDED');
    expect(await registered('repeating')).toEqual(declined);
    expect([...(await rollupRows(database)).keys()].filter((key) => key.split(':')[1] !== '0')).toEqual([]);
    await report('repeating', 1, () => ({ request: 'again' }));
    expect(await wish('repeating', 'request')).toBe('BUILT');
    expect(namesOf(await registered('repeating'), 'READY')).toEqual(['request']);
    expect(await findDifferences(database, [(await wishOf('repeating')).customerKey])).toEqual([]);
  }, 120_000);
});

describe('a customer', () => {
  test('has a bounded number of rollups, of which the one goes that was asked for least recently', async () => {
    const names = Array.from({ length: MOST_ROLLUPS + 1 }, (_, index) => `d${index}`);
    await report('broad', FEWEST_EVENTS, (nth) => Object.fromEntries(names.map((name) => [name, nth % 2 === 0])));
    for (const name of names.slice(0, -1)) expect(await wish('broad', name)).toBe('BUILT');
    const context = { environmentKey: server.key, environmentId: server.id, now: NOW };
    const ask = async (name: string) => {
      const input = { customerId: 'broad', currencyId: 'credits', groupBy: [name] };
      return (await creditUsage(database, context, input, { size: 10, backward: false, after: null, before: null })).computedFrom;
    };
    expect(await ask('d0')).toBe('ROLLUPS');
    while ((await ask(names.at(-1)!)) === 'EVENTS') await sleep(100); // the server builds it
    expect(namesOf(await registered('broad'), 'READY')).toEqual([...names.slice(2, -1), 'd0', names.at(-1)]);
    expect(await registered('broad')).toHaveLength(MOST_ROLLUPS);
  }, 120_000);

  test('has a bounded number of cells per event', async () => {
    const half = FEWEST_EVENTS / 2;
    await report('deep', FEWEST_EVENTS, (nth) => ({ a: `a${nth % half}`, b: `b${nth >> 1}`, c: `c${(nth * 7) % half}` })); // 2 cells per event each
    for (const name of ['a', 'b', 'c']) expect(await wish('deep', name)).toBe('BUILT');
    expect(namesOf(await registered('deep'), 'READY')).toEqual(['b', 'c']);
    expect(await findDifferences(database, [(await wishOf('deep')).customerKey])).toEqual([]);
  }, 120_000);
});

describe('a large customer', () => {
  const dimensions = (nth: number) => ({ user: `u${nth % 7}`, model: `m${nth % 3}`, tokens: nth });
  test('gets all of its dimensions rolled up before anybody asks, and any of them from that', async () => {
    await seller.customer('large');
    await report('large', FEWEST_EVENTS - 2, dimensions);
    const { customerKey } = await wishOf('large');
    const wishes = async () => (await findUnasked(database.pool, FEWEST_EVENTS, 16)).filter((one) => one.customerKey === customerKey);
    expect(await wishes()).toEqual([]);
    const [value, timestamp] = ['2000000.000000000001', new Date(NOW.getTime() - 70 * DAY_MS)];
    await seller.reportAll([1, 2].map(() => ({ customerId: 'large', featureId: 'chat', value, timestamp, dimensions: dimensions(1) })));
    expect(await wishes()).toMatchObject([
      { dimensions: ['model', 'user'], byRate: true },
      { dimensions: ['model', 'user'], byRate: false },
    ]);
    const outcomes: WishOutcome[] = [];
    for (const one of await wishes()) await asBuilder(database, async () => void outcomes.push(await buildRollup(database, one, () => false)));
    expect([outcomes, await wishes()]).toEqual([['BUILT', 'UNNEEDED'], []]);

    const [source] = (await registered('large')).filter(({ state }) => state === 'READY');
    const narrow = { customerKey, dimensions: ['user'], byRate: false, byGrant: false };
    const first = { state: 'FILLING', size: 1, eventCount: 1n } as const;
    await asBuilder(database, async () => expect(await fillNewRollup(database, narrow, first, () => false, source)).toBe('BUILT'));
    expect(await findDifferences(database, [customerKey])).toEqual([]);
    const before = await rollupRows(database);
    expect(await rebuildAll(database)).toBe(0);
    expect(await rollupRows(database)).toEqual(before);
    expect(namesOf(await registered('large'), 'READY')).toEqual(['model,user', 'user']);
  }, 120_000);

  test('keeps what was asked for, where what nobody asked for would take its place', async () => {
    await seller.customer('full');
    const names = Array.from({ length: MOST_ROLLUPS }, (_, index) => `n${index}`);
    await report('full', FEWEST_EVENTS, (nth) => Object.fromEntries(names.map((name) => [name, nth % 2 === 0])));
    for (const name of names) expect(await wish('full', name)).toBe('BUILT');
    const wished = { ...(await wishOf('full', ...names)), unasked: true as const };
    await asBuilder(database, async () => expect(await buildRollup(database, wished, () => false)).toBe('DECLINED'));
    expect(namesOf(await registered('full'), 'READY')).toEqual(names);
    expect(await wish('full', ...names)).toBe('BUILT');
  }, 120_000);
});

describe('filling', () => {
  test('while two processes report, also into new pools, leaves exactly the cells that a rebuild makes', async () => {
    const event = (nth: number) => ({
      customerId: 'busy',
      featureId: ['chat', 'image'][nth % 2]!,
      value: ['1', '0.000000000001', '2000000'][nth % 3]!,
      timestamp: new Date(NOW.getTime() - (nth % 40) * DAY_MS),
      dimensions: { model: `m${nth % 23}`, tokens: (nth % 5) / 2 },
    });
    await seller.reportAll(Array.from({ length: 1500 }, (_, nth) => event(nth)));
    const context = { environmentKey: server.key, environmentId: server.id, now: NOW };
    let reported = 0;
    let isDone = false;
    const writer = async (of: Database, first: number) => {
      const collector = new UsageCollector({ database: of, prices: new PriceBook(), dictionary: new DimensionDictionary() }, (error) => {
        throw error;
      });
      for (let nth = first; !isDone; nth += 2) {
        const resourceIds = [null, `pool-${nth}`, 'shared'];
        const reports = resourceIds.map((resourceId, index) => ({ ...event(nth + index * 7), resourceId, idempotencyKey: nextKey() }));
        for (const outcome of await collector.report(context, reports)) if ('error' in outcome) throw outcome.error;
        reported += reports.length;
        await sleep(20); // nobody reports without a pause, and registering needs one
      }
      await collector.drain();
    };
    const writers = Promise.all([writer(database, 0), writer(other, 1)]);
    const wished = await wishOf('busy', 'model', 'tokens');
    const reportedWhileFilling: number[] = [];
    for (const [byRate, byGrant] of [
      [false, false],
      [true, true],
    ] as const) {
      let atFirst: number | null = null;
      const isStopped = () => ((atFirst ??= reported), false);
      await fillAgainstReports({ ...wished, byRate, byGrant }, isStopped);
      reportedWhileFilling.push(reported - atFirst!);
    }
    isDone = true;
    await writers;
    for (const count of reportedWhileFilling) expect(count).toBeGreaterThan(0);
    expect(namesOf(await registered('busy'), 'READY')).toEqual(['model,tokens', 'model,tokens']);
    expect(await findDifferences(database, [wished.customerKey])).toEqual([]);
    const filled = columnsOf(await rollupRows(database));
    await database.writers.query('DELETE FROM usage_rollup WHERE customer_key = $1', [wished.customerKey]);
    await rebuildAll(database, [wished.customerKey]);
    expect(columnsOf(await rollupRows(database))).toEqual(filled);
  }, 180_000);
});

/** Registering gives way to those who report, and is tried again. */
async function fillAgainstReports(wished: RollupWish, isStopped: () => boolean): Promise<void> {
  const first = { state: 'FILLING' as const, size: 0, eventCount: 0n };
  let isBuilt = false;
  while (!isBuilt)
    await asBuilder(database, async () => {
      isBuilt = await fillNewRollup(database, wished, first, isStopped).then(
        (outcome) => outcome === 'BUILT',
        (error: { code?: unknown }) => {
          if (error.code !== LOCK_NOT_AVAILABLE) throw error;
          return false;
        },
      );
    });
}

const LOCK_NOT_AVAILABLE = '55P03';

function columnsOf(rows: ReadonlyMap<string, { columns: string }>): string[] {
  return [...rows.values()].map(({ columns }) => columns);
}
