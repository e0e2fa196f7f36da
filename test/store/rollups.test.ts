import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { groupKey, valueLabel, type BreakdownInput, type GroupValue, type UsageSeries } from '../../src/domain/breakdown';
import { breakdownCursor } from '../../src/domain/breakdown-cursor';
import { creditsFromNumeric } from '../../src/domain/credits';
import { Decimal } from '../../src/domain/decimal';
import type { PageRequest } from '../../src/domain/paging';
import { bucketSpans, INTERVALS, RANGE_PRESETS, resolveTimeRange, type TimeRangeInput } from '../../src/domain/time-range';
import type { Context } from '../../src/operations/context';
import { creditUsage, creditUsagePoints, type Breakdown } from '../../src/operations/credit-usage';
import type { Database } from '../../src/store/database';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer } from '../support/server';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const NOW = new Date('2026-03-10T12:34:56.789Z');
const MIDNIGHT = Date.parse('2026-03-10T00:00:00Z');
/** Texts that are hard to write, to compare or to sort. */
const MODELS = ['gpt', 'gpt 4', 'gpt"4\\', 'gp\tt\u0001\n', 'é', '😀', '', '3', 'true'];
const ALL: PageRequest = { size: 1_000_000, backward: false, after: null, before: null };

let database: Database;
let context: Context;
let seller: Seller;
let facts: Fact[];

beforeAll(async () => {
  database = await testDatabase();
  const server = await testServer(database, { now: () => NOW });
  context = { environmentKey: server.key, environmentId: server.id, now: NOW };
  seller = new Seller(server);
  await seller.sell({ chat: '0.1 * coalesce(tokens, 3) + 0.000000000001 * value', image: '2.5', free: '0' });
  await seller.sell({ other: '7' }, 'gems', 'gem-plan');
  for (const id of ['mixed', 'texts', 'plain']) await seller.customer(id);
  await seller.customer('gems', 'gem-plan');
  for (const customerId of ['mixed', 'texts'])
    for (const [index, category] of ['PROMOTIONAL', 'RECURRING', 'PAID'].entries())
      for (const resourceId of [null, 'ws-1'])
        await seller.grant(customerId, String(11 + 17 * index), { category, resourceId, effectiveAt: '2026-01-01T00:00:00Z' });
  await seller.reportAll(fc.sample(reports(), { numRuns: 700, seed: 7 }));
  await seller.reportAll([{ customerId: 'gems', featureId: 'other' }]);
  facts = await readFacts();
});

/** Usage on and about midnights, in the present, and anywhere in the last 100 days. */
function reports() {
  const near = fc
    .tuple(fc.integer({ min: 0, max: 80 }), fc.constantFrom(-1, 0, 1, HOUR_MS - 1, HOUR_MS))
    .map(([days, ms]) => MIDNIGHT - days * DAY_MS + ms);
  const any = fc.integer({ min: MIDNIGHT - 100 * DAY_MS, max: NOW.getTime() + HOUR_MS });
  const texts = { model: fc.constantFrom(...MODELS), team: fc.constantFrom('red', 'blue'), featureId: fc.constantFrom('x', 'y'), fast: fc.boolean() };
  const numbers = { mixed: fc.constantFrom<unknown>(3, '3', 3.5, true, 10, -2, 'a'), tokens: fc.constantFrom(1, 2.5, 1000) };
  return fc
    .record({
      customerId: fc.constantFrom('mixed', 'texts', 'plain'),
      featureId: fc.constantFrom('chat', 'image', 'free'),
      resourceId: fc.constantFrom(null, 'ws-1'),
      value: fc.constantFrom('1', '0', '0.000000000001', '12.5'),
      timestamp: fc.oneof(near, any).map((ms) => new Date(ms).toISOString()),
      texts: fc.record(texts, { requiredKeys: [] }),
      numbers: fc.record(numbers, { requiredKeys: [] }),
    })
    .map(({ texts: some, numbers: more, ...report }) => ({ ...report, dimensions: report.customerId === 'mixed' ? { ...some, ...more } : some }));
}

/** What one draw of an event took; value and count stand with the first. */
interface Fact {
  customerId: string;
  currencyId: string;
  at: Date;
  fields: Record<string, string | null>;
  dimensions: Map<string, GroupValue>;
  credits: bigint;
  value: bigint;
  eventCount: number;
}

interface FactRow {
  customer_id: string;
  currency_id: string;
  feature_id: string;
  resource_id: string;
  at: Date;
  dimensions: string;
  grant: string | null;
  category: string | null;
  amount: string;
  value: string;
  is_first: boolean;
}

