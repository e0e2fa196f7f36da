import { beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

let now = new Date('2026-03-01T00:00:00Z');
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => now });
  seller = new Seller(server);
  await seller.sell({ calls: '0.333333333333', tokens: 'tiered(tokens, 100, 1.1, 0.7) / 3', free: '0' });
});

const AUDIT = `query ($customerId: ID!) { auditLedger(input: { customerId: $customerId }) {
  ok poolCount entryCount eventCount differences { kind detail currencyId resourceId at } } }`;

async function audit(customerId: string) {
  return (await seller.ask(AUDIT, { customerId })).auditLedger;
}

/** A customer with something of everything: grants of all fates, overdraft, resources, numbers, charges of nothing, usage of long ago. */
async function liveIt(customerId: string, days: number): Promise<void> {
  now = new Date('2026-03-01T00:00:00Z');
  await seller.customer(customerId);
  await seller.report(customerId, 'calls', { value: '7' });
  await seller.grant(customerId, '10', { expiresAt: '2026-03-05T00:00:00Z' });
  await seller.grant(customerId, '20', { effectiveAt: '2026-03-03T00:00:00Z', category: 'PROMOTIONAL' });
  const taken = await seller.grant(customerId, '30000', { priority: 9 });
  const later = await seller.grant(customerId, '30', { effectiveAt: '2027-03-03T00:00:00Z' });
  await seller.grant(customerId, '1', { resourceId: 'workspace' });
  for (let day = 1; day <= days; day += 1) {
    now = new Date(Date.UTC(2026, 2, day, 12));
    if (day === days - 2) await seller.void(taken);
    if (day === days - 1) await seller.void(later);
    await seller.reportAll(
      Array.from({ length: 30 }, (_, i) => ({
        customerId,
        featureId: ['calls', 'tokens', 'free'][i % 3]!,
        resourceId: i % 10 ? null : 'workspace',
        timestamp: new Date(now.getTime() - i * i * 86_400_000).toISOString(),
        dimensions: { user: `u${i % 4}`, tokens: (i * 17) % 250, ratio: 0.1 * i },
      })),
    );
  }
}

