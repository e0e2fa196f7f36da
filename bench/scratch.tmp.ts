import { mkdtempSync, chmodSync } from 'node:fs';
import { fillPopulation } from './population';
import { creditUsage, creditUsagePoints } from '../src/operations/credit-usage';
import { RollupBuilder } from '../src/operations/rollup-builder';
import { startEmbeddedPostgres } from '../src/store/embedded-postgres';
import { migrate } from '../src/store/migrate';
import { Database } from '../src/store/database';
import { createFirstEnvironment } from '../src/operations/create-first-environment';
import { createCurrency } from '../src/operations/create-currency';
import { createFeature } from '../src/operations/create-feature';
import { createPlan } from '../src/operations/create-plan';
import { createPlanDraft } from '../src/operations/create-plan-draft';
import { publishPlanVersion } from '../src/operations/publish-plan-version';
import { setRate } from '../src/operations/set-rate';
import { FEATURES, FORMULA, CURRENCY } from './world';

const N = Number(process.env.N ?? 40);
const BIG = Number(process.env.BIGN ?? 1_000_000);
async function main() {
  const folder = mkdtempSync('/tmp/scratch/pg-'); chmodSync('/tmp/scratch', 0o755); chmodSync(folder, 0o755);
  const postgres = await startEmbeddedPostgres({ folder });
  await migrate(postgres.connectionString);
  const database = new Database({ connectionString: postgres.connectionString, connections: 10 });
  console.log(postgres.connectionString);
  const now = new Date('2025-01-01T00:00:00Z');
  const first = (await createFirstEnvironment(database, now))!;
  const context = { environmentKey: first.environment.key, environmentId: first.environment.id, now } as never as any;
  await createCurrency(database, context, { id: CURRENCY, name: 'Credits', unitSingular: 'credit', unitPlural: 'credits' });
  for (const id of FEATURES) await createFeature(database, context, { id, name: id, unit: 'request' });
  await createPlan(database, context, { id: 'pro', name: 'Pro' });
  await createPlanDraft(database, context, 'pro');
  for (const [index, featureId] of FEATURES.entries())
    await setRate(database, context, { planId: 'pro', version: 1, currencyId: CURRENCY, mode: 'FORMULA', featureId, formula: `${index + 1} * (${FORMULA})` });
  await publishPlanVersion(database, context, { planId: 'pro', version: 1 });
  await database.pool.query(`INSERT INTO customer (environment_key, id, name, metadata, created_at) SELECT $1, 'c' || i, 'Customer', '{}', now() FROM generate_series(0, $2::int) AS i`, [context.environmentKey, N]);
  for (const s of [`INSERT INTO customer_plan (customer_key, valid_from, plan_key, created_at) SELECT c.key, '2025-01-01', p.key, now() FROM customer c, plan p`,
    `INSERT INTO pool (customer_key, currency_key) SELECT c.key, u.key FROM customer c, currency u`,
    `INSERT INTO credit_grant (customer_key, pool_key, amount, remaining, category, priority, effective_at, metadata, created_at)
     SELECT customer_key, key, 1000000000, 1000000000, 'PAID', 0, now(), '{}', now() FROM pool`]) await database.pool.query(s);
  const DAY = 86_400_000;
  const to = new Date((Math.floor(Date.now() / DAY) + 1) * DAY); const from = new Date(to.getTime() - 31 * DAY);
  await fillPopulation(database, { eventsOf: new Map(Array.from({ length: N + 1 }, (_, n) => [`c${n}`, n === 0 ? BIG : n === 1 ? 10_000 : 8_991])), from, to: new Date() });
  const builder = new RollupBuilder(database, (e) => console.log('trouble', e)); builder.start();
  const here = { ...context, now: new Date() };
  const page = { size: 20, backward: false, after: null, before: null };
  const ask = async (customerId: string | null, groupBy: string[], points = true) => {
    const start = performance.now();
    const b = await creditUsage(database, here, { currencyId: CURRENCY, customerId, groupBy, from, to, interval: 'DAY' } as never, page);
    const mid = performance.now();
    if (points) await creditUsagePoints(database, b.query, b.series);
    return { ms: performance.now() - start, pageMs: mid - start, from: b.computedFrom, n: b.seriesCount };
  };
  const K = ['user', 'model', 'region'];
  for (const [id, keys] of [['c0', K], ['c1', K], [null, ['model']], ['c1', ['model']], ['c0', ['featureId']], ['c0', [...K, 'workspace']]] as [string | null, string[]][]) {
    const firstTime = await ask(id, keys);
    await new Promise((r) => setTimeout(r, 300)); const s = performance.now(); await builder.idle();
    const built = performance.now() - s;
    const list = []; for (let i = 0; i < 25; i++) list.push(await ask(id, keys));
    list.sort((a, b) => a.ms - b.ms);
    console.log(id, keys.join(), 'first', firstTime.ms.toFixed(0), firstTime.from, 'built', built.toFixed(0), 'now', list[0]!.from, 'n', list[0]!.n, 'min', list[0]!.ms.toFixed(1), 'page', list[0]!.pageMs.toFixed(1), 'p50', list[12]!.ms.toFixed(1), 'p95', list[23]!.ms.toFixed(1));
  }
  const { rows } = await database.pool.query(`SELECT relname, pg_total_relation_size(oid) AS bytes, pg_relation_size(oid) AS heap, reltuples FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 5`);
  console.log(rows);
  console.log((await database.pool.query(`SELECT customer_key, key, dimensions, by_rate, state, size FROM rollup WHERE customer_key < 4 ORDER BY 1,2`)).rows);
  console.log('stay', process.pid);
  if (process.env.STAY) await new Promise((r) => setTimeout(r, Number(process.env.STAY) * 1000));
  await builder.close(); await database.close(); await postgres.stop();
}
main().catch((e) => { console.error(e); process.exit(1); });
