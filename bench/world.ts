import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiKey } from '../src/operations/create-api-key';
import { createFirstEnvironment } from '../src/operations/create-first-environment';
import { createCurrency } from '../src/operations/create-currency';
import { createFeature } from '../src/operations/create-feature';
import { createPlan } from '../src/operations/create-plan';
import { createPlanDraft } from '../src/operations/create-plan-draft';
import { publishPlan } from '../src/operations/publish-plan';
import { savePlanDraft } from '../src/operations/save-plan-draft';
import { Database } from '../src/store/database';
import { startEmbeddedPostgres } from '../src/store/embedded-postgres';
import { migrate } from '../src/store/migrate';

export const CURRENCY = 'credits';
/** The n-th feature costs n times what the first one costs. */
export const FEATURES = ['chat', 'completion', 'embedding', 'image', 'speech'] as const;
export const FEATURE = FEATURES[0];
export const FORMULA = '0.0025 * input + 0.01 * output';
/** Customers c0 … c999, and `hot`. */
export const SPREAD_CUSTOMERS = 1_000;

/** A scratch PostgreSQL, all durability settings on, with a catalog and customers that have plenty of credits, and the server on it. */
export interface World {
  readonly database: Database;
  readonly environmentKey: number;
  readonly key: string;
  readonly url: string;
  readonly memoryUrl: string;
  /** The server's peak resident memory so far. */
  peakResidentBytes(): Promise<number>;
  close(): Promise<void>;
}

/** In a temporary folder, or in one that is kept: what was made in it by an earlier run is found again. */
export async function makeWorld(keptFolder?: string): Promise<World> {
  const folder = keptFolder ?? mkdtempSync(join(tmpdir(), 'drawdown-bench-'));
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755); // PostgreSQL may have to run as another user
  const postgres = await startEmbeddedPostgres({ folder });
  await migrate(postgres.connectionString);
  const database = new Database({ connectionString: postgres.connectionString, connections: 10 });
  const { environmentKey, key } = (await readWorld(database)) ?? (await fillWorld(database));
  const { server, url } = await startServer(postgres.connectionString);
  const { server: memoryServer, url: memoryUrl } = await startServer(postgres.connectionString, 'without-database');
  const peakResidentBytes = async (): Promise<number> => {
    server.send('memory');
    const [message] = (await once(server, 'message')) as [{ peakResidentBytes: number }];
    return message.peakResidentBytes;
  };
  const close = async (): Promise<void> => {
    for (const one of [server, memoryServer]) {
      one.disconnect();
      await once(one, 'exit');
    }
    await database.close();
    await postgres.stop();
    if (keptFolder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  return { database, environmentKey, key, url, memoryUrl, peakResidentBytes, close };
}

/** What an earlier run has made, with a key of its own; null: nothing. */
async function readWorld(database: Database): Promise<{ environmentKey: number; key: string } | null> {
  const { rows } = await database.pool.query<{ key: number; id: string }>('SELECT key, id FROM environment');
  if (!rows[0]) return null;
  const context = { environmentKey: rows[0].key, environmentId: rows[0].id, now: new Date() };
  const { secret } = await createApiKey(database, context, { name: 'Bench', role: 'ADMIN' });
  return { environmentKey: rows[0].key, key: secret };
}

async function fillWorld(database: Database): Promise<{ environmentKey: number; key: string }> {
  const made = await fillCatalog(database);
  await addCustomers(database, made.environmentKey);
  return made;
}

async function fillCatalog(database: Database) {
  const now = new Date('2025-01-01T00:00:00Z');
  const first = (await createFirstEnvironment(database, now))!;
  const context = { environmentKey: first.environment.key, environmentId: first.environment.id, now };
  await createCurrency(database, context, { id: CURRENCY, name: 'Credits', unitSingular: 'credit', unitPlural: 'credits' });
  for (const id of FEATURES) await createFeature(database, context, { id, name: id, unit: 'request', meter: { eventName: id } });
  await createPlan(database, context, { id: 'pro', name: 'Pro' });
  await createPlanDraft(database, context, { planId: 'pro' });
  const rate = { currencyId: CURRENCY, mode: 'FORMULA' } as const;
  const rates = FEATURES.map((featureId, index) => ({ ...rate, featureId, formula: `${index + 1} * (${FORMULA})` }));
  const { planVersion } = await savePlanDraft(database, context, { planId: 'pro', rates });
  await publishPlan(database, context, { planId: 'pro', revision: planVersion.revision, affects: { scope: 'ALL_CUSTOMERS' } });
  return { environmentKey: first.environment.key, key: first.secret };
}

async function addCustomers(database: Database, environmentKey: number): Promise<void> {
  await database.pool.query(
    `INSERT INTO customer (environment_key, id, name, metadata, created_at)
     SELECT $1, CASE WHEN i = $2 THEN 'hot' ELSE 'c' || i END, 'Customer', '{}', now() FROM generate_series(0, $2) AS i`,
    [environmentKey, SPREAD_CUSTOMERS],
  );
  const statements = [
    `INSERT INTO customer_plan (customer_key, valid_from, plan_key, created_at) SELECT c.key, '2025-01-01', p.key, now() FROM customer c, plan p`,
    `INSERT INTO pool (customer_key, currency_key) SELECT c.key, u.key FROM customer c, currency u`,
    `INSERT INTO credit_grant (customer_key, pool_key, amount, remaining, category, priority, effective_at, metadata, created_at)
     SELECT customer_key, key, 1000000000, 1000000000, 'PAID', 0, now(), '{}', now() FROM pool`,
    `ANALYZE`,
  ];
  for (const statement of statements) await database.pool.query(statement);
}

async function startServer(connectionString: string, ...options: string[]): Promise<{ server: ChildProcess; url: string }> {
  const environment = { ...process.env, DATABASE_URL: connectionString, NODE_ENV: 'production' };
  const server = fork(join(__dirname, 'server.js'), options, { env: environment, execArgv: process.env['BENCH_EXEC']?.split(' ') ?? [] });
  const [message] = (await once(server, 'message')) as [{ url: string }];
  return { server, ...message };
}
