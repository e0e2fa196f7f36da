import { beforeAll, describe, expect, test } from '@jest/globals';
import { creditsFromNumeric } from '../../src/domain/credits';
import { codeOf, fieldsOf, mutate, tryMutation, walkCodes } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testEnvironment, testServer, type TestServer } from '../support/server';
import { backtestUntilDone, untilOver } from '../support/backtests';
import { subscribeWith, websocketClient } from '../support/subscriber';
import { walkBothWays } from '../support/walk';

let clock = new Date('2026-03-10T12:00:00Z');
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => clock });
  seller = new Seller(server);
  await seller.sell({ chat: 'tokens * 0.5', image: '2.5' });
  for (const id of ['ann', 'bob', 'cleo', 'free']) await seller.customer(id);
  await seller.grant('ann', '100');
  await seller.grant('bob', '20');
  await seller.reportAll([
    ...[10, 20, 30].map((tokens) => ({ customerId: 'ann', featureId: 'chat', dimensions: { tokens, model: 'large' } })),
    { customerId: 'ann', featureId: 'image', value: '2' },
    { customerId: 'bob', featureId: 'chat', dimensions: { tokens: 20 } },
    { customerId: 'cleo', featureId: 'image' },
    { customerId: 'free', featureId: 'image', value: '0' },
    { customerId: 'ann', featureId: 'chat', timestamp: '2026-01-01T00:00:00Z', dimensions: { tokens: 1_000 } },
  ]);
  clock = new Date('2026-03-10T13:00:00Z');
  await mutate(server, 'createPlanDraft', { planId: 'pro' }, '__typename');
});

const setRate = (featureId: string, formula: string, version = 2) =>
  mutate(server, 'setRate', { planId: 'pro', version, featureId, currencyId: 'credits', mode: 'FORMULA', formula }, '__typename');

describe('backtestPlan', () => {
  test('of a draft that is like the live version finds no difference', async () => {
    const { result, eventsDone, eventsTotal } = await backtestUntilDone(seller, { planId: 'pro' });
    expect([eventsDone, eventsTotal]).toEqual([7, 7]);
    expect(result.currencies[0].total).toEqual({
      eventCount: 7,
      refusedCount: 0,
      oldCredits: '47.5',
      newCredits: '47.5',
      change: '0',
      relativeChange: '0',
    });
    expect(result.runOutCounts).toEqual({ newly: 0, sooner: 0, later: 0, noLonger: 0 });
    expect(result.refusals).toEqual([]);
  });

  test('answers total, features, customers, distribution, refusals and pools that would have run out', async () => {
    await setRate('chat', 'model == "large" ? tokens * 2 : 0');
    await setRate('image', '1');
    const { result, ...backtest } = await backtestUntilDone(seller, { planId: 'pro' });
    expect(backtest).toMatchObject({
      version: 2,
      state: 'DONE',
      plan: { id: 'pro' },
      customerIds: null,
      from: '2026-02-08T13:00:00.000Z',
      to: '2026-03-10T13:00:00.000Z',
      asOf: clock.toISOString(),
    });
    const [credits] = result.currencies;
    expect(credits.total).toEqual({
      eventCount: 7,
      refusedCount: 1,
      oldCredits: '47.5',
      newCredits: '123',
      change: '75.5',
      relativeChange: '1.589473684211',
    });
    expect(credits.features.map((one: any) => [one.feature.id, one.impact.eventCount, one.impact.oldCredits, one.impact.newCredits])).toEqual([
      ['chat', 4, '40', '120'],
      ['image', 3, '7.5', '3'],
    ]);
    expect(credits.movers.edges.map(({ node }: any) => [node.customer.id, node.impact.change, node.impact.relativeChange])).toEqual([
      ['ann', '86', '2.457142857143'],
      ['bob', '-10', '-1'],
      ['cleo', '-1.5', '-0.6'],
      ['free', '1', null],
    ]);
    expect(credits.distribution).toMatchObject({ customerCount: 4, increasedCount: 2, unchangedCount: 0, decreasedCount: 2, fromNothingCount: 1 });
    expect(credits.distribution.histogram.filter((bar: any) => bar.customerCount > 0)).toEqual([
      { from: '-1', to: '-0.75', customerCount: 1 },
      { from: '-0.75', to: '-0.5', customerCount: 1 },
      { from: '2', to: null, customerCount: 1 },
    ]);
    expect(credits.distribution.quantiles.map((one: any) => [one.percent, one.relativeChange])).toEqual([
      [0, '-1'],
      [5, '-1'],
      [25, '-1'],
      [50, '-0.6'],
      [75, '2.457142857143'],
      [95, '2.457142857143'],
      [100, '2.457142857143'],
    ]);
    expect(result.refusals).toEqual([
      { feature: { id: 'chat' }, currency: { id: 'credits' }, code: 'DIMENSION_MISSING', eventCount: 1, oldCredits: '10' },
    ]);
    expect(result.refusedEvents.edges.map(({ node }: any) => [node.event.customer.id, node.code, node.message])).toEqual([
      ['bob', 'DIMENSION_MISSING', 'The formula needs the dimension "model", which the event does not have.'],
    ]);
    expect(result.runOutCounts).toEqual({ newly: 1, sooner: 0, later: 0, noLonger: 0 });
    expect(result.runOuts.edges.map(({ node }: any) => node)).toEqual([
      {
        kind: 'NEWLY',
        customer: { id: 'ann' },
        currency: { id: 'credits' },
        resourceId: null,
        oldRanOutAt: null,
        newRanOutAt: '2026-03-10T12:00:00.000Z',
        oldBalance: '65',
        newBalance: '-21',
      },
    ]);
  });
});

