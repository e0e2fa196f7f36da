import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection, median, quantile } from './client';
import { fillPopulation } from './population';
import { report } from './reporting';
import { clickHouseRivals, postgresOverJson, type Rival } from './rivals';
import { CURRENCY, makeWorld, SPREAD_CUSTOMERS, type World } from './world';

/*
 * `creditUsage` over HTTP on BENCH_EVENTS events (10,000,000) of 1,000 customers in the last 31 days: `c0` has a tenth of them, `c1` a thousandth, and
 * the others share the rest. What is compared takes turns, so that the machine's moods meet all of it.
 */

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 10_000_000);
const BIG = 'c0';
const SMALL = 'c1';
const RANGE_DAYS = 31;
const DAY_MS = 86_400_000;
const ROUNDS = 40;
const QUICK_ROUNDS = 200;
const WARM_UPS = 5;
const SLOW_RIVAL_ROUNDS = 5;
const LONGEST_BUILD_MS = 600_000;

const to = new Date((Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS);
const from = new Date(to.getTime() - RANGE_DAYS * DAY_MS);
const KEYS = ['user', 'model', 'region'];

const SUMS = `total { credits value eventCount } other { credits seriesCount } seriesCount computedFrom`;
const QUERY = `query ($input: CreditUsageInput!, $first: Int, $after: String) { creditUsage(input: $input, first: $first, after: $after) {
  edges { cursor node { groups { key value } credits value eventCount share } } pageInfo { hasNextPage endCursor } ${SUMS} } }`;
const withPoints = (argument = ''): string => QUERY.replace('share }', `share points${argument} { from credits value eventCount } }`);
const QUERY_WITH_POINTS = withPoints();

interface Question {
  readonly name: string;
  readonly query: string;
  readonly input: object;
  readonly first?: number;
  readonly after?: string | null;
  readonly target?: string;
  /** How often it is asked for; what is quick is soon asked for often, and then no single pause decides. */
  readonly rounds?: number;
}

const inRange = (customerId: string | null, groupBy: readonly string[]) => ({ currencyId: CURRENCY, customerId, groupBy, from, to, interval: 'DAY' });

const BIG_QUESTION: Question = {
  name: 'customer of a tenth of all events, 3 keys, first 20, total, points by day',
  query: QUERY_WITH_POINTS,
  input: inRange(BIG, KEYS),
  target: 'p50 < 30, p95 < 60',
};
const QUESTIONS: readonly Question[] = [
  BIG_QUESTION,
  { ...BIG_QUESTION, name: 'customer of 10,000 events, the same', input: inRange(SMALL, KEYS), target: 'p95 < 10', rounds: QUICK_ROUNDS },
  { ...BIG_QUESTION, name: 'the first with points of 0 filled in', query: withPoints('(zeroFill: true)') },
  { ...BIG_QUESTION, name: 'the second with points of 0 filled in', query: withPoints('(zeroFill: true)'), input: inRange(SMALL, KEYS) },
  { name: 'all customers by model', query: QUERY, input: inRange(null, ['model']), target: 'p95 < 300' },
  { name: 'all customers by customer', query: QUERY, input: inRange(null, ['customerId']) },
  { name: 'the big customer by feature', query: QUERY_WITH_POINTS, input: inRange(BIG, ['featureId']) },
  { name: 'the big customer, no key', query: QUERY_WITH_POINTS, input: inRange(BIG, []) },
  { name: 'the big customer, all 4 dimensions', query: QUERY, input: inRange(BIG, [...KEYS, 'workspace']) },
];

export async function benchBreakdown(): Promise<void> {
  const kept = process.env['BENCH_DATA'];
  const world = await makeWorld(kept);
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'drawdown-bench-'));
  try {
    const { rowCount } = await world.database.pool.query('SELECT FROM usage_event LIMIT 1');
    if (rowCount === 0) await fillPopulation(world.database, { eventsOf: population(), from, to: new Date(Math.min(to.getTime(), Date.now())) });
    const asker = new Asker(world);
    await firstAnswers(asker);
    const rivals = [await postgresOverJson(world.database, [BIG]), ...((await clickHouseRivals(world.database, folder)) ?? [])];
    await againstRivals(asker, rivals);
    await world.database.pool.query('CHECKPOINT'); // what the rivals have written does not go on while we measure
    for (const question of QUESTIONS) await measure(asker, question);
    await walk(asker);
    await whileReporting(asker, world);
    asker.close();
    await showDisk(world);
    console.log(`server’s peak resident memory: ${Math.round((await world.peakResidentBytes()) / 2 ** 20)} MB`);
  } finally {
    await world.close();
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function population(): Map<string, number> {
  const [big, small] = [EVENTS / 10, EVENTS / 1_000];
  const rest = Math.round((EVENTS - big - small) / (SPREAD_CUSTOMERS - 2));
  return new Map(Array.from({ length: SPREAD_CUSTOMERS }, (_, n) => [`c${n}`, n === 0 ? big : n === 1 ? small : rest]));
}

interface Answer {
  readonly ms: number;
  readonly computedFrom: string;
  readonly endCursor: string | null;
}

class Asker {
  private readonly connection: Connection;

  constructor({ url, key }: World) {
    this.connection = new Connection(url, key);
  }

  async ask({ query, input, first = 20, after = null }: Question): Promise<Answer> {
    const body = JSON.stringify({ query, variables: { input, first, after } });
    const start = performance.now();
    const answer = await this.connection.post(body);
    const ms = performance.now() - start;
    const { creditUsage } = (
      JSON.parse(answer.toString()) as { data: { creditUsage: { computedFrom: string; pageInfo: { endCursor: string | null } } } }
    ).data;
    return { ms, computedFrom: creditUsage.computedFrom, endCursor: creditUsage.pageInfo.endCursor };
  }

  /** The same where the answer may be to try again. */
  async askFirst(question: Question): Promise<Answer> {
    const start = performance.now();
    return this.ask(question).catch((error: Error) => {
      if (!error.message.includes('TRY_AGAIN')) throw error;
      return { ms: performance.now() - start, computedFrom: 'TRY_AGAIN', endCursor: null };
    });
  }

  close(): void {
    this.connection.close();
  }
}

/** What a question takes that nobody has asked before, and how long until it is answered from rollups. */
async function firstAnswers(asker: Asker): Promise<void> {
  for (const question of QUESTIONS) {
    const start = performance.now();
    let answer = await asker.askFirst(question);
    const [firstMs, firstFrom] = [answer.ms, answer.computedFrom];
    while (answer.computedFrom !== 'ROLLUPS' && performance.now() - start < LONGEST_BUILD_MS) {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      answer = await asker.askFirst(question);
    }
    const built = answer.computedFrom === firstFrom ? '' : `; from ${answer.computedFrom} after ${((performance.now() - start) / 1000).toFixed(0)} s`;
    console.log(`first time: ${question.name}: ${firstMs.toFixed(0)} ms from ${firstFrom}${built}`);
  }
}

async function againstRivals(asker: Asker, rivals: readonly Rival[]): Promise<void> {
  const question = { customerId: BIG, keys: KEYS, from, to };
  for (const rival of rivals) {
    const rounds = rival.name.startsWith('PostgreSQL') ? SLOW_RIVAL_ROUNDS : ROUNDS / 2;
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = -2; round < rounds; round += 1) {
      const [own, other] = [(await asker.ask(BIG_QUESTION)).ms, await rival.ask(question)];
      if (round >= 0) [ours, theirs].forEach((list, index) => list.push([own, other][index]!));
    }
    const ratio = median(theirs.map((ms, index) => ms / ours[index]!));
    console.log(`${rival.name}: ${median(theirs).toFixed(0)} ms, ours ${median(ours).toFixed(0)} ms: × ${ratio.toFixed(2)}`);
  }
  for (const rival of rivals) await rival.close();
}

