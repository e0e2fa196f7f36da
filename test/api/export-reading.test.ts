import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pino from 'pino';
import { EXPORT_LIMITS, type ExportLimits } from '../../src/api/export';
import { createApp, type App } from '../../src/app';
import type { Database } from '../../src/store/database';
import { testDatabase } from '../support/database';
import { exporter } from '../support/exporter';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

const NOW = new Date('2026-03-11T12:00:00Z');
const SERIES = 20_000;
/** Far longer than any test. */
const NEVER_MS = 10 * 60 * 1000;
const RANGE = { from: '2026-03-10T00:00:00Z', to: '2026-03-12T00:00:00Z' };
const USAGE = { input: { currencyId: 'credits', customerId: 'acme', groupBy: ['text', 'user'], ...RANGE } };
const LEDGER = { input: { customerId: 'acme', order: 'OLDEST_FIRST' } };
const QUESTIONS: [path: 'usage' | 'ledger', body: object][] = [
  ['usage', { ...USAGE, format: 'NDJSON' }],
  ['usage', { ...USAGE, input: { ...USAGE.input, interval: 'DAY' }, points: true }],
  ['ledger', { ...LEDGER, format: 'NDJSON' }],
];

jest.setTimeout(180_000);

let database: Database;
let server: TestServer;
let seller: Seller;

/** So many series and entries that no socket holds them all. */
beforeAll(async () => {
  database = await testDatabase();
  server = await testServer(database, { now: () => NOW, exportLimits: { restMs: 500 } });
  seller = new Seller(server);
  await seller.sell({ chat: '0.5' });
  await seller.customer('acme');
  const text = '😀"'.repeat(80);
  const report = (i: number) => ({ customerId: 'acme', featureId: 'chat', value: String(1 + (i % 97)), dimensions: { user: `user-${i}`, text } });
  await seller.reportAll(Array.from({ length: SERIES }, (_, i) => report(i)));
});

const apps: App[] = [];
afterAll(async () => {
  for (const app of apps) await app.close();
});

/** A second server on the same database and environment, with limits of its own. */
async function serverWith(limits: Partial<ExportLimits>): Promise<{ app: App; server: TestServer }> {
  const log = pino({ level: 'silent' });
  const app = await createApp({ database, log, introspection: true, now: () => NOW, exportLimits: { ...EXPORT_LIMITS, ...limits } });
  apps.push(app);
  return { app, server: { ...server, url: await app.server.listen({ port: 0, host: '127.0.0.1' }) } };
}