describe('auditLedger', () => {
  test('finds nothing wrong with a customer who has lived through everything', async () => {
    await liveIt('ada', 12);
    const found = await audit('ada');
    expect(found).toMatchObject({ ok: true, poolCount: 2, eventCount: 361, differences: [] });
    expect(found.entryCount).toBeGreaterThan(240);
  });

  test('finds nothing wrong where nothing is', async () => {
    await seller.customer('empty');
    expect(await audit('empty')).toEqual({ ok: true, poolCount: 0, entryCount: 0, eventCount: 0, differences: [] });
  });

  test('sees one moment, so that usage that is reported meanwhile is no difference', async () => {
    await seller.customer('busy');
    await seller.grant('busy', '100');
    const reports = Array.from({ length: 20 }, () =>
      seller.reportAll(Array.from({ length: 50 }, (_, i) => ({ customerId: 'busy', featureId: 'calls', dimensions: { user: `${i % 5}` } }))),
    );
    const audits = Array.from({ length: 5 }, () => audit('busy'));
    for (const found of await Promise.all(audits)) expect(found).toMatchObject({ ok: true, differences: [] });
    await Promise.all(reports);
    expect(await audit('busy')).toMatchObject({ ok: true, eventCount: 1000 });
  });

  test.each<[string, string, string[]]>([
    [
      'a changed amount',
      `UPDATE ledger_entry SET amount = amount - 1 WHERE customer_key = $1 AND sequence = 5`,
      ['BALANCE', 'GRANT', 'OVERDRAFT', 'DRAWS', 'ROLLUP'],
    ],
    ['a changed balance', `UPDATE ledger_entry SET balance_after = balance_after + 1 WHERE customer_key = $1 AND sequence = 5`, ['BALANCE']],
    [
      'a missing entry',
      `DELETE FROM ledger_entry WHERE customer_key = $1 AND sequence = 6`,
      ['SEQUENCE', 'BALANCE', 'GRANT', 'OVERDRAFT', 'DRAWS', 'ROLLUP'],
    ],
    ['an entry that goes back in time', `UPDATE ledger_entry SET at = at - interval '1 year' WHERE customer_key = $1 AND sequence = 9`, ['TIME']],
    ['a changed pool', `UPDATE pool SET balance = balance + 1 WHERE customer_key = $1`, ['BALANCE', 'OVERDRAFT']],
    [
      'a changed remainder',
      `UPDATE credit_grant SET remaining = remaining + 0.5 WHERE customer_key = $1 AND remaining + 0.5 < amount`,
      ['GRANT', 'OVERDRAFT'],
    ],
    ['a changed cost', `UPDATE usage_event SET cost = cost + 0.000000000001 WHERE customer_key = $1`, ['DRAWS', 'CALCULATION']],
    ['a changed dimension', `UPDATE usage_event SET loose_dimensions = '{"tokens": 1}' WHERE customer_key = $1`, ['CALCULATION', 'ROLLUP']],
    ['an event moved to another day', `UPDATE usage_event SET at = at - interval '1 day' WHERE customer_key = $1`, ['ROLLUP']],
    ['a missing event', `DELETE FROM usage_event WHERE customer_key = $1 AND cost > 0 AND value = 7`, ['DRAWS', 'ROLLUP']],
    ['a changed sum', `UPDATE usage_rollup SET credits_small = credits_small + 1 WHERE customer_key = $1 AND days = 64`, ['ROLLUP']],
    ['a missing sum', `DELETE FROM usage_rollup WHERE customer_key = $1 AND days = 16`, ['ROLLUP']],
  ])('finds %s', async (name, tamper, kinds) => {
    const customerId = name.replaceAll(' ', '-');
    await liveIt(customerId, 4);
    const { rows } = await server.database.pool.query<{ key: bigint }>('SELECT key FROM customer WHERE id = $1', [customerId]);
    await server.database.transaction(async (transaction) => {
      await transaction.query(`SET LOCAL session_replication_role = 'replica'`); // past the triggers that keep history unchanged
      await transaction.query(tamper, [rows[0]!.key]);
    });
    const found = await audit(customerId);
    expect(found.ok).toBe(false);
    expect(new Set(found.differences.map((difference: { kind: string }) => difference.kind))).toEqual(new Set(kinds));
    expect(found.differences[0]).toMatchObject({ currencyId: 'credits' });
  });

  test('tells at which instant of the ledger it was found, where it was found at an entry', async () => {
    await liveIt('led', 4);
    const { rows } = await server.database.pool.query<{ key: bigint; at: Date }>(
      `SELECT c.key, l.at FROM customer c JOIN ledger_entry l ON l.customer_key = c.key WHERE c.id = 'led' AND l.sequence = 5 ORDER BY l.pool_key LIMIT 1`,
    );
    await server.database.transaction(async (transaction) => {
      await transaction.query(`SET LOCAL session_replication_role = 'replica'`);
      await transaction.query(
        `UPDATE ledger_entry SET balance_after = balance_after + 1
         WHERE customer_key = $1 AND sequence = 5 AND pool_key = (SELECT min(key) FROM pool WHERE customer_key = $1)`,
        [rows[0]!.key],
      );
      await transaction.query(`UPDATE pool SET sequence = sequence + 1 WHERE customer_key = $1`, [rows[0]!.key]);
    });
    const found: { kind: string; detail: string; at: string | null }[] = (await audit('led')).differences;
    expect(found.find(({ detail }) => detail.startsWith('The balance after entry 5'))?.at).toBe(rows[0]!.at.toISOString());
    expect(found.find(({ kind }) => kind === 'SEQUENCE')?.at).toBeNull();
  });

  test('refuses a customer that does not exist', async () => {
    expect((await server.graphql(AUDIT, { customerId: 'nobody' })).errors?.[0]?.extensions.code).toBe('CUSTOMER_NOT_FOUND');
  });

  test('is for admins: it takes the process for a while', async () => {
    expect((await server.graphql(AUDIT, { customerId: 'ada' }, server.keys.WRITER)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
