import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Database, Transaction } from '../../src/store/database';
import { openCursor, readForExport, type BeginReading } from '../../src/store/export-session';
import { testDatabase } from '../support/database';

const NEVER_MS = 10 * 60 * 1000;
const PATIENT = { restMs: NEVER_MS, heldMs: NEVER_MS };

interface Row {
  n: number;
}

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});

/** The numbers from 1 to `most`, three at a time; what was begun and fetched is noted. */
function numbers(most: number, noted: string[]): BeginReading<Row> {
  return async (transaction: Transaction, count, last) => {
    noted.push(`begin after ${count}, ${last?.n}`);
    const fetch = await openCursor<Row>(transaction, { text: 'SELECT n FROM generate_series($1::int4 + 1, $2) AS n', values: [count, most] }, 3);
    return {
      next: async () => {
        const rows = await fetch();
        noted.push(`${rows.length}`);
        return rows;
      },
      endsEarly: () => false,
    };
  };
}

async function allOf(batches: AsyncGenerator<Row[]>): Promise<number[]> {
  const found: number[] = [];
  for await (const batch of batches) found.push(...batch.map(({ n }) => n));
  return found;
}

/** Connections of exports that are in use. */
const used = () => database.exports.totalCount - database.exports.idleCount;

describe('readForExport', () => {
  test('reads one batch for each that is asked for, and nothing ahead', async () => {
    const noted: string[] = [];
    const batches = readForExport(database, numbers(8, noted), PATIENT, new AbortController().signal);
    expect(noted).toEqual([]);
    expect((await batches.next()).value).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await sleep(50);
    expect(noted).toEqual(['begin after 0, undefined', '3']);
    expect(await allOf(batches)).toEqual([4, 5, 6, 7, 8]);
    expect(noted).toEqual(['begin after 0, undefined', '3', '3', '2', '0']);
    expect(used()).toBe(0);
  });

  test('gives the connection back when its reader rests, and goes on where it was', async () => {
    const noted: string[] = [];
    const batches = readForExport(database, numbers(7, noted), { restMs: 1, heldMs: NEVER_MS }, new AbortController().signal);
    await batches.next();
    while (used() > 0) await sleep(5);
    expect((await batches.next()).value).toEqual([{ n: 4 }, { n: 5 }, { n: 6 }]);
    while (used() > 0) await sleep(5);
    expect(await allOf(batches)).toEqual([7]);
    expect(noted.filter((note) => note.startsWith('begin'))).toEqual(['begin after 0, undefined', 'begin after 3, 3', 'begin after 6, 6']);
  });

  test('gives the connection back after its time, however fast its reader is', async () => {
    const noted: string[] = [];
    expect(await allOf(readForExport(database, numbers(7, noted), { restMs: NEVER_MS, heldMs: 0 }, new AbortController().signal))).toHaveLength(7);
    expect(noted.filter((note) => note.startsWith('begin'))).toHaveLength(4);
  });

  test('goes on with a new reading where one ends early', async () => {
    const begin: BeginReading<Row> = async (_transaction, count) => {
      const rows = [[{ n: count + 1 }], []];
      return { next: async () => rows.shift()!, endsEarly: () => count < 3 };
    };
    expect(await allOf(readForExport(database, begin, PATIENT, new AbortController().signal))).toEqual([1, 2, 3, 4]);
  });

  test('gives the connection back when its reader leaves, and when a statement fails', async () => {
    const left = readForExport(database, numbers(9, []), PATIENT, new AbortController().signal);
    await left.next();
    expect(used()).toBe(1);
    await left.return();
    expect(used()).toBe(0);
    const failing = readForExport<Row>(
      database,
      (transaction) => transaction.query('SELECT 1 / 0').then(() => fail()),
      PATIENT,
      new AbortController().signal,
    );
    await expect(failing.next()).rejects.toThrow('division by zero');
    expect(used()).toBe(0);
  });

  test('ends the statement that is under way when it is aborted', async () => {
    const abort = new AbortController();
    const stuck = readForExport<Row>(database, (transaction) => transaction.query('SELECT pg_sleep(600)').then(() => fail()), PATIENT, abort.signal);
    const next = stuck.next();
    while (used() === 0) await sleep(5);
    abort.abort();
    await expect(next).rejects.toThrow();
    expect(used()).toBe(0);
    await expect(readForExport(database, numbers(1, []), PATIENT, abort.signal).next()).rejects.toThrow('aborted');
  });
});

function fail(): never {
  throw new Error('This is never reached.');
}