async function readFacts(): Promise<Fact[]> {
  const { rows } = await database.pool.query<FactRow>(
    `SELECT u.id AS customer_id, y.id AS currency_id, f.id AS feature_id, p.resource_id, e.at, (d.dimensions || coalesce(e.numbers, '{}'))::text AS dimensions,
            g.customer_key || ':' || g.key AS grant, g.category, coalesce(-l.amount, 0) AS amount, e.value, coalesce(l.sequence = e.first_sequence, TRUE) AS is_first
     FROM usage_event e JOIN customer u ON u.key = e.customer_key JOIN pool p ON p.key = e.pool_key JOIN currency y ON y.key = p.currency_key
     JOIN feature f ON f.key = e.feature_key JOIN dimension_set d ON d.key = e.set_key
     LEFT JOIN ledger_entry l ON l.event_key = e.key AND l.customer_key = e.customer_key AND l.kind = 'CONSUMED' LEFT JOIN credit_grant g ON g.key = l.grant_key`,
  );
  return rows.map((row) => ({
    customerId: row.customer_id,
    currencyId: row.currency_id,
    at: row.at,
    fields: {
      featureId: row.feature_id,
      customerId: row.customer_id,
      resourceId: row.resource_id || null,
      grantId: row.grant,
      grantCategory: row.category,
    },
    dimensions: new Map(
      Object.entries(JSON.parse(row.dimensions) as Record<string, string | boolean | number>).map(([name, value]) => [
        name,
        typeof value === 'number' ? new Decimal(value) : value,
      ]),
    ),
    credits: creditsFromNumeric(row.amount),
    value: row.is_first ? creditsFromNumeric(row.value) : 0n,
    eventCount: row.is_first ? 1 : 0,
  }));
}

function valueIn(fact: Fact, name: string): GroupValue {
  const key = groupKey(name);
  return 'field' in key ? fact.fields[key.field]! : (fact.dimensions.get(key.dimension) ?? null);
}

type Sums = { values: GroupValue[]; credits: bigint; value: bigint; eventCount: number };

/** The same breakdown, computed from the facts one by one. */
function bruteForce(input: BreakdownInput, from: Date, to: Date): Sums[] {
  const series = new Map<string, Sums>();
  for (const fact of facts) {
    if (fact.currencyId !== input.currencyId || fact.at < from || fact.at >= to) continue;
    if (input.customerId != null && fact.customerId !== input.customerId) continue;
    if (input.resourceId != null && fact.fields['resourceId'] !== input.resourceId) continue;
    const isKept = (input.filters ?? []).every(({ key, in: given }) => given!.map(valueLabel).includes(valueLabel(valueIn(fact, key))));
    if (!isKept) continue;
    const values = (input.groupBy ?? []).map((name) => valueIn(fact, name));
    const label = JSON.stringify(values.map(valueLabel));
    const sums = series.get(label) ?? { values, credits: 0n, value: 0n, eventCount: 0 };
    series.set(label, {
      values,
      credits: sums.credits + fact.credits,
      value: sums.value + fact.value,
      eventCount: sums.eventCount + fact.eventCount,
    });
  }
  return [...series.values()].filter(({ credits, eventCount }) => credits > 0n || eventCount > 0).sort(orderOf(input));
}

function orderOf({ orderBy }: BreakdownInput): (a: Sums, b: Sums) => number {
  const { field, direction } = orderBy ?? { field: 'CREDITS', direction: 'DESC' };
  const sign = direction === 'ASC' ? 1 : -1;
  const byKeys = (a: Sums, b: Sums) => a.values.reduce((order, value, index) => order || compareValues(value, b.values[index]!), 0);
  if (field === 'KEY') return (a, b) => sign * byKeys(a, b);
  const amount = (sums: Sums) => (field === 'CREDITS' ? sums.credits : BigInt(sums.eventCount));
  return (a, b) => sign * Number(amount(a) > amount(b)) - sign * Number(amount(a) < amount(b)) || byKeys(a, b);
}

/** Numbers, texts, booleans, none. */
function compareValues(a: GroupValue, b: GroupValue): number {
  const rank = (value: GroupValue) => (value === null ? 3 : ['object', 'string', 'boolean'].indexOf(typeof value));
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'object') return a && b ? a.comparedTo(b as Decimal) : 0;
  return typeof a === 'string'
    ? Buffer.compare(Buffer.from(JSON.stringify(a).slice(0, -1)), Buffer.from(JSON.stringify(b).slice(0, -1)))
    : Number(a) - Number(b);
}

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
    resourceId: fc.constantFrom(null, null, 'ws-1'),
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

const sumsOf = ({ values, credits, value, eventCount }: UsageSeries | Sums) => ({ labels: values.map(valueLabel), credits, value, eventCount });
const added = (list: readonly { credits: bigint; value: bigint; eventCount: number }[]) => ({
  credits: list.reduce((sum, one) => sum + one.credits, 0n),
  value: list.reduce((sum, one) => sum + one.value, 0n),
  eventCount: list.reduce((sum, one) => sum + one.eventCount, 0),
});
const ask = (input: BreakdownInput, request: Partial<PageRequest> = {}) => creditUsage(database, context, input, { ...ALL, ...request });

