import { EVENT_KEY_COUNTERS, firstEventKeyAt } from '../src/domain/ids';
import { ROLLUP_DAYS } from '../src/domain/rollup';
import type { Database } from '../src/store/database';
import { FEATURES } from './world';

/** How many values each dimension has for a customer; all combinations occur. */
export const DIMENSION_SIZES = { user: 50, workspace: 5, model: 12, region: 4 } as const;

/** So many events of each customer, anywhere in the range. */
export interface PopulationToFill {
  readonly eventsOf: ReadonlyMap<string, number>;
  readonly from: Date;
  readonly to: Date;
}

/**
 * Writes straight into the tables what reporting these events at their own time would have written: sets, events, ledger entries, balances. Of the
 * rollups only the base rollup: the server builds the others where they are asked for. Each customer needs one pool with one grant of 10^9 credits.
 */
export async function fillPopulation(database: Database, { eventsOf, from, to }: PopulationToFill): Promise<void> {
  const client = await database.pool.connect();
  const ask = async (what: string, text: string, values?: unknown[]): Promise<void> => {
    const start = performance.now();
    await client.query(text, values);
    console.log(`  ${what}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  };
  try {
    await client.query(`SET statement_timeout = 0; SET work_mem = '1GB'; SET synchronous_commit = off; SET maintenance_work_mem = '1GB'`);
    await ask('events made up', MADE, [[...eventsOf.keys()], [...eventsOf.values()], from, to]);
    await ask('statistics', 'ANALYZE made');
    await ask('combinations', COMBINATIONS_USED);
    await ask('dimension sets', ADD_SETS);
    await ask('dimension keys', ADD_KEYS);
    await ask('usage events', ADD_EVENTS, [from, firstEventKeyAt(from)]);
    await ask('ledger entries', ADD_ENTRIES);
    await ask('pools', UPDATE_POOLS);
    await ask('shapes', ADD_SHAPES);
    await ask('base rollups', ADD_BASE_CELLS);
    await client.query('DROP TABLE made, combination');
    await ask('vacuum', 'VACUUM ANALYZE');
  } finally {
    client.release(true);
  }
}

const COMBINATIONS = Object.values(DIMENSION_SIZES).reduce((product, size) => product * size, 1);

const MADE = `
  CREATE UNLOGGED TABLE made AS
  SELECT customer_key, pool_key, grant_key, row_number() OVER (PARTITION BY customer_key ORDER BY at) AS n, at, combination, feature, input, output,
         feature * (0.0025 * input + 0.01 * output) AS cost
  FROM (
    SELECT c.key AS customer_key, g.pool_key, g.key AS grant_key, date_trunc('milliseconds', $3::timestamptz + random() * ($4::timestamptz - $3::timestamptz)) AS at,
           floor(random() * ${COMBINATIONS})::int AS combination, 1 + floor(random() * ${FEATURES.length})::int AS feature,
           100 + floor(random() * 4000)::int AS input, 1 + floor(random() * 700)::int AS output
    FROM unnest($1::text[], $2::int4[]) AS wanted (id, events) JOIN customer c ON c.id = wanted.id JOIN credit_grant g ON g.customer_key = c.key
    CROSS JOIN LATERAL generate_series(1, wanted.events)
  ) events`;

/** The text that a set is known by is canonical JSON, its names sorted. */
const COMBINATIONS_USED = `
  CREATE UNLOGGED TABLE combination AS
  SELECT customer_key, combination,
         format('{"model":"model-%s","region":"region-%s","user":"user-%s","workspace":"workspace-%s"}',
                combination / 250 % 12, combination / 3000, combination % 50, combination / 50 % 5) AS text
  FROM (SELECT DISTINCT customer_key, combination FROM made) used`;

const ADD_SETS = `
  INSERT INTO dimension_set (customer_key, hash, dimensions)
  SELECT customer_key, dimension_set_hash(text::jsonb), text::jsonb FROM combination ORDER BY customer_key`;

const SHAPE = `'[{"user":"TEXT","workspace":"TEXT","model":"TEXT","region":"TEXT","input":"NUMBER","output":"NUMBER"}]'::jsonb`;

const ADD_SHAPES = `
  INSERT INTO dimension_set (customer_key, hash, projected, dimensions)
  SELECT customer_key, dimension_set_hash(${SHAPE}), TRUE, ${SHAPE} FROM (SELECT DISTINCT customer_key FROM made) c`;

const ADD_BASE_CELLS = `
  INSERT INTO usage_rollup (customer_key, rollup_key, days, start, set_key, rate_key, pool_key, grant_key, credits_small, value_small, event_count)
  SELECT e.customer_key, 0, days, floor(day / days) * days, s.key, e.rate_key, e.pool_key, g.key, sum(e.cost) * 1e9, sum(e.value) * 1e9, count(*)
  FROM (SELECT *, floor(extract(epoch FROM at) / 86400) AS day FROM usage_event) e JOIN credit_grant g ON g.customer_key = e.customer_key
  JOIN dimension_set s ON s.customer_key = e.customer_key AND s.hash = dimension_set_hash(${SHAPE})
  CROSS JOIN (VALUES ${ROLLUP_DAYS.map((days) => `(${days})`).join(', ')}) AS size (days) GROUP BY 1, 3, 4, 5, 6, 7, 8`;

const ADD_KEYS = `
  INSERT INTO dimension_key (customer_key, name, type, loose)
  SELECT c.customer_key, k.name, k.type::"DimensionType", k.type = 'NUMBER'
  FROM (SELECT DISTINCT customer_key FROM made) c
  CROSS JOIN (VALUES ('user', 'TEXT'), ('workspace', 'TEXT'), ('model', 'TEXT'), ('region', 'TEXT'), ('input', 'NUMBER'), ('output', 'NUMBER')) AS k (name, type)`;

/** Keys begin with the instant of receipt. Idempotency keys are as long as a UUID, as many are in the field. */
const ADD_EVENTS = `
  INSERT INTO usage_event (customer_key, key, idempotency_key, at, received_at, feature_key, rate_key, pool_key, set_key, loose_dimensions,
                           value, cost, balance_after, first_sequence, entry_count)
  SELECT m.customer_key, $2::int8 + (extract(epoch FROM m.at - $1::timestamptz) * 1000)::int8 * ${EVENT_KEY_COUNTERS} + m.n % ${EVENT_KEY_COUNTERS},
         md5(m.customer_key || ':' || m.n)::uuid::text, m.at, m.at, f.key, r.key, m.pool_key, s.key, jsonb_build_object('input', m.input, 'output', m.output),
         1, m.cost, 1000000000 - sum(m.cost) OVER (PARTITION BY m.customer_key ORDER BY m.n), m.n, 1
  FROM made m JOIN combination c USING (customer_key, combination)
  JOIN dimension_set s ON s.customer_key = c.customer_key AND s.hash = dimension_set_hash(c.text::jsonb)
  JOIN feature f ON f.id = (ARRAY['${FEATURES.join("', '")}'])[m.feature] JOIN rate r ON r.feature_key = f.key
  ORDER BY m.at`;

const ADD_ENTRIES = `
  INSERT INTO ledger_entry (customer_key, pool_key, sequence, at, kind, amount, balance_after, grant_key, event_key, event_at, feature_key)
  SELECT e.customer_key, e.pool_key, e.first_sequence, e.received_at, 'CONSUMED', -e.cost, e.balance_after, g.key, e.key, e.at, e.feature_key
  FROM usage_event e JOIN credit_grant g ON g.customer_key = e.customer_key ORDER BY e.received_at`;

const UPDATE_POOLS = `
  WITH used AS (SELECT customer_key, pool_key, count(*) AS events, sum(cost) AS cost, max(received_at) AS last FROM usage_event GROUP BY 1, 2), grants AS (
    UPDATE credit_grant g SET remaining = g.amount - u.cost, activated = TRUE FROM used u WHERE g.customer_key = u.customer_key
  )
  UPDATE pool p SET sequence = u.events, balance = 1000000000 - u.cost, last_entry_at = u.last FROM used u WHERE p.customer_key = u.customer_key AND p.key = u.pool_key`;
