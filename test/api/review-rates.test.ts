import { beforeAll, expect, test } from '@jest/globals';
import { catalogSnapshot, codeOf, fieldsOf, mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => new Date('2026-03-01T12:00:00Z') });
  seller = new Seller(server);
  await seller.sell({ calls: '2', files: '1' });
  await seller.customer('ada');
  const timestamp = '2026-02-20T00:00:00Z';
  await seller.report('ada', 'calls', { value: '5', timestamp });
  await seller.report('ada', 'files', { timestamp, dimensions: { page: 3 } });
  await mutate(server, 'createPlan', { id: 'empty', name: 'Empty' }, '__typename');
  for (const [kind, id] of [
    ['Feature', 'oldFeature'],
    ['Currency', 'oldCurrency'],
  ]) {
    await mutate(server, `create${kind}`, { id, name: 'Old' }, '__typename');
    await mutate(server, `archive${kind}`, { id }, '__typename');
  }
});

const REVIEW = `query ($input: ReviewRatesInput!) { reviewRates(input: $input) {
  plan { id } against { number } usageFrom usageTo
  changes { kind feature { id } sentence oldRate { creditsPerUnit } usage { currency { id } eventCount value credits } }
  problems { field message } warnings { code field } impact { scope customerCount overriddenCustomerCount } } }`;

const flat = (featureId: string, creditsPerUnit: string, more: object = {}) => ({
  featureId,
  currencyId: 'credits',
  mode: 'FLAT',
  creditsPerUnit,
  ...more,
});

test('rates are reviewed before they are saved, as their draft would be, and nothing is written', async () => {
  const before = await catalogSnapshot(server.database);
  const failing = [{ name: 'one', expectedCredits: '9' }];
  const rates = [flat('calls', '3', { tests: failing }), { featureId: 'files', currencyId: 'credits', mode: 'FORMULA', formula: 'pages' }];
  const { reviewRates } = await seller.ask(REVIEW, { input: { planId: 'pro', rates, customerIds: ['ada', 'nobody'] } });
  expect(await catalogSnapshot(server.database)).toBe(before);
  expect(reviewRates).toEqual({
    plan: { id: 'pro' },
    against: { number: 1 },
    usageFrom: '2026-01-30T12:00:00.000Z',
    usageTo: '2026-03-01T12:00:00.000Z',
    changes: [
      {
        kind: 'CHANGED',
        feature: { id: 'calls' },
        sentence: 'calls costs 3 credits per unit instead of 2 credits per unit.',
        oldRate: { creditsPerUnit: '2' },
        usage: [{ currency: { id: 'credits' }, eventCount: 1, value: '5', credits: '10' }],
      },
      {
        kind: 'CHANGED',
        feature: { id: 'files' },
        sentence: 'files costs credits by the formula “pages” instead of 1 credit per unit.',
        oldRate: { creditsPerUnit: '1' },
        usage: [{ currency: { id: 'credits' }, eventCount: 1, value: '1', credits: '1' }],
      },
    ],
    problems: [{ field: 'rates.0.tests.0', message: '"one" gives 3 credits, not 9 credits.' }],
    warnings: [{ code: 'DIMENSION_NEVER_SEEN', field: 'rates.1.formula' }],
    impact: [
      { scope: 'ALL_CUSTOMERS', customerCount: 1, overriddenCustomerCount: 0 },
      { scope: 'NEW_CUSTOMERS', customerCount: 0, overriddenCustomerCount: 0 },
      { scope: 'CUSTOMERS', customerCount: 1, overriddenCustomerCount: 0 },
    ],
  });
  await mutate(server, 'createPlanDraft', { planId: 'pro' }, '__typename');
  await mutate(server, 'savePlanDraft', { planId: 'pro', rates }, '__typename');
  const saved = await seller.ask(REVIEW.replaceAll('eviewRates', 'eviewPlan'), { input: { planId: 'pro', customerIds: ['ada', 'nobody'] } });
  expect(saved.reviewPlan.changes).toEqual(reviewRates.changes);
  expect(saved.reviewPlan.impact).toEqual(reviewRates.impact);
  await mutate(server, 'discardPlanDraft', { planId: 'pro', version: 2 }, '__typename');
});

test('of a plan without a version all rates are added; none at all are warned of', async () => {
  const review = (rates: object[]) => seller.ask(REVIEW, { input: { planId: 'empty', rates } });
  const { reviewRates } = await review([flat('calls', '3')]);
  expect(reviewRates).toMatchObject({ against: null, changes: [{ kind: 'ADDED', oldRate: null }], problems: [], warnings: [] });
  expect((await review([])).reviewRates).toMatchObject({ changes: [], warnings: [{ code: 'NO_RATES' }] });
});

test('codes come in the documented order, with all problems together, and what is refused writes nothing', async () => {
  const before = await catalogSnapshot(server.database);
  const many = Array.from({ length: 1001 }, (_, index) => `c${index}`);
  const formula = (text: string) => ({ featureId: 'files', currencyId: 'credits', mode: 'FORMULA', formula: text });
  const inputs: object[] = [
    { planId: 'nothing', customerIds: many, rates: [] },
    { planId: 'nothing', rates: Array.from({ length: 501 }, () => flat('calls', '1')) },
    { planId: 'nothing', rates: [flat('calls', 'x')] },
    { planId: 'pro', rates: [flat('calls', 'x'), flat('calls', '1', { formula: '1 +' })] },
    { planId: 'pro', rates: [flat('nothing', 'x')] },
    { planId: 'pro', rates: [flat('nothing', '1', { currencyId: 'nothing' })] },
    { planId: 'pro', rates: [flat('calls', '1', { currencyId: 'nothing' }), formula('1 +')] },
    { planId: 'pro', rates: [flat('oldFeature', '1'), formula('1 +')] },
    { planId: 'pro', rates: [flat('oldFeature', '1')] },
    { planId: 'pro', rates: [flat('calls', '1', { currencyId: 'oldCurrency' })] },
  ];
  const answers = [];
  for (const input of inputs) answers.push(await server.graphql(REVIEW, { input }, server.keys.READER));
  expect(answers.map(codeOf)).toEqual([
    ...['INPUT_INVALID', 'INPUT_INVALID', 'PLAN_NOT_FOUND', 'INPUT_INVALID', 'AMOUNT_INVALID', 'FEATURE_NOT_FOUND'],
    ...['CURRENCY_NOT_FOUND', 'FORMULA_INVALID', 'ARCHIVED', 'ARCHIVED'],
  ]);
  expect(fieldsOf(answers[3]!)).toEqual(['rates.1.formula', 'rates.1.featureId', 'rates.0.creditsPerUnit', 'rates.1.formula']);
  expect(await catalogSnapshot(server.database)).toBe(before);
});
