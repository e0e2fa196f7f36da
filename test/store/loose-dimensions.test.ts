import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { valueLabel, type BreakdownInput, type GroupValue } from '../../src/domain/breakdown';
import { distinctValues } from '../../src/domain/breakdown-dimensions';
import { Decimal } from '../../src/domain/decimal';
import { NEWEST_SETS } from '../../src/domain/loosening';
import type { PageRequest } from '../../src/domain/paging';
import { bucketSpans } from '../../src/domain/time-range';
import type { RawUsageReport } from '../../src/domain/usage-report';
import { auditLedger } from '../../src/operations/audit-ledger';
import { creditLedger } from '../../src/operations/credit-ledger';
import { creditUsage, creditUsagePoints } from '../../src/operations/credit-usage';
import { countDistinctValues, creditUsageDimensions } from '../../src/operations/credit-usage-dimensions';
import type { UsageCollector } from '../../src/operations/usage-collector';
import { usageEvents } from '../../src/operations/usage-events';
import { dimensionNamesOfFeatures } from '../../src/store/feature-dimensions';
import { sampleValues } from '../../src/store/dimension-usage';
import { mutate } from '../support/catalog';
import { dimensionLabels, looseWorld, mixedReports, nextKey, requests, type LooseWorld } from '../support/loose-world';
import { added, bruteForce, readFacts, sumsOf } from '../support/usage-reference';

const ALL: PageRequest = { size: 1_000_000, backward: false, after: null, before: null };
const CUSTOMERS = ['flooded', 'ruled', 'plain'];
let world: LooseWorld;
const reported: RawUsageReport[] = [];

async function send(collector: UsageCollector, reports: readonly RawUsageReport[]): Promise<void> {
  for (let start = 0; start < reports.length; start += 500) {
    const outcomes = await collector.report(world.context, reports.slice(start, start + 500));
    for (const outcome of outcomes) if ('error' in outcome) throw outcome.error;
  }
  await collector.drain();
}

async function report(collector: UsageCollector, reports: readonly RawUsageReport[]): Promise<void> {
  await send(collector, reports);
  reported.push(...reports);
}

/** Each dimension that the reports of a range have: in how many of them, of which types, and how many different values. */
function reportedDimensions(customerIds: readonly string[] | null, prefix: string, from: Date, to: Date): unknown[] {
  const asked = reported.filter(
    ({ customerId, timestamp }) => (!customerIds || customerIds.includes(customerId)) && timestamp! >= from && timestamp! < to,
  );
  const labels = asked.flatMap(({ dimensions }) => Object.entries(dimensionLabels(Object.entries(dimensions as object))));
  const names = [...new Set(labels.map(([name]) => name))].filter((name) => name.startsWith(prefix)).sort();
  return names.map((name) => {
    const values = labels.flatMap(([of, label]) => (of === name ? [label] : []));
    const types = new Set(values.map((label) => (label.startsWith('"') ? 'TEXT' : label === 'true' || label === 'false' ? 'BOOLEAN' : 'NUMBER')));
    return [name, values.length, [...types].sort(), { count: new Set(values).size, isEstimate: false }];
  });
}

const setDimensions = (id: string, looseDimensions: string[], rolledUpDimensions: string[]) =>
  mutate(world.seller.server, 'updateFeature', { id, looseDimensions, rolledUpDimensions }, '__typename');

async function count(table: string, customerId: string, where = 'TRUE'): Promise<number> {
  const { rows } = await world.database.pool.query<{ count: bigint }>(
    `SELECT count(*) FROM ${table} t JOIN customer c ON c.key = t.customer_key WHERE c.id = $1 AND ${where}`,
    [customerId],
  );
  return Number(rows[0]!.count);
}

const loosened = async (customerId: string) => {
  const { rows } = await world.database.pool.query<{ name: string }>(
    'SELECT l.name FROM loosened_dimension l JOIN customer c ON c.key = l.customer_key WHERE c.id = $1 ORDER BY 1',
    [customerId],
  );
  return rows.map(({ name }) => name);
};

