import { beforeAll, describe, expect, test } from '@jest/globals';
import { catalogSnapshot, mutate, walkCodes } from '../support/catalog';
import { testDatabase } from '../support/database';
import { IMPACT } from '../support/backtests';
import { Seller } from '../support/seller';
import { testEnvironment, testServer, type TestServer } from '../support/server';

const NOW = new Date('2026-03-10T12:00:00Z');
const REPORT = `query ($id: ID!, $from: DateTime, $to: DateTime) { shadow(id: $id) { version startedAt stoppedAt plan { id } rates { feature { id } mode formula creditsPerUnit }
  report(from: $from, to: $to) {
    currencies { currency { id } total { ${IMPACT} } features { feature { id } impact { ${IMPACT} } } distribution { customerCount increasedCount decreasedCount }
      movers { edges { node { customer { id } impact { ${IMPACT} } } } } }
    refusals { feature { id } currency { id } code eventCount oldCredits }
  } } }`;

let server: TestServer;
/** Another process on the same database, as far as a test can tell. */
let other: TestServer;
let seller: Seller;

beforeAll(async () => {
  const database = await testDatabase(20);
  server = await testServer(database, { now: () => NOW });
  const there = await testServer(database, { now: () => NOW });
  const { keys } = server;
  other = { ...there, keys, graphql: (document, variables, key = keys.ADMIN) => there.graphql(document, variables, key) };
  seller = new Seller(server);
  await seller.sell({ chat: 'tokens * 0.5', image: '2.5' });
  for (const id of ['ann', 'bob', 'cleo']) await seller.customer(id);
  await mutate(server, 'createPlanDraft', { planId: 'pro' }, '__typename');
});

const price = (featureId: string, formula: string, planId = 'pro') =>
  mutate(server, 'setRate', { planId, version: 2, featureId, currencyId: 'credits', mode: 'FORMULA', formula }, '__typename');

async function reportOf(id: string, more: object = {}) {
  const { shadow } = await seller.ask(REPORT, { id, ...more });
  return shadow;
}

