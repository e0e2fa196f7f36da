import { beforeAll, describe, expect, test } from '@jest/globals';
import { isSnapshotText } from '../../src/store/rollup-snapshot';
import type { BreakdownInput } from '../../src/domain/breakdown';
import { breakdownCursor } from '../../src/domain/breakdown-cursor';
import { creditsFromNumeric } from '../../src/domain/credits';
import type { PageRequest } from '../../src/domain/paging';
import { creditUsage, creditUsagePoints, type Breakdown } from '../../src/operations/credit-usage';
import { added, bruteForce, NOW, readFacts, sumsOf, usageWorld, type UsageWorld } from '../support/usage-reference';

const ALL: PageRequest = { size: 1_000_000, backward: false, after: null, before: null };
let world: UsageWorld;

beforeAll(async () => {
  world = await usageWorld();
});

const ask = (input: BreakdownInput, request: Partial<PageRequest> = {}) => creditUsage(world.database, world.context, input, { ...ALL, ...request });

describe('pages', () => {
  const input: BreakdownInput = { currencyId: 'credits', groupBy: ['model', 'mixed', 'grantId'], range: 'LAST_YEAR' };
  const cursorOf = (breakdown: Breakdown, index: number) => {
    const { query, digest, series } = breakdown;
    return breakdownCursor(digest, { snapshot: query.snapshot, from: query.range.from, to: query.range.to }, String(series.at(index)!.position));
  };

  async function walk(size: number, backward: boolean, between: () => Promise<void> = async () => undefined, asked = input): Promise<Breakdown[]> {
    const pages = [await ask(asked, { size, backward })];
    while (backward ? pages.at(-1)!.hasPreviousPage : pages.at(-1)!.hasNextPage) {
      await between();
      const last = pages.at(-1)!;
      pages.push(await ask(asked, { size, backward, ...(backward ? { before: cursorOf(last, 0) } : { after: cursorOf(last, -1) }) }));
    }
    return backward ? pages.reverse() : pages;
  }

  test.each([7, 100])('of %i walk all series exactly once, forward and backward', async (size) => {
    const all = (await ask(input)).series;
    expect((await walk(size, false)).flatMap((page) => page.series)).toEqual(all);
    expect((await walk(size, true)).flatMap((page) => page.series)).toEqual(all);
    const [first, last] = [await ask(input, { size }), await ask(input, { size, backward: true })];
    expect([first.hasPreviousPage, first.hasNextPage, last.hasPreviousPage, last.hasNextPage]).toEqual([false, true, true, false]);
  });

  test('answer what is not on them as other', async () => {
    for (const page of await walk(10, false)) {
      expect(added([page.other, ...page.series])).toEqual(page.total);
    }
  });

  test('between two cursors hold what lies between them', async () => {
    const all = await ask(input);
    const [after, before] = [cursorOf(all, 3), cursorOf(all, 9)];
    expect((await ask(input, { after, before })).series).toEqual(all.series.slice(4, 9));
    expect((await ask(input, { after, before, size: 2, backward: true })).series).toEqual(all.series.slice(7, 9));
    expect(await ask(input, { after: before, before: after })).toMatchObject({ series: [], hasPreviousPage: true, hasNextPage: true });
    expect((await ask(input, { after: cursorOf(all, -1) })).series).toEqual([]);
  });

  test('of one customer show one state while others report, and while it does', async () => {
    for (const customerId of ['mixed', 'texts']) {
      const ofOne = { ...input, customerId };
      const before = await ask(ofOne);
      const report = () => world.seller.reportAll([{ customerId: 'texts', featureId: 'image', dimensions: { model: 'gpt' } }]).then(() => undefined);
      const pages = await walk(3, false, report, ofOne);
      expect(pages.length).toBeGreaterThan(2);
      expect(pages.flatMap((page) => page.series)).toEqual(before.series);
      for (const page of pages) expect(page).toMatchObject({ total: before.total, seriesCount: before.seriesCount });
    }
  });

  test('show one state while events arrive, in sums, order, points and keys that were never seen', async () => {
    const before = await ask(input);
    const pointsBefore = await creditUsagePoints(world.database, before.query, before.series.slice(0, 20));
    let reported = 0;
    const pages = await walk(9, false, async () => {
      reported += 1;
      await world.seller.reportAll([
        { customerId: 'mixed', featureId: 'chat', dimensions: { model: 'gpt', tokens: 1000 } },
        {
          customerId: 'texts',
          featureId: 'image',
          value: '100',
          dimensions: { model: `new-${reported}`, mixed: reported },
          timestamp: '2026-02-01T00:00:00Z',
        },
      ]);
    });
    expect(reported).toBeGreaterThan(3);
    expect(pages.flatMap((page) => page.series)).toEqual(before.series);
    for (const page of pages) expect(page).toMatchObject({ total: before.total, seriesCount: before.seriesCount });
    expect(await creditUsagePoints(world.database, before.query, before.series.slice(0, 20))).toEqual(pointsBefore);
    const facts = await readFacts(world.database);
    const { from, to } = before.query.range;
    expect((await ask(input)).series.map(sumsOf)).toEqual(bruteForce(facts, input, from, to).map(sumsOf));
  });

  test.each([
    ['', 0],
    [', received by a server whose clock is almost an hour behind', 59 * 60 * 1000],
  ])('do not show what was under way when the first was taken and committed later%s', async (_, behindMs) => {
    const customerId = `late-${behindMs}`;
    const rowsOf = (
      credits: string,
    ) => `WITH one AS (SELECT * FROM usage_event WHERE customer_key = (SELECT key FROM customer WHERE id = '${customerId}')), added AS (
        INSERT INTO usage_event SELECT (e).* FROM (SELECT jsonb_populate_record(NULL::usage_event, to_jsonb(one) || jsonb_build_object('key', key + 1 - (${behindMs}::int8 << 21), 'idempotency_key', 'under way ${behindMs}', 'cost', ${credits}, 'entry_count', 0)) AS e FROM one) made RETURNING *)
      UPDATE usage_rollup r SET credits_small = r.credits_small + a.cost * 1e9, value_small = r.value_small + a.value * 1e9, event_count = r.event_count + 1
      FROM added a WHERE r.customer_key = a.customer_key AND r.rollup_key = 0 AND r.rate_key = a.rate_key AND r.pool_key = a.pool_key AND r.grant_key = 0
        AND r.start = floor(extract(epoch FROM a.at) / 86400 / r.days) * r.days`;
    await world.seller.customer(customerId);
    await world.seller.report(customerId, 'image', { timestamp: NOW.toISOString(), dimensions: {} });
    const plain: BreakdownInput = { currencyId: 'credits', customerId, range: 'LAST_DAY', groupBy: ['featureId'] };
    const client = await world.database.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(rowsOf('5'));
      const first = await ask(plain, { size: 1 });
      await client.query('COMMIT');
      const second = await ask(plain, { size: 1, after: cursorOf(first, 0) });
      expect(second.total).toEqual(first.total);
      expect((await ask(plain)).total.credits).toBe(first.total.credits + creditsFromNumeric('5'));
    } finally {
      client.release();
    }
  });

  test.each<[string, (cursor: (string | number | boolean | null)[]) => void, string]>([
    ['another input', (cursor) => (cursor[0] = 'other'), 'belongs to another input'],
    ['no snapshot', (cursor) => (cursor[1] = '5:3:'), ''],
    ['a snapshot that PostgreSQL would not read', (cursor) => (cursor[1] = '5:9:9'), ''],
    ['a day gone by', (cursor) => (cursor[2] = '2026-03-09T12:34:56.788Z'), 'older than a day'],
    ['the future', (cursor) => (cursor[2] = '2026-03-10T13:34:56.790Z'), ''],
    ['position 0', (cursor) => (cursor[5] = '0'), ''],
  ])('refuse a cursor of %s', async (_, change, message) => {
    const cursor = [...cursorOf(await ask(input, { size: 1 }), 0)];
    change(cursor);
    await expect(ask(input, { after: cursor })).rejects.toMatchObject({ code: 'CURSOR_INVALID', message: expect.stringContaining(message) });
  });

  test('refuse cursors of two lists', async () => {
    const [one, other] = [await ask(input), await creditUsage(world.database, { ...world.context, now: new Date(NOW.getTime() + 1) }, input, ALL)];
    await expect(ask(input, { after: cursorOf(one, 0), before: cursorOf(other, 5) })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });
});

test.each(['', '1', '5:3:', '0:5:', '5:9:4', '5:9:9', '5:9:8,7', '5:9:6,', 'a:b:c', "5:9:' OR TRUE"])('%j is no snapshot', (text) => {
  expect(isSnapshotText(text)).toBe(false);
});

test('what PostgreSQL writes is a snapshot', () => {
  for (const text of ['5:9:', '5:9:5', '5:9:6,8', '738:738:']) expect(isSnapshotText(text)).toBe(true);
});