/** Usage of every kind, with sets and loose dimensions of every age: by two processes, through changes of both features, and a flood of requests. */
beforeAll(async () => {
  world = await looseWorld([...CUSTOMERS, 'watched', 'shared', 'kept']);
  const [one, other] = [world.process(), world.process()];
  await report(one, mixedReports(CUSTOMERS, 300, 1));
  await report(one, requests('flooded', NEWEST_SETS + 500));
  await report(other, mixedReports(CUSTOMERS, 300, 2));
  await setDimensions('chat', ['tier', 'mixed'], []);
  await report(one, mixedReports(CUSTOMERS, 300, 3));
  await setDimensions('chat', ['model'], ['tier']);
  await setDimensions('image', [], ['request']);
  await report(other, mixedReports(CUSTOMERS, 300, 4));
}, 120_000);

test('what is compared has every value of a key in sets and with events, before and after', async () => {
  expect(await loosened('flooded')).toEqual(['request']);
  expect(await loosened('ruled')).toEqual([]);
  for (const type of ['string', 'boolean']) {
    for (const key of ['request', 'mixed']) {
      expect(await count('dimension_set', 'flooded', `jsonb_typeof(t.dimensions -> '${key}') = '${type}'`)).toBeGreaterThan(0);
      expect(await count('usage_event', 'flooded', `jsonb_typeof(t.loose_dimensions -> '${key}') = '${type}'`)).toBeGreaterThan(0);
    }
  }
});

const VALUES: Record<string, GroupValue[]> = {
  request: ['request 7', 'request 20', new Decimal(7), '7', true, null],
  mixed: [new Decimal('3.0'), '3', true, false, new Decimal(0), '', 'a"\\', null],
  model: ['gpt', 'gp\tt\u0001', 'm1', null],
  tier: ['gold', null],
  fast: [true, null],
};

function filters() {
  return fc
    .uniqueArray(fc.constantFrom(...Object.keys(VALUES)), { maxLength: 2 })
    .chain((keys) => fc.tuple(...keys.map((key) => fc.subarray(VALUES[key]!, { minLength: 1 }).map((given) => ({ key, in: given })))));
}

function inputs() {
  const day = fc.integer({ min: -45, max: 1 }).map((days) => new Date(Date.UTC(2026, 2, 10 + days)));
  return fc.record({
    currencyId: fc.constant('credits'),
    customerId: fc.constantFrom(null, ...CUSTOMERS),
    groupBy: fc.uniqueArray(fc.constantFrom('featureId', 'customerId', 'grantId', ...Object.keys(VALUES)), { maxLength: 3 }),
    filters: filters(),
    orderBy: fc.record({ field: fc.constantFrom('CREDITS' as const, 'KEY' as const), direction: fc.constantFrom('ASC' as const, 'DESC' as const) }),
    span: fc.tuple(day, day).filter(([a, b]) => a.getTime() !== b.getTime()),
  });
}

const labelOf = (value: unknown) => (typeof value === 'string' ? `"${value}` : String(value));