const ASK = 'backtest { id state }';
const STATE = `query ($id: ID!) { backtest(id: $id) { state eventsDone eventsTotal failure } }`;
const rate = (formula: string) => ({ featureId: 'chat', mode: 'FORMULA', formula });
const sql = (text: string, values: unknown[] = []) => server.database.pool.query(text, values);

describe('one rate', () => {
  test('is tried on the usage of its feature alone, and in the currency in which that was charged', async () => {
    const { result, ...backtest } = await backtestUntilDone(seller, { planId: 'pro', rate: rate('tokens / 4') });
    expect(backtest).toMatchObject({
      version: null,
      eventsDone: 4,
      rates: [{ feature: { id: 'chat' }, currency: null, mode: 'FORMULA', formula: 'tokens / 4', creditsPerUnit: null }],
    });
    expect(result.currencies[0].total).toMatchObject({ eventCount: 4, oldCredits: '40', newCredits: '20', change: '-20', relativeChange: '-0.5' });
    expect(result.currencies[0].features).toHaveLength(1);
  });

  test('leaves to a pool what other usage took from it', async () => {
    const { result } = await backtestUntilDone(seller, { planId: 'pro', rate: rate('tokens * 1.6'), customerIds: ['ann'] });
    // Of 100 granted, 96 would have gone by the last event that counts; the image that followed does not count.
    expect(result.currencies[0].total).toMatchObject({ eventCount: 3, oldCredits: '30', newCredits: '96' });
    expect(result.runOutCounts).toEqual({ newly: 0, sooner: 0, later: 0, noLonger: 0 });
  });

  test('counts only the customers asked for, and only the range asked for', async () => {
    const bob = await backtestUntilDone(seller, { planId: 'pro', rate: rate('1'), customerIds: ['bob'] });
    expect([bob.customerIds, bob.result.currencies[0].total.eventCount]).toEqual([['bob'], 1]);
    const january = await backtestUntilDone(seller, { planId: 'pro', rate: rate('1'), from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' });
    expect(january.result.currencies[0].total).toMatchObject({ eventCount: 1, oldCredits: '500', newCredits: '1' });
    const before = await backtestUntilDone(seller, { planId: 'pro', rate: rate('1'), from: '2025-01-01T00:00:00Z', to: '2025-02-01T00:00:00Z' });
    expect(before).toMatchObject({ eventsTotal: 0, result: { currencies: [], refusals: [] } });
  });

  test('finds the same again later, whatever is reported meanwhile, as far as it was known', async () => {
    const first = await backtestUntilDone(seller, { planId: 'pro', rate: rate('tokens'), to: '2026-03-10T13:00:00Z' });
    await seller.report('cleo', 'chat', { timestamp: '2026-03-09T00:00:00Z', dimensions: { tokens: 7 } });
    const again = await seller.ask(`query ($id: ID!) { backtest(id: $id) { result { currencies { total { newCredits eventCount } } } } }`, {
      id: first.id,
    });
    const second = await backtestUntilDone(seller, { planId: 'pro', rate: rate('tokens'), to: '2026-03-10T13:00:00Z' });
    expect(again.backtest.result.currencies[0].total).toEqual({ newCredits: '80', eventCount: 4 });
    expect(second.result.currencies[0].total).toMatchObject({ newCredits: '87', eventCount: 5 });
  });
});

describe('movers', () => {
  test('are paged both ways, in either direction, and add up to the total', async () => {
    const { backtest } = await mutate(server, 'backtestPlan', { planId: 'pro', version: 2 }, ASK);
    const { result } = await untilOver(seller, backtest.id);
    const movers = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $direction: ImpactDirection) { backtest(id: $id) { result { currencies { movers(
      first: $first, after: $after, last: $last, before: $before, direction: $direction) {
      edges { cursor node { customer { id } impact { change } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } } }`;
    const pages = (direction: string | null) =>
      walkBothWays<any>(2, async (page) => (await seller.ask(movers, { id: backtest.id, direction, ...page })).backtest.result.currencies[0].movers);
    const all = await pages(null);
    const changes = all.map(({ impact }) => creditsFromNumeric(impact.change));
    expect(changes.reduce((sum, change) => sum + change)).toBe(creditsFromNumeric(result.currencies[0].total.change));
    const sizes = changes.map((change) => (change < 0n ? -change : change));
    expect(sizes).toEqual([...sizes].sort((a, b) => (a < b ? 1 : -1)));
    const [more, less] = [await pages('INCREASE'), await pages('DECREASE')];
    expect(more.every(({ impact }) => !impact.change.startsWith('-')) && less.every(({ impact }) => impact.change.startsWith('-'))).toBe(true);
    expect(more.length + less.length).toBe(changes.filter((change) => change !== 0n).length);
  });
});

describe('a back-test', () => {
  test('is told as it gets on, until it is over', async () => {
    const { backtest } = await mutate(server, 'backtestPlan', { planId: 'pro', rate: rate('1') }, ASK);
    const told = subscribeWith(
      websocketClient(server),
      `subscription ($id: ID!) { backtestChanged(id: $id) { id state eventsDone eventsTotal } }`,
      backtest,
    );
    const heard: { state: string; eventsDone: number; eventsTotal: number }[] = [];
    while (heard.at(-1)?.state !== 'DONE') heard.push((await told.next()).data.backtestChanged);
    expect(new Set(heard.map((each) => JSON.stringify(each))).size).toBe(heard.length);
    const done = heard.map(({ eventsDone }) => eventsDone);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(heard.at(-1)).toMatchObject({ eventsDone: heard.at(-1)!.eventsTotal });
    await expect(told.next()).rejects.toThrow('over');
    const nothing = subscribeWith(websocketClient(server), `subscription { backtestChanged(id: "x") { id } }`);
    expect(codeOf((await nothing.next()) as never)).toBe('BACKTEST_NOT_FOUND');
  });

  test('whose process has died is gone on with by another, where it was, and finds the same', async () => {
    const done = await backtestUntilDone(seller, { planId: 'pro', version: 2 });
    const { key } = (await sql('SELECT max(key) AS key FROM backtest')).rows[0] as { key: bigint };
    const { rows } = await sql('SELECT DISTINCT customer_key FROM backtest_usage WHERE backtest_key = $1 ORDER BY 1', [key]);
    const [first] = rows as { customer_key: bigint }[];
    // As a process leaves it that was killed after its first customers: the rest is not written, and no sign of life comes any more.
    await sql('DELETE FROM backtest_usage WHERE backtest_key = $1 AND customer_key > $2', [key, first!.customer_key]);
    await sql('DELETE FROM backtest_pool WHERE backtest_key = $1 AND customer_key > $2', [key, first!.customer_key]);
    await sql('DELETE FROM backtest_refused_event WHERE backtest_key = $1 AND customer_key > $2', [key, first!.customer_key]);
    const { rows: counted } = await sql(`SELECT sum(event_count)::int8 AS count FROM backtest_usage WHERE backtest_key = $1`, [key]);
    await sql(
      `UPDATE backtest SET state = 'RUNNING', finished_at = NULL, owner = gen_random_uuid(), heartbeat_at = clock_timestamp() - interval '1 minute',
         done_customer_key = $2, done_events = $3, events_done = $3 WHERE key = $1`,
      [key, first!.customer_key, (counted[0] as { count: bigint }).count],
    );
    const again = await untilOver(seller, done.id);
    expect(again).toEqual(done);
  });

  test('that brings down process after process is given up', async () => {
    const done = await backtestUntilDone(seller, { planId: 'pro', rate: rate('1') });
    await sql(
      `UPDATE backtest SET state = 'RUNNING', finished_at = NULL, owner = gen_random_uuid(), heartbeat_at = clock_timestamp() - interval '1 minute', attempts = 3
       WHERE key = (SELECT max(key) FROM backtest)`,
    );
    expect(await untilOver(seller, done.id)).toMatchObject({
      state: 'FAILED',
      failure: 'The server stopped in the middle of it 3 times.',
      result: null,
    });
  });

  test('can be cancelled while it is not over, whichever process does it, and writes nothing any more', async () => {
    const { id } = await backtestUntilDone(seller, { planId: 'pro', rate: rate('1') });
    const walk = (input: object, key?: string) => tryMutation(server, 'cancelBacktest', input, ASK, key);
    const stranger = await testEnvironment(server.database);
    expect(codeOf(await walk({ id: 'nothing' }))).toBe('BACKTEST_NOT_FOUND');
    expect(codeOf(await walk({ id }, stranger.keys.ADMIN))).toBe('BACKTEST_NOT_FOUND');
    expect(codeOf(await walk({ id }))).toBe('BACKTEST_FINISHED');
    // Another process has it, and is alive.
    await sql(
      `UPDATE backtest SET state = 'RUNNING', finished_at = NULL, owner = gen_random_uuid(), heartbeat_at = clock_timestamp() + interval '1 hour' WHERE key = (SELECT max(key) FROM backtest)`,
    );
    const before = await sql('SELECT count(*) AS count FROM backtest_usage');
    expect((await walk({ id })).data.cancelBacktest.backtest).toEqual({ id, state: 'CANCELLED' });
    expect((await seller.ask(STATE, { id })).backtest).toMatchObject({ state: 'CANCELLED', failure: null });
    expect((await sql('SELECT count(*) AS count FROM backtest_usage')).rows).toEqual(before.rows);
  });

  test('is listed by its plan, the newest first, and of no other environment', async () => {
    const { backtests } = await seller.ask(`{ backtests(planId: "pro", first: 2) { edges { node { id createdAt } } pageInfo { hasNextPage } } }`);
    expect([backtests.edges.length, backtests.pageInfo.hasNextPage]).toEqual([2, true]);
    const stranger = await testEnvironment(server.database);
    const { id } = backtests.edges[0].node;
    expect((await server.graphql(STATE, { id }, stranger.keys.ADMIN)).data).toEqual({ backtest: null });
    expect(codeOf(await server.graphql(`{ backtests(planId: "pro") { edges { node { id } } } }`, {}, stranger.keys.ADMIN))).toBe('PLAN_NOT_FOUND');
  });

  test('is refused in the order it says, with all problems of the input together', async () => {
    const bad = {
      planId: 'nothing',
      version: 9,
      customerIds: [],
      rate: { featureId: 'none', mode: 'FLAT', creditsPerUnit: '-1', formula: '1 +' },
      to: '2026-01-01T00:00:00Z',
      from: '2026-01-01T00:00:00Z',
    };
    const answer = await tryMutation(server, 'backtestPlan', bad);
    expect([codeOf(answer), fieldsOf(answer).sort()]).toEqual(['INPUT_INVALID', ['creditsPerUnit', 'customerIds', 'formula', 'formula', 'rate']]);
    const codes = await walkCodes(server, 'backtestPlan', { ...bad, version: null, customerIds: ['nobody'] }, [
      {},
      { rate: { featureId: 'none', mode: 'FLAT', creditsPerUnit: '-1' } },
      { rate: { featureId: 'none', mode: 'FORMULA', formula: '1 +' } },
      { rate: { featureId: 'none', mode: 'FORMULA', formula: '1' } },
      { from: null },
      { rate: null },
      { planId: 'pro', version: 9 },
      { version: null, rate: { featureId: 'none', mode: 'FORMULA', formula: '1' } },
      { rate: rate('1') },
    ]);
    expect(codes).toEqual([
      'INPUT_INVALID',
      'AMOUNT_INVALID',
      'FORMULA_INVALID',
      'TIME_RANGE_INVALID',
      'PLAN_NOT_FOUND',
      'PLAN_NOT_FOUND',
      'PLAN_VERSION_NOT_FOUND',
      'FEATURE_NOT_FOUND',
      'CUSTOMER_NOT_FOUND',
    ]);
  });

  test('waits with 19 others at most', async () => {
    await sql(
      `INSERT INTO backtest (environment_key, plan_key, rates, from_at, to_at, state, created_at, started_at, snapshot, owner, heartbeat_at)
       SELECT environment_key, key, '[]', '2020-01-01', '2020-01-02', 'RUNNING', now(), now(), '3:3:', gen_random_uuid(), clock_timestamp() + interval '1 hour'
       FROM plan, generate_series(1, 20) WHERE id = 'pro' AND environment_key = $1`,
      [server.key],
    );
    expect(codeOf(await tryMutation(server, 'backtestPlan', { planId: 'pro', rate: rate('1') }))).toBe('TRY_AGAIN');
  });
});
