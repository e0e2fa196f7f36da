import { beforeAll, describe, expect, test } from '@jest/globals';
import { mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';
import { backtestUntilDone } from '../support/backtests';

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