describe('a shadow', () => {
  test('tells what its rates would have charged for what is reported, whichever process it is reported to, and changes no charge', async () => {
    await seller.report('ann', 'image'); // before it
    await price('chat', 'model == "large" ? tokens : tokens / 4');
    await mutate(server, 'removeRate', { planId: 'pro', version: 2, featureId: 'image' }, '__typename');
    const { shadow } = await mutate(server, 'startShadow', { planId: 'pro' }, 'shadow { id }');
    await price('chat', '0'); // the draft goes its own way
    const events = [
      { customerId: 'ann', featureId: 'chat', idempotencyKey: 'a', dimensions: { tokens: 100, model: 'large' } },
      { customerId: 'ann', featureId: 'chat', idempotencyKey: 'b', dimensions: { tokens: 100, model: 'small' }, timestamp: '2026-03-01T10:00:00Z' },
      { customerId: 'bob', featureId: 'chat', idempotencyKey: 'c', dimensions: { tokens: 10, model: 'small' } },
      { customerId: 'bob', featureId: 'chat', idempotencyKey: 'd', dimensions: { tokens: 10 } },
      { customerId: 'cleo', featureId: 'image', idempotencyKey: 'e' },
      { customerId: 'cleo', featureId: 'chat', idempotencyKey: 'f' }, // refused by the rate in force
    ];
    const results = 'results { duplicate event { charge { cost } } error { code } }';
    const first = await mutate(server, 'reportUsageBatch', { events: events.slice(0, 3) }, results);
    const second = await mutate(other, 'reportUsageBatch', { events }, results);
    expect([...first.results, ...second.results.slice(3)].map((one: any) => one.event?.charge.cost ?? one.error.code)).toEqual([
      '50',
      '50',
      '5',
      '5',
      '2.5',
      'DIMENSION_MISSING',
    ]);
    const { report, ...rest } = await reportOf(shadow.id);
    expect(rest).toEqual({
      version: 2,
      startedAt: NOW.toISOString(),
      stoppedAt: null,
      plan: { id: 'pro' },
      rates: [{ feature: { id: 'chat' }, mode: 'FORMULA', formula: 'model == "large" ? tokens : tokens / 4', creditsPerUnit: null }],
    });
    expect(report.currencies).toHaveLength(1);
    expect(report.currencies[0]).toMatchObject({
      currency: { id: 'credits' },
      total: { eventCount: 5, refusedCount: 2, oldCredits: '112.5', newCredits: '127.5', change: '15', relativeChange: '0.133333333333' },
      features: [
        { feature: { id: 'chat' }, impact: { eventCount: 4, refusedCount: 1, oldCredits: '110', newCredits: '127.5' } },
        { feature: { id: 'image' }, impact: { eventCount: 1, refusedCount: 1, oldCredits: '2.5', newCredits: '0' } },
      ],
      distribution: { customerCount: 3, increasedCount: 1, decreasedCount: 2 },
    });
    expect(report.currencies[0].movers.edges.map(({ node }: any) => [node.customer.id, node.impact.change])).toEqual([
      ['ann', '25'],
      ['bob', '-7.5'],
      ['cleo', '-2.5'],
    ]);
    expect(report.refusals.map((one: any) => [one.feature.id, one.code, one.eventCount, one.oldCredits])).toEqual([
      ['chat', 'DIMENSION_MISSING', 1, '5'],
      ['image', 'RATE_NOT_FOUND', 1, '2.5'],
    ]);
    const day = await reportOf(shadow.id, { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' });
    expect(day.report.currencies[0].total).toMatchObject({ eventCount: 1, oldCredits: '50', newCredits: '25' });
  });

  test('counts what is reported until it is stopped, and stays readable', async () => {
    const { shadows } = await seller.ask(`{ shadows(planId: "pro") { edges { node { id stoppedAt } } } }`);
    const { id } = shadows.edges[0].node;
    const { shadow } = await mutate(other, 'stopShadow', { planId: 'pro' }, 'shadow { id stoppedAt }');
    expect(shadow).toEqual({ id, stoppedAt: NOW.toISOString() });
    await seller.report('ann', 'chat', { dimensions: { tokens: 1_000, model: 'large' } });
    expect((await reportOf(id)).report.currencies[0].total.eventCount).toBe(5);
  });

  test('of a plan counts nothing of another, nor of another environment', async () => {
    await seller.sell({ other: '1' }, 'other-credits', 'other');
    await seller.customer('dora', 'other');
    const { shadow } = await mutate(server, 'startShadow', { planId: 'other', version: 1 }, 'shadow { id }');
    await seller.report('ann', 'image');
    expect((await reportOf(shadow.id)).report).toEqual({ currencies: [], refusals: [] });
    await seller.report('dora', 'other');
    expect((await reportOf(shadow.id)).report.currencies[0].total).toMatchObject({ eventCount: 1, change: '0' });
    const stranger = await testEnvironment(server.database);
    expect((await server.graphql(REPORT, { id: shadow.id }, stranger.keys.ADMIN)).data).toEqual({ shadow: null });
  });

  test('is refused in the order it says, and a refusal changes nothing', async () => {
    await mutate(server, 'createPlan', { id: 'bare', name: 'Bare' }, '__typename');
    const archive = async () => {
      await mutate(server, 'createPlanDraft', { planId: 'bare' }, '__typename');
      await mutate(server, 'archivePlan', { id: 'bare' }, '__typename');
    };
    const codes = await walkCodes(server, 'startShadow', { planId: 'nothing', version: 9 }, [
      {},
      { planId: 'bare', version: null },
      archive,
      { planId: 'other' },
      { version: 1 },
    ]);
    expect(codes).toEqual(['PLAN_NOT_FOUND', 'PLAN_VERSION_NOT_FOUND', 'ARCHIVED', 'PLAN_VERSION_NOT_FOUND', 'SHADOW_EXISTS']);
    const before = await catalogSnapshot(server.database);
    expect(await walkCodes(server, 'stopShadow', { planId: 'nothing' }, [{}, { planId: 'bare' }])).toEqual(['PLAN_NOT_FOUND', 'SHADOW_NOT_FOUND']);
    expect(await catalogSnapshot(server.database)).toBe(before);
  });
});
