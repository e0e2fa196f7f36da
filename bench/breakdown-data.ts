import { firstEventKeyAt } from '../src/domain/ids';
import { ROLLUP_DAYS } from '../src/domain/rollup';
import type { Database } from '../src/store/database';

/** How many values each dimension has; all combinations occur. */
export const DIMENSION_SIZES = { user: 50, workspace: 5, model: 12, region: 4 } as const;

/** Usage of one customer: so many events, evenly over so many days up to an instant. */
export interface UsageToFill {
  readonly customerId: string;
  readonly events: number;
  readonly days: number;
  readonly until: Date;
}

/**
 * Writes straight into the tables what reporting these events would have written: sets, events, ledger entries, balances and rollups.
 * Each customer needs one pool with one grant.
 */
export async function fillUsage(database: Database, usage: UsageToFill): Promise<void> {
  const client = await database.pool.connect();
  const { customerId, events, days, until } = usage;
  const rollups = ROLLUP_DAYS.map((size) => `(${size})`).join(', ');
  try {
    await client.query(`SET statement_timeout = 0; SET work_mem = '256MB'; SET synchronous_commit = off`);
    const { rows } = await client.query<{ key: bigint }>(`SELECT key FROM customer WHERE id = $1`, [customerId]);
    const customer = rows[0]!.key;
    await client.query(`CREATE TEMP TABLE of ON COMMIT PRESERVE ROWS AS ${SETUP}`, [customer]);
    await client.query(ADD_SETS, [customer]);
    await client.query(ADD_EVENTS, [
      customer,
      events,
      new Date(until.getTime() - days * 86_400_000),
      `${(days * 86_400_000) / events} milliseconds`,
      firstEventKeyAt(until),
    ]);
    await client.query(ADD_ENTRIES, [customer]);
    await client.query(ADD_ROLLUPS.replace('SIZES', rollups), [customer]);
    await client.query(`DROP TABLE of; RESET ALL`);
  } finally {
    client.release();
  }
}

/** The keys the rows refer to. */
const SETUP = `
  SELECT g.customer_key, g.pool_key, g.key AS first_grant, (SELECT min(r.key) FROM rate r) AS rate_key, (SELECT min(r.feature_key) FROM rate r) AS feature_key
  FROM credit_grant g WHERE g.customer_key = $1 ORDER BY g.key LIMIT 1`;

const COMBINATIONS = Object.values(DIMENSION_SIZES).reduce((product, size) => product * size, 1);

const ADD_SETS = `
  INSERT INTO dimension_set (customer_key, hash, dimensions)
  SELECT $1, sha256(convert_to(dimensions::text, 'UTF8')), dimensions FROM (
    SELECT jsonb_build_object('user', 'user-' || s % 50, 'workspace', 'workspace-' || s / 50 % 5, 'model', 'model-' || s / 250 % 12, 'region', 'region-' || s / 3000) AS dimensions
    FROM generate_series(0, ${COMBINATIONS - 1}) AS s
  ) sets`;

const ADD_EVENTS = `
  WITH first_set AS (SELECT min(key) AS key FROM dimension_set WHERE customer_key = $1), keys AS (
    INSERT INTO dimension_key (customer_key, name, type, loose)
    SELECT $1, name, 'TEXT'::"DimensionType", FALSE FROM unnest(ARRAY['user', 'workspace', 'model', 'region']) AS name
    UNION ALL SELECT $1, name, 'NUMBER'::"DimensionType", TRUE FROM unnest(ARRAY['input', 'output']) AS name
  )
  INSERT INTO usage_event
  SELECT $1, $5::int8 - 10000000 + n, 'event-' || n, at, at, feature_key, rate_key, pool_key, set_key, jsonb_build_object('input', input, 'output', output),
         1, 0.0025 * input + 0.01 * output, 0, n, 1
  FROM (
    SELECT n, $3::timestamptz + n * $4::interval AS at, first_set.key + floor(random() * ${COMBINATIONS})::int AS set_key, 100 + n % 4000 AS input, 1 + n % 700 AS output
    FROM generate_series(1, $2::int) AS n, first_set
  ) made, of`;

const ADD_ENTRIES = `
  WITH entries AS (
    INSERT INTO ledger_entry
    SELECT e.customer_key, e.pool_key, e.first_sequence, e.received_at, 'CONSUMED', -e.cost,
           1000000000 - sum(e.cost) OVER (ORDER BY e.first_sequence), of.first_grant, e.key, e.at, e.feature_key
    FROM usage_event e, of WHERE e.customer_key = $1
  )
  UPDATE pool p SET sequence = e.count, balance = 1000000000 - e.cost, last_entry_at = e.last
  FROM (SELECT count(*), sum(cost) AS cost, max(received_at) AS last FROM usage_event WHERE customer_key = $1) e WHERE p.customer_key = $1`;

/** In the order in which blocks begin, and within a block in any order, as cells come about. */
const ADD_ROLLUPS = `
  INSERT INTO usage_rollup
  SELECT e.customer_key, size, floor(day / size) * size, e.set_key, e.rate_key, e.pool_key, of.first_grant, sum(e.cost) * 1e9, NULL, sum(e.value) * 1e9, NULL, count(*)
  FROM (SELECT *, floor(extract(epoch FROM at) / 86400) AS day FROM usage_event WHERE customer_key = $1) e, of, (VALUES SIZES) AS sizes (size)
  GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 3, 2, random()`;
