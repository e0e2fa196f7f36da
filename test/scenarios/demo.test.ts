import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { fillDemo, markForDemo } from '../../src/demo';
import { DEMO_CUSTOMERS } from '../../src/demo/customers';
import { demoUsage } from '../../src/demo/usage';
import { createFirstEnvironment } from '../../src/operations/create-first-environment';
import { UsageCollector } from '../../src/operations/usage-collector';
import type { Database } from '../../src/store/database';
import { DimensionDictionary } from '../../src/store/dimension-sets';
import { PriceBook } from '../../src/store/price-book';
import { testDatabase } from '../support/database';

const NOW = new Date('2026-03-04T15:20:00.000Z');
const LATER = new Date('2026-03-04T15:50:00.000Z');
const EVENTS = DEMO_CUSTOMERS.reduce((sum, { events }) => sum + events, 0);
const DAY_MS = 24 * 60 * 60 * 1000;
let database: Database;

beforeAll(async () => {
  database = await testDatabase();
});

interface TestEnvironment {
  readonly key: number;
  readonly id: string;
}

async function testEnvironment(): Promise<TestEnvironment> {
  return database.prisma.environment.create({ data: { id: randomUUID(), name: 'Demo', createdAt: NOW } });
}

async function markedEnvironment(): Promise<TestEnvironment> {
  const environment = await testEnvironment();
  await markForDemo(database, environment.key, NOW);
  return environment;
}

/** A fill by a process with memory of its own; it ends with an error after `most` events. */
async function fill({ id }: TestEnvironment, now: Date, most = Infinity): Promise<boolean> {
  const collector = new UsageCollector({ database, prices: new PriceBook(), dictionary: new DimensionDictionary() }, () => undefined);
  const onProgress = (reported: number): void => {
    if (reported > most) throw new Error('interrupted');
  };
  return fillDemo({ database, collector, environmentId: id, onProgress }, now);
}

async function rows<T extends object>(environment: TestEnvironment, columns: string, from: string): Promise<T[]> {
  const text = `SELECT ${columns} FROM ${from} JOIN customer c ON c.key = x.customer_key WHERE c.environment_key = $1 GROUP BY c.id ORDER BY c.id`;
  return (await database.pool.query<T>(text, [environment.key])).rows;
}

const EVENT_SUMS = `c.id, count(*)::int AS events, sum(cost)::text AS cost, min(received_at) AS first, max(received_at) AS last`;
const BALANCES = `c.id, sum(balance)::text AS balance, min(balance) < 0 AS overdrawn`;

