import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { BACKTEST } from '../support/backtests';
import { sellCalls } from '../support/catalog';
import { testDatabaseUrl } from '../support/database';
import { startProcess, type ServerProcess } from '../support/process';

const PROJECT = join(__dirname, '..', '..');
const CUSTOMERS = Array.from({ length: 30 }, (_, i) => `customer-${i}`);
/** More than 100,000 in all: so many are written at once. */
const EVENTS_PER_CUSTOMER = 4_000;
const BATCH = 1_000;
const MOST_ATTEMPTS = 5;
let url: string;
let key: string;

beforeAll(() => {
  execFileSync(process.execPath, [join(PROJECT, 'scripts', 'build.js'), 'if-stale'], { stdio: 'ignore' });
}, 300_000);

async function ask(server: ServerProcess, query: string, variables: object = {}) {
  const headers = { 'content-type': 'application/json', 'x-api-key': key };
  const response = await fetch(`${server.base()}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = (await response.json()) as { data: any; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

async function fill(server: ServerProcess): Promise<void> {
  await ask(server, `mutation { ${sellCalls('tokens * 0.5')} }`);
  const report = 'mutation ($events: [ReportUsageInput!]!) { reportUsageBatch(input: { events: $events }) { acceptedCount } }';
  for (const [i, customerId] of CUSTOMERS.entries()) {
    await ask(server, 'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id } } }', {
      input: { id: customerId, name: customerId, planId: 'pro' },
    });
    const grant = { customerId, currencyId: 'credits', amount: String(1_000 * (i + 1)), category: 'PAID' };
    await ask(server, 'mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) { grant { id } } }', { input: grant });
    const events = Array.from({ length: EVENTS_PER_CUSTOMER }, (_, n) => ({
      customerId,
      featureId: 'calls',
      idempotencyKey: `report-${n}`,
      dimensions: n % 97 === 0 ? { tokens: n, model: 'small' } : { tokens: n, model: n % 3 === 0 ? 'large' : 'small', extra: n },
    }));
    for (let start = 0; start < events.length; start += BATCH)
      expect((await ask(server, report, { events: events.slice(start, start + BATCH) })).reportUsageBatch).toEqual({ acceptedCount: BATCH });
  }
}

/** Dear for some, cheaper for others, and refused where the event has no `extra`. */
const FORMULA = 'model == "large" ? tokens * 1.5 + extra / 7 : tokens * 0.25 + extra * 0';

async function begin(server: ServerProcess): Promise<string> {
  const input = { planId: 'pro', rate: { featureId: 'calls', mode: 'FORMULA', formula: FORMULA } };
  return (await ask(server, 'mutation ($input: BacktestPlanInput!) { backtestPlan(input: $input) { backtest { id } } }', { input })).backtestPlan
    .backtest.id;
}

/** What is found, without what tells one back-test from another. */
async function findings(server: ServerProcess, id: string): Promise<object> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const { state } = (await ask(server, 'query ($id: ID!) { backtest(id: $id) { state } }', { id })).backtest;
    if (state === 'DONE') break;
    if ((state !== 'QUEUED' && state !== 'RUNNING') || Date.now() > deadline) throw new Error(`The back-test is ${state}.`);
    await sleep(100);
  }
  const { backtest } = await ask(server, `query ($id: ID!) { backtest(id: $id) { ${BACKTEST} } }`, { id });
  const { id: _id, from: _from, to: _to, asOf: _asOf, createdAt: _createdAt, finishedAt: _finishedAt, ...found } = backtest;
  return found;
}

interface Job {
  readonly state: string;
  readonly done: number;
  readonly attempts: number;
}

/** How far the newest back-test is, as it stands in the database whoever is alive. `done`: the events of the customers that are finished. */
async function newestJob(database: Client): Promise<Job> {
  const { rows } = await database.query<Job>('SELECT state::text, done_events::int AS done, attempts FROM backtest ORDER BY key DESC LIMIT 1');
  return rows[0]!;
}

/** Kills the server when some customers are finished; false where all were before that. */
async function killWithin(server: ServerProcess, database: Client): Promise<boolean> {
  for (let job = await newestJob(database); job.done === 0; job = await newestJob(database)) await sleep(2);
  server.child.kill('SIGKILL');
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
  const { state, done } = await newestJob(database);
  return state === 'RUNNING' && done > 0 && done < CUSTOMERS.length * EVENTS_PER_CUSTOMER;
}

test('a server killed in the middle of a back-test leaves it to another process, which goes on with it and finds exactly the same', async () => {
  url = await testDatabaseUrl();
  const environment = { DATABASE_URL: url };
  let server = await startProcess({ environment });
  key = server.key()!;
  const database = new Client({ connectionString: url });
  await database.connect();
  try {
    await fill(server);
    const undisturbed = await findings(server, await begin(server));
    let [isKilled, id] = [false, ''];
    for (let attempt = 0; attempt < MOST_ATTEMPTS && !isKilled; attempt += 1) {
      id = await begin(server);
      isKilled = await killWithin(server, database);
      server = await startProcess({ environment });
    }
    expect(isKilled).toBe(true);
    expect(await findings(server, id)).toEqual(undisturbed);
    expect(await newestJob(database)).toEqual({ state: 'DONE', done: CUSTOMERS.length * EVENTS_PER_CUSTOMER, attempts: 2 });
  } finally {
    await database.end();
    server.child.kill('SIGTERM');
    await server.exited;
  }
}, 300_000);
