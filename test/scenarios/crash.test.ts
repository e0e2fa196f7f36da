import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { sellCalls } from '../support/catalog';
import { startProcess, temporaryFolder, type ServerProcess } from '../support/process';

const PROJECT = join(__dirname, '..', '..');
const CUSTOMERS = ['ada', 'bob', 'cleo'];
const CRASHES = 2;
const LOAD_MS = 1_500;
const GRANTED = 1_000_000n;

beforeAll(() => {
  execFileSync(process.execPath, [join(PROJECT, 'scripts', 'build.js'), 'if-stale'], { stdio: 'ignore' });
}, 300_000);

interface Report {
  readonly customerId: string;
  readonly idempotencyKey: string;
  readonly featureId: 'calls';
  readonly value: string;
  readonly dimensions: { readonly user: string };
}

interface Result {
  readonly duplicate: boolean;
  readonly event: { readonly id: string } | null;
  readonly error: { readonly code: string } | null;
}

/** What the clients have sent and what they were told, over all crashes. */
class Clients {
  readonly sent = new Map<string, Report>();
  /** The ids of the events, by key, of which a client has an answer. */
  readonly answered = new Map<string, string>();

  constructor(private readonly key: string) {}

  async ask(server: ServerProcess, query: string, variables: object = {}) {
    const headers = { 'content-type': 'application/json', 'x-api-key': this.key };
    const response = await fetch(`${server.base()}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const { data, errors } = (await response.json()) as { data: any; errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** Reports one after the other, batches of `size`, until the server is gone. */
  async reportUntilGone(server: ServerProcess, size: number): Promise<void> {
    for (;;) {
      const reports = Array.from({ length: size }, () => this.nextReport());
      try {
        await this.report(server, reports);
      } catch {
        return;
      }
    }
  }

  async report(server: ServerProcess, events: readonly Report[]): Promise<readonly Result[]> {
    const mutation = `mutation ($events: [ReportUsageInput!]!) {
      reportUsageBatch(input: { events: $events }) { results { duplicate event { id } error { code } } }
    }`;
    const { results }: { results: readonly Result[] } = (await this.ask(server, mutation, { events })).reportUsageBatch;
    for (const [i, { event }] of results.entries()) if (event) this.answered.set(events[i]!.idempotencyKey, event.id);
    return results;
  }

  private nextReport(): Report {
    const n = this.sent.size;
    const customerId = CUSTOMERS[n % CUSTOMERS.length]!;
    const report: Report = {
      customerId,
      featureId: 'calls',
      idempotencyKey: `report-${n}`,
      value: String(1 + (n % 7)),
      dimensions: { user: `u${n % 5}` },
    };
    this.sent.set(report.idempotencyKey, report);
    return report;
  }

  /** Every event there is, by key; fails where a key has two. */
  async everyEvent(server: ServerProcess): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let after: string | null = null, more = true; more;) {
      const query =
        'query ($after: String) { usageEvents(first: 100, after: $after) { edges { node { id idempotencyKey } } pageInfo { hasNextPage endCursor } } }';
      const { usageEvents } = await this.ask(server, query, { after });
      for (const { node } of usageEvents.edges) {
        expect(found.has(node.idempotencyKey)).toBe(false);
        found.set(node.idempotencyKey, node.id);
      }
      [after, more] = [usageEvents.pageInfo.endCursor, usageEvents.pageInfo.hasNextPage];
    }
    return found;
  }

  /** The balances and the audits of all customers agree with these reports. */
  async expectBooks(server: ServerProcess, kept: Iterable<string>): Promise<void> {
    const consumed = new Map<string, bigint>();
    for (const idempotencyKey of kept) {
      const { customerId, value } = this.sent.get(idempotencyKey)!;
      consumed.set(customerId, (consumed.get(customerId) ?? 0n) + BigInt(value));
    }
    for (const customerId of CUSTOMERS) {
      const query = `query ($id: ID!) {
        creditBalance(input: { customerId: $id, currencyId: "credits" }) { balance }
        auditLedger(input: { customerId: $id }) { ok differences { kind detail } }
      }`;
      expect(await this.ask(server, query, { id: customerId })).toEqual({
        creditBalance: { balance: String(GRANTED - (consumed.get(customerId) ?? 0n)) },
        auditLedger: { ok: true, differences: [] },
      });
    }
  }
}

const CATALOG = `mutation {
  ${sellCalls('value')}
  ${CUSTOMERS.map(
    (id) => `c_${id}: createCustomer(input: { id: "${id}", name: "${id}", planId: "pro" }) { customer { id } }
      g_${id}: grantCredits(input: { customerId: "${id}", currencyId: "credits", amount: "${GRANTED}", category: PAID }) { grant { id } }`,
  ).join('\n')}
}`;

test('a server killed in the middle of a load of reports keeps every answered event exactly once, and its books balance', async () => {
  const environment = { DRAWDOWN_DATA: temporaryFolder() };
  let server = await startProcess({ environment });
  const clients = new Clients(server.key()!);
  await clients.ask(server, CATALOG);
  for (let crash = 0; crash < CRASHES; crash++) {
    const load = Promise.all([1, 1, 1, 1, 50, 200].map((size) => clients.reportUntilGone(server, size)));
    await sleep(LOAD_MS);
    server.child.kill('SIGKILL');
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await load;
    const answeredBefore = clients.answered.size;
    server = await startProcess({ environment });
    const kept = await clients.everyEvent(server);
    expect(answeredBefore).toBeGreaterThan(100);
    expect([...clients.answered].filter(([key, id]) => kept.get(key) !== id)).toEqual([]);
    await clients.expectBooks(server, kept.keys());
  }
  const kept = await clients.everyEvent(server);
  const sent = [...clients.sent.values()];
  for (let start = 0; start < sent.length; start += 1000) {
    const some = sent.slice(start, start + 1000);
    const results = await clients.report(server, some);
    expect(results.map(({ duplicate }) => duplicate)).toEqual(some.map(({ idempotencyKey }) => kept.has(idempotencyKey)));
  }
  expect((await clients.everyEvent(server)).size).toBe(sent.length);
  await clients.expectBooks(server, clients.sent.keys());
  server.child.kill('SIGTERM');
  expect(await server.exited).toEqual({ code: 0, signal: null });
}, 240_000);
