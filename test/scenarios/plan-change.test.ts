import { beforeAll, expect, test } from '@jest/globals';
import { codeOf, mutate, TO_ALL, tryMutation } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

const FEATURE = 'prototype-generations';
const FORMULA = '1.1 * model1_tokens + 1.5 * model2_tokens + 5 * model3_tokens';
const DIMENSIONS = { model1_tokens: 10, model2_tokens: 10, model3_tokens: 10 };
const CHARGE = 'charge { cost rate { planVersion { number } override { customer { id } } } }';

let now = new Date('2026-03-01T12:00:00Z');
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => now });
  seller = new Seller(server);
  await seller.sell({ [FEATURE]: '2' });
  for (const id of ['acme', 'globex']) await seller.customer(id);
});

async function report(customerId: string, timestamp: string): Promise<object> {
  return (await seller.report(customerId, FEATURE, { timestamp, dimensions: DIMENSIONS }, CHARGE)).charge;
}

const byVersion = (number: number, cost: string) => ({ cost, rate: { planVersion: { number }, override: null } });

test('a formula is saved, reviewed with its impact and published to all; from then on it charges, and late events are charged as before', async () => {
  expect(await report('acme', '2026-03-01T11:00:00Z')).toEqual(byVersion(1, '2'));
  await mutate(server, 'createPlanDraft', { planId: 'pro' }, '__typename');
  const rates = [{ featureId: FEATURE, currencyId: 'credits', mode: 'FORMULA', formula: FORMULA }];
  const saved = await mutate(server, 'savePlanDraft', { planId: 'pro', rates }, 'planVersion { number revision }');
  const { revision } = saved.planVersion;
  const { reviewPlan } = await seller.ask(`{ reviewPlan(input: { planId: "pro" }) {
    revision against { number } planVersion { number } problems { field }
    changes { kind feature { id } sentence oldRate { creditsPerUnit } newRate { formula } usage { currency { id } eventCount value credits } }
    impact { scope customerCount overriddenCustomerCount } } }`);
  expect(reviewPlan).toEqual({
    revision,
    against: { number: 1 },
    planVersion: { number: 2 },
    problems: [],
    changes: [
      {
        kind: 'CHANGED',
        feature: { id: FEATURE },
        sentence: `${FEATURE} costs credits by the formula “${FORMULA}” instead of 2 credits per unit.`,
        oldRate: { creditsPerUnit: '2' },
        newRate: { formula: FORMULA },
        usage: [{ currency: { id: 'credits' }, eventCount: 1, value: '1', credits: '2' }],
      },
    ],
    impact: [
      { scope: 'ALL_CUSTOMERS', customerCount: 2, overriddenCustomerCount: 0 },
      { scope: 'NEW_CUSTOMERS', customerCount: 0, overriddenCustomerCount: 0 },
    ],
  });
  now = new Date('2026-03-02T12:00:00Z');
  await mutate(server, 'publishPlan', { planId: 'pro', revision, ...TO_ALL }, '__typename');
  expect(await report('acme', '2026-03-02T12:00:00Z')).toEqual(byVersion(2, '76'));
  expect(await report('acme', '2026-03-02T11:59:59.999Z')).toEqual(byVersion(1, '2'));
  const { creditLedger } = await seller.ask(`{ creditLedger(customerId: "acme", currencyId: "credits", first: 2) {
    edges { node { amount calculation { formula parameters { name value } cost } } } } }`);
  const parameters = Object.entries(DIMENSIONS).map(([name, value]) => ({ name, value }));
  expect(creditLedger.edges.map(({ node }: { node: object }) => node)).toContainEqual({
    amount: '-76',
    calculation: { formula: FORMULA, parameters, cost: '76' },
  });
});

