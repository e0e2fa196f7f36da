import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../src/store/database';
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