/** Connections that exports hold at the moment. */
async function held(): Promise<number> {
  const { rows } = await database.pool.query<{ count: bigint }>(
    `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'drawdown exports' AND state <> 'idle'`,
  );
  return Number(rows[0]!.count);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

/** A reader that takes the beginning, and the rest when it is told to. */
class SlowReader {
  readonly begun: Promise<void>;
  private readonly ended: Promise<void>;
  private readonly parts: Buffer[] = [];
  private readonly socket: Socket;

  constructor({ url, keys }: TestServer, path: string, body: object) {
    const { hostname, port } = new URL(url);
    const text = JSON.stringify(body);
    this.socket = connect(Number(port), hostname);
    this.socket.on('error', () => undefined);
    this.ended = new Promise((done) => this.socket.on('close', () => done()));
    this.begun = new Promise((done) =>
      this.socket.once('data', (part) => {
        this.parts.push(part);
        this.socket.pause();
        done();
      }),
    );
    const head = [
      'Host: a',
      'Connection: close',
      `X-API-Key: ${keys.READER}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(text)}`,
    ];
    this.socket.write(`POST /export/credit-${path} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${text}`);
  }

  leave(): void {
    this.socket.destroy();
  }

  /** Everything to the end, and whether it is a whole: then the last chunk is an empty one. */
  async rest(): Promise<{ text: string; isWhole: boolean }> {
    await this.begun;
    this.socket.on('data', (part) => this.parts.push(part));
    this.socket.resume();
    await this.ended;
    const received = Buffer.concat(this.parts);
    return { text: unchunked(received), isWhole: received.subarray(-7).toString() === '\r\n0\r\n\r\n' };
  }
}

function unchunked(received: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = received.indexOf('\r\n\r\n') + 4; at < received.length;) {
    const lineEnd = received.indexOf('\r\n', at);
    const size = Number.parseInt(received.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) break;
    pieces.push(received.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(pieces).toString();
}

describe('An export to a reader that pauses', () => {
  test.each(QUESTIONS)('holds no connection meanwhile, goes on where it was, and shows the state at its beginning (%s %#)', async (path, body) => {
    const before = (await exporter(server)[path](body)).text;
    const reader = new SlowReader(server, path, body);
    await reader.begun;
    await until(async () => (await held()) === 0);
    const late = ['user-1', 'user-new'].map((user) => ({ customerId: 'acme', featureId: 'chat', value: '1000', dimensions: { user } }));
    await seller.reportAll(late);
    const { text, isWhole } = await reader.rest();
    expect(isWhole).toBe(true);
    expect(text.length).toBeGreaterThan(8_000_000);
    expect(text === before).toBe(true);
    expect((await exporter(server)[path](body)).text === before).toBe(false);
  });
});

describe('An export', () => {
  test('ends at once when its reader leaves, also in the middle of a statement', async () => {
    const client = await database.writers.connect();
    await client.query('BEGIN; LOCK TABLE usage_rollup, ledger_entry IN ACCESS EXCLUSIVE MODE');
    try {
      for (const [path, body] of QUESTIONS) {
        const reader = new SlowReader(server, path, body);
        await until(async () => (await held()) === 1);
        reader.leave();
        await until(async () => (await held()) === 0);
      }
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  test('ends when its reader leaves between two batches', async () => {
    const patient = await serverWith({ restMs: NEVER_MS });
    for (const [path, body] of QUESTIONS) {
      const reader = new SlowReader(patient.server, path, body);
      await reader.begun;
      expect(await held()).toBe(1);
      reader.leave();
      await until(async () => (await held()) === 0);
    }
  });

  test('that fails in the middle ends its connection, so that it cannot be taken for whole', async () => {
    const patient = await serverWith({ restMs: NEVER_MS });
    for (const [path, body] of QUESTIONS) {
      const reader = new SlowReader(patient.server, path, body);
      await reader.begun;
      await database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'drawdown exports'`,
      );
      const { text, isWhole } = await reader.rest();
      expect(isWhole).toBe(false);
      expect(text.length).toBeGreaterThan(0);
    }
  });

  test('beyond the most at once is told to try again, and finds a place when another has ended', async () => {
    const small = await serverWith({ mostAtOnce: 1 });
    const reader = new SlowReader(small.server, 'usage', USAGE);
    await reader.begun;
    for (const { status, headers, error } of [await exporter(small.server).usage(USAGE), await exporter(small.server).ledger(LEDGER)]) {
      const { code, kind } = error().extensions;
      expect([status, headers.get('retry-after'), code, kind]).toEqual([503, '5', 'TRY_AGAIN', 'TRY_AGAIN']);
    }
    reader.leave();
    await until(async () => (await exporter(small.server).usage({ input: { currencyId: 'credits' } })).status === 200);
  });

  test.each<[string, Partial<ExportLimits>]>([
    ['its reader takes nothing for long', { stalledMs: 50 }],
    ['all of it takes too long', { longestMs: 50 }],
  ])('is ended where %s', async (_name, limits) => {
    const strict = await serverWith(limits);
    const connections = () => new Promise<number>((done) => strict.app.server.server.getConnections((_error, count) => done(count)));
    const reader = new SlowReader(strict.server, 'usage', USAGE);
    await reader.begun;
    await until(async () => (await connections()) === 0);
    expect((await reader.rest()).isWhole).toBe(false);
  });

  test('does not keep a server from stopping', async () => {
    const { app, server: stopped } = await serverWith({});
    const reader = new SlowReader(stopped, 'usage', USAGE);
    await reader.begun;
    await app.close();
    expect((await reader.rest()).isWhole).toBe(false);
  });

  test('takes turns with others for few connections', async () => {
    const readers = Array.from({ length: 6 }, () => new SlowReader(server, 'usage', USAGE));
    await Promise.all(readers.map(({ begun }) => begun));
    expect(await held()).toBeLessThanOrEqual(2);
    for (const reader of readers) reader.leave();
    await until(async () => (await held()) === 0);
  });
});
