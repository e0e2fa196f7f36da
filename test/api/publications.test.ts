import { beforeAll, describe, expect, test } from '@jest/globals';
import { catalogSnapshot, codeOf, fieldsOf, flatRate, mutate, publishDraft, publishedPlan, TO_ALL, tryMutation, walkCodes } from '../support/catalog';
import { testDatabase } from '../support/database';
import { testServer, type TestServer } from '../support/server';

const NOW = new Date('2026-03-01T12:00:00Z');
let server: TestServer;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => NOW });
  for (const id of ['open', 'shut']) await publishedPlan(server, id);
  await mutate(server, 'archivePlan', { id: 'shut' }, '__typename');
  await mutate(server, 'createCustomer', { id: 'acme', name: 'x' }, '__typename');
});

describe('codes come in the documented order, and what is refused writes nothing:', () => {
  test('savePlanDraft', async () => {
    await publishedPlan(server, 'saved');
    const good = flatRate('saved', 0, '3');
    const { planId: _plan, version: _version, ...rate } = good;
    const draft = () => mutate(server, 'createPlanDraft', { planId: 'saved' }, '__typename');
    const codes = await walkCodes(server, 'savePlanDraft', { planId: 'nothing', revision: 9, rates: [{ ...rate, formula: '1 +' }] }, [
      {},
      { planId: 'shut' },
      { planId: 'saved' },
      draft,
      { revision: 3 },
      { rates: [{ ...rate, creditsPerUnit: '-1', featureId: 'nothing' }] },
      { rates: [{ ...rate, featureId: 'nothing', currencyId: 'nothing' }] },
      {
        rates: [
          { ...rate, currencyId: 'nothing' },
          { ...rate, featureId: 'open-feature', mode: 'FORMULA', creditsPerUnit: undefined, formula: '1 +' },
        ],
      },
      { rates: [rate, { ...rate, featureId: 'open-feature', mode: 'FORMULA', creditsPerUnit: undefined, formula: '1 +' }] },
      { rates: [rate] },
    ]);
    expect(codes).toEqual([
      ...['PLAN_NOT_FOUND', 'ARCHIVED', 'DRAFT_NOT_FOUND', 'DRAFT_CHANGED', 'INPUT_INVALID', 'AMOUNT_INVALID'],
      ...['FEATURE_NOT_FOUND', 'CURRENCY_NOT_FOUND', 'FORMULA_INVALID', 'accepted'],
    ]);
  });

  test('publishPlan', async () => {
    await publishedPlan(server, 'walked');
    const draft = () => mutate(server, 'createPlanDraft', { planId: 'walked' }, '__typename');
    const base = { planId: 'nothing', revision: 9, version: 9, affects: { scope: 'CUSTOMERS', customerIds: ['nobody'] } };
    const codes = await walkCodes(server, 'publishPlan', base, [
      {},
      { version: undefined, effectiveAt: '2026-03-01T11:59:59Z' },
      { effectiveAt: undefined },
      { planId: 'shut' },
      { planId: 'walked' },
      draft,
      { revision: undefined, version: 9 },
      { version: 2 },
      { version: 1 },
      TO_ALL,
    ]);
    expect(codes).toEqual([
      ...['INPUT_INVALID', 'INPUT_INVALID', 'PLAN_NOT_FOUND', 'ARCHIVED', 'DRAFT_NOT_FOUND', 'DRAFT_CHANGED'],
      ...['PLAN_VERSION_NOT_FOUND', 'VERSION_NOT_PUBLISHED', 'CUSTOMER_NOT_FOUND', 'accepted'],
    ]);
  });

  test('reviewPlan', async () => {
    await publishedPlan(server, 'reviewed');
    const code = async (input: string) => codeOf(await server.graphql(`{ reviewPlan(input: { ${input} }) { revision } }`)) ?? 'accepted';
    const inputs = [
      'planId: "nothing"',
      'planId: "reviewed"',
      'planId: "reviewed", version: 9',
      'planId: "reviewed", version: 1, against: 9',
      'planId: "reviewed", version: 1',
    ];
    const codes = [];
    for (const input of inputs) codes.push(await code(input));
    expect(codes).toEqual(['PLAN_NOT_FOUND', 'DRAFT_NOT_FOUND', 'PLAN_VERSION_NOT_FOUND', 'PLAN_VERSION_NOT_FOUND', 'accepted']);
  });

  test('setRateOverride', async () => {
    const base = {
      customerId: 'nobody',
      featureId: 'nothing',
      currencyId: 'nothing',
      mode: 'FLAT',
      creditsPerUnit: '-1',
      validFrom: '2026-04-01T00:00:00Z',
      validTo: '2026-04-01T00:00:00Z',
    };
    const codes = await walkCodes(server, 'setRateOverride', base, [
      {},
      { validTo: undefined },
      { creditsPerUnit: undefined, mode: 'FORMULA', formula: '1 +' },
      { formula: 'tokens' },
      { customerId: 'acme' },
      { featureId: 'open-feature' },
      { currencyId: 'open-currency' },
      { validTo: '2026-05-01T00:00:00Z' },
    ]);
    expect(codes).toEqual([
      ...['INPUT_INVALID', 'AMOUNT_INVALID', 'FORMULA_INVALID', 'CUSTOMER_NOT_FOUND', 'FEATURE_NOT_FOUND', 'CURRENCY_NOT_FOUND'],
      ...['accepted', 'RATE_OVERRIDE_CONFLICT'],
    ]);
  });
});

