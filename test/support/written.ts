import type { Database } from '../../src/store/database';

const TABLES = [
  'usage_event',
  'unmatched_event',
  'consumption_note',
  'ledger_entry',
  'pool',
  'credit_grant',
  'usage_rollup',
  'dimension_set',
  'dimension_key',
  'loosened_dimension',
];

/** Everything that reporting can write, to show that something wrote nothing. */
export async function written(database: Database): Promise<string> {
  const rows = await Promise.all(
    TABLES.map(
      async (table) => (await database.pool.query(`SELECT coalesce(string_agg(t::text, ';' ORDER BY t::text), '') AS all FROM ${table} t`)).rows[0],
    ),
  );
  return JSON.stringify(rows);
}
