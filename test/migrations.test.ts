import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database } from '../src/store/database';
import { migrate, migrationDrift, migrationNames } from '../src/store/migrate';
import { testDatabase, testDatabaseUrl } from './support/database';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(`
    INSERT INTO environment (key, id, name, created_at) VALUES (1, 'e', 'E', now());
    INSERT INTO currency (key, environment_key, id, name, unit_singular, unit_plural, created_at) VALUES (1, 1, 'c', 'C', 'credit', 'credits', now());
    INSERT INTO feature (key, environment_key, id, name, unit, created_at) VALUES (1, 1, 'f', 'F', 'token', now());
    INSERT INTO plan (key, environment_key, id, name, created_at) VALUES (1, 1, 'p', 'P', now());
    INSERT INTO plan_version (key, plan_key, number, status, created_at, published_at) VALUES (1, 1, 1, 'PUBLISHED', now(), now()), (2, 1, 2, 'DRAFT', now(), NULL);
    INSERT INTO customer (key, environment_key, id, name, metadata, created_at) VALUES (1, 1, 'a', 'A', '{}', now());
    INSERT INTO pool (customer_key, key, currency_key) VALUES (1, 1, 1), (1, 2, 1) ON CONFLICT DO NOTHING`);
});

function sql(text: string, values: unknown[] = []) {
  return database.pool.query(text, values);
}

async function refusal(text: string): Promise<string> {
  try {
    await sql(text);
  } catch (error) {
    const { code, constraint, message } = error as { code: string; constraint?: string; message: string };
    return code === '23000' ? message : `${code} ${constraint ?? message}`;
  }
  return 'accepted';
}

describe('the migrations', () => {
  test('make exactly what schema.prisma says', async () => {
    expect(await migrationDrift(await testDatabaseUrl({ migrated: false }))).toBeNull();
  });

  test('are applied once, by whichever of several processes comes first', async () => {
    const url = await testDatabaseUrl({ migrated: false });
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(applied.flat()).toEqual(migrationNames());
    expect(await migrate(url)).toEqual([]);
  });
});

