import { beforeAll, describe, expect, test } from '@jest/globals';
import { catalogSnapshot, codeOf, fieldsOf, mutate, tryMutation } from '../support/catalog';
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

describe('A draft saved as a whole', () => {
  const PRICE = { currencyId: 'team-credits', mode: 'FORMULA', formula: 'tokens / 1000' };
  const save = (rates: object[], selection = '__typename') => mutate(server, 'savePlanDraft', { planId: 'team', rates }, selection);

  beforeAll(async () => {
    await seller.sell({ talk: 'tokens / 1000', draw: '2' }, 'team-credits', 'team');
    await mutate(server, 'createPlanDraft', { planId: 'team' }, '__typename');
  });

  test('has the tests given with its rates, and keeps those of a feature that is given without', async () => {
    const draw = { featureId: 'draw', currencyId: 'team-credits', mode: 'FLAT', creditsPerUnit: '2' };
    const [talked, drawn] = [TESTS.slice(0, 1), [{ name: 'three', value: '3', expectedCredits: '6' }]];
    const rates = `warnings { code field message } planVersion { rates { feature { id } tests { name passed } } }`;
    const { planVersion } = await save(
      [
        { featureId: 'talk', ...PRICE, tests: talked },
        { ...draw, tests: drawn },
      ],
      rates,
    );
    const kept = [
      { feature: { id: 'draw' }, tests: [{ name: 'three', passed: true }] },
      { feature: { id: 'talk' }, tests: [{ name: 'many digits', passed: true }] },
    ];
    expect(planVersion.rates).toEqual(kept);
    const again = await save([draw, { featureId: 'talk', ...PRICE, formula: 'tokens * 0.001', tests: null }], rates);
    expect(again.planVersion.rates).toEqual(kept);
    expect((await save([{ ...draw, tests: [] }], rates)).planVersion.rates).toEqual([{ feature: { id: 'draw' }, tests: [] }]);
  });

  test('is saved with tests that fail, given or kept, and warns of each', async () => {
    const rates = [{ featureId: 'talk', ...PRICE, formula: 'tokens / 500' }];
    const failed = (warnings: { code: string }[]) => warnings.filter(({ code }) => code === 'FORMULA_TEST_FAILED');
    const warning = { code: 'FORMULA_TEST_FAILED', field: 'rates.0.tests.0', message: '"many digits" gives 3 credits, not 1.5 credits.' };
    const { warnings } = await save([{ ...rates[0], tests: TESTS }], 'warnings { code field message }');
    expect(failed(warnings)).toEqual([warning]);
    expect(failed((await save(rates, 'warnings { code field message }')).warnings)).toEqual([warning]);
  });

  test('tries kept tests under every name of a dimension', async () => {
    const declaration = { featureId: 'talk', name: 'words', type: 'NUMBER', aliases: ['tokens'] };
    const tests = [{ name: 'by its new name', dimensions: { words: 1500 }, expectedCredits: '1.5' }];
    await mutate(server, 'setDimensionDeclaration', declaration, '__typename');
    const { warnings } = await save([{ featureId: 'talk', ...PRICE, tests }], 'warnings { code }');
    expect(warnings).not.toContainEqual({ code: 'FORMULA_TEST_FAILED' });
  });

  test('tells problems of tests with those of all rates, and keeps everything', async () => {
    const before = await catalogSnapshot(server.database);
    const tests = [{ name: '', expectedCredits: '-1' }, { name: 'a' }];
    const rates = [
      { featureId: 'draw', currencyId: 'team-credits', mode: 'FLAT' },
      { featureId: 'talk', ...PRICE, formula: 'tokens +', tests },
    ];
    const refused = await tryMutation(server, 'savePlanDraft', { planId: 'team', rates });
    const ofTests = ['rates.1.tests.0.name', 'rates.1.tests.0.expectedCredits', 'rates.1.tests.1'];
    expect([codeOf(refused), fieldsOf(refused)]).toEqual(['INPUT_INVALID', ['rates.0.creditsPerUnit', ...ofTests, 'rates.1.formula']]);
    expect(await catalogSnapshot(server.database)).toBe(before);
  });
});

describe('Suggested tests', () => {
  const SUGGEST = `query ($featureId: ID!, $formula: String!) {
    suggestFormulaTests(input: { featureId: $featureId, formula: $formula }) { name value dimensions expectedCredits expectedError } }`;

  test('come from real events, and can be kept as they are', async () => {
    await seller.sell({ write: 'coalesce(tokens, 0)' }, 'write-credits', 'write');
    await seller.customer('ada', 'write');
    const sizes = [100, 100, 200, 5000].map((tokens) => ({ tokens, user: 'u' }));
    await seller.reportAll([...sizes, {}].map((dimensions) => ({ customerId: 'ada', featureId: 'write', value: '2', dimensions })));
    const formula = 'tokens > 1000 ? tokens / 1000 : 1';
    const { suggestFormulaTests: tests } = await seller.ask(SUGGEST, { featureId: 'write', formula });
    expect(tests).toEqual([
      { name: 'typical', value: '2', dimensions: { tokens: 200 }, expectedCredits: '1', expectedError: null },
      { name: 'tokens > 1000; greatest tokens', value: '2', dimensions: { tokens: 5000 }, expectedCredits: '5', expectedError: null },
      { name: 'least tokens', value: '2', dimensions: { tokens: 100 }, expectedCredits: '1', expectedError: null },
    ]);
    await mutate(server, 'createPlanDraft', { planId: 'write' }, '__typename');
    const rate = { planId: 'write', version: 2, featureId: 'write', currencyId: 'write-credits', mode: 'FORMULA', formula, tests };
    const kept = await mutate(server, 'setRate', rate, 'rate { tests { passed } }');
    expect(kept.rate.tests).toEqual(tests.map(() => ({ passed: true })));
  });

  test('are refused for a formula with problems, and then for a feature that is not there', async () => {
    const codes = ['tokens +', 'tokens'].map(async (formula) => codeOf(await server.graphql(SUGGEST, { featureId: 'nothing', formula })));
    expect(await Promise.all(codes)).toEqual(['FORMULA_INVALID', 'FEATURE_NOT_FOUND']);
  });
});
