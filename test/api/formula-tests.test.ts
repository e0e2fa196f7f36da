import { beforeAll, expect, test } from '@jest/globals';
import { codeOf, fieldsOf, mutate, tryMutation } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase());
  seller = new Seller(server);
  await seller.sell({ chat: 'tokens / 1000' });
  await mutate(server, 'createPlanDraft', { planId: 'pro' }, '__typename');
});

const RATE = { planId: 'pro', version: 2, featureId: 'chat', currencyId: 'credits', mode: 'FORMULA', formula: 'tokens / 1000' };
const TESTS = [
  { name: 'many digits', value: '2.5', dimensions: { tokens: 1500, model: 'x' }, expectedCredits: '1.5' },
  { name: 'nothing said', dimensions: {}, expectedError: 'DIMENSION_MISSING' },
];
const FIELDS = 'name value dimensions expectedCredits expectedError passed credits error';

async function draftRevision(): Promise<number> {
  return (await seller.ask('{ plan(id: "pro") { draft { revision } } }')).plan.draft.revision;
}

function publish(revision: number) {
  return mutate(server, 'publishPlan', { planId: 'pro', revision, affects: { scope: 'ALL_CUSTOMERS' } }, '__typename');
}

async function testsOf(version: number) {
  const { plan } = await seller.ask(`{ plan(id: "pro") { versions(first: 10) { edges { node { number rates { tests { ${FIELDS} } } } } } } }`);
  return plan.versions.edges.find(({ node }: { node: { number: number } }) => node.number === version).node.rates[0].tests;
}

test('Tests are kept with a rate, tried when they are read, and stay where a new formula says nothing of them', async () => {
  const { rate, warnings } = await mutate(server, 'setRate', { ...RATE, tests: TESTS }, `warnings { code } rate { tests { ${FIELDS} } }`);
  expect(warnings.filter(({ code }: { code: string }) => code === 'FORMULA_TEST_FAILED')).toEqual([]);
  const kept = [
    { ...TESTS[0], expectedError: null, passed: true, credits: '1.5', error: null },
    { ...TESTS[1], value: '1', expectedCredits: null, passed: true, credits: null, error: 'DIMENSION_MISSING' },
  ];
  expect(rate.tests).toEqual(kept);
  await mutate(server, 'setRate', { ...RATE, formula: 'tokens * 0.001' }, '__typename');
  expect(await testsOf(2)).toEqual(kept);
});

test('A test that fails is warned of on save, is a problem of the version, and refuses publishing', async () => {
  const { warnings } = await mutate(server, 'setRate', { ...RATE, formula: 'coalesce(tokens, 0) / 500' }, 'warnings { code field message }');
  const failed = [
    { code: 'FORMULA_TEST_FAILED', field: 'tests.0', message: '"many digits" gives 3 credits, not 1.5 credits.' },
    { code: 'FORMULA_TEST_FAILED', field: 'tests.1', message: '"nothing said" gives 0 credits, not DIMENSION_MISSING.' },
  ];
  expect(warnings).toEqual(failed);
  const { validatePlanVersion } = await seller.ask('{ validatePlanVersion(planId: "pro", version: 2) { valid problems { field } } }');
  const fields = ['rates.chat.tests.0', 'rates.chat.tests.1'];
  expect(validatePlanVersion).toEqual({ valid: false, problems: fields.map((field) => ({ field })) });
  const refused = await tryMutation(server, 'publishPlan', { planId: 'pro', revision: await draftRevision(), affects: { scope: 'ALL_CUSTOMERS' } });
  expect([codeOf(refused), fieldsOf(refused)]).toEqual(['FORMULA_TEST_FAILED', fields]);
});

test('Tests that say nothing or too much are refused, all problems together', async () => {
  const tests = [{ name: '' }, { name: 'a', expectedCredits: '-1' }, { name: 'a', dimensions: { x: {} }, expectedCredits: '1' }];
  const refused = await tryMutation(server, 'setRate', { ...RATE, tests });
  const fields = ['tests.0.name', 'tests.0', 'tests.1.expectedCredits', 'tests.2.name', 'tests.2.dimensions.x'];
  expect([codeOf(refused), fieldsOf(refused)]).toEqual(['INPUT_INVALID', fields]);
});

test('A draft begins with the tests of the version before', async () => {
  await mutate(server, 'setRate', RATE, '__typename');
  await publish(await draftRevision());
  await mutate(server, 'createPlanDraft', { planId: 'pro' }, '__typename');
  expect(await testsOf(3)).toEqual(await testsOf(2));
  expect(await testsOf(3)).toHaveLength(2);
});