test('savePlanDraft tells everything that is wrong with any rate at once, with its place', async () => {
  await publishedPlan(server, 'all');
  await mutate(server, 'createPlanDraft', { planId: 'all' }, '__typename');
  const before = await catalogSnapshot(server.database);
  const currency = { currencyId: 'all-currency' };
  const rates = [
    { featureId: 'all-feature', ...currency, mode: 'FLAT', creditsPerUnit: 'x' },
    { featureId: 'all-feature', ...currency, mode: 'FORMULA', formula: 'tokens *' },
    { featureId: 'nothing', currencyId: 'nothing', mode: 'FORMULA', formula: 'nothing(1)' },
  ];
  const answer = await tryMutation(server, 'savePlanDraft', { planId: 'all', rates });
  expect(codeOf(answer)).toBe('INPUT_INVALID');
  const fields = ['rates.1.featureId', 'rates.0.creditsPerUnit', 'rates.2.featureId', 'rates.2.currencyId', 'rates.1.formula', 'rates.2.formula'];
  expect(fieldsOf(answer)).toEqual(fields);
  expect(await catalogSnapshot(server.database)).toBe(before);
});

test('a draft begins with the version published last, also where that is an older one again, or with the one that is named', async () => {
  await publishedPlan(server, 'rolled');
  await mutate(server, 'createPlanDraft', { planId: 'rolled' }, '__typename');
  await mutate(server, 'setRate', flatRate('rolled', 2, '9'), '__typename');
  await publishDraft(server, 'rolled');
  await mutate(server, 'publishPlan', { planId: 'rolled', version: 1, ...TO_ALL }, '__typename');
  const begun = async (more: object) => {
    const { planVersion } = await mutate(server, 'createPlanDraft', { planId: 'rolled', ...more }, 'planVersion { number rates { creditsPerUnit } }');
    await mutate(server, 'discardPlanDraft', { planId: 'rolled', version: 3 }, '__typename');
    return planVersion;
  };
  expect(await begun({})).toEqual({ number: 3, rates: [{ creditsPerUnit: '2' }] });
  expect(await begun({ fromVersion: 2 })).toEqual({ number: 3, rates: [{ creditsPerUnit: '9' }] });
  expect(codeOf(await tryMutation(server, 'createPlanDraft', { planId: 'rolled', fromVersion: 8 }))).toBe('PLAN_VERSION_NOT_FOUND');
});

test('the only publication of a plan that customers are on cannot be cancelled', async () => {
  await mutate(server, 'createPlan', { id: 'only', name: 'x' }, '__typename');
  await mutate(server, 'createPlanDraft', { planId: 'only' }, '__typename');
  const { publication } = await publishDraft(server, 'only', { effectiveAt: '2026-04-01T00:00:00Z' }, 'publication { id }');
  await mutate(server, 'createCustomer', { id: 'on-only', name: 'x', planId: 'only' }, '__typename');
  expect(codeOf(await tryMutation(server, 'cancelPublication', { id: publication.id }))).toBe('IN_USE');
});