describe('the migration to publications', () => {
  const PUBLICATIONS = migrationNames().findIndex((name) => name.endsWith('plan_publications'));
  let older: Database;

  const apply = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await older.writers.query(readFileSync(join(__dirname, '..', 'prisma', 'migrations', name, 'migration.sql'), 'utf8'));
  };

  beforeAll(async () => {
    older = new Database({ connectionString: await testDatabaseUrl({ migrated: false }), connections: 2 });
    await apply(migrationNames().slice(0, PUBLICATIONS));
    await older.writers.query(`
      INSERT INTO environment (key, id, name, created_at) VALUES (1, 'e', 'E', now());
      INSERT INTO plan (key, environment_key, id, name, created_at) VALUES (1, 1, 'p', 'P', now()), (2, 1, 'q', 'Q', now()), (3, 1, 'r', 'R', now());
      INSERT INTO plan_version (key, plan_key, number, status, created_at, published_at) VALUES
        (11, 1, 1, 'PUBLISHED', '2026-01-01', '2026-01-02'), (12, 1, 2, 'PUBLISHED', '2026-02-01', '2026-02-02'), (13, 1, 3, 'DRAFT', '2026-03-01', NULL),
        (21, 2, 1, 'PUBLISHED', '2026-01-01', '2026-01-01 12:00'), (31, 3, 1, 'DRAFT', '2026-01-01', NULL);
      INSERT INTO customer (key, environment_key, id, name, metadata, created_at) VALUES (1, 1, 'a', 'A', '{}', now())`);
    await apply(migrationNames().slice(PUBLICATIONS));
  });

  afterAll(() => older.close());

  async function refusalOfOlder(text: string): Promise<string> {
    return older.writers.query(text).then(
      () => 'accepted',
      (error: { code: string; message: string; constraint?: string }) => error.constraint ?? error.message,
    );
  }

  test('makes of each version that was published one publication to all customers, at its instant and in its order; drafts get a revision', async () => {
    const { rows } = await older.writers.query(
      `SELECT plan_key, plan_version_key, scope::text, effective_at = published_at AS at_once, published_by_api_key_id, cancelled_at FROM plan_publication ORDER BY key`,
    );
    const publication = { scope: 'ALL_CUSTOMERS', at_once: true, published_by_api_key_id: null, cancelled_at: null };
    expect(rows).toEqual([
      { plan_key: 2, plan_version_key: 21, ...publication },
      { plan_key: 1, plan_version_key: 11, ...publication },
      { plan_key: 1, plan_version_key: 12, ...publication },
    ]);
    const { rows: instants } = await older.writers.query(
      'SELECT p.published_at = v.published_at AS same FROM plan_publication p JOIN plan_version v ON v.key = p.plan_version_key',
    );
    expect(instants).toEqual([{ same: true }, { same: true }, { same: true }]);
    const { rows: plans } = await older.writers.query('SELECT key, draft_revision FROM plan ORDER BY key');
    expect(plans).toEqual([
      { key: 1, draft_revision: 1 },
      { key: 2, draft_revision: 0 },
      { key: 3, draft_revision: 1 },
    ]);
  });

  test('lets a publication be cancelled, once and in time, and nothing else of it change', async () => {
    await older.writers.query(`INSERT INTO plan_publication (key, plan_key, plan_version_key, scope, effective_at, published_at)
      VALUES (100, 1, 12, 'CUSTOMERS', '2030-01-01', '2026-06-01'); INSERT INTO plan_publication_customer VALUES (1, 100)`);
    const law = 'a publication is only ever cancelled: UPDATE is refused';
    expect(await refusalOfOlder(`UPDATE plan_publication SET scope = 'ALL_CUSTOMERS' WHERE key = 100`)).toBe(law);
    expect(await refusalOfOlder(`UPDATE plan_publication SET effective_at = '2029-01-01', cancelled_at = '2027-01-01' WHERE key = 100`)).toBe(law);
    expect(await refusalOfOlder(`UPDATE plan_publication SET cancelled_at = '2031-01-01' WHERE key = 100`)).toBe(
      'plan_publication_cancelled_in_time',
    );
    expect(await refusalOfOlder(`UPDATE plan_publication SET cancelled_at = '2027-01-01' WHERE key = 100`)).toBe('accepted');
    expect(await refusalOfOlder(`UPDATE plan_publication SET cancelled_at = '2027-01-02' WHERE key = 100`)).toBe(law);
    expect(await refusalOfOlder(`UPDATE plan_publication SET cancelled_at = NULL WHERE key = 100`)).toBe(law);
    expect(await refusalOfOlder('DELETE FROM plan_publication WHERE false')).toBe('plan_publication is append-only: DELETE is refused');
    for (const change of [
      'UPDATE plan_publication_customer SET customer_key = 1',
      'DELETE FROM plan_publication_customer',
      'TRUNCATE plan_publication_customer',
    ])
      expect(await refusalOfOlder(change)).toBe(`plan_publication_customer is append-only: ${change.split(' ')[0]} is refused`);
    const past = `INSERT INTO plan_publication (plan_key, plan_version_key, scope, effective_at, published_at) VALUES (1, 12, 'CUSTOMERS', '2026-06-01', '2026-06-02')`;
    expect(await refusalOfOlder(past)).toBe('plan_publication_not_in_the_past');
  });

  test('lets an override be ended, never lengthened, and keeps its rate', async () => {
    await older.writers.query(`
      INSERT INTO currency (key, environment_key, id, name, unit_singular, unit_plural, created_at) VALUES (1, 1, 'c', 'C', 'credit', 'credits', now());
      INSERT INTO feature (key, environment_key, id, name, unit, created_at) VALUES (1, 1, 'f', 'F', 'token', now());
      INSERT INTO rate (key, customer_key, feature_key, currency_key, mode, credits_per_unit) VALUES (7, 1, 1, 1, 'FLAT', 1);
      INSERT INTO rate_override (customer_key, rate_key, valid_from, valid_to, created_at) VALUES (1, 7, '2026-01-01', '2026-06-01', now())`);
    const law = 'a rate override is only ever ended: UPDATE is refused';
    expect(await refusalOfOlder(`UPDATE rate_override SET valid_to = '2026-07-01'`)).toBe(law);
    expect(await refusalOfOlder('UPDATE rate_override SET valid_to = NULL')).toBe(law);
    expect(await refusalOfOlder(`UPDATE rate_override SET valid_from = '2025-01-01', valid_to = '2026-05-01'`)).toBe(law);
    expect(await refusalOfOlder(`UPDATE rate_override SET valid_to = '2025-05-01'`)).toBe('rate_override_valid_to_range');
    expect(await refusalOfOlder(`UPDATE rate_override SET valid_to = '2026-05-01'`)).toBe('accepted');
    expect(await refusalOfOlder('DELETE FROM rate_override WHERE false')).toBe('rate_override is append-only: DELETE is refused');
    expect(await refusalOfOlder('UPDATE rate SET credits_per_unit = 2 WHERE key = 7')).toBe(
      'the rate of an override is immutable: UPDATE is refused',
    );
    expect(await refusalOfOlder('DELETE FROM rate WHERE key = 7')).toBe('the rate of an override is immutable: DELETE is refused');
  });
});

