import { beforeAll, describe, expect, test } from '@jest/globals';
import { creditsFromNumeric, creditsToText } from '../../src/domain/credits';
import type { RawGrant } from '../../src/domain/grant-input';
import { parametersOf } from '../../src/domain/price';
import type { RawUsageReport } from '../../src/domain/usage-report';
import type { Context } from '../../src/operations/context';
import { grantCredits } from '../../src/operations/grant-credits';
import type { ReportOutcome } from '../../src/operations/report-usage';
import { settlePools } from '../../src/operations/settle-pools';
import { UsageCollector } from '../../src/operations/usage-collector';
import { voidCreditGrant } from '../../src/operations/void-credit-grant';
import type { Database } from '../../src/store/database';
import { DimensionDictionary } from '../../src/store/dimension-sets';
import { PriceBook } from '../../src/store/price-book';
import { testDatabase } from '../support/database';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const c = creditsFromNumeric;
let database: Database;
let context: Context;
let collector: UsageCollector;

/** A collector with memory of its own, as another process would have. */
function newCollector(): UsageCollector {
  return new UsageCollector({ database, prices: new PriceBook(), dictionary: new DimensionDictionary() }, (error) => {
    throw error;
  });
}

const later = (minutes: number): Context => ({ ...context, now: new Date(NOW.getTime() + minutes * 60_000) });

beforeAll(async () => {
  database = await testDatabase();
  const createdAt = new Date('2026-01-01T00:00:00Z');
  const { prisma } = database;
  const environment = await prisma.environment.create({ data: { id: 'main', name: 'Main', createdAt } });
  const of = { environmentKey: environment.key, createdAt };
  const currency = await prisma.currency.create({ data: { ...of, id: 'credits', name: 'Credits', unitSingular: 'credit', unitPlural: 'credits' } });
  const flat = await prisma.feature.create({ data: { ...of, id: 'image', name: 'Images', unit: 'image' } });
  const tokens = await prisma.feature.create({ data: { ...of, id: 'chat', name: 'Chat', unit: 'request' } });
  await prisma.feature.create({ data: { ...of, id: 'unpriced', name: 'Unpriced', unit: 'unit' } });
  const plan = await prisma.plan.create({ data: { ...of, id: 'pro', name: 'Pro' } });
  const version = await prisma.planVersion.create({ data: { planKey: plan.key, number: 1, status: 'DRAFT', createdAt } });
  const rate = { planVersionKey: version.key, currencyKey: currency.key };
  await prisma.rate.create({ data: { ...rate, featureKey: flat.key, mode: 'FLAT', creditsPerUnit: '1' } });
  await prisma.rate.create({ data: { ...rate, featureKey: tokens.key, mode: 'FORMULA', formula: '0.0025 * input + 0.01 * output' } });
  await prisma.planVersion.update({ where: { key: version.key }, data: { status: 'PUBLISHED', publishedAt: createdAt } });
  await prisma.planPublication.create({
    data: { planKey: plan.key, planVersionKey: version.key, scope: 'ALL_CUSTOMERS', effectiveAt: createdAt, publishedAt: createdAt },
  });
  context = { environmentKey: environment.key, environmentId: 'main', now: NOW };
  collector = newCollector();
});

async function customer(id: string): Promise<string> {
  const { key } = await database.prisma.customer.create({
    data: { environmentKey: context.environmentKey, id, name: id, metadata: {}, createdAt: NOW },
  });
  const plan = await database.prisma.plan.findFirstOrThrow();
  await database.prisma.customerPlan.create({ data: { customerKey: key, planKey: plan.key, validFrom: new Date('2020-01-01'), createdAt: NOW } });
  return id;
}

const grant = (customerId: string, amount: string, more: Partial<RawGrant> = {}, at = context) =>
  grantCredits(database, at, { customerId, currencyId: 'credits', amount, category: 'PAID', ...more });

const image = (customerId: string, idempotencyKey: string, more: Partial<RawUsageReport> = {}): RawUsageReport => ({
  customerId,
  featureId: 'image',
  idempotencyKey,
  ...more,
});

