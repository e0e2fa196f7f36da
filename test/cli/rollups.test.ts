import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Database } from '../../src/store/database';
import { asOnlyRebuild } from '../../src/store/rollup-repair';
import { testDatabaseUrl } from '../support/database';
import { launch } from '../support/process';
import { rollupRows } from '../support/rollup-rows';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

const PROJECT = join(__dirname, '..', '..');
let url: string;
let server: TestServer;

beforeAll(async () => {
  url = await testDatabaseUrl();
  server = await testServer(new Database({ connectionString: url, connections: 4 }), { now: () => new Date('2026-03-10T12:00:00Z') });
  const seller = new Seller(server);
  await seller.sell({ calls: '2' });
  for (const customerId of ['ada', 'bob']) {
    await seller.customer(customerId);
    await seller.reportAll([1, 2, 3].map((day) => ({ customerId, featureId: 'calls', timestamp: `2026-03-0${day}T12:00:00Z` })));
  }
});

async function rebuild(...options: readonly string[]) {
  const program = [process.execPath, '-r', '@swc-node/register', join(PROJECT, 'src', 'cli.ts')];
  const command = launch({ environment: { DATABASE_URL: url }, command: [...program, 'rollups', 'rebuild', ...options] });
  const { code } = await command.exited;
  return { code, ...command.said() };
}

/** Each customer has 3 days in one block of 4, one of 16 and one of 64 days. */
async function spoil(customerId: string): Promise<void> {
  const of = `USING customer c WHERE c.key = r.customer_key AND c.id = '${customerId}'`;
  const { writers } = server.database;
  await writers.query(`MERGE INTO usage_rollup r USING customer c ON c.key = r.customer_key AND c.id = '${customerId}' AND r.days = 64 WHEN MATCHED THEN
    UPDATE SET event_count = 9`);
  await writers.query(`INSERT INTO usage_rollup (customer_key, rollup_key, days, start, set_key, rate_key, pool_key, grant_key, credits_small, value_small, event_count)
    SELECT r.customer_key, 0, 16, 0, set_key, rate_key, pool_key, 0, 1, 1, 1 FROM usage_rollup r, customer c
    WHERE c.key = r.customer_key AND c.id = '${customerId}' AND days = 64`);
  await writers.query(`DELETE FROM usage_rollup r ${of} AND r.days = 1`);
}

describe('npx drawdown rollups rebuild', () => {
  test('tells with --check what differs, changes nothing, and ends with 1', async () => {
    await spoil('ada');
    const wrong = await rollupRows(server.database);
    expect(await rebuild('--check')).toEqual({
      code: 1,
      stderr: '',
      stdout: `ada (environment ${server.id}): cells: 1 wrong, 3 missing, 1 too many.
  A cell of 16 days from day 0 (credits, value, events) is 0.000000001, 0.000000001, 1, not to be there.
  A cell of 1 days from day 20513 (credits, value, events) is missing, not 2, 1, 1.
  A cell of 1 days from day 20514 (credits, value, events) is missing, not 2, 1, 1.
  A cell of 1 days from day 20515 (credits, value, events) is missing, not 2, 1, 1.
  A cell of 64 days from day 20480 (credits, value, events) is 6, 3, 9, not 6, 3, 3.
2 customers looked at: cells: 1 wrong, 3 missing, 1 too many.
`,
    });
    expect(await rollupRows(server.database)).toEqual(wrong);
  }, 60_000);

  test('repairs one customer, or all of an environment, or all, and finds nothing to do the second time', async () => {
    await spoil('bob');
    expect(await rebuild('--customer', 'ada', '--environment', server.id)).toEqual({
      code: 0,
      stderr: '',
      stdout: `ada (environment ${server.id}): cells: 1 changed, 3 added, 1 removed.\n1 customer looked at: cells: 1 changed, 3 added, 1 removed.\n`,
    });
    expect((await rebuild('--environment', server.id)).stdout).toBe(
      `bob (environment ${server.id}): cells: 1 changed, 3 added, 1 removed.\n2 customers looked at: cells: 1 changed, 3 added, 1 removed.\n`,
    );
    const right = await rollupRows(server.database);
    expect(await rebuild()).toEqual({ code: 0, stderr: '', stdout: '2 customers looked at: every cell is right.\n' });
    expect(await rebuild('--check')).toMatchObject({ code: 0 });
    expect(await rollupRows(server.database)).toEqual(right);
  }, 60_000);

  test.each([
    [['--environment', 'nowhere'], 'There is no environment nowhere.\n'],
    [['--customer', 'nobody'], 'There is no customer nobody.\n'],
    [['--customer', 'a b', '--environment', 'nowhere'], 'There is no environment nowhere.\n'],
  ])(
    'with %j says that there is none, and ends with 2',
    async (options, message) => {
      expect(await rebuild(...options)).toEqual({ code: 2, stdout: '', stderr: message });
    },
    60_000,
  );

  test('says that a customer is of another environment', async () => {
    const other = await testServer(server.database);
    const { code, stderr } = await rebuild('--customer', 'ada', '--environment', other.id);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `There is no customer ada in the environment ${other.id}.\n` });
  }, 60_000);

  test('does not begin while another rebuild is under way; a check does', async () => {
    await asOnlyRebuild(server.database, async () => {
      expect(await rebuild()).toEqual({ code: 2, stdout: '', stderr: 'Another rebuild is under way; let it finish.\n' });
      expect(await rebuild('--check')).toMatchObject({ code: 0 });
    });
    expect(await rebuild()).toMatchObject({ code: 0 });
  }, 60_000);

  test('does not touch a database of another version', async () => {
    await server.database.writers.query(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%milestones'`);
    expect(await rebuild()).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Migrations are not applied: /) });
    await server.database.writers.query('UPDATE _prisma_migrations SET finished_at = started_at WHERE finished_at IS NULL');
  }, 60_000);
});
