import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { Seller } from '../support/seller';
import { creditsToText } from '../../src/domain/credits';
import { creditUsageChanges } from '../../src/operations/credit-usage-changes';
import { UsageFeed } from '../../src/operations/usage-feed';
import type { Database } from '../../src/store/database';
import { codeOf } from '../support/catalog';
import { testDatabase } from '../support/database';
import { testEnvironment, testServer, type TestServer } from '../support/server';
import { subscribeWith, websocketClient, type Subscription } from '../support/subscriber';

let clock = new Date('2026-03-10T12:34:56.789Z');
const SUMS = 'credits value eventCount';
const CHANGED = `subscription ($input: CreditUsageInput!, $after: String) { creditUsageChanged(input: $input, after: $after) {
  series { groups { key value type } ${SUMS} share } total { ${SUMS} } seriesCount moreChanged from to asOf sequence } }`;
const USAGE = `query ($input: CreditUsageInput!) { creditUsage(input: $input, first: 100) {
  sequence total { ${SUMS} } seriesCount edges { node { groups { key value } ${SUMS} } } } }`;

let server: TestServer;
/** Another process on the same database, as far as a test can tell: nothing is shared but the database. */
let other: TestServer;
let seller: Seller;
let client: Client;

beforeAll(async () => {
  const database = await testDatabase(20);
  server = await testServer(database, { now: () => clock });
  const there = await testServer(database, { now: () => clock });
  const { keys } = server;
  other = { ...there, keys, graphql: (document, variables, key = keys.ADMIN) => there.graphql(document, variables, key) };
  seller = new Seller(server);
  await seller.sell({ chat: 'coalesce(tokens, 1) * 0.5', image: '2.5', free: '0' });
  await seller.sell({ gem: '1' }, 'gems', 'gem-plan');
  for (const id of ['acme', 'globex', 'many', 'slow', 'moving', 'free', 'grants', 'late', 'resumed']) await seller.customer(id);
  client = websocketClient(server);
});

const inputFor = (customerId: string | null, more: object = {}) => ({ currencyId: 'credits', customerId, groupBy: ['user'], ...more });

/** Subscribes, and comes back when what is committed from now on is told: the first thing told was committed after it was asked for. */
async function watch(input: object, by: Client = client): Promise<Subscription> {
  const { sequence } = (await seller.ask(USAGE, { input })).creditUsage;
  return subscribeWith(by, CHANGED, { input, after: sequence });
}

async function changeOf(subscription: Subscription): Promise<any> {
  const { data, errors } = await subscription.next();
  if (errors) throw new Error(JSON.stringify(errors));
  return data.creditUsageChanged;
}

/** Takes changes until the total has so many events; gives the last change, and every series with what it was last told to be. */
async function changesUntil(subscription: Subscription, eventCount: number): Promise<{ last: any; series: Map<string, string> }> {
  const series = new Map<string, string>();
  for (;;) {
    const last = await changeOf(subscription);
    for (const one of last.series)
      series.set(JSON.stringify(one.groups.map((group: any) => group.value)), `${one.credits} ${one.value} ${one.eventCount}`);
    if (last.total.eventCount >= eventCount) return { last, series };
  }
}

const users = (change: any) => change.series.map((one: any) => one.groups[0].value);