describe('history', () => {
  test.each(['ledger_entry', 'usage_event', 'dimension_set'])('%s refuses UPDATE, DELETE and TRUNCATE, even of no rows', async (table) => {
    expect(await refusal(`UPDATE ${table} SET customer_key = 1 WHERE false`)).toBe(`${table} is append-only: UPDATE is refused`);
    expect(await refusal(`DELETE FROM ${table} WHERE false`)).toBe(`${table} is append-only: DELETE is refused`);
    expect(await refusal(`TRUNCATE ${table}`)).toBe(`${table} is append-only: TRUNCATE is refused`);
  });

  test('a published plan version cannot be changed or removed, a draft can', async () => {
    const law = 'a published plan version is immutable';
    expect(await refusal('UPDATE plan_version SET published_at = now() WHERE key = 1')).toBe(`${law}: UPDATE is refused`);
    expect(await refusal('DELETE FROM plan_version WHERE key = 1')).toBe(`${law}: DELETE is refused`);
    expect(await refusal(`UPDATE plan_version SET created_at = now() WHERE key = 2`)).toBe('accepted');
  });

  test('the rates of a published plan version cannot be added, changed or removed; those of a draft can, until it is published', async () => {
    const rate = (version: number): string =>
      `INSERT INTO rate (plan_version_key, feature_key, currency_key, mode, credits_per_unit) VALUES (${version}, 1, 1, 'FLAT', 1)`;
    const law = 'the rates of a published plan version are immutable';
    expect(await refusal(rate(1))).toBe(`${law}: INSERT is refused`);
    expect(await refusal(rate(2))).toBe('accepted');
    expect(await refusal('UPDATE rate SET credits_per_unit = 2')).toBe('accepted');
    expect(await refusal('UPDATE rate SET plan_version_key = 1')).toBe(`${law}: UPDATE is refused`);
    await sql(`UPDATE plan_version SET status = 'PUBLISHED', published_at = now() WHERE key = 2`);
    expect(await refusal('UPDATE rate SET credits_per_unit = 3')).toBe(`${law}: UPDATE is refused`);
    expect(await refusal('DELETE FROM rate')).toBe(`${law}: DELETE is refused`);
  });

  test('a rate cannot slip into a version that is being published', async () => {
    await sql(`INSERT INTO plan_version (key, plan_key, number, status, created_at) VALUES (3, 1, 3, 'DRAFT', now())`);
    let adding: Promise<string> | undefined;
    await database.transaction(async (transaction) => {
      await transaction.query(`UPDATE plan_version SET status = 'PUBLISHED', published_at = now() WHERE key = 3`);
      adding = refusal(`INSERT INTO rate (plan_version_key, feature_key, currency_key, mode, credits_per_unit) VALUES (3, 1, 1, 'FLAT', 1)`);
      await new Promise((done) => setTimeout(done, 100));
    });
    expect(await adding).toBe('the rates of a published plan version are immutable: INSERT is refused');
  });
});

