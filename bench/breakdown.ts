import { fillUsage } from './breakdown-data';
import { Connection, quantile } from './client';
import { CURRENCY, makeWorld, type World } from './world';

/*
 * `creditUsage` over HTTP on ten customers with BENCH_EVENTS events in all (10,000,000). Of ten parts, `usual` has one in the last 31 days and one in
 * the 31 days before, `double` two and two on the same dimension sets, and eight others share the rest. Each question is asked of `usual` and
 * `double` in turn, so that the machine's moods meet both; the ratio says what twice the events cost.
 */

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 10_000_000);
const PART = EVENTS / 10;
const RANGE_DAYS = 31;
const DAY_MS = 86_400_000;
const WARM_UPS = 3;
const ROUNDS = 40;
const TARGET_P95_MS = 150;

const USUAL = 'c0';
const DOUBLE = 'c1';
const OTHERS = ['c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9'];

const PAGE = `edges { cursor node { groups { key value } credits value eventCount share } } pageInfo { hasNextPage endCursor }
  total { credits value eventCount } other { credits seriesCount } seriesCount asOf`;
const QUERY = `query ($input: CreditUsageInput!, $after: String) { creditUsage(input: $input, first: 20, after: $after) { ${PAGE} } }`;
const QUERY_WITH_POINTS = QUERY.replace('share }', 'share points(zeroFill: true) { from credits } }');
const KEYS = ['user', 'model', 'region'];

/** What is asked in a round; `input` may differ from round to round. */
interface Question {
  readonly name: string;
  readonly query: string;
  readonly input: (round: number) => object;
}

const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
/** 31 whole UTC days that ended so many days ago. */
const pastDays = (daysAgo: number) => ({ from: new Date(midnight - (daysAgo + RANGE_DAYS) * DAY_MS), to: new Date(midnight - daysAgo * DAY_MS) });

const QUESTIONS: readonly Question[] = [
  { name: '3 keys, LAST_MONTH', query: QUERY, input: () => ({ groupBy: KEYS, range: 'LAST_MONTH' }) },
  { name: '3 keys, 31 days that ended 1 to 31 days ago', query: QUERY, input: (round) => ({ groupBy: KEYS, ...pastDays(1 + (round % RANGE_DAYS)) }) },
  { name: '3 keys, LAST_MONTH, with points by day', query: QUERY_WITH_POINTS, input: () => ({ groupBy: KEYS, range: 'LAST_MONTH' }) },
  { name: 'all 4 dimensions, LAST_MONTH', query: QUERY, input: () => ({ groupBy: [...KEYS, 'workspace'], range: 'LAST_MONTH' }) },
  { name: 'no key, LAST_MONTH', query: QUERY, input: () => ({ groupBy: [], range: 'LAST_MONTH' }) },
];

export async function benchBreakdown(): Promise<void> {
  const world = await makeWorld();
  try {
    await fill(world);
    await measureBreakdown(world.url, world.key);
    console.log(`server’s peak resident memory: ${Math.round((await world.peakResidentBytes()) / 2 ** 20)} MB`);
  } finally {
    await world.close();
  }
}

/** Asks a server whose database was filled. */
export async function measureBreakdown(url: string, key: string): Promise<void> {
  const connection = new Connection(url, key);
  for (const question of QUESTIONS) print(question, await measure(connection, question));
  connection.close();
}

async function fill({ database }: World): Promise<void> {
  const until = new Date();
  const usage = [
    { customerId: USUAL, events: 2 * PART, days: 2 * RANGE_DAYS, until },
    { customerId: DOUBLE, events: 4 * PART, days: 2 * RANGE_DAYS, until },
    ...OTHERS.map((customerId) => ({ customerId, events: PART / 2, days: RANGE_DAYS, until })),
  ];
  for (const one of usage) {
    await fillUsage(database, one);
    console.log(`filled ${one.customerId} with ${one.events} events`);
  }
  const client = await database.pool.connect();
  await client.query('SET statement_timeout = 0');
  await client.query('VACUUM ANALYZE');
  client.release(true);
}

interface Latencies {
  readonly usual: number[];
  readonly double: number[];
}

async function measure(connection: Connection, question: Question): Promise<Latencies> {
  const latencies: Latencies = { usual: [], double: [] };
  for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
    const usual = await ask(connection, question, USUAL, Math.max(round, 0));
    const double = await ask(connection, question, DOUBLE, Math.max(round, 0));
    if (round < 0) continue;
    latencies.usual.push(usual);
    latencies.double.push(double);
  }
  return { usual: latencies.usual.sort((a, b) => a - b), double: latencies.double.sort((a, b) => a - b) };
}

async function ask(connection: Connection, { query, input }: Question, customerId: string, round: number): Promise<number> {
  const body = JSON.stringify({ query, variables: { input: { currencyId: CURRENCY, customerId, ...input(round) } } });
  const start = performance.now();
  await connection.post(body);
  return performance.now() - start;
}

function print({ name }: Question, { usual, double }: Latencies): void {
  const [p50, p95] = [quantile(usual, 0.5), quantile(usual, 0.95)];
  const ratio = quantile(double, 0.5) / p50;
  console.log(
    `${name}: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms (target ${TARGET_P95_MS}), fastest ${usual[0]!.toFixed(0)} ms; twice the events: × ${ratio.toFixed(2)}`,
  );
}