describe('creditUsageChanged', () => {
  test('tells the series that changed with their sums, total, share and number of series', async () => {
    await seller.report('acme', 'chat', { dimensions: { user: 'ann', tokens: 4 } });
    const changes = await watch(inputFor('acme'));
    await seller.report('acme', 'chat', { dimensions: { user: 'bob', tokens: 12 } });
    const change = await changeOf(changes);
    expect(change).toEqual({
      series: [{ groups: [{ key: 'user', value: 'bob', type: 'TEXT' }], credits: '6', value: '1', eventCount: 1, share: '0.75' }],
      total: { credits: '8', value: '2', eventCount: 2 },
      seriesCount: 2,
      moreChanged: false,
      from: '2026-02-11T00:00:00.000Z',
      to: '2026-03-11T00:00:00.000Z',
      asOf: clock.toISOString(),
      sequence: expect.any(String),
    });
    await seller.reportAll([
      { customerId: 'acme', featureId: 'image', value: '2', dimensions: { user: 'ann' } },
      { customerId: 'acme', featureId: 'chat' },
      { customerId: 'acme', featureId: 'chat', dimensions: { user: 'ann' }, timestamp: '2026-02-10T23:59:59.999Z' },
    ]);
    const batch = await changeOf(changes);
    expect(batch.series.map((one: any) => [one.groups[0].value, one.credits, one.value, one.eventCount, one.share])).toEqual([
      ['ann', '7', '3', 2, '0.518518518519'],
      [null, '0.5', '1', 1, '0.037037037037'],
    ]);
    expect([batch.total, batch.seriesCount, batch.moreChanged]).toEqual([{ credits: '13.5', value: '5', eventCount: 4 }, 3, false]);
    await changes.stop();
  });

  test('begins without a sequence with what is committed from then on', async () => {
    await seller.report('globex', 'image', { dimensions: { user: 'before' } });
    const changes = subscribeWith(client, CHANGED, { input: inputFor('globex') });
    const first = changeOf(changes);
    // Whatever was committed before the subscription began is not told, whatever comes after is; until it has begun there is no saying which.
    let told: any = null;
    void first.then((change) => (told = change));
    for (let count = 0; told === null; count += 1) await seller.report('globex', 'image', { dimensions: { user: `after-${count}` } });
    expect(users(told)).not.toContain('before');
    await changes.stop();
  });

  test('tells usage that cost nothing, late usage, and none of other customers, currencies, filters and environments', async () => {
    const stranger = await testServer(server.database, { now: () => clock });
    const theirs = new Seller(stranger);
    await theirs.sell({ chat: '7' });
    await theirs.customer('free');
    const changes = await watch(inputFor('free', { filters: [{ key: 'user', in: ['ann', 'bob'] }], range: 'LAST_YEAR' }));
    await theirs.report('free', 'chat', { dimensions: { user: 'ann' } });
    await seller.report('globex', 'image', { dimensions: { user: 'ann' } });
    await seller.report('free', 'image', { dimensions: { user: 'eve' } });
    await seller.report('free', 'image', { dimensions: { user: 'ann' }, timestamp: '2020-01-01T00:00:00Z' });
    await seller.report('free', 'free', { value: '3', dimensions: { user: 'bob' } });
    expect(users(await changeOf(changes))).toEqual(['bob']);
    await seller.report('free', 'free', { dimensions: { user: 'ann' }, timestamp: '2025-04-01T00:00:00Z' });
    const change = await changeOf(changes);
    expect(change.series.map((one: any) => [one.groups[0].value, one.credits, one.value, one.eventCount])).toEqual([['ann', '0', '1', 1]]);
    expect([change.total, change.seriesCount]).toEqual([{ credits: '0', value: '4', eventCount: 2 }, 2]);
    await changes.stop();
  });

  test('adds up over the grants that paid, though one report may draw on several', async () => {
    await seller.grant('grants', '3', { category: 'PROMOTIONAL' });
    const changes = await watch(inputFor('grants', { groupBy: ['grantCategory'] }));
    await seller.report('grants', 'image', { value: '2' });
    const change = await changeOf(changes);
    expect(change.series.map((one: any) => [one.groups[0].value, one.credits, one.value, one.eventCount])).toEqual([
      ['PROMOTIONAL', '3', '2', 1],
      [null, '2', '0', 0],
    ]);
    expect([change.total, change.seriesCount]).toEqual([{ credits: '5', value: '2', eventCount: 1 }, 2]);
    await changes.stop();
  });

  test('is the same as creditUsage, whatever is grouped by and whoever is asked for, at the end of many changes from two servers', async () => {
    const inputs = [
      inputFor('many'),
      inputFor('many', { groupBy: [] }),
      inputFor('many', { groupBy: ['featureId', 'tokens', 'user'], orderBy: { field: 'KEY', direction: 'ASC' } }),
      inputFor(null, { groupBy: ['customerId', 'resourceId', 'user'], filters: [{ key: 'customerId', equals: 'many' }] }),
    ];
    const there = websocketClient(other);
    const watched = await Promise.all(inputs.map((input, index) => watch(input, index % 2 === 0 ? client : there)));
    const report = (index: number) => ({
      customerId: 'many',
      featureId: ['chat', 'image', 'free'][index % 3],
      resourceId: index % 5 === 0 ? 'ws' : null,
      dimensions: { user: `user-${index % 7}`, ...(index % 4 === 0 ? { tokens: index } : {}) },
      timestamp: `2026-03-0${1 + (index % 9)}T0${index % 10}:00:00Z`,
    });
    const there2 = new Seller(other);
    const batches = Array.from({ length: 12 }, (_, batch) =>
      (batch % 2 === 0 ? seller : there2).reportAll(
        Array.from({ length: 25 }, (_x, index) => ({ ...report(batch * 25 + index), idempotencyKey: `many-${batch}-${index}` })),
      ),
    );
    const results = await Promise.all([...watched.map((one) => changesUntil(one, 300)), ...batches]);
    for (const [index, input] of inputs.entries()) {
      const { last, series } = results[index] as Awaited<ReturnType<typeof changesUntil>>;
      const usage = (await seller.ask(USAGE, { input })).creditUsage;
      const expected = usage.edges.map(({ node }: any) => [
        JSON.stringify(node.groups.map((group: any) => group.value)),
        `${node.credits} ${node.value} ${node.eventCount}`,
      ]);
      expect([last.total, last.seriesCount]).toEqual([usage.total, usage.seriesCount]);
      if (!last.moreChanged) expect([...series].sort()).toEqual(expected.sort());
    }
    await Promise.all(watched.map((one) => one.stop()));
  });

  test('goes on after a disconnect where the sequence left off, on another server too: nothing is missed, nothing told twice', async () => {
    const input = inputFor('resumed');
    const first = await watch(input);
    await seller.report('resumed', 'image', { dimensions: { user: 'told' } });
    const { sequence } = await changeOf(first);
    await first.stop();
    await seller.report('resumed', 'image', { dimensions: { user: 'missed' } });
    const second = subscribeWith(websocketClient(other), CHANGED, { input, after: sequence });
    const change = await changeOf(second);
    expect([users(change), change.total.eventCount, change.seriesCount]).toEqual([['missed'], 2, 2]);
    await seller.report('resumed', 'image', { dimensions: { user: 'told' } });
    const next = await changeOf(second);
    expect([users(next), next.total.eventCount, next.seriesCount]).toEqual([['told'], 3, 2]);
    await second.stop();
    const again = subscribeWith(client, CHANGED, { input, after: sequence });
    expect(users(await changeOf(again)).sort()).toEqual(['missed', 'told']);
    await again.stop();
  });

  test('does not lose what a transaction commits long after later ones were told', async () => {
    const { database } = server;
    for (const resourceId of ['ws', 'quick']) await seller.report('late', 'image', { resourceId, dimensions: { user: 'first' } });
    let reported: Promise<unknown> | undefined;
    let changes: Subscription | undefined;
    await database.transaction(async (transaction) => {
      await transaction.query(
        `SELECT FROM pool p JOIN customer c ON c.key = p.customer_key WHERE c.id = 'late' AND p.resource_id = 'ws' FOR UPDATE OF p`,
      );
      reported = seller.reportAll([
        { customerId: 'late', featureId: 'image', dimensions: { user: 'slow too' } },
        { customerId: 'late', featureId: 'image', resourceId: 'ws', dimensions: { user: 'slow' } },
      ]);
      await waitsForLock(database);
      // The report has its transaction number already, which is lower than that of the next.
      changes = await watch(inputFor('late'));
      await new Seller(other).report('late', 'image', { resourceId: 'quick', idempotencyKey: 'quick', dimensions: { user: 'quick' } });
      expect(users(await changeOf(changes))).toEqual(['quick']);
      clock = new Date(clock.getTime() + 60_000);
    });
    await reported;
    const { series, last } = await changesUntil(changes!, 5);
    expect([...series].sort()).toEqual([
      ['["slow too"]', '2.5 1 1'],
      ['["slow"]', '2.5 1 1'],
    ]);
    expect([last.total.credits, last.seriesCount]).toEqual(['12.5', 4]);
    await changes!.stop();
  });

  test('says that more changed than it lists, with the right total', async () => {
    const changes = await watch(inputFor('slow'));
    await seller.reportAll(
      Array.from({ length: 101 }, (_, index) => ({ customerId: 'slow', featureId: 'image', dimensions: { user: `user-${index}` } })),
    );
    const { last } = await changesUntil(changes, 101);
    expect([last.series.length, last.moreChanged, last.total, last.seriesCount]).toEqual([
      100,
      true,
      { credits: '252.5', value: '101', eventCount: 101 },
      101,
    ]);
    await seller.report('slow', 'image', { dimensions: { user: 'user-100' } });
    const next = await changeOf(changes);
    expect([users(next), next.moreChanged, next.total.eventCount, next.seriesCount]).toEqual([['user-100'], false, 102, 101]);
    await changes.stop();
  });

  test('says when its range moves on with the present, and goes on with the new range', async () => {
    const input = inputFor('moving', { range: 'LAST_DAY' });
    await seller.report('moving', 'image', { dimensions: { user: 'old' }, timestamp: new Date(clock.getTime() - 23 * 3_600_000).toISOString() });
    const changes = await watch(input);
    clock = new Date(clock.getTime() + 3_600_000);
    const moved = await changeOf(changes);
    expect([moved.series, moved.moreChanged, moved.total.eventCount, moved.seriesCount]).toEqual([[], true, 0, 0]);
    await seller.report('moving', 'image', { dimensions: { user: 'new' } });
    const next = await changeOf(changes);
    expect([users(next), next.moreChanged, next.total.eventCount, next.seriesCount, next.from]).toEqual([['new'], false, 1, 1, moved.from]);
    await changes.stop();
  });

  test('keeps nothing for whoever takes no change: however much happened, the next change is the present state', async () => {
    const { database, key, id } = server;
    const feed = new UsageFeed(
      database,
      () => clock,
      (error) => void expect(error).toBeUndefined(),
    );
    const { sequence } = (await seller.ask(USAGE, { input: inputFor('acme') })).creditUsage;
    const context = { environmentKey: key, environmentId: id, now: clock };
    const changes = await creditUsageChanges(feed, context, inputFor('acme'), valuesOf(sequence).slice(1));
    for (let count = 1; count <= 10; count++)
      await seller.report('acme', 'image', { value: String(count), dimensions: { user: `idle-${count % 2}` } });
    const { value } = await changes.next();
    expect(value!.series.map(({ values, value }) => [...values, creditsToText(value)])).toEqual([
      ['idle-0', '30'],
      ['idle-1', '25'],
    ]);
    const waiting = changes.next();
    await changes.return();
    expect((await waiting).done).toBe(true);
    await feed.idle();
  });

  test('is open to readers, and judges in the order it says', async () => {
    const reader = websocketClient(server, server.keys.READER, true);
    const { creditUsage } = await seller.ask(USAGE, { input: inputFor('acme', { groupBy: [] }) });
    const foreign = creditUsage.sequence;
    const old = editedSequence((await seller.ask(USAGE, { input: inputFor('acme') })).creditUsage.sequence, 3, '2026-03-01T00:00:00.000Z');
    const forged = editedSequence((await seller.ask(USAGE, { input: inputFor('acme') })).creditUsage.sequence, 2, '5:3:');
    const steps: [object, string | null, string][] = [
      [{ resourceId: 'no such' }, 'nonsense', 'SEQUENCE_INVALID'],
      [{ customerId: 'nobody', resourceId: 'no such', groupBy: ['a', 'a'] }, foreign, 'ID_INVALID'],
      [{ customerId: 'nobody', groupBy: ['a', 'a'], filters: [{ key: 'a' }] }, foreign, 'GROUP_BY_INVALID'],
      [{ customerId: 'nobody', filters: [{ key: 'a' }], timeZone: 'x' }, foreign, 'INPUT_INVALID'],
      [{ customerId: 'nobody', timeZone: 'x' }, foreign, 'SEQUENCE_INVALID'],
      [{}, old, 'SEQUENCE_INVALID'],
      [{}, forged, 'SEQUENCE_INVALID'],
      [{ customerId: 'nobody', timeZone: 'x' }, null, 'TIME_RANGE_INVALID'],
      [{ customerId: 'nobody', currencyId: 'nothing' }, null, 'CUSTOMER_NOT_FOUND'],
      [{ currencyId: 'nothing' }, null, 'CURRENCY_NOT_FOUND'],
    ];
    for (const [more, after, code] of steps) {
      const subscription = subscribeWith(reader, CHANGED, { input: inputFor('acme', more), after });
      expect([code, codeOf((await subscription.next()) as never)]).toEqual([code, code]);
      await expect(subscription.next()).rejects.toThrow('over');
    }
    const stranger = { ...(await testEnvironment(server.database)), url: server.url } as TestServer;
    const theirs = subscribeWith(websocketClient(stranger), CHANGED, { input: inputFor('acme') });
    expect(codeOf((await theirs.next()) as never)).toBe('CUSTOMER_NOT_FOUND');
  });
});

async function waitsForLock({ pool }: Database): Promise<void> {
  for (let waiting = 0; waiting === 0;) {
    const { rows } = await pool.query<{ waiting: number }>(
      `SELECT count(*)::int4 AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    waiting = rows[0]!.waiting;
  }
}

/** A sequence with one of its values replaced. */
function editedSequence(sequence: string, index: number, value: string): string {
  return Buffer.from(JSON.stringify(valuesOf(sequence).with(index, value))).toString('base64url');
}

function valuesOf(sequence: string): string[] {
  return JSON.parse(Buffer.from(sequence, 'base64url').toString()) as string[];
}