async function latencies(asker: Asker, question: Question, rounds = ROUNDS): Promise<number[]> {
  const found: number[] = [];
  for (let round = -WARM_UPS; round < rounds; round += 1) {
    const { ms } = await asker.ask(question);
    if (round >= 0) found.push(ms);
  }
  return found.sort((a, b) => a - b);
}

async function measure(asker: Asker, question: Question): Promise<void> {
  const found = await latencies(asker, question, question.rounds);
  const target = question.target ? ` (target ${question.target})` : '';
  console.log(
    `${question.name}: p50 ${quantile(found, 0.5).toFixed(1)} ms, p95 ${quantile(found, 0.95).toFixed(1)} ms, fastest ${found[0]!.toFixed(1)} ms${target}`,
  );
}

/** Page 500 of 1,000 pages of 12 against page 1, in turns. */
async function walk(asker: Asker): Promise<void> {
  const question: Question = { name: '', query: QUERY, input: inRange(BIG, [...KEYS, 'workspace']) };
  let after: string | null = null;
  for (let left = 499 * 12; left > 0; left -= 100) after = (await asker.ask({ ...question, first: Math.min(left, 100), after })).endCursor;
  const [firsts, middles]: [number[], number[]] = [[], []];
  for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
    const [first, middle] = [(await asker.ask({ ...question, first: 12 })).ms, (await asker.ask({ ...question, first: 12, after })).ms];
    if (round < 0) continue;
    firsts.push(first);
    middles.push(middle);
  }
  const ratio = median(middles.map((ms, index) => ms / firsts[index]!));
  console.log(`page 500 of 1,000: ${median(middles).toFixed(0)} ms, page 1 ${median(firsts).toFixed(0)} ms: × ${ratio.toFixed(2)} (target ≤ 2)`);
}