const codes = (outcomes: readonly ReportOutcome[]) => outcomes.map((outcome) => ('error' in outcome ? outcome.error.code : 'ok'));

function accepted(outcome: ReportOutcome | undefined) {
  if (!outcome || 'error' in outcome) throw new Error(`expected an event, got ${outcome?.error.code}`);
  return outcome;
}

async function stored(customerId: string) {
  const { key } = await database.prisma.customer.findFirstOrThrow({ where: { id: customerId } });
  const where = { customerKey: key };
  return {
    pools: await database.prisma.pool.findMany({ where, orderBy: { key: 'asc' } }),
    grants: await database.prisma.creditGrant.findMany({ where, orderBy: { key: 'asc' } }),
    events: await database.prisma.usageEvent.findMany({ where }),
    entries: await database.prisma.ledgerEntry.findMany({ where, orderBy: [{ poolKey: 'asc' }, { sequence: 'asc' }] }),
    rollups: await database.prisma.usageRollup.findMany({ where }),
    sets: await database.prisma.dimensionSet.findMany({ where }),
    keys: await database.prisma.dimensionKey.findMany({ where }),
  };
}

describe('a report', () => {
  test('is priced by the formula, drawn from the grants, written to the ledger and added to every rollup', async () => {
    const id = await customer('first');
    await grant(id, '10');
    const dimensions = { input: 1000, output: 50, model: 'm1', stream: true };
    const [outcome] = await collector.report(context, [{ customerId: id, featureId: 'chat', idempotencyKey: 'k', dimensions }]);
    const { event, duplicate } = accepted(outcome);
    expect(duplicate).toBe(false);
    expect([event.charge.cost, event.charge.balanceAfter].map(creditsToText)).toEqual(['3', '7']);
    expect(parametersOf(event).map(({ name, value }) => [name, String(value)])).toEqual([
      ['input', '1000'],
      ['output', '50'],
    ]);
    const { entries, rollups, keys, sets, pools } = await stored(id);
    expect(entries.map((entry) => [entry.kind, entry.amount.toString(), entry.balanceAfter.toString()])).toEqual([
      ['GRANTED', '10', '10'],
      ['CONSUMED', '-3', '7'],
    ]);
    expect(rollups.map((cell) => [cell.days, cell.creditsSmall, cell.valueSmall, cell.eventCount]).sort()).toEqual([
      [1, 3_000_000_000n, 1_000_000_000n, 1n],
      [16, 3_000_000_000n, 1_000_000_000n, 1n],
      [4, 3_000_000_000n, 1_000_000_000n, 1n],
      [64, 3_000_000_000n, 1_000_000_000n, 1n],
    ]);
    const shape = [{ input: 'NUMBER', model: 'TEXT', output: 'NUMBER', stream: 'BOOLEAN' }];
    expect(sets.map((set) => set.dimensions)).toEqual([shape, { model: 'm1', stream: true }]);
    expect(keys.map((key) => `${key.name}:${key.type}:${key.loose}`).sort()).toEqual([
      'input:NUMBER:true',
      'model:TEXT:false',
      'output:NUMBER:true',
      'stream:BOOLEAN:false',
    ]);
    expect(pools[0]?.balance.toString()).toBe('7');
  });

  test('is refused with a code, and then nothing at all is stored', async () => {
    const id = await customer('refused');
    const reports: [string, Partial<RawUsageReport>][] = [
      ['FEATURE_NOT_FOUND', { featureId: 'none' }],
      ['RATE_NOT_FOUND', { featureId: 'unpriced' }],
      ['RATE_NOT_FOUND', { timestamp: new Date('2019-12-31T23:59:59.999Z') }],
      ['DIMENSION_MISSING', { featureId: 'chat', dimensions: { input: 1 } }],
      ['DIMENSION_TYPE', { featureId: 'chat', dimensions: { input: 1, output: '1' } }],
      ['CHARGE_OUT_OF_RANGE', { value: '-1' }],
      ['TIMESTAMP_INVALID', { timestamp: new Date(NOW.getTime() + 3_600_001) }],
      ['AMOUNT_INVALID', { value: '1e5' }],
      ['ID_INVALID', { resourceId: '' }],
      ['INPUT_INVALID', { idempotencyKey: '' }],
      ['DIMENSION_INVALID', { dimensions: { constructor: 1 } }],
    ];
    const outcomes = await collector.report(
      context,
      reports.map(([, more], index) => image(id, `r${index}`, more)),
    );
    expect(codes(outcomes)).toEqual(reports.map(([code]) => code));
    expect(codes(await collector.report(context, [image('nobody', 'k')]))).toEqual(['CUSTOMER_NOT_FOUND']);
    const rows = await stored(id);
    expect(Object.values(rows).map((some) => some.length)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test('leaves its key free when it is refused', async () => {
    const id = await customer('free-key');
    expect(codes(await collector.report(context, [image(id, 'k', { value: '-1' })]))).toEqual(['CHARGE_OUT_OF_RANGE']);
    expect(accepted((await collector.report(context, [image(id, 'k', { value: '1' })]))[0]).duplicate).toBe(false);
  });

  test('never sinks the others of its batch', async () => {
    const id = await customer('mixed');
    const outcomes = await collector.report(context, [
      image(id, 'a'),
      image('nobody', 'b'),
      image(id, 'c', { value: 'x' }),
      image(id, 'd'),
      image(id, 'a'),
    ]);
    expect(codes(outcomes)).toEqual(['ok', 'CUSTOMER_NOT_FOUND', 'AMOUNT_INVALID', 'ok', 'ok']);
    expect(accepted(outcomes[4]).duplicate).toBe(true);
    expect((await stored(id)).events).toHaveLength(2);
  });
});

describe('an idempotency key', () => {
  test('reported 256 times at once by two processes deducts once, with equal answers', async () => {
    const id = await customer('same-key');
    await grant(id, '100');
    const processes = [collector, newCollector()];
    const report = image(id, 'k', { value: '2.5', dimensions: { user: 'ada', tokens: 3 } });
    const outcomes = (await Promise.all(Array.from({ length: 256 }, (_, index) => processes[index % 2]!.report(context, [report]))))
      .flat()
      .map(accepted);
    expect(outcomes.filter((outcome) => !outcome.duplicate)).toHaveLength(1);
    const first = outcomes.find((outcome) => !outcome.duplicate)!.event;
    for (const { event } of outcomes) expect(event).toEqual(first);
    const { events, pools } = await stored(id);
    expect([events.length, pools[0]?.balance.toString()]).toEqual([1, '97.5']);
  });

  test('is refused with other content, and every part of the content counts', async () => {
    const id = await customer('reused');
    const first = image(id, 'k', { value: '1', dimensions: { user: 'ada', tokens: 3 } });
    await collector.report(context, [first]);
    const others: Partial<RawUsageReport>[] = [
      { value: '2' },
      { featureId: 'chat' },
      { resourceId: 'r' },
      { timestamp: new Date('2026-02-01') },
      { dimensions: { user: 'ada' } },
      { dimensions: { user: 'ada', tokens: '3' } },
      { dimensions: { user: 'bob', tokens: 3 } },
    ];
    for (const other of others) expect(codes(await collector.report(context, [{ ...first, ...other }]))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    const sameAgain = await collector.report(later(5), [{ ...first, value: '1.0', dimensions: { tokens: 3.0, user: 'ada' } }]);
    expect(accepted(sameAgain[0]).duplicate).toBe(true);
    expect((await stored(id)).events).toHaveLength(1);
  });
});

describe('many writers', () => {
  test('on one FORBID pool are accepted exactly as often as the balance pays, from two processes', async () => {
    const id = await customer('forbid');
    const { key } = await database.prisma.customer.findFirstOrThrow({ where: { id } });
    const currency = await database.prisma.currency.findFirstOrThrow();
    await database.prisma.customerOverdraftPolicy.create({ data: { customerKey: key, currencyKey: currency.key, policy: 'FORBID' } });
    await grant(id, '40');
    await grant(id, '60', { priority: 1 });
    const processes = [collector, newCollector()];
    const outcomes = (
      await Promise.all(Array.from({ length: 256 }, (_, index) => processes[index % 2]!.report(context, [image(id, `k${index}`)])))
    ).flat();
    expect(codes(outcomes).filter((code) => code === 'ok')).toHaveLength(100);
    expect(codes(outcomes).filter((code) => code === 'INSUFFICIENT_CREDITS')).toHaveLength(156);
    const { pools, entries } = await stored(id);
    expect([pools[0]?.balance.toString(), pools[0]?.sequence, entries.length]).toEqual(['0', 102n, 102]);
  });

  test('with batches over shared pools in any order meet no deadlock, and the sums are right', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, (_, index) => customer(`shared-${index}`)));
    const processes = [collector, newCollector(), newCollector()];
    const batches = Array.from({ length: 30 }, (_, batch) => {
      const order = [...ids].sort(() => Math.random() - 0.5);
      return processes[batch % 3]!.report(
        context,
        order.map((id) => image(id, `b${batch}`, { value: '0.1', resourceId: batch % 2 ? 'r' : null, dimensions: { batch: `${batch % 5}` } })),
      );
    });
    const outcomes = (await Promise.all(batches)).flat();
    expect(new Set(codes(outcomes))).toEqual(new Set(['ok']));
    for (const id of ids) expect((await stored(id)).pools.map((pool) => pool.balance.toString())).toEqual(['-1.5', '-1.5']);
  });
});

describe('grants', () => {
  test('that are scheduled or expire are right at every instant, and their entries stand at their own instants', async () => {
    const id = await customer('scheduled');
    const at = (minutes: number) => later(minutes).now;
    await grant(id, '10', { effectiveAt: at(10), expiresAt: at(20) });
    await collector.report(later(5), [image(id, 'early', { value: '4' })]);
    await collector.report(later(15), [image(id, 'within', { value: '1' })]);
    await settlePools(database, later(30), (await stored(id)).pools[0]!.customerKey);
    const { entries, pools } = await stored(id);
    expect(entries.map((entry) => [entry.kind, entry.amount.toString(), (entry.at.getTime() - NOW.getTime()) / 60_000])).toEqual([
      ['CONSUMED', '-4', 5],
      ['GRANTED', '10', 10],
      ['OVERDRAFT_SETTLED', '-4', 10],
      ['OVERDRAFT_SETTLED', '4', 10],
      ['CONSUMED', '-1', 15],
      ['EXPIRED', '-5', 20],
    ]);
    expect(pools[0]?.balance.toString()).toBe('0');
  });

  test('under one idempotency key are made once, and refused with other content', async () => {
    const id = await customer('grant-key');
    const made = await Promise.all(Array.from({ length: 16 }, () => grant(id, '5', { idempotencyKey: 'g' })));
    expect(made.filter((one) => !one.duplicate)).toHaveLength(1);
    expect(new Set(made.map((one) => one.grant.key)).size).toBe(1);
    await expect(grant(id, '6', { idempotencyKey: 'g' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await stored(id)).pools.map((pool) => pool.balance.toString())).toEqual(['5']);
  });

  test('can be voided once, while anything is left', async () => {
    const id = await customer('void');
    const { grant: made } = await grant(id, '5');
    await collector.report(context, [image(id, 'k', { value: '2' })]);
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => voidCreditGrant(database, later(1), made)));
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    const { entries, grants } = await stored(id);
    expect(entries.at(-1)).toMatchObject({ kind: 'VOIDED', grantKey: made.key });
    expect([grants[0]?.remaining.toString(), grants[0]?.closed, c(entries.at(-1)!.balanceAfter.toString())]).toEqual(['0', true, 0n]);
  });
});