describe('domain rules, repeated by the database', () => {
  const grant = (amount: number, remaining: number, expires = 'NULL'): string =>
    `INSERT INTO credit_grant (customer_key, pool_key, amount, remaining, category, priority, effective_at, expires_at, metadata, created_at)
     VALUES (1, 1, ${amount}, ${remaining}, 'PAID', 1, '2025-01-01', ${expires}, '{}', now())`;
  const rollup = (days: number, start: number): string =>
    `INSERT INTO usage_rollup (customer_key, rollup_key, days, start, set_key, rate_key, pool_key, grant_key, credits_small, value_small, event_count)
     VALUES (1, 0, ${days}, ${start}, 1, 1, 1, 0, 1, 1, 1)`;

  test.each([
    [`INSERT INTO customer (environment_key, id, name, metadata, created_at) VALUES (1, 'a b', 'A', '{}', now())`, '23514 customer_id_form'],
    [`INSERT INTO customer (environment_key, id, name, metadata, created_at) VALUES (1, E'a\\n', 'A', '{}', now())`, '23514 customer_id_form'],
    [`INSERT INTO customer (environment_key, id, name, metadata, created_at) VALUES (1, 'b', 'B', '[]', now())`, '23514 customer_metadata_form'],
    [`INSERT INTO pool (customer_key, currency_key, resource_id) VALUES (1, 1, 'a b')`, '23514 pool_resource_id_form'],
    [`UPDATE pool SET sequence = 1`, '23514 pool_last_entry_at_iff_entries'],
    [grant(0, 0), '23514 credit_grant_amount_range'],
    [grant(5, 6), '23514 credit_grant_remaining_range'],
    [grant(5, -1), '23514 credit_grant_remaining_range'],
    [grant(5, 5, `'2025-01-01'`), '23514 credit_grant_expires_after_effective'],
    [grant(5, 5, `'2025-01-02'`), 'accepted'],
    [`INSERT INTO customer_overdraft_policy VALUES (1, 1, 'LIMIT', NULL)`, '23514 customer_overdraft_policy_limit_iff_limit'],
    [`INSERT INTO customer_overdraft_policy VALUES (1, 1, 'ALLOW', 5)`, '23514 customer_overdraft_policy_limit_iff_limit'],
    [`INSERT INTO customer_overdraft_policy VALUES (1, 1, 'LIMIT', -1)`, '23514 customer_overdraft_policy_limit_range'],
    [
      `INSERT INTO plan_version (plan_key, number, status, created_at) VALUES (1, 9, 'PUBLISHED', now())`,
      '23514 plan_version_published_at_iff_published',
    ],
    [
      `INSERT INTO plan_version (key, plan_key, number, status, created_at) VALUES (8, 1, 8, 'DRAFT', now()), (9, 1, 9, 'DRAFT', now())`,
      '23P01 plan_version_one_draft',
    ],
    [`INSERT INTO dimension_key VALUES (1, 'tokens', 'NUMBER', FALSE)`, '23514 dimension_key_number_is_loose'],
    [`UPDATE feature SET loose_dimensions = '{a,b}', rolled_up_dimensions = '{b}'`, '23514 feature_dimensions_disjoint'],
    [rollup(7, 0), '23514 usage_rollup_days_range'],
    [rollup(16, 24), '23514 usage_rollup_start_aligned'],
    [rollup(64, -64), 'accepted'],
    [`UPDATE usage_rollup SET credits_large = 5, credits_small = 2`, '23514 usage_rollup_credits_canonical'],
    [`UPDATE usage_rollup SET value_large = 5, value_small = -1`, '23514 usage_rollup_value_canonical'],
  ])('%s → %s', async (statement, answer) => {
    expect(await refusal(statement)).toBe(answer);
  });
});

describe('ledger_sequence_at', () => {
  const at = (second: number): Date => new Date(Date.UTC(2025, 0, 1) + second * 1000);

  async function sequenceAt(instant: Date, pool = 7): Promise<bigint> {
    const { rows } = await sql('SELECT ledger_sequence_at(1, $2, $1) AS sequence', [instant, pool]);
    return (rows[0] as { sequence: bigint }).sequence;
  }

  test('answers the last sequence not later than the instant, in ledgers of every length, with many entries at one instant', async () => {
    await sql(
      `INSERT INTO currency (key, environment_key, id, name, unit_singular, unit_plural, created_at) VALUES (2, 1, 'd', 'D', 'credit', 'credits', now())`,
    );
    await sql(`INSERT INTO pool (customer_key, key, currency_key) VALUES (1, 7, 2)`);
    const seconds: number[] = [];
    for (const next of [0, 0, 0, 1, 2, 2, 5, 5, 5, 5, 5, 9, 10, 11, 12, 12, 12, 13, 20, 20, 30]) {
      seconds.push(next);
      await sql(
        `INSERT INTO ledger_entry (customer_key, pool_key, sequence, at, kind, amount, balance_after) VALUES (1, 7, $1, $2, 'GRANTED', 1, $1::bigint)`,
        [seconds.length, at(next)],
      );
      await sql(`UPDATE pool SET sequence = $1, last_entry_at = $2 WHERE key = 7`, [seconds.length, at(next)]);
      for (let second = -1; second <= 31; second += 1)
        expect([second, await sequenceAt(at(second))]).toEqual([second, BigInt(seconds.filter((one) => one <= second).length)]);
    }
  });

  test('answers 0 for a pool that has no entries or does not exist', async () => {
    expect(await sequenceAt(at(0), 1)).toBe(0n);
    expect(await sequenceAt(at(0), 999)).toBe(0n);
  });
});
