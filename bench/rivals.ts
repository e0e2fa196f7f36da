import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Database } from '../src/store/database';
import { DIMENSION_SIZES } from './population';

/** The question that rivals are asked: series by three keys, the first 20 by credits with the total of all, and the points by day of those 20. */
export interface RivalQuestion {
  readonly customerId: string;
  readonly keys: readonly string[];
  readonly from: Date;
  readonly to: Date;
}

export interface Rival {
  readonly name: string;
  /** Milliseconds for the whole question. */
  ask(question: RivalQuestion): Promise<number>;
  close(): Promise<void>;
}

const DIMENSIONS = Object.keys(DIMENSION_SIZES);
const PAGE = 20;
const EXPORT_ROWS = 200_000;

/** The raw events of these customers as a table with a JSON column, which PostgreSQL finds by customer and time. */
export async function postgresOverJson(database: Database, customerIds: readonly string[]): Promise<Rival> {
  await whole(database, 'DROP TABLE IF EXISTS raw_event');
  await whole(database, `CREATE TABLE raw_event AS ${RAW_EVENTS} WHERE u.id = ANY ($1) ORDER BY e.at`, [customerIds]);
  await whole(database, 'CREATE INDEX ON raw_event (customer, at)');
  await whole(database, 'VACUUM ANALYZE raw_event');
  const ask = async ({ customerId, keys, from, to }: RivalQuestion): Promise<number> => {
    const labels = keys.map((key) => `dimensions ->> '${key}'`).join(', ');
    const start = performance.now();
    const { rows } = await whole<{ labels: string[] }>(
      database,
      `WITH series AS MATERIALIZED (
         SELECT ARRAY[${labels}] AS labels, sum(credits) AS credits, sum(value) AS value, count(*) AS events
         FROM raw_event WHERE customer = $1 AND at >= $2 AND at < $3 GROUP BY 1
       ) SELECT *, sum(credits) OVER () AS total, sum(events) OVER () AS total_events, count(*) OVER () AS series_count FROM series ORDER BY credits DESC, labels LIMIT ${PAGE}`,
      [customerId, from, to],
    );
    await whole(
      database,
      `SELECT ARRAY[${labels}] AS labels, date_trunc('day', at) AS day, sum(credits), sum(value), count(*) FROM raw_event
       WHERE customer = $1 AND at >= $2 AND at < $3 AND ARRAY[${labels}] IN (SELECT ARRAY(SELECT jsonb_array_elements_text(l)) FROM jsonb_array_elements($4::jsonb) l) GROUP BY 1, 2`,
      [customerId, from, to, JSON.stringify(rows.map((row) => row.labels))],
    );
    return performance.now() - start;
  };
  const close = async (): Promise<void> => void (await whole(database, 'DROP TABLE raw_event'));
  return { name: 'PostgreSQL over raw JSON', ask, close };
}

const RAW_EVENTS = `
  SELECT u.id AS customer, f.id AS feature, e.at, e.cost AS credits, e.value, s.dimensions || e.loose_dimensions AS dimensions
  FROM usage_event e JOIN customer u ON u.key = e.customer_key JOIN feature f ON f.key = e.feature_key
  JOIN dimension_set s ON s.customer_key = e.customer_key AND s.key = e.set_key`;

async function whole<Row extends object>(database: Database, text: string, values: unknown[] = []): Promise<{ rows: Row[] }> {
  const client = await database.pool.connect();
  try {
    await client.query(`SET statement_timeout = 0; SET jit = off`);
    return await client.query<Row>(text, values);
  } finally {
    client.release(true);
  }
}

/** An embedded ClickHouse with all events twice, dimensions as its JSON type and as typed columns; null where chdb is not installed. A folder that has them is used again. */
export async function clickHouseRivals(database: Database, folder: string): Promise<Rival[] | null> {
  const home = join(folder, 'clickhouse');
  const isFilled = existsSync(home);
  const clickHouse = await ClickHouse.start(home);
  if (!clickHouse) return null;
  if (!isFilled) await fillClickHouse(clickHouse, database, folder);
  const rival = (name: string, table: string, column: (key: string) => string, close: () => Promise<void>): Rival => ({
    name,
    ask: (question) => askClickHouse(clickHouse, table, column, question),
    close,
  });
  return [
    rival(
      'ClickHouse over its JSON type',
      'json_event',
      (key) => `dimensions.${key}::String`,
      async () => undefined,
    ),
    rival(
      'ClickHouse over typed columns',
      'typed_event',
      (key) => key,
      () => clickHouse.stop(),
    ),
  ];
}

