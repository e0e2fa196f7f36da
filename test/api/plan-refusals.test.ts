import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  catalogSnapshot,
  codeOf,
  draftRevision,
  fieldsOf,
  flatRate,
  mutate,
  publishDraft,
  publishedPlan,
  TO_ALL,
  tryMutation,
  walkCodes,
} from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';
import { written } from '../support/written';

const NOW = new Date('2026-03-01T12:00:00Z');
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => NOW });
  seller = new Seller(server);
});

/** Refused, with the code; whatever the catalog holds is as it was. */
async function refused(name: string, input: object): Promise<[code: string | undefined, fields: string[]]> {
  const before = await catalogSnapshot(server.database);
  const answer = await tryMutation(server, name, input);
  expect(await catalogSnapshot(server.database)).toBe(before);
  return [codeOf(answer), fieldsOf(answer)];
}

/** A plan whose first version prices a feature in a currency that are archived since; neither is in force any more. */
async function planOfArchived(id: string): Promise<void> {
  await publishedPlan(server, id);
  await mutate(server, 'createPlanDraft', { planId: id }, '__typename');
  await mutate(server, 'savePlanDraft', { planId: id, rates: [] }, '__typename');
  await publishDraft(server, id);
  await mutate(server, 'archiveFeature', { id: `${id}-feature` }, '__typename');
  await mutate(server, 'archiveCurrency', { id: `${id}-currency` }, '__typename');
}

const archivedRate = (id: string) => {
  const { planId: _plan, version: _version, ...rate } = flatRate(id, 0, '1');
  return rate;
};

describe('publishPlan', () => {
  test('refuses an older version of which a feature and a currency are archived, naming both', async () => {
    await planOfArchived('aged');
    expect(await refused('publishPlan', { planId: 'aged', version: 1, ...TO_ALL })).toEqual([
      'ARCHIVED',
      ['rates.aged-feature.feature', 'rates.aged-feature.currency'],
    ]);
  });

  /** No formula with problems is saved; but what is saved may have been checked by an older server, with other rules. */
  test('refuses a draft with a formula that is none, before a test that fails', async () => {
    await publishedPlan(server, 'broken');
    await mutate(server, 'createPlanDraft', { planId: 'broken' }, '__typename');
    const tests = [{ name: 'wrong', expectedCredits: '9' }];
    const { planId, currencyId, featureId } = flatRate('broken', 2, '1');
    const rate = { featureId, currencyId, mode: 'FORMULA', formula: 'value', tests };
    await mutate(server, 'savePlanDraft', { planId, rates: [rate] }, '__typename');
    const publishing = { planId, revision: await draftRevision(server, planId), ...TO_ALL };
    expect(await refused('publishPlan', publishing)).toEqual(['FORMULA_TEST_FAILED', [`rates.${featureId}.tests.0`]]);
    await server.database.pool.query(`UPDATE rate SET formula = 'value +' WHERE formula = 'value'`);
    expect(await refused('publishPlan', publishing)).toEqual(['FORMULA_INVALID', [`rates.${featureId}.formula`]]);
  });
});

describe('savePlanDraft', () => {
  test('refuses archived features and currencies, and more rates than a version has', async () => {
    await planOfArchived('stale');
    await publishedPlan(server, 'drafted');
    await mutate(server, 'createPlanDraft', { planId: 'drafted' }, '__typename');
    const rate = archivedRate('stale');
    expect(await refused('savePlanDraft', { planId: 'drafted', rates: [rate] })).toEqual(['ARCHIVED', ['rates.0.feature', 'rates.0.currency']]);
    expect(await refused('savePlanDraft', { planId: 'drafted', rates: Array.from({ length: 501 }, () => rate) })).toEqual([
      'INPUT_INVALID',
      ['rates'],
    ]);
    expect(await refused('savePlanDraft', { planId: 'nothing', rates: Array.from({ length: 501 }, () => rate) })).toEqual([
      'INPUT_INVALID',
      ['rates'],
    ]);
  });
});

describe('reviewPlan', () => {
  test('refuses to look at more than 1,000 customers', async () => {
    const customerIds = Array.from({ length: 1001 }, (_, index) => `c${index}`);
    const answer = await server.graphql('query ($input: ReviewPlanInput!) { reviewPlan(input: $input) { revision } }', {
      input: { planId: 'nothing', customerIds },
    });
    expect([codeOf(answer), fieldsOf(answer)]).toEqual(['INPUT_INVALID', ['customerIds']]);
  });
});