describe('with loose dimensions', () => {
  test('a breakdown and its points equal the sums of the ledger one by one, whatever is asked', async () => {
    const facts = await readFacts(world.database);
    await fc.assert(
      fc.asyncProperty(inputs(), async ({ span: [a, b], ...some }) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const input: BreakdownInput = { ...some, from, to, interval: 'WEEK' };
        const breakdown = await creditUsage(world.database, world.context, input, ALL);
        const expected = bruteForce(facts, input, from, to);
        expect(breakdown.series.map(sumsOf)).toEqual(expected.map(sumsOf));
        expect(breakdown.total).toEqual(added(expected));
        const page = breakdown.series.slice(0, 5);
        const points = await creditUsagePoints(world.database, breakdown.query, page);
        expect(points.map(added)).toEqual(page.map((one) => added([one])));
        const [bucket] = bucketSpans(breakdown.query.range);
        const first = bruteForce(facts, input, bucket!.from, bucket!.to);
        for (const [index, series] of page.entries()) {
          const same = first.find(({ values }) => JSON.stringify(values.map(valueLabel)) === JSON.stringify(series.values.map(valueLabel)));
          expect(points[index]!.filter((point) => point.from.getTime() === bucket!.from.getTime()).map(({ credits }) => credits)).toEqual(
            same ? [same.credits] : [],
          );
        }
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  test('a breakdown says that it was computed from events where no rollup tells the keys apart, and from rollups where one does', async () => {
    const sources = async (customerId: string | null, groupBy: string[]) =>
      (await creditUsage(world.database, world.context, { currencyId: 'credits', customerId, groupBy }, ALL)).computedFrom;
    expect(await sources('flooded', ['request'])).toBe('EVENTS');
    expect(await sources('flooded', ['featureId', 'grantId'])).toBe('ROLLUPS');
    expect(await sources('plain', ['tier'])).toBe('EVENTS');
    expect(await sources('kept', ['request', 'fast'])).toBe('ROLLUPS'); // it has no usage yet
    expect(await sources(null, ['never'])).toBe('ROLLUPS');
    expect(await sources(null, ['tier'])).toBe('ROLLUPS_AND_EVENTS');
  });

  test('every event has the dimensions it was reported with', async () => {
    const { items } = await usageEvents(world.database, world.context, { order: 'OLDEST_FIRST' }, ALL);
    const found = new Map(
      items.filter(({ customerId }) => CUSTOMERS.includes(customerId)).map((event) => [event.idempotencyKey, dimensionLabels(event.dimensions)]),
    );
    const given = new Map(reported.map((one) => [one.idempotencyKey, dimensionLabels(Object.entries(one.dimensions as object))]));
    expect(found).toEqual(given);
  });

  test('lists of events and of the ledger filter by them', async () => {
    const labels = new Map(reported.map((one) => [one.idempotencyKey, one]));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...CUSTOMERS), filters(), async (customerId, dimensions) => {
        const passes = ({ dimensions: given }: RawUsageReport) =>
          dimensions.every(({ key, in: wanted }) => wanted.map(labelOf).includes(labelOf((given as Record<string, unknown>)[key] ?? null)));
        const expected = [...labels.values()].filter((one) => one.customerId === customerId && passes(one)).map((one) => one.idempotencyKey);
        const events = (await usageEvents(world.database, world.context, { customerId, dimensions, order: 'OLDEST_FIRST' }, ALL)).items;
        expect(events.map(({ idempotencyKey }) => idempotencyKey).sort()).toEqual(expected.sort());
        const entries = (
          await creditLedger(world.database, world.context, { customerId, dimensions, kinds: ['CONSUMED'], order: 'OLDEST_FIRST' }, ALL)
        ).items;
        const ofEvents = new Set(entries.filter(({ kind, eventKey }) => kind === 'CONSUMED' && eventKey !== null).map(({ eventKey }) => eventKey));
        if (dimensions.length > 0) expect(ofEvents).toEqual(new Set(events.map(({ key }) => key)));
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  test('dimensions are counted as they were reported, with their types and different values, whatever is asked', async () => {
    const questions = fc.record({
      customerIds: fc.subarray(CUSTOMERS).map((ids) => (ids.length === 0 ? null : ids)),
      prefix: fc.constantFrom(null, 'm', 're'),
      span: fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 50 })).map(([before, days]) => {
        const from = new Date(Date.UTC(2026, 2, 10 - before - days, before % 24));
        return { from, to: new Date(from.getTime() + days * 86_400_000) };
      }),
    });
    await fc.assert(
      fc.asyncProperty(questions, async ({ customerIds, prefix, span }) => {
        const { scope, items } = await creditUsageDimensions(world.database, world.context, { customerIds, prefix, ...span }, ALL);
        const distinct = await countDistinctValues(world.database, scope, items);
        const found = items.map(({ dimension, eventCount, types }, index) => [dimension, eventCount, types, distinct[index]]);
        expect(found).toEqual(reportedDimensions(customerIds, prefix ?? '', span.from, span.to));
      }),
      { numRuns: 40 },
    );
    const { items } = await creditUsageDimensions(world.database, world.context, { customerIds: ['flooded'] }, ALL);
    expect(items.filter(({ loose }) => !loose).map(({ dimension }) => dimension)).toEqual(['fast']);
  }, 60_000);

  test('of too many events the newest are looked at, and different values are estimated from them', async () => {
    const { scope, items } = await creditUsageDimensions(
      world.database,
      world.context,
      { customerIds: ['flooded'], from: new Date('2025-01-01'), to: new Date('2026-04-01') },
      ALL,
    );
    const request = items.find(({ dimension }) => dimension === 'request')!;
    const samples = await world.database.snapshot((transaction) => sampleValues(transaction, scope, ['request', 'never'], 1000));
    const sample = samples.get('request')!;
    expect([...samples.keys()]).toEqual(['request']);
    expect(sample.eventCount).toBeGreaterThan(500);
    expect(sample.eventCount).toBeLessThanOrEqual(1000);
    const [exact] = await countDistinctValues(world.database, scope, [request]);
    const estimate = distinctValues(request.eventCount, sample);
    expect([exact!.isEstimate, estimate.isEstimate]).toEqual([false, true]);
    expect(estimate.count / exact!.count).toBeGreaterThan(0.5);
    expect(estimate.count / exact!.count).toBeLessThan(2);
  });

  test('an audit finds nothing', async () => {
    for (const customerId of CUSTOMERS)
      expect(await auditLedger(world.database, world.context, customerId)).toMatchObject({ ok: true, differences: [] });
  });

  test('a repeat equals the first report, whichever way its dimensions were kept then and are now', async () => {
    const some = reported.filter((_, index) => index % 7 === 0);
    const outcomes = await world.process().report(world.context, some);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ duplicate: true });
    const changed = some.map((one) => ({ ...one, dimensions: { ...(one.dimensions as object), request: 'another' } }));
    for (const outcome of await world.process().report(world.context, changed))
      expect(outcome).toMatchObject({ error: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  test('a formula still sees them, and a new one is told that they were seen', async () => {
    const gold = { customerId: 'kept', featureId: 'chat', idempotencyKey: nextKey(), dimensions: { tier: 'gold', plan: 'x' } };
    await setDimensions('chat', ['tier', 'plan'], []);
    const [outcome] = await world.process().report(world.context, [gold]);
    expect(outcome).toMatchObject({ event: { charge: { cost: 250_000_000_000n } } });
    const { key } = await world.database.prisma.feature.findFirstOrThrow({ where: { id: 'chat' } });
    const names = await dimensionNamesOfFeatures(world.database.pool, world.context.environmentKey, [key]);
    expect(names.get(key)).toContain('plan');
  });
});

describe('a flood of values', () => {
  test('leaves sets and rollups bounded, in every process, however far each is behind', async () => {
    const [one, other] = [world.process(), world.process()];
    await send(other, requests('shared', 10));
    await send(one, requests('shared', NEWEST_SETS + 100));
    expect(await loosened('shared')).toEqual(['request']);
    const sets = await count('dimension_set', 'shared');
    const batches = Array.from({ length: 4 }, () => requests('shared', 300));
    await Promise.all(batches.map((batch, index) => send(index % 2 === 0 ? one : other, batch)));
    expect(await count('dimension_set', 'shared')).toBeLessThanOrEqual(sets + 5);
    const { series, seriesCount } = await creditUsage(
      world.database,
      world.context,
      { currencyId: 'credits', customerId: 'shared', groupBy: ['request'], from: new Date('2026-01-01'), to: new Date('2026-03-12') },
      ALL,
    );
    expect([seriesCount, new Set(series.map(({ eventCount }) => eventCount))]).toEqual([10 + NEWEST_SETS + 100 + 1200, new Set([1])]);
    expect(await auditLedger(world.database, world.context, 'shared')).toMatchObject({ ok: true });
  }, 120_000);

  test('is never seen without its values while they become loose', async () => {
    const collector = world.process();
    let isDone = false;
    const flood = send(collector, requests('watched', NEWEST_SETS + 600)).finally(() => (isDone = true));
    const sources: string[] = [];
    while (!isDone || sources.at(-1) === 'ROLLUPS') {
      const input: BreakdownInput = { currencyId: 'credits', customerId: 'watched', groupBy: ['request'], range: 'LAST_YEAR' };
      const { series, total, computedFrom } = await creditUsage(world.database, world.context, input, ALL);
      expect([series.length, series.some(({ values }) => values[0] === null)]).toEqual([total.eventCount, false]);
      sources.push(computedFrom);
    }
    await flood;
    expect(await loosened('watched')).toEqual(['request']);
    expect(sources.at(-1)).toBe('EVENTS');
  }, 120_000);

  test('stays rolled up where the seller says so', async () => {
    await setDimensions('image', [], ['request']);
    await send(world.process(), requests('kept', NEWEST_SETS + 200, 'image'));
    expect(await count('usage_event', 'kept', 't.loose_dimensions ? $$request$$')).toBe(0);
    const input: BreakdownInput = {
      currencyId: 'credits',
      customerId: 'kept',
      groupBy: ['request'],
      range: 'LAST_YEAR',
      filters: [{ key: 'featureId', equals: 'image' }],
    };
    expect(await creditUsage(world.database, world.context, input, ALL)).toMatchObject({ seriesCount: NEWEST_SETS + 200 });
  }, 120_000);
});