describe('a breakdown', () => {
  test('equals the sums of the ledger one by one, in its order, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(inputs(), async ({ range: time, ...input }) => {
        const { from, to } = resolveTimeRange(time, NOW);
        const expected = bruteForce(input, from, to);
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
        const points = await creditUsagePoints(database, breakdown.query, page);
        page.forEach((series, index) => {
          const expected = bucketSpans(breakdown.query.range).flatMap(({ from, to }) => {
            const sums = bruteForce(input, from, to).find(
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

describe('pages', () => {
  const input: BreakdownInput = { currencyId: 'credits', groupBy: ['model', 'mixed', 'grantId'], range: 'LAST_YEAR' };
  const cursorOf = (breakdown: Breakdown, index: number) => {
    const { query, digest, series } = breakdown;
    return breakdownCursor(digest, { snapshot: query.snapshot, from: query.range.from, to: query.range.to }, series.at(index)!.position);
  };

  async function walk(size: number, backward: boolean, between: () => Promise<void> = async () => undefined): Promise<Breakdown[]> {
    const pages = [await ask(input, { size, backward })];
    while (backward ? pages.at(-1)!.hasPreviousPage : pages.at(-1)!.hasNextPage) {
      await between();
      const last = pages.at(-1)!;
      pages.push(await ask(input, { size, backward, ...(backward ? { before: cursorOf(last, 0) } : { after: cursorOf(last, -1) }) }));
    }
    return backward ? pages.reverse() : pages;
  }

  test.each([1, 7, 100])('of %i walk all series exactly once, forward and backward', async (size) => {
    const all = (await ask(input)).series;
    const few = size === 1 ? 12 : Infinity;
    if (few === Infinity) {
      expect((await walk(size, false)).flatMap((page) => page.series)).toEqual(all);
      expect((await walk(size, true)).flatMap((page) => page.series)).toEqual(all);
    }
    const [first, last] = [await ask(input, { size }), await ask(input, { size, backward: true })];
    expect(first.series).toEqual(all.slice(0, size));
    expect(last.series).toEqual(all.slice(-size));
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

  test('show one state while events arrive, in sums, order, points and keys that were never seen', async () => {
    const before = await ask(input);
    const pointsBefore = await creditUsagePoints(database, before.query, before.series.slice(0, 20));
    let reported = 0;
    const pages = await walk(9, false, async () => {
      reported += 1;
      await seller.reportAll([
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
    expect(await creditUsagePoints(database, before.query, before.series.slice(0, 20))).toEqual(pointsBefore);
    facts = await readFacts();
    const { from, to } = before.query.range;
    expect((await ask(input)).series.map(sumsOf)).toEqual(bruteForce(input, from, to).map(sumsOf));
  });

  test('do not show what was under way when the first was taken and committed later', async () => {
    const total = async (after: ReturnType<typeof cursorOf> | null) => (await ask(input, { size: 1, after })).total;
    const rowsOf = (credits: string) => `WITH one AS (SELECT * FROM usage_event ORDER BY key DESC LIMIT 1), added AS (
        INSERT INTO usage_event SELECT (e).* FROM (SELECT jsonb_populate_record(NULL::usage_event, to_jsonb(one) || jsonb_build_object('key', key + 1, 'idempotency_key', 'under way ${credits}', 'cost', ${credits}, 'entry_count', 0)) AS e FROM one) made RETURNING *)
      UPDATE usage_rollup r SET credits = r.credits + a.cost, value = r.value + a.value, event_count = r.event_count + 1
      FROM added a WHERE r.customer_key = a.customer_key AND r.set_key = a.set_key AND r.feature_key = a.feature_key AND r.pool_key = a.pool_key AND r.grant_key = 0
        AND r.start = floor(extract(epoch FROM a.at) / 86400 / r.days) * r.days`;
    await seller.report('plain', 'image', { timestamp: NOW.toISOString(), dimensions: {} });
    const plain: BreakdownInput = { currencyId: 'credits', customerId: 'plain', range: 'LAST_DAY', groupBy: ['featureId'] };
    const client = await database.pool.connect();
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
    expect(await total(null)).toEqual(expect.anything());
  });

  test.each<[string, (cursor: (string | number | boolean | null)[]) => void, string]>([
    ['another input', (cursor) => (cursor[0] = 'other'), 'belongs to another input'],
    ['no snapshot', (cursor) => (cursor[1] = '5:3:'), ''],
    ['a snapshot that PostgreSQL would not read', (cursor) => (cursor[1] = '5:9:9'), ''],
    ['a day gone by', (cursor) => (cursor[2] = '2026-03-09T12:34:56.788Z'), 'older than a day'],
    ['the future', (cursor) => (cursor[2] = '2026-03-10T13:34:56.788Z'), ''],
    ['position 0', (cursor) => (cursor[5] = '0'), ''],
  ])('refuse a cursor of %s', async (_, change, message) => {
    const cursor = [...cursorOf(await ask(input, { size: 1 }), 0)];
    change(cursor);
    await expect(ask(input, { after: cursor })).rejects.toMatchObject({ code: 'CURSOR_INVALID', message: expect.stringContaining(message) });
  });

  test('refuse cursors of two lists', async () => {
    const [one, other] = [await ask(input), await creditUsage(database, { ...context, now: new Date(NOW.getTime() + 1) }, input, ALL)];
    await expect(ask(input, { after: cursorOf(one, 0), before: cursorOf(other, 5) })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });
});