describe('rate overrides', () => {
  test('setRateOverride refuses what is archived, what overlaps and what is charged already, in the documented order', async () => {
    await planOfArchived('gone');
    await publishedPlan(server, 'priced');
    for (const id of ['gus', 'late'])
      await mutate(server, 'createCustomer', { id, name: id, planId: 'priced', planValidFrom: '2020-01-01T00:00:00Z' }, '__typename');
    await mutate(server, 'createCustomer', { id: 'left', name: 'Left' }, '__typename');
    await mutate(server, 'archiveCustomer', { id: 'left' }, '__typename');
    await seller.report('gus', 'priced-feature', { timestamp: '2026-02-01T00:00:00Z' });
    const codes = await walkCodes(
      server,
      'setRateOverride',
      { customerId: 'left', featureId: 'nothing', currencyId: 'nothing', mode: 'FLAT', creditsPerUnit: '1', validFrom: '2026-01-01T00:00:00Z' },
      [
        {},
        { customerId: 'gus' },
        { featureId: 'gone-feature' },
        { currencyId: 'priced-currency' },
        { featureId: 'priced-feature', currencyId: 'gone-currency' },
        { currencyId: 'priced-currency' },
        { validFrom: '2026-03-01T12:00:00Z' },
        { validFrom: '2026-01-01T00:00:00Z' },
      ],
    );
    expect(codes).toEqual([
      ...['ARCHIVED', 'FEATURE_NOT_FOUND', 'CURRENCY_NOT_FOUND', 'ARCHIVED', 'ARCHIVED', 'USAGE_CHARGED', 'accepted'],
      'RATE_OVERRIDE_CONFLICT',
    ]);
  });

  test('endRateOverride refuses in the documented order', async () => {
    const input = { customerId: 'late', featureId: 'priced-feature', currencyId: 'priced-currency', mode: 'FLAT', creditsPerUnit: '1' };
    const { rateOverride } = await mutate(server, 'setRateOverride', { ...input, validTo: '2026-05-01T00:00:00Z' }, 'rateOverride { id }');
    const codes = await walkCodes(server, 'endRateOverride', { id: 'x', validTo: '2026-03-01T11:59:59Z' }, [
      {},
      { validTo: '2026-05-01T00:00:00Z' },
      { id: rateOverride.id },
      { validTo: '2026-04-01T00:00:00Z' },
      {},
    ]);
    expect(codes).toEqual(['INPUT_INVALID', 'RATE_OVERRIDE_NOT_FOUND', 'RATE_OVERRIDE_ENDED', 'accepted', 'RATE_OVERRIDE_ENDED']);
  });
});

test('cancelPublication refuses in the documented order, and writes nothing', async () => {
  const publish = async (planId: string, effectiveAt: string | null) => {
    await mutate(server, 'createPlanDraft', { planId }, '__typename');
    return (await publishDraft(server, planId, effectiveAt ? { effectiveAt } : {}, 'publication { id }')).publication.id;
  };
  for (const id of ['later', 'at-once']) await mutate(server, 'createPlan', { id, name: 'x' }, '__typename');
  const scheduled = await publish('later', '2026-04-01T00:00:00Z');
  const effective = await publish('at-once', null);
  await mutate(server, 'createCustomer', { id: 'cal', name: 'Cal', planId: 'later' }, '__typename');
  expect(await walkCodes(server, 'cancelPublication', { id: 'x' }, [{}, { id: effective }, { id: scheduled }])).toEqual([
    'PUBLICATION_NOT_FOUND',
    'PUBLICATION_EFFECTIVE',
    'IN_USE',
  ]);
  await publish('later', '2026-05-01T00:00:00Z');
  await mutate(server, 'cancelPublication', { id: scheduled }, '__typename');
  expect(await refused('cancelPublication', { id: scheduled })).toEqual(['PUBLICATION_CANCELLED', []]);
});

describe('a balance that no amount can hold', () => {
  const MOST = '99999999999999999999999999.999999999999';

  test('refuses consumeCredits, reportUsage and reportEvents, and writes nothing', async () => {
    await seller.sell({ units: '1' }, 'big', 'large');
    await mutate(server, 'updateFeature', { id: 'units', meter: { eventName: 'unit', filters: [], valueDimension: 'n' } }, '__typename');
    await seller.customer('deb', 'large');
    const consume = (idempotencyKey: string) => ({ customerId: 'deb', currencyId: 'big', amount: MOST, idempotencyKey });
    await mutate(server, 'consumeCredits', consume('first'), '__typename');
    const before = await written(server.database);
    expect(codeOf(await tryMutation(server, 'consumeCredits', consume('second')))).toBe('BALANCE_OUT_OF_RANGE');
    const report = { customerId: 'deb', featureId: 'units', value: MOST, idempotencyKey: 'third' };
    expect(codeOf(await tryMutation(server, 'reportUsage', report))).toBe('BALANCE_OUT_OF_RANGE');
    const event = { customerId: 'deb', eventName: 'unit', idempotencyKey: 'fourth' };
    const refusal = 'results { featureId error { code } }';
    const { results } = await mutate(server, 'reportEvents', { events: [{ ...event, dimensions: { n: 9.5e25 } }] }, refusal);
    expect(results).toEqual([{ featureId: 'units', error: { code: 'BALANCE_OUT_OF_RANGE' } }]);
    const estimate = await seller.ask(`query ($input: EstimateEventsInput!) { estimateEvents(input: $input) { error { code } } }`, {
      input: { events: [{ customerId: 'deb', eventName: 'unit', dimensions: { n: 9.5e25 } }] },
    });
    expect(estimate.estimateEvents).toEqual([{ error: { code: 'BALANCE_OUT_OF_RANGE' } }]);
    expect(await written(server.database)).toBe(before);
  });
});
