import { beforeAll, describe, expect, test } from '@jest/globals';
import { isRefused, type Outcome } from '../../src/domain/report';
import type { Context } from '../../src/operations/context';
import { auditLedger } from '../../src/operations/audit-ledger';
import type { ReportOutcome } from '../../src/operations/report-usage';
import { UsageCollector } from '../../src/operations/usage-collector';
import { DimensionDictionary } from '../../src/store/dimension-sets';
import { PriceBook } from '../../src/store/price-book';
import { mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

let server: TestServer;
let seller: Seller;
let context: Context;

/** A collector with memory of its own, as another process would have. */
function newCollector(): UsageCollector {
  return new UsageCollector({ database: server.database, prices: new PriceBook(), dictionary: new DimensionDictionary() }, (error) => {
    throw error;
  });
}

beforeAll(async () => {
  const now = new Date('2026-03-01T12:00:00.000Z');
  server = await testServer(await testDatabase(), { now: () => now });
  seller = new Seller(server);
  context = { environmentKey: server.key, environmentId: server.id, now };
  await seller.sell({ one: '1', two: '2' });
  for (const id of ['one', 'two']) await mutate(server, 'updateFeature', { id, meter: { eventName: 'both' } }, '__typename');
});

async function count(table: string, customerId: string): Promise<number> {
  const { rows } = await server.database.pool.query<{ count: bigint }>(
    `SELECT count(*) FROM ${table} t JOIN customer c ON c.key = t.customer_key WHERE c.id = $1`,
    [customerId],
  );
  return Number(rows[0]!.count);
}

const codeOf = (outcome: Outcome | ReportOutcome) => ('error' in outcome ? outcome.error.code : outcome.duplicate ? 'duplicate' : 'accepted');

describe('an idempotency key that is sent many times at once by several processes', () => {
  test('as one raw event is charged to each feature once, with equal answers', async () => {
    await seller.customer('ada');
    const processes = [newCollector(), newCollector(), newCollector()];
    const event = { customerId: 'ada', eventName: 'both', idempotencyKey: 'k', dimensions: { n: 1.5 } };
    const outcomes = (await Promise.all(Array.from({ length: 90 }, (_, i) => processes[i % 3]!.reportEvents(context, [event])))).flat();
    expect(outcomes.filter((outcome) => codeOf(outcome) === 'accepted')).toHaveLength(1);
    const [first] = outcomes;
    for (const outcome of outcomes) expect({ ...outcome, duplicate: true }).toEqual({ ...first, duplicate: true });
    expect(await count('usage_event', 'ada')).toBe(2);
  });

  test('as a raw event that nothing matches, as usage and as an amount has one outcome: all others are refused', async () => {
    const processes = [newCollector(), newCollector(), newCollector(), newCollector()];
    for (let round = 0; round < 10; round += 1) {
      const customerId = `racer-${round}`;
      await seller.customer(customerId);
      const key = { customerId, idempotencyKey: 'k' };
      const outcomes = await Promise.all([
        processes[round % 4]!.reportEvents(context, [{ ...key, eventName: 'nothing' }]).then(([outcome]) => outcome!),
        processes[(round + 1) % 4]!.report(context, [{ ...key, featureId: 'one' }]).then(([outcome]) => outcome!),
        processes[(round + 2) % 4]!.consume(context, { ...key, currencyId: 'credits', amount: '3', resourceId: 'ws' }),
        processes[(round + 3) % 4]!.reportEvents(context, [{ ...key, eventName: 'both', resourceId: 'other' }]).then(([outcome]) => outcome!),
      ]);
      const codes = outcomes.map(codeOf);
      expect(codes.filter((code) => code === 'accepted')).toHaveLength(1);
      expect(codes.filter((code) => code === 'IDEMPOTENCY_KEY_REUSED')).toHaveLength(3);
      expect((await count('unmatched_event', customerId)) > 0).toBe(codes[0] === 'accepted');
      expect(await auditLedger(server.database, context, customerId)).toMatchObject({ ok: true });
    }
  }, 60_000);
});

test('writers of raw events on one FORBID pool are charged for whole events as often as the balance pays, and never for a part', async () => {
  await seller.customer('forbid');
  await mutate(server, 'setOverdraftPolicy', { customerId: 'forbid', currencyId: 'credits', policy: 'FORBID' }, '__typename');
  await seller.grant('forbid', '100');
  const processes = [newCollector(), newCollector()];
  const outcomes = (
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        processes[i % 2]!.reportEvents(context, [{ customerId: 'forbid', eventName: 'both', idempotencyKey: `k${i}` }]),
      ),
    )
  ).flat();
  const accepted = outcomes.filter((outcome) => !isRefused(outcome));
  expect([accepted.length, new Set(outcomes.map(codeOf))]).toEqual([33, new Set(['accepted', 'INSUFFICIENT_CREDITS'])]);
  expect(await count('usage_event', 'forbid')).toBe(66);
  expect(await auditLedger(server.database, context, 'forbid')).toMatchObject({ ok: true, eventCount: 66 });
});

test('an audit finds a part of a raw event that is missing, and a key that is in two tables', async () => {
  await seller.customer('torn');
  await newCollector().reportEvents(context, [
    { customerId: 'torn', eventName: 'both', idempotencyKey: 'a' },
    { customerId: 'torn', eventName: 'nothing', idempotencyKey: 'b' },
  ]);
  const tamper = async (sql: string) => {
    await server.database.transaction(async (transaction) => {
      await transaction.query(`SET LOCAL session_replication_role = 'replica'`);
      await transaction.query(sql);
    });
    const { differences } = await auditLedger(server.database, context, 'torn');
    return differences.filter(({ kind }) => kind === 'RAW_EVENT').map(({ detail }) => detail.replaceAll(/\d{6,}/g, '…'));
  };
  const ofTorn = `customer_key = (SELECT key FROM customer WHERE id = 'torn')`;
  expect(await tamper(`UPDATE unmatched_event SET idempotency_key = 'a' WHERE ${ofTorn}`)).toEqual([
    '1 idempotency keys are those of usage and of unmatched events.',
  ]);
  expect(
    await tamper(`UPDATE unmatched_event SET idempotency_key = 'b' WHERE ${ofTorn}; DELETE FROM usage_event WHERE part = 1 AND ${ofTorn}`),
  ).toEqual(['The parts after event … of its raw event are not there, or not like it.']);
});
