import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres';
import { migrate } from '../../src/store/migrate';

declare global {
  var stopTestPostgres: () => Promise<void>;
}

/** One PostgreSQL for the whole run (or the server of DRAWDOWN_TEST_DATABASE_URL), with a migrated database that the tests' databases are copied from. */
export default async function globalSetup(): Promise<void> {
  const server = process.env['DRAWDOWN_TEST_DATABASE_URL'] ?? (await startPostgres());
  const template = `drawdown_template_${randomBytes(6).toString('hex')}`;
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE DATABASE ${template}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${template}`;
  await migrate(url.href);
  process.env['DRAWDOWN_TEST_SERVER'] = server;
  process.env['DRAWDOWN_TEST_TEMPLATE'] = template;
}

async function startPostgres(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'drawdown-test-'));
  chmodSync(folder, 0o755);
  const postgres = await startEmbeddedPostgres({ folder, settings: { max_connections: '300' } });
  globalThis.stopTestPostgres = async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return postgres.connectionString;
}
