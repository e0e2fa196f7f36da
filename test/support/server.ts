import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import pino from 'pino';
import { EXPORT_LIMITS, type ExportLimits } from '../../src/api/export';
import { createApp } from '../../src/app';
import { API_KEY_BYTES, apiKeyPrefix, apiKeySecret, hashApiKeySecret } from '../../src/domain/api-key';
import { ROLES, type Role } from '../../src/domain/role';
import type { UsageCollector } from '../../src/operations/usage-collector';
import type { Database } from '../../src/store/database';

/** An answer as it came over HTTP. `data` has any shape: tests compare it whole. */
export interface Answer {
  readonly status: number;
  readonly data?: any;
  readonly errors?: readonly {
    message: string;
    path?: (string | number)[];
    extensions: { code: string; kind: string; problems: unknown[]; requestId?: string };
  }[];
}

export interface TestEnvironment {
  readonly key: number;
  readonly id: string;
  /** One API key of each role. */
  readonly keys: Readonly<Record<Role, string>>;
}

export interface TestServer extends TestEnvironment {
  readonly url: string;
  readonly database: Database;
  readonly collector: UsageCollector;
  /** Posts a document; with the ADMIN key where no other is given, with none where `key` is null. */
  graphql(document: string, variables?: unknown, key?: string | null): Promise<Answer>;
  /** Posts a body as it stands. */
  post(body: string, headers?: Record<string, string>): Promise<Answer>;
  /** What the server has logged, one JSON text per line. */
  readonly logged: string[];
}

/** The whole server on a port of its own, with a fresh environment. Stopped when the test file is done. Call it in `beforeAll`. */
export async function testServer(
  database: Database,
  options: { now?: () => Date; introspection?: boolean; exportLimits?: Partial<ExportLimits> } = {},
): Promise<TestServer> {
  const logged: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
  const { now = () => new Date(), introspection = true } = options;
  const app = await createApp({ database, log, introspection, now, exportLimits: { ...EXPORT_LIMITS, ...options.exportLimits } });
  const url = await app.server.listen({ port: 0, host: '127.0.0.1' });
  stops.unshift(() => app.close());
  const environment = await testEnvironment(database);
  const post = (body: string, headers: Record<string, string> = { 'x-api-key': environment.keys.ADMIN }) => send(url, body, headers);
  const graphql = (document: string, variables: unknown = {}, key: string | null = environment.keys.ADMIN) =>
    post(JSON.stringify({ query: document, variables }), key === null ? {} : { 'x-api-key': key });
  return { ...environment, url, database, collector: app.services.collector, graphql, post, logged };
}

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

async function send(url: string, body: string, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  return { status: response.status, ...((await response.json()) as object) };
}

/** An environment with a key of each role, as the server's own administrator would have made it. */
export async function testEnvironment(database: Database): Promise<TestEnvironment> {
  const id = `test-${randomBytes(6).toString('hex')}`;
  const { rows } = await database.pool.query<{ key: number }>(`INSERT INTO environment (id, name, created_at) VALUES ($1, $1, now()) RETURNING key`, [
    id,
  ]);
  const { key } = rows[0]!;
  const keys = { ADMIN: newSecret(), WRITER: newSecret(), READER: newSecret() };
  for (const role of Object.keys(ROLES) as Role[]) await addKey(database, key, role, keys[role]);
  return { key, id, keys };
}

const newSecret = () => apiKeySecret(randomBytes(API_KEY_BYTES));

async function addKey(database: Database, environmentKey: number, role: Role, secret: string): Promise<void> {
  await database.pool.query(
    `INSERT INTO api_key (id, environment_key, name, role, secret_hash, prefix, created_at) VALUES ($1, $2, 'test', $3::"Role", $4, $5, now())`,
    [randomUUID(), environmentKey, role, Buffer.from(hashApiKeySecret(secret)), apiKeyPrefix(secret)],
  );
}
