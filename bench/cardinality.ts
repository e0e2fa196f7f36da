import type { Context } from '../src/operations/context';
import { creditUsage } from '../src/operations/credit-usage';
import { updateFeature } from '../src/operations/update-feature';
import { UsageCollector } from '../src/operations/usage-collector';
import type { Database } from '../src/store/database';
import { DimensionDictionary } from '../src/store/dimension-sets';
import { PriceBook } from '../src/store/price-book';
import { CURRENCY, FEATURE, makeWorld } from './world';

/*
 * What dimensions with many values cost, rolled up as a seller may demand and as the server decides by itself. Each kind of usage is reported for two
 * customers of their own, evenly over 31 days: BENCH_CARDINALITY_EVENTS events (200,000), five times as many of the kind that has few values.
 */

const EVENTS = Number(process.env['BENCH_CARDINALITY_EVENTS'] ?? 200_000);
const BATCH = 1_000;
const RANGE_MS = 31 * 86_400_000;

interface Kind {
  readonly name: string;
  readonly events: number;
  /** The dimension that is asked for last. */
  readonly widest: string;
  readonly dimensions: (index: number) => Record<string, string>;
}

const any = (count: number) => Math.floor(Math.random() * count);
const few = () => ({ user: `user-${any(50)}`, workspace: `workspace-${any(5)}`, model: `model-${any(12)}`, region: `region-${any(4)}` });
const ofSession = (index: number, count: number) => (index * 7919) % count;

const KINDS: readonly Kind[] = [
  { name: 'user 50 × workspace 5 × model 12 × region 4', events: 5 * EVENTS, widest: 'user', dimensions: few },
  { name: 'the same with a request id', events: EVENTS, widest: 'request', dimensions: (index) => ({ ...few(), request: `request-${index}` }) },
  {
    name: 'sessions of 10 events, any model',
    events: EVENTS,
    widest: 'session',
    dimensions: (index) => {
      const session = Math.floor(index / 200) * 20 + any(20);
      return { session: `session-${session}`, user: `user-${ofSession(session, 50)}`, model: `model-${any(12)}` };
    },
  },
  {
    name: 'sessions of 10 events, one model each',
    events: EVENTS,
    widest: 'session',
    dimensions: (index) => {
      const session = Math.floor(index / 200) * 20 + any(20);
      return { session: `session-${session}`, user: `user-${ofSession(session, 50)}`, model: `model-${ofSession(session, 12)}` };
    },
  },
  { name: 'user 50,000', events: EVENTS, widest: 'user', dimensions: () => ({ user: `user-${any(50_000)}`, model: 'model-1' }) },
  { name: 'user 50,000 × model 12', events: EVENTS, widest: 'user', dimensions: () => ({ user: `user-${any(50_000)}`, model: `model-${any(12)}` }) },
];

const NAMES = ['user', 'workspace', 'model', 'region', 'request', 'session'];

export async function benchCardinality(): Promise<void> {
  const { database, environmentKey, close } = await makeWorld();
  const context = (): Context => ({ environmentKey, environmentId: 'main', now: new Date() });
  try {
    let customer = 0;
    for (const rolledUpDimensions of [NAMES, []]) {
      await updateFeature(database, context(), { id: FEATURE, rolledUpDimensions });
      console.log(rolledUpDimensions.length > 0 ? 'all rolled up, as a seller may demand' : 'as the server decides');
      for (const kind of KINDS) await measure(database, context, kind, `c${customer++}`);
    }
  } finally {
    await close();
  }
}

async function measure(database: Database, context: () => Context, kind: Kind, customerId: string): Promise<void> {
  const before = await bytes(database);
  const seconds = await report(database, context, kind, customerId);
  const after = await bytes(database);
  const { sets, cells, loose } = await counts(database, customerId);
  const perEvent = (count: number) => (count / kind.events).toFixed(2);
  const share = (100 * (after.rollups - before.rollups)) / (after.events - before.events);
  const [model, widest] = [await ask(database, context(), customerId, 'model'), await ask(database, context(), customerId, kind.widest)];
  console.log(
    `  ${kind.name}: ${sets} sets (${perEvent(sets)} per event), ${perEvent(cells)} cells and ${perEvent(after.rollups - before.rollups)} bytes per event, ` +
      `${share.toFixed(0)} % of events and ledger; loose: ${loose ?? 'none'}; ${Math.round(kind.events / seconds)} events/s; by model ${model}, by ${kind.widest} ${widest}`,
  );
}

async function report(database: Database, context: () => Context, { events, dimensions }: Kind, customerId: string): Promise<number> {
  const noteBug = (error: unknown) => console.error(error);
  const collector = new UsageCollector({ database, prices: new PriceBook(), dictionary: new DimensionDictionary() }, noteBug);
  const [start, first] = [performance.now(), Date.now() - RANGE_MS];
  for (let from = 0; from < events; from += BATCH) {
    const reports = Array.from({ length: Math.min(BATCH, events - from) }, (_, place) => {
      const index = from + place;
      const timestamp = new Date(first + Math.floor((index / events) * RANGE_MS));
      const tokens = { input: 100 + (index % 4000), output: 1 + (index % 700) };
      return { customerId, featureId: FEATURE, idempotencyKey: `event-${index}`, timestamp, dimensions: { ...dimensions(index), ...tokens } };
    });
    const refused = (await collector.report(context(), reports)).find((outcome) => 'error' in outcome);
    if (refused) throw new Error('A report was refused.', { cause: refused });
  }
  await collector.drain();
  return (performance.now() - start) / 1000;
}

async function bytes(database: Database): Promise<{ rollups: number; events: number }> {
  const { rows } = await database.pool.query<{ rollups: bigint; events: bigint }>(
    `SELECT pg_total_relation_size('usage_rollup') + pg_total_relation_size('dimension_set') AS rollups,
            pg_total_relation_size('usage_event') + pg_total_relation_size('ledger_entry') AS events`,
  );
  return { rollups: Number(rows[0]!.rollups), events: Number(rows[0]!.events) };
}

async function counts(database: Database, customerId: string): Promise<{ sets: number; cells: number; loose: string | null }> {
  const { rows } = await database.pool.query<{ sets: bigint; cells: bigint; loose: string | null }>(
    `SELECT (SELECT count(*) FROM dimension_set s WHERE s.customer_key = c.key) AS sets, (SELECT count(*) FROM usage_rollup r WHERE r.customer_key = c.key) AS cells,
            (SELECT string_agg(name, ', ') FROM dimension_key k WHERE k.customer_key = c.key AND k.loose AND k.type <> 'NUMBER') AS loose
     FROM customer c WHERE c.id = $1`,
    [customerId],
  );
  return { ...rows[0]!, sets: Number(rows[0]!.sets), cells: Number(rows[0]!.cells) };
}

/** Milliseconds of the second of two questions, and how it was answered. */
async function ask(database: Database, context: Context, customerId: string, key: string): Promise<string> {
  const question = () => creditUsage(database, context, { customerId, currencyId: CURRENCY, groupBy: [key], range: 'LAST_MONTH' }, FIRST_20);
  await question();
  const start = performance.now();
  const { computedFrom } = await question();
  return `${(performance.now() - start).toFixed(0)} ms from ${computedFrom}`;
}

const FIRST_20 = { size: 20, backward: false, after: null, before: null };