test('a publication that is scheduled comes into force by the time of the events, can be cancelled until then, and is not touched afterwards', async () => {
  now = new Date('2026-04-01T12:00:00Z');
  const again = { planId: 'pro', version: 1 };
  const input = { ...again, affects: { scope: 'CUSTOMERS', customerIds: ['globex'] }, effectiveAt: '2026-04-02T00:00:00Z' };
  const { publication } = await mutate(server, 'publishPlan', input, 'publication { id status publishedBy customers { edges { node { id } } } }');
  expect(publication).toMatchObject({ status: 'SCHEDULED', publishedBy: 'test', customers: { edges: [{ node: { id: 'globex' } }] } });
  const cancelled = await mutate(server, 'publishPlan', { ...again, ...TO_ALL, effectiveAt: '2026-04-01T18:00:00Z' }, 'publication { id }');
  const { id } = cancelled.publication;
  expect(await mutate(server, 'cancelPublication', { id }, 'publication { status cancelledBy }')).toEqual({
    publication: { status: 'CANCELLED', cancelledBy: 'test' },
  });
  now = new Date('2026-04-02T12:00:00Z');
  expect(await report('globex', '2026-04-01T23:59:59Z')).toEqual(byVersion(2, '76'));
  expect(await report('globex', '2026-04-02T00:00:00Z')).toEqual(byVersion(1, '2'));
  expect(await report('acme', '2026-04-02T00:00:00Z')).toEqual(byVersion(2, '76'));
  const codes = [publication.id, id, 'x'].map(async (one) => codeOf(await tryMutation(server, 'cancelPublication', { id: one })));
  expect(await Promise.all(codes)).toEqual(['PUBLICATION_EFFECTIVE', 'PUBLICATION_CANCELLED', 'PUBLICATION_NOT_FOUND']);
  const { customer, plan } = await seller.ask(`{
    customer(id: "globex") { planVersion { number } planHistory { edges { node { from to planVersion { number } } } } }
    plan(id: "pro") { publishedVersion { number } publications { edges { node { status replacedAt } } } } }`);
  expect(customer.planVersion).toEqual({ number: 1 });
  expect(customer.planHistory.edges.map(({ node }: { node: { planVersion: { number: number } } }) => node.planVersion.number)).toEqual([1, 2, 1]);
  expect(plan.publishedVersion).toEqual({ number: 2 });
  expect(plan.publications.edges.map(({ node }: { node: object }) => node)).toEqual([
    { status: 'CANCELLED', replacedAt: null },
    { status: 'EFFECTIVE', replacedAt: null },
    { status: 'EFFECTIVE', replacedAt: null },
    { status: 'EFFECTIVE', replacedAt: '2026-03-02T12:00:00.000Z' },
  ]);
});

test('an override prices a customer’s usage in its time, is told as what it is, and ends', async () => {
  now = new Date('2026-05-01T12:00:00Z');
  const input = {
    customerId: 'acme',
    featureId: FEATURE,
    currencyId: 'credits',
    mode: 'FLAT',
    creditsPerUnit: '0.5',
    validTo: '2026-06-01T00:00:00Z',
  };
  const { rateOverride } = await mutate(server, 'setRateOverride', input, 'rateOverride { id validFrom createdBy }');
  expect(rateOverride).toMatchObject({ validFrom: '2026-05-01T12:00:00.000Z', createdBy: 'test' });
  expect(await report('acme', '2026-05-01T12:00:00Z')).toEqual({ cost: '0.5', rate: { planVersion: null, override: { customer: { id: 'acme' } } } });
  expect(await report('acme', '2026-05-01T11:59:59Z')).toEqual(byVersion(2, '76'));
  const { creditUsage } = await seller.ask(`{ creditUsage(input: { customerId: "acme", currencyId: "credits", groupBy: ["planId"],
    from: "2026-05-01T00:00:00Z", to: "2026-05-02T00:00:00Z" }) { edges { node { groups { value } credits } } } }`);
  expect(creditUsage.edges.map(({ node }: { node: object }) => node)).toEqual([
    { groups: [{ value: 'pro' }], credits: '76' },
    { groups: [{ value: null }], credits: '0.5' },
  ]);
  expect(codeOf(await tryMutation(server, 'setRateOverride', { ...input, validTo: null }))).toBe('RATE_OVERRIDE_CONFLICT');
  const past = { ...input, validFrom: '2026-04-30T00:00:00Z', validTo: '2026-05-01T12:00:00Z' };
  expect(codeOf(await tryMutation(server, 'setRateOverride', past))).toBe('USAGE_CHARGED');
  const { id } = rateOverride;
  expect(codeOf(await tryMutation(server, 'endRateOverride', { id, validTo: '2026-04-30T00:00:00Z' }))).toBe('INPUT_INVALID');
  now = new Date('2026-05-02T12:00:00Z');
  await mutate(server, 'endRateOverride', { id }, '__typename');
  expect(await report('acme', '2026-05-02T12:00:00Z')).toEqual(byVersion(2, '76'));
  expect(codeOf(await tryMutation(server, 'endRateOverride', { id }))).toBe('RATE_OVERRIDE_ENDED');
  expect(codeOf(await tryMutation(server, 'endRateOverride', { id: 'x' }))).toBe('RATE_OVERRIDE_NOT_FOUND');
  const { auditLedger } = await seller.ask('{ auditLedger(input: { customerId: "acme" }) { ok differences { detail } } }');
  expect(auditLedger).toEqual({ ok: true, differences: [] });
});
