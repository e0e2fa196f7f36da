import { beforeAll, expect, test } from '@jest/globals';
import { backtestUntilDone } from '../support/backtests';
import { mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer } from '../support/server';

let seller: Seller;

beforeAll(async () => {
  const server = await testServer(await testDatabase(), { now: () => new Date('2026-03-10T12:00:00Z') });
  seller = new Seller(server);
  await seller.sell({ chat: '2', image: '1' });
  for (const id of ['ann', 'bob']) await seller.customer(id);
  await seller.grant('ann', '100');
  const own = { customerId: 'ann', featureId: 'chat', currencyId: 'credits', mode: 'FLAT', creditsPerUnit: '7' };
  const time = { validFrom: '2026-03-04T00:00:00Z', validTo: '2026-03-06T00:00:00Z' };
  await mutate(server, 'setRateOverride', { ...own, ...time }, '__typename');
  const chat = (customerId: string, day: number, value: string) => ({ customerId, featureId: 'chat', value, timestamp: `2026-03-0${day}T12:00:00Z` });
  // Of ann: 10 by the plan, 70 by her own price, 10 by the plan; image is not overridden.
  await seller.reportAll([chat('ann', 3, '5'), chat('ann', 5, '10'), chat('ann', 7, '5'), chat('bob', 5, '3')]);
  await seller.reportAll([{ customerId: 'ann', featureId: 'image', value: '4', timestamp: '2026-03-05T13:00:00Z' }]);
});

const impact = (eventCount: number, oldCredits: string, newCredits: string) =>
  expect.objectContaining({ eventCount, refusedCount: 0, oldCredits, newCredits });

test('usage by a price of a customer’s own is left out of a back-test, and goes on drawing from the pool as it did', async () => {
  const rate = { featureId: 'chat', mode: 'FLAT', creditsPerUnit: '3' };
  const { eventsTotal, result } = await backtestUntilDone(seller, { planId: 'pro', rate });
  expect(eventsTotal).toBe(3);
  const [currency] = result.currencies;
  expect(currency.total).toEqual(impact(3, '26', '39'));
  expect(currency.movers.edges.map(({ node }: any) => [node.customer.id, node.impact])).toEqual([
    ['ann', impact(2, '20', '30')],
    ['bob', impact(1, '6', '9')],
  ]);
  // After the last chat, 100 - 10 - 70 - 10 were left; with 10 more for the plan's part nothing is, because the 70 of her own price stay as they are.
  expect(result.runOuts.edges.map(({ node }: any) => [node.kind, node.customer.id, node.oldBalance, node.newBalance])).toContainEqual([
    'NEWLY',
    'ann',
    '10',
    '0',
  ]);
});

test('of a whole version, too: it counts for the features and times that are not overridden', async () => {
  await mutate(seller.server, 'createPlanDraft', { planId: 'pro' }, '__typename');
  const price = { planId: 'pro', version: 2, currencyId: 'credits', mode: 'FLAT' };
  await mutate(seller.server, 'setRate', { ...price, featureId: 'image', creditsPerUnit: '2' }, '__typename');
  await mutate(seller.server, 'removeRate', { planId: 'pro', version: 2, featureId: 'chat' }, '__typename');
  const { result } = await backtestUntilDone(seller, { planId: 'pro' });
  const [currency] = result.currencies;
  expect(currency.total).toMatchObject({ eventCount: 4, refusedCount: 3, oldCredits: '30', newCredits: '8' });
  expect(result.refusals).toEqual([
    { feature: { id: 'chat' }, currency: { id: 'credits' }, code: 'RATE_NOT_FOUND', eventCount: 3, oldCredits: '26' },
  ]);
});
