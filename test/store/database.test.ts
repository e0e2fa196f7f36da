import { beforeAll, describe, expect, test } from '@jest/globals';
import { CommitOutcomeUnknownError, TransactionRolledBackError, type Database } from '../../src/store/database';
import { testDatabase } from '../support/database';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query('CREATE TABLE thing (id bigint PRIMARY KEY)');
});

async function things(): Promise<bigint[]> {
  const { rows } = await database.pool.query<{ id: bigint }>('SELECT id FROM thing ORDER BY id');
  return rows.map((row) => row.id);
}

async function killOwnSession(transaction: { query(sql: string): Promise<{ rows: { pid: number }[] }> }): Promise<void> {
  const { rows } = await transaction.query('SELECT pg_backend_pid() AS pid');
  await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
}

describe('values', () => {
  test('int8 is a bigint, numeric its exact text, timestamptz a Date to the millisecond', async () => {
    const { rows } = await database.pool.query(
      `SELECT 9007199254740993::bigint AS count, 0.100000000000::numeric(38,12) AS amount, '1999-12-31 23:59:59.123+00'::timestamptz(3) AS at, '0044-03-15 BC'::timestamptz AS early`,
    );
    expect(rows[0]).toEqual({
      count: 9007199254740993n,
      amount: '0.100000000000',
      at: new Date('1999-12-31T23:59:59.123Z'),
      early: expect.any(Date),
    });
  });

  test("Prisma's own parsers are not disturbed", async () => {
    const at = new Date('2025-01-31T09:30:00.123Z');
    const made = await database.prisma.environment.create({
      data: { id: 'values', name: 'Values', catalogRevision: 9007199254740993n, createdAt: at },
    });
    expect(made).toMatchObject({ catalogRevision: 9007199254740993n, createdAt: at });
  });
});

describe('a transaction', () => {
  test('keeps what its work wrote', async () => {
    expect(await database.transaction(async (transaction) => (await transaction.query('INSERT INTO thing VALUES (1)')).rowCount)).toBe(1);
    expect(await things()).toContain(1n);
  });

  test('leaves nothing when its work fails, and passes the failure on', async () => {
    const work = database.transaction(async (transaction) => {
      await transaction.query('INSERT INTO thing VALUES (2)');
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await things()).not.toContain(2n);
  });

  test("passes a violated constraint on as PostgreSQL's error", async () => {
    const work = database.transaction((transaction) => transaction.query('INSERT INTO thing VALUES (3), (3)'));
    await expect(work).rejects.toMatchObject({ code: '23505' });
  });

  test('says that a swallowed failure rolled it back', async () => {
    const work = database.transaction(async (transaction) => void (await transaction.query('SELECT 1 / 0').catch(() => undefined)));
    await expect(work).rejects.toThrow('rolled back at COMMIT');
  });

  test('says that it may be tried again after a deadlock', async () => {
    await database.pool.query('INSERT INTO thing VALUES (10), (11)');
    let second = (): void => undefined;
    const bothLocked = new Promise<void>((done) => (second = done));
    let locked = 0;
    const lock = (first: number, then: number): Promise<unknown> =>
      database.transaction(async (transaction) => {
        await transaction.query('SELECT FROM thing WHERE id = $1 FOR UPDATE', [first]);
        locked += 1;
        if (locked === 2) second();
        await bothLocked;
        await transaction.query('SELECT FROM thing WHERE id = $1 FOR UPDATE', [then]);
      });
    const outcomes = await Promise.allSettled([lock(10, 11), lock(11, 10)]);
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected').map((outcome) => (outcome as PromiseRejectedResult).reason);
    expect(failures).toEqual([expect.any(TransactionRolledBackError)]);
  });

  test('says that it may be tried again when the connection is lost before COMMIT', async () => {
    const work = database.transaction(async (transaction) => {
      await transaction.query('INSERT INTO thing VALUES (4)');
      await killOwnSession(transaction);
      await transaction.query('INSERT INTO thing VALUES (5)');
    });
    await expect(work).rejects.toBeInstanceOf(TransactionRolledBackError);
    expect(await things()).not.toContain(4n);
  });

  test('says that the outcome is unknown when the connection is lost during COMMIT', async () => {
    const work = database.transaction(async (transaction) => {
      await transaction.query('INSERT INTO thing VALUES (6)');
      await killOwnSession(transaction);
    });
    await expect(work).rejects.toBeInstanceOf(CommitOutcomeUnknownError);
  });

  test('gives its connection back in working order after every kind of failure', async () => {
    for (let round = 0; round < 30; round += 1) await expect(database.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await database.transaction(async (transaction) => (await transaction.query('SELECT 1 AS one')).rows)).toEqual([{ one: 1 }]);
    expect(database.pool.waitingCount).toBe(0);
  });
});
