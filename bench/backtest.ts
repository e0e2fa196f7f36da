import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../src/operations/context';
import { UsageCollector } from '../src/operations/usage-collector';
import type { Database } from '../src/store/database';
import { DimensionDictionary } from '../src/store/dimension-sets';
import { PriceBook } from '../src/store/price-book';
import { Connection, median } from './client';
import { report } from './reporting';
import { FORMULA, makeWorld, SPREAD_CUSTOMERS, type World } from './world';

/*
 * Back-tests over HTTP of usage that was reported in the ordinary way: half of it of one customer, the other half spread over a thousand. A draft like the live
 * version, which must find no difference, and a dearer one, in turns; and twice the events, for which the server must not need more memory.
 */

const ROUNDS = 5;
const BATCH = 1_000;
const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 200_000);

interface Answer {
  readonly data: {
    readonly backtest: {
      readonly state: string;
      readonly eventsDone: number;
      readonly result: { readonly currencies: readonly { readonly total: { readonly change: string; readonly eventCount: number } }[] } | null;
    };
  };
}

export async function benchBacktest(): Promise<void> {
  const world = await makeWorld();
  try {
    await reportUsage(world.database, world.environmentKey, EVENTS);
    const rates = { same: FORMULA, dearer: `(${FORMULA}) * 1.1 + (model == "model-3" ? 0.5 : 0)` };
    const perSecond: Record<keyof typeof rates, number[]> = { same: [], dearer: [] };
    await backtest(world, rates.same);
    for (let round = 0; round < ROUNDS; round++)
      for (const name of ['same', 'dearer'] as const) {
        const { seconds, events, change } = await backtest(world, rates[name]);
        if (name === 'same' && change !== '0') throw new Error(`The same rates make a difference of ${change}.`);
        perSecond[name].push(events / seconds);
      }
    const before = await world.peakResidentBytes();
    await reportUsage(world.database, world.environmentKey, EVENTS);
    await backtest(world, rates.dearer);
    show(perSecond, before, await world.peakResidentBytes());
  } finally {
    await world.close();
  }
}

/** Reports in this process, so that the server's memory is that of back-tests alone. */
async function reportUsage(database: Database, environmentKey: number, events: number): Promise<void> {
  const collector = new UsageCollector({ database, prices: new PriceBook(), dictionary: new DimensionDictionary() }, (error) => console.error(error));
  for (let from = 0; from < events; from += BATCH) {
    const context: Context = { environmentKey, environmentId: 'main', now: new Date() };
    const customer = (n: number) => (n % 2 === 0 ? 'hot' : `c${(n + from) % SPREAD_CUSTOMERS}`);
    const outcomes = await collector.report(
      context,
      Array.from({ length: BATCH }, (_, n) => report(customer(n))),
    );
    if (outcomes.some((outcome) => 'error' in outcome)) throw new Error('A report was refused.');
  }
  await collector.drain();
}

/** On a connection of its own: the server ends those that are idle for long. */
async function backtest({ url, key }: World, formula: string): Promise<{ seconds: number; events: number; change: string }> {
  const connection = new Connection(url, key);
  try {
    return await backtestOn(connection, formula);
  } finally {
    connection.close();
  }
}

async function backtestOn(connection: Connection, formula: string): Promise<{ seconds: number; events: number; change: string }> {
  const start = performance.now();
  const input = { planId: 'pro', rate: { featureId: 'chat', mode: 'FORMULA', formula } };
  const query = 'mutation($input: BacktestPlanInput!) { backtestPlan(input: $input) { backtest { id } } }';
  const asked = JSON.parse((await connection.post(JSON.stringify({ query, variables: { input } }))).toString()) as {
    data: { backtestPlan: { backtest: { id: string } } };
  };
  const { id } = asked.data.backtestPlan.backtest;
  for (;;) {
    await sleep(20);
    const question = 'query($id: ID!) { backtest(id: $id) { state eventsDone result { currencies { total { change eventCount } } } } }';
    const { data } = JSON.parse((await connection.post(JSON.stringify({ query: question, variables: { id } }))).toString()) as Answer;
    const { state, eventsDone, result } = data.backtest;
    if (state === 'QUEUED' || state === 'RUNNING') continue;
    if (state !== 'DONE') throw new Error(`The back-test is ${state}.`);
    return { seconds: (performance.now() - start) / 1000, events: eventsDone, change: result!.currencies[0]!.total.change };
  }
}

function show(perSecond: Record<string, number[]>, before: number, after: number): void {
  for (const [name, rates] of Object.entries(perSecond))
    console.log(`  events/s, ${name} rates: ${Math.round(median(rates))} (${rates.map(Math.round).join(', ')})   (≥ 20,000)`);
  console.log(
    `  peak resident memory of the server: ${(before / 1e6).toFixed(0)} MB; with twice the events ${(after / 1e6).toFixed(0)} MB   (no more)`,
  );
}
