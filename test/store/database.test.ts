import { beforeAll, describe, expect, test } from '@jest/globals';
import { CommitOutcomeUnknownError, Database, TransactionRolledBackError } from '../../src/store/database';
import { sendSoFar } from '../../src/store/send-together';
import { testDatabase, testDatabaseUrl } from '../support/database';

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

test('instants mean the same to Prisma and to SQL, whatever the time zone of the database', async () => {
  const connectionString = await testDatabaseUrl();
  const before = new Database({ connectionString, connections: 2 });
  const { rows } = await before.pool.query<{ name: string }>('SELECT current_database() AS name');
  await before.pool.query(`ALTER DATABASE ${rows[0]!.name} SET timezone = 'America/New_York'`);
  await before.close();
  const elsewhere = new Database({ connectionString, connections: 2 });
  const at = new Date('2025-07-31T09:30:00.123Z');
  await elsewhere.prisma.environment.create({ data: { id: 'zone', name: 'Zone', createdAt: at } });
  const read = await elsewhere.pool.query<{ created_at: Date }>(`SELECT created_at FROM environment WHERE id = 'zone'`);
  expect(read.rows[0]?.created_at).toEqual(at);
  await elsewhere.close();
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

describe('a snapshot', () => {
  test('does not see what is written meanwhile, and writes nothing', async () => {
    const count = 'SELECT count(*)::int AS count FROM thing WHERE id = 20';
    await database.snapshot(async (snapshot) => {
      expect((await snapshot.query(count)).rows).toEqual([{ count: 0 }]);
      await database.transaction((transaction) => transaction.query('INSERT INTO thing VALUES (20)'));
      expect((await snapshot.query(count)).rows).toEqual([{ count: 0 }]);
    });
    expect((await database.pool.query(count)).rows).toEqual([{ count: 1 }]);
    await expect(database.snapshot((snapshot) => snapshot.query('INSERT INTO thing VALUES (21)'))).rejects.toMatchObject({ code: '25006' });
  });

  test('has the settings it was opened with, and leaves none behind', async () => {
    const setting = 'SHOW work_mem';
    const before = (await database.pool.query(setting)).rows;
    expect(await database.snapshot(async (snapshot) => (await snapshot.query(setting)).rows, "SET LOCAL work_mem = '7MB'")).toEqual([
      { work_mem: '7MB' },
    ]);
    expect((await database.pool.query(setting)).rows).toEqual(before);
  });

  test.each([false, true])('can be told to send what it has, with nothing held back: %s', async (isLate) => {
    const answers = await database.snapshot(async (snapshot) => {
      if (isLate) await snapshot.query('SELECT 0');
      const one = snapshot.query('SELECT 1 AS n');
      sendSoFar(snapshot);
      return Promise.all([one, snapshot.query('SELECT 2 AS n')]);
    });
    expect(answers.map(({ rows }) => rows)).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });
});

describe('connections', () => {
  test.each([2, 4, 10])('of %i leave some to what writes, however much is read', async (connections) => {
    const busy = await testDatabase(connections);
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const reads = [
      ...Array.from({ length: 20 }, () => busy.snapshot(() => ended)),
      ...Array.from({ length: 20 }, () => busy.pool.query('SELECT pg_sleep(0.05)')),
    ];
    const wrote = await busy.transaction(async (transaction) => (await transaction.query('SELECT 1 AS one')).rows);
    expect(wrote).toEqual([{ one: 1 }]);
    expect(busy.pool.waitingCount).toBeGreaterThan(0);
    end();
    await Promise.all(reads);
  });

  test.each([4, 10])('of %i leave some to brief questions, however many snapshots are open', async (connections) => {
    const busy = await testDatabase(connections);
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const snapshots = Array.from({ length: 20 }, () => busy.snapshot(() => ended));
    expect((await busy.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    end();
    await Promise.all(snapshots);
  });

  test.each([2, 3, 10])('are never more than %i, the catalog aside', async (connections) => {
    const busy = await testDatabase(connections);
    await Promise.all([
      ...Array.from({ length: 20 }, () => busy.pool.query('SELECT pg_sleep(0.01)')),
      ...Array.from({ length: 20 }, () => busy.transaction((transaction) => transaction.query('SELECT pg_sleep(0.01)'))),
    ]);
    expect(busy.pool.totalCount + busy.writers.totalCount).toBe(connections);
  });
});