async function fillClickHouse(clickHouse: ClickHouse, database: Database, folder: string): Promise<void> {
  const file = join(folder, 'events.ndjson');
  await exportEvents(database, file);
  await clickHouse.ask(`CREATE TABLE json_event (customer String, feature LowCardinality(String), at DateTime64(3), credits Decimal(18, 6), value Decimal(18, 6), dimensions JSON)
    ENGINE = MergeTree ORDER BY (customer, at)`);
  await clickHouse.ask(
    `INSERT INTO json_event SELECT * FROM file('${file}', 'JSONEachRow', 'customer String, feature String, at DateTime64(3), credits Decimal(18, 6), value Decimal(18, 6), dimensions JSON')`,
  );
  rmSync(file);
  const typed = DIMENSIONS.map((name) => `dimensions.${name}::String::LowCardinality(String) AS ${name}`);
  await clickHouse.ask(
    `CREATE TABLE typed_event ENGINE = MergeTree ORDER BY (customer, at) AS SELECT customer, feature, at, credits, value, ${typed.join(', ')} FROM json_event`,
  );
  for (const table of ['json_event', 'typed_event']) await clickHouse.ask(`OPTIMIZE TABLE ${table} FINAL`);
}

async function askClickHouse(clickHouse: ClickHouse, table: string, column: (key: string) => string, question: RivalQuestion): Promise<number> {
  const { customerId, keys, from, to } = question;
  const labels = keys.map((key, index) => `${column(key)} AS g${index}`).join(', ');
  const names = keys.map((_, index) => `g${index}`).join(', ');
  const instant = (at: Date) => `toDateTime64('${at.toISOString().slice(0, -1).replace('T', ' ')}', 3, 'UTC')`;
  const where = `customer = '${customerId}' AND at >= ${instant(from)} AND at < ${instant(to)}`;
  const first = await clickHouse.ask(
    `SELECT ${names}, c, v, n, sum(c) OVER () AS total, sum(n) OVER () AS total_events, count() OVER () AS series_count FROM (
       SELECT ${labels}, sum(credits) AS c, sum(value) AS v, count() AS n FROM ${table} WHERE ${where} GROUP BY ${names}
     ) ORDER BY c DESC, ${names} LIMIT ${PAGE}`,
  );
  const page = first.text
    .trim()
    .split('\n')
    .map((line) => `('${line.split('\t').slice(0, keys.length).join("', '")}')`);
  const second = await clickHouse.ask(
    `SELECT ${labels}, toStartOfDay(at, 'UTC') AS day, sum(credits), sum(value), count() FROM ${table} WHERE ${where} AND (${names}) IN (${page.join(', ')}) GROUP BY ${names}, day`,
  );
  return first.ms + second.ms;
}

async function exportEvents(database: Database, file: string): Promise<void> {
  const client = await database.pool.connect();
  const descriptor = openSync(file, 'w');
  try {
    await client.query('SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; BEGIN');
    await client.query(
      `DECLARE exported NO SCROLL CURSOR FOR SELECT json_build_object('customer', customer, 'feature', feature, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS'),
         'credits', credits, 'value', value, 'dimensions', dimensions)::text AS line FROM (${RAW_EVENTS}) raw`,
    );
    for (;;) {
      const { rows } = await client.query<{ line: string }>(`FETCH ${EXPORT_ROWS} FROM exported`);
      if (rows.length === 0) return;
      writeSync(descriptor, `${rows.map((row) => row.line).join('\n')}\n`);
    }
  } finally {
    closeSync(descriptor);
    client.release(true);
  }
}

interface ClickHouseAnswer {
  readonly ms: number;
  readonly text: string;
}

class ClickHouse {
  private constructor(private readonly process: ChildProcess) {}

  static async start(folder: string): Promise<ClickHouse | null> {
    const process = fork(join(__dirname, 'clickhouse.js'), [folder, installedChdb()], { execArgv: [] });
    const [message] = (await once(process, 'message')) as [{ missing?: string }];
    if (message.missing === undefined) return new ClickHouse(process);
    console.log(`no ClickHouse to compare with (npm install --no-save chdb@3.4.0 brings it): ${message.missing}`);
    return null;
  }

  async ask(sql: string): Promise<ClickHouseAnswer> {
    this.process.send({ sql, format: 'TabSeparated' });
    const [message] = (await once(this.process, 'message')) as [ClickHouseAnswer | { error: string }];
    if ('error' in message) throw new Error(`ClickHouse: ${message.error}`);
    return message;
  }

  async stop(): Promise<void> {
    this.process.disconnect();
    await once(this.process, 'exit');
  }
}

/** Where chdb is: BENCH_CHDB names a folder whose node_modules have it. */
function installedChdb(): string {
  const folder = process.env['BENCH_CHDB'];
  try {
    return folder ? createRequire(join(folder, 'package.json')).resolve('chdb') : require.resolve('chdb');
  } catch {
    return 'chdb';
  }
}
