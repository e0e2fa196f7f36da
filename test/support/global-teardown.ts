import { Client } from 'pg';

export default async function globalTeardown(): Promise<void> {
  if (globalThis.stopTestPostgres) return globalThis.stopTestPostgres();
  const client = new Client({ connectionString: process.env['DRAWDOWN_TEST_SERVER'] });
  await client.connect();
  await client.query(`DROP DATABASE ${process.env['DRAWDOWN_TEST_TEMPLATE']} WITH (FORCE)`);
  await client.end();
}