const REPORT_CONNECTIONS = 4;
const REPORT_ROUNDS = 8;
const REPORT_ROUND_MS = 6_000;
const QUESTION_EVERY_MS = 250;
const BATCH = 1_000;
const MOST_BATCHES_PER_SECOND = 20;
const REPORT = 'mutation ($input: ReportUsageBatchInput!) { reportUsageBatch(input: $input) { acceptedCount } }';

/** A page of the big customer by turns while nothing else is done, and four times a second while reports come in at full rate, which they also do alone. */
async function whileReporting(asker: Asker, world: World): Promise<void> {
  const quiet: number[] = [];
  const busy: number[] = [];
  const kept: number[] = [];
  await reportFor(world, REPORT_ROUND_MS, batchesFor(REPORT_ROUND_MS)); // so that the server has seen reports before
  for (let round = 0; round < REPORT_ROUNDS; round += 1) {
    const [first, second] = [batchesFor(REPORT_ROUND_MS), batchesFor(REPORT_ROUND_MS)];
    quiet.push(...(await latencies(asker, BIG_QUESTION)));
    const alone = await reportFor(world, REPORT_ROUND_MS, first);
    const end = performance.now() + REPORT_ROUND_MS;
    const [together] = await Promise.all([reportFor(world, REPORT_ROUND_MS, second), askUntil(asker, end, busy)]);
    kept.push(together / alone);
    console.log(`  reports alone ${alone.toFixed(0)}/s, with questions ${together.toFixed(0)}/s`);
  }
  for (const found of [quiet, busy]) found.sort((a, b) => a - b);
  const ratio = quantile(busy, 0.95) / quantile(quiet, 0.95);
  console.log(
    `while reporting: p50 ${quantile(busy, 0.5).toFixed(0)} ms, p95 ${quantile(busy, 0.95).toFixed(0)} ms, quiet p95 ${quantile(quiet, 0.95).toFixed(0)} ms: × ${ratio.toFixed(2)} (target ≤ 3); ` +
      `reports keep ${median(kept).toFixed(2)} of their rate (target ≥ 0.8)`,
  );
}

async function askUntil(asker: Asker, end: number, found: number[]): Promise<void> {
  while (performance.now() < end) {
    const { ms } = await asker.ask(BIG_QUESTION);
    found.push(ms);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, QUESTION_EVERY_MS - ms)));
  }
}

/** Events per second over so long. The bodies are made before, so that client and question do not wait for it. */
async function reportFor({ url, key }: World, ms: number, bodies: readonly string[]): Promise<number> {
  const start = performance.now();
  const end = start + ms;
  let sent = 0;
  const send = async (): Promise<void> => {
    const connection = new Connection(url, key);
    while (performance.now() < end && sent < bodies.length) await connection.post(bodies[sent++]!);
    connection.close();
  };
  await Promise.all(Array.from({ length: REPORT_CONNECTIONS }, send));
  return (sent * BATCH) / ((performance.now() - start) / 1000);
}

function batchesFor(ms: number): string[] {
  const events = () => Array.from({ length: BATCH }, (_, n) => report(`c${n % SPREAD_CUSTOMERS}`));
  return Array.from({ length: (ms / 1000) * MOST_BATCHES_PER_SECOND }, () =>
    JSON.stringify({ query: REPORT, variables: { input: { events: events() } } }),
  );
}

async function showDisk({ database }: World): Promise<void> {
  const { rows } = await database.pool.query<{ name: string; bytes: bigint }>(
    `SELECT relname AS name, pg_total_relation_size(oid) AS bytes FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 6`,
  );
  const bytesOf = (name: string) => Number(rows.find((row) => row.name === name)?.bytes ?? 0);
  const share = (bytesOf('usage_rollup') + bytesOf('dimension_set')) / bytesOf('usage_event');
  console.log(`disk: ${rows.map(({ name, bytes }) => `${name} ${Math.round(Number(bytes) / 2 ** 20)} MB`).join(', ')}`);
  console.log(`rollups and dictionary / events with their indexes: ${share.toFixed(2)} (target ≤ 0.5)`);
}