describe('the demo', () => {
  let environment: TestEnvironment;
  beforeAll(async () => {
    environment = await markedEnvironment();
    expect(await fill(environment, NOW)).toBe(true);
  }, 120_000);

  test('fills an environment with ten customers and a month of usage, spread over the month', async () => {
    const customers = await rows<{ id: string; events: number; first: Date; last: Date }>(environment, EVENT_SUMS, 'usage_event x');
    expect(customers.map(({ id }) => id)).toEqual(DEMO_CUSTOMERS.map(({ id }) => id).sort());
    for (const { id, events, first, last } of customers) {
      const planned = DEMO_CUSTOMERS.find((customer) => customer.id === id)!.events;
      if (id !== 'juniper-school') expect([planned, planned - 1]).toContain(events);
      expect(first.getTime()).toBeLessThan(NOW.getTime() - 27 * DAY_MS);
      expect(last.getTime()).toBeGreaterThan(NOW.getTime() - 5 * DAY_MS);
      expect(last.getTime()).toBeLessThanOrEqual(NOW.getTime());
    }
    expect(customers.reduce((sum, { events }) => sum + events, 0)).toBeGreaterThan(EVENTS - 500);
  });

  test('shows an overdraft, a refusal of overdraft, a scheduled grant, an expired one, and a pool of a resource', async () => {
    const balances = await rows<{ id: string; overdrawn: boolean }>(environment, BALANCES, 'pool x');
    expect(balances.filter(({ overdrawn }) => overdrawn).map(({ id }) => id)).toEqual(['evergreen-legal']);
    const juniper = await rows<{ id: string; events: number }>(environment, EVENT_SUMS, 'usage_event x');
    expect(juniper.find(({ id }) => id === 'juniper-school')!.events).toBeLessThan(490);
    const kinds = await database.pool.query<{ kind: string }>(
      'SELECT DISTINCT kind::text FROM ledger_entry e JOIN customer c ON c.key = e.customer_key WHERE c.environment_key = $1 ORDER BY 1',
      [environment.key],
    );
    expect(kinds.rows.map(({ kind }) => kind)).toEqual(['CONSUMED', 'EXPIRED', 'GRANTED', 'OVERDRAFT_SETTLED']);
    const pools = await database.pool.query(
      `SELECT resource_id FROM pool p JOIN customer c ON c.key = p.customer_key WHERE c.environment_key = $1 AND resource_id <> '' `,
      [environment.key],
    );
    expect(pools.rows).toEqual([{ resource_id: 'simulation' }]);
    const scheduled = await database.pool.query('SELECT 1 FROM credit_grant WHERE effective_at > $1', [NOW]);
    expect(scheduled.rowCount).toBe(1);
  });

  test('is filled once only, and never into an environment that was not marked for it, be it in use or empty', async () => {
    const before = await rows(environment, EVENT_SUMS, 'usage_event x');
    expect(await fill(environment, LATER)).toBe(false);
    expect(await rows(environment, EVENT_SUMS, 'usage_event x')).toEqual(before);
    expect(await fill(await testEnvironment(), NOW)).toBe(false);
    const used = await testEnvironment();
    await database.prisma.customer.create({ data: { environmentKey: used.key, id: 'acme', name: 'Acme', metadata: {}, createdAt: NOW } });
    expect(await fill(used, NOW)).toBe(false);
  });

  test('is completed by the next start where it was interrupted, with the same result', async () => {
    const interrupted = await markedEnvironment();
    for (const most of [0, 6_000]) await expect(fill(interrupted, NOW, most)).rejects.toThrow('interrupted');
    expect(await fill(interrupted, LATER)).toBe(true);
    // What is refused for lack of credits at first may be paid by a later grant when it is told again.
    const others = <T extends object>(customers: T[]): T[] => customers.filter((customer) => (customer as { id: string }).id !== 'juniper-school');
    expect(others(await rows(interrupted, EVENT_SUMS, 'usage_event x'))).toEqual(others(await rows(environment, EVENT_SUMS, 'usage_event x')));
    expect(others(await rows(interrupted, BALANCES, 'pool x'))).toEqual(others(await rows(environment, BALANCES, 'pool x')));
  }, 180_000);
});

test('the demo’s usage is the same each time, has groups without user, workspace or region, and is quiet at night and at weekends', () => {
  const [customer] = DEMO_CUSTOMERS.filter(({ id }) => id === 'brightwater');
  const usage = demoUsage(customer!, NOW);
  expect(demoUsage(customer!, NOW)).toEqual(usage);
  const dimensions = usage.map(({ report }) => report.dimensions as Record<string, unknown>);
  expect(dimensions.filter(({ user }) => user === undefined).length).toBeGreaterThan(100);
  expect(dimensions.filter(({ region }) => region === undefined).length).toBeGreaterThan(50);
  const local = usage.map(({ at }) => new Date(at.getTime() + customer!.utcOffset * 60 * 60 * 1000));
  expect(local.filter((at) => at.getUTCHours() < 5).length).toBeLessThan(usage.length / 20);
  expect(local.filter((at) => at.getUTCDay() % 6 === 0).length).toBeLessThan(usage.length / 15);
});

test('a first environment made for the demo is marked in the same transaction; where the mark fails, there is no environment either', async () => {
  const empty = await testDatabase();
  const fail = (): Promise<void> => Promise.reject(new Error('killed'));
  await expect(createFirstEnvironment(empty, NOW, fail)).rejects.toThrow('killed');
  expect(await empty.prisma.environment.count()).toBe(0);
  await createFirstEnvironment(empty, NOW, markForDemo);
  expect(await empty.prisma.currency.findMany({ select: { id: true, name: true } })).toEqual([
    { id: 'credits', name: expect.stringContaining('being filled') },
  ]);
  expect(await createFirstEnvironment(empty, NOW, markForDemo)).toBeNull();
});
