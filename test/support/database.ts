import { randomBytes } from 'node:crypto';
import { afterAll } from '@jest/globals';
import { Client } from 'pg';
import { Database } from '../../src/store/database';

/** A fresh, migrated database for a test file; dropped when the file is done. Call it in `beforeAll`. */
export async function testDatabase(connections = 10): Promise<Database> {
  const connectionString = await testDatabaseUrl();
  const database = new Database({ connectionString, connections });
  cleanUps.unshift(() => database.close());
  return database;
}

/** Where such a database is, for tests that connect themselves. `migrated: false` gives an empty one. */
export async function testDatabaseUrl(options: { migrated: boolean } = { migrated: true }): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const template = options.migrated ? process.env['DRAWDOWN_TEST_TEMPLATE'] : 'template0';
  await administrate(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  cleanUps.push(() => administrate(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  const url = new URL(process.env['DRAWDOWN_TEST_SERVER']!);
  url.pathname = `/${name}`;
  return url.href;
}

const cleanUps: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

async function administrate(sql: string): Promise<void> {
  const client = new Client({ connectionString: process.env['DRAWDOWN_TEST_SERVER'] });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
