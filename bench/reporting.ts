import { Connection, median, sendAll, type Rate } from './client';
import { insertPlainRows } from './floor';
import { reportByPrisma } from './prisma-per-event';
import { FEATURE, makeWorld, SPREAD_CUSTOMERS, type World } from './world';

/*
 * Reporting usage over HTTP against the floor (plain inserts of the same rows), against the same server without a database,
 * and against a straightforward Prisma transaction per event. All in turns, so that the machine's moods meet all of them; ratios per round, then medians.
 */

const ROUNDS = 5;
const BATCH = 1_000;
const BATCHES = 40;
const BATCH_CONNECTIONS = 4;
const SINGLES = 6_000;
const SINGLE_CONNECTIONS = 64;
const PRISMA_EVENTS = 200;

const BATCH_MUTATION =
  'mutation($input: ReportUsageBatchInput!) { reportUsageBatch(input: $input) { results { duplicate event { id charge { cost balanceAfter } } error { code message } } } }';
const EVENTS_MUTATION =
  'mutation($input: ReportEventsInput!) { reportEvents(input: $input) { results { duplicate events { id charge { cost balanceAfter } } error { code message } } } }';
const SINGLE_MUTATION = 'mutation($input: ReportUsageInput!) { reportUsage(input: $input) { duplicate event { id charge { cost balanceAfter } } } }';

const START_SHADOW = 'mutation { startShadow(input: { planId: "pro", version: 1 }) { shadow { id } } }';
const STOP_SHADOW = 'mutation { stopShadow(input: { planId: "pro" }) { shadow { id } } }';

/** Of this run, so that none of its events has been reported by another on the same data. */
const RUN = Date.now().toString(36);
let reported = 0;

/** A plausible event: 50 users in 5 workspaces, 12 models, 4 regions, and token counts. */
export function report(customerId: string) {
  const n = reported++;
  const dimensions = {
    user: `user-${(n * 7) % 50}`,
    workspace: `workspace-${n % 5}`,
    model: `model-${(n * 11) % 12}`,
    region: `region-${n % 4}`,
    input: 100 + ((n * 977) % 4_000),
    output: 1 + ((n * 53) % 700),
  };
  return { customerId, featureId: FEATURE, idempotencyKey: `${RUN}-${n}`, dimensions };
}

/** The same as a raw event, which the meter of the feature matches. */
function rawEvent(customerId: string) {
  const { featureId, ...rest } = report(customerId);
  return { ...rest, eventName: featureId };
}

const spreadCustomer = (n: number) => `c${n % SPREAD_CUSTOMERS}`;

function batchBodies(customer: (n: number) => string, query = BATCH_MUTATION, one: (customerId: string) => object = report): string[] {
  const events = () => Array.from({ length: BATCH }, (_, n) => one(customer(n)));
  return Array.from({ length: BATCHES }, () => JSON.stringify({ query, variables: { input: { events: events() } } }));
}

function singleBodies(customer: (n: number) => string): string[] {
  return Array.from({ length: SINGLES }, (_, n) => JSON.stringify({ query: SINGLE_MUTATION, variables: { input: report(customer(n)) } }));
}

interface Round {
  readonly floor: number;
  readonly batchSpread: number;
  readonly batchHot: number;
  readonly events: number;
  readonly shadowed: number;
  readonly memory: Rate;
  readonly single: Rate;
  readonly singleHot: Rate;
  readonly prisma: number;
  readonly prismaHot: number;
}

async function measureRound({ database, environmentKey, url, memoryUrl, key }: World): Promise<Round> {
  const batch = async (customer: (n: number) => string) => BATCH * (await sendAll(url, key, BATCH_CONNECTIONS, batchBodies(customer))).perSecond;
  const single = (to: string, customer: (n: number) => string) => sendAll(to, key, SINGLE_CONNECTIONS, singleBodies(customer));
  const reports = (customer: (n: number) => string) => Array.from({ length: PRISMA_EVENTS }, (_, n) => report(customer(n)));
  return {
    floor: await insertPlainRows(database, BATCHES, BATCH),
    batchSpread: await batch(spreadCustomer),
    batchHot: await batch(() => 'hot'),
    events: BATCH * (await sendAll(url, key, BATCH_CONNECTIONS, batchBodies(spreadCustomer, EVENTS_MUTATION, rawEvent))).perSecond,
    shadowed: await withShadow(url, key, () => batch(spreadCustomer)),
    memory: await single(memoryUrl, spreadCustomer),
    single: await single(url, spreadCustomer),
    singleHot: await single(url, () => 'hot'),
    prisma: await reportByPrisma(database, environmentKey, reports(spreadCustomer)),
    prismaHot: await reportByPrisma(
      database,
      environmentKey,
      reports(() => 'hot'),
    ),
  };
}

/** While the rates of the only version are evaluated beside themselves. */
async function withShadow(url: string, key: string, work: () => Promise<number>): Promise<number> {
  const ask = async (query: string): Promise<void> => {
    const connection = new Connection(url, key);
    await connection.post(JSON.stringify({ query }));
    connection.close();
  };
  await ask(START_SHADOW);
  const rate = await work();
  await ask(STOP_SHADOW);
  return rate;
}

export async function benchReporting(): Promise<void> {
  const world = await makeWorld();
  try {
    await sendAll(world.url, world.key, BATCH_CONNECTIONS, batchBodies(spreadCustomer));
    await sendAll(
      world.url,
      world.key,
      BATCH_CONNECTIONS,
      batchBodies(() => 'hot'),
    );
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push(await measureRound(world));
      console.log(lineOf(rounds.at(-1)!));
    }
    show(rounds, await world.peakResidentBytes());
  } finally {
    await world.close();
  }
}

function lineOf(round: Round): string {
  const numbers = Object.entries(round).map(
    ([name, value]) => `${name} ${Math.round(typeof value === 'number' ? value : (value as Rate).perSecond)}/s`,
  );
  return `  ${numbers.join('  ')}`;
}

function show(rounds: readonly Round[], peakResidentBytes: number): void {
  const of = (ratio: (round: Round) => number) => median(rounds.map(ratio)).toFixed(2);
  const lines: [string, string, string][] = [
    ['reportUsageBatch of 1,000, spread / floor', of((r) => r.batchSpread / r.floor), '≥ 0.12, aim 0.2'],
    ['reportUsageBatch of 1,000, hot / spread', of((r) => r.batchHot / r.batchSpread), '≥ 0.8'],
    ['reportEvents of 1,000 / reportUsageBatch, spread', of((r) => r.events / r.batchSpread), '≥ 0.8'],
    ['reportUsageBatch with a shadow / without, spread', of((r) => r.shadowed / r.batchSpread), '≥ 0.9'],
    ['reportUsage singly, spread / no database', of((r) => r.single.perSecond / r.memory.perSecond), '≥ 0.5'],
    ['reportUsage singly, hot / spread', of((r) => r.singleHot.perSecond / r.single.perSecond), '≥ 0.8'],
    ['reportUsage singly, p99 / p50', of((r) => r.single.p99Ms / r.single.p50Ms), '< 5'],
    ['reportUsageBatch / Prisma transaction per event, spread', of((r) => r.batchSpread / r.prisma), '≥ 20'],
    ['reportUsageBatch / Prisma transaction per event, hot', of((r) => r.batchHot / r.prismaHot), '≥ 20'],
    ['peak resident memory of the server, MB', (peakResidentBytes / 1e6).toFixed(0), '< 300'],
  ];
  for (const [what, measured, wanted] of lines) console.log(`${what.padEnd(60)} ${measured.padStart(8)}   (${wanted})`);
}
