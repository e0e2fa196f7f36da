import { beforeAll, describe, expect, test } from '@jest/globals';
import { mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

const EVENTS = 60;
const DAY = 86_400_000;
const now = Date.now();

let server: TestServer;
let seller: Seller;

/** The later two thirds have no `region`; every third has `cached_tokens`. */
function chatEvent(index: number): object {
  const dimensions: Record<string, unknown> = {
    model: index % 2 === 0 ? 'gpt-4o' : 'gpt-4o-mini',
    input_tokens: 100 + index,
    output_tokens: index,
    size: String(index),
  };
  if (index < EVENTS / 3) dimensions.region = 'eu';
  if (index % 3 === 0) dimensions.cached_tokens = index;
  const customerId = index % 4 === 0 ? 'globex' : 'acme';
  return { customerId, featureId: 'chat', dimensions, timestamp: new Date(now - DAY + index * 60_000).toISOString() };
}

beforeAll(async () => {
  server = await testServer(await testDatabase());
  seller = new Seller(server);
  await seller.sell({ chat: 'input_tokens + output_tokens', images: '1', unused: '1' });
  await seller.customer('acme');
  await seller.customer('globex');
  await seller.reportAll(Array.from({ length: EVENTS }, (_, index) => chatEvent(index)));
  await seller.reportAll(Array.from({ length: 30 }, () => ({ customerId: 'acme', featureId: 'images', dimensions: { gpu_seconds: 3 } })));
});

const PREVIEW = `query ($input: PreviewFormulaInput!) { previewFormula(input: $input) {
  warnings { code line column message variable suggestion seen example { value dimensions } } profile { eventCount from to } } }`;

async function analysed(formula: string, featureId = 'chat') {
  return (await seller.ask(PREVIEW, { input: { formula, featureId } })).previewFormula;
}

const BOTH = 'input_tokens + output_tokens';

describe('previewFormula finds in real events', () => {
  test.each<[string, string, string, string]>([
    ['a division by 0', `${BOTH} + 1 / output_tokens`, 'CAN_DIVIDE_BY_ZERO', 'output_tokens is 0'],
    ['a negative result', `output_tokens * 2 - input_tokens`, 'CAN_BE_NEGATIVE', '% of the events looked at'],
    ['a slip in a name', 'input_token + output_tokens', 'DIMENSION_NEVER_SEEN', 'Did you mean input_tokens, seen in 100 % of events?'],
    ['a dimension of another feature', `${BOTH} + gpu_seconds`, 'DIMENSION_NEVER_SEEN', 'gpu_seconds'],
    ['a dimension that stopped arriving', `region == "eu" ? ${BOTH} : 1`, 'DIMENSION_STOPPED', '40 events came since'],
    ['a dimension that is often missing', `${BOTH} + cached_tokens`, 'DIMENSION_CAN_BE_MISSING', 'missing in 67 %'],
    ['another type', `${BOTH} + size`, 'DIMENSION_TYPE_DIFFERS', '100 %'],
    ['a slip in a text', `model == "gpt4o" ? ${BOTH} : 1`, 'VALUE_NEVER_SEEN', 'did you mean "gpt-4o"'],
    ['a number that is not used', 'input_tokens * 2', 'DIMENSION_UNUSED', 'output_tokens is in 100 % of the events, from 0 to 59'],
  ])('%s', async (_name, formula, code, words) => {
    const { warnings } = await analysed(formula);
    expect(warnings.map((warning: { code: string }) => warning.code)).toEqual([code]);
    expect(warnings[0].message).toContain(words);
  });

  test.each([BOTH, `output_tokens > 0 ? ${BOTH} + 1 / output_tokens : ${BOTH}`, `${BOTH} + coalesce(cached_tokens, 0)`, `max(0, ${BOTH} - 20)`])(
    'nothing in %s',
    async (formula) => expect((await analysed(formula)).warnings).toEqual([]),
  );

  test('an example that previewFormula refuses when it is sent back, and says what it is based on', async () => {
    const formula = `${BOTH} + 100 / (output_tokens - 7)`;
    const { warnings, profile } = await analysed(formula);
    const found = warnings.find((warning: { code: string }) => warning.code === 'CAN_DIVIDE_BY_ZERO');
    expect(found).toMatchObject({ variable: 'output_tokens', seen: true, line: 1, column: 36 });
    const again = `query ($input: PreviewFormulaInput!) { previewFormula(input: $input) { error { code } } }`;
    const { previewFormula } = await seller.ask(again, { input: { formula, ...found.example } });
    expect(previewFormula.error.code).toBe('DIVISION_BY_ZERO');
    const ends = [now - DAY, now - DAY + (EVENTS - 1) * 60_000].map((instant) => new Date(instant).toISOString());
    expect(profile).toEqual({ eventCount: EVENTS, from: ends[0], to: ends[1] });
  });
});

test('A feature without events has an empty profile, and nothing is told of its dimensions', async () => {
  expect(await analysed('anything * 2', 'unused')).toEqual({ warnings: [], profile: { eventCount: 0, from: null, to: null } });
});

test('featureProfile answers what each dimension was in the events looked at', async () => {
  const { featureProfile } = await seller.ask(`{ featureProfile(featureId: "chat") { eventCount values { least greatest }
    dimensions { name count numbers { least greatest typical whole } textValues { text count } allTextsListed booleans stopped } } }`);
  expect(featureProfile).toMatchObject({ eventCount: EVENTS, values: { least: 1, greatest: 1 } });
  const byName = Object.fromEntries(featureProfile.dimensions.map(({ name, ...rest }: { name: string }) => [name, rest]));
  expect(Object.keys(byName)).toEqual(['cached_tokens', 'input_tokens', 'model', 'output_tokens', 'region', 'size']);
  expect(byName.input_tokens).toMatchObject({ count: 60, numbers: { least: 100, greatest: 159, typical: 130, whole: true }, stopped: false });
  expect(byName.model.textValues).toEqual([
    { text: 'gpt-4o', count: 30 },
    { text: 'gpt-4o-mini', count: 30 },
  ]);
  expect(byName.region).toMatchObject({ count: 20, stopped: true, allTextsListed: true });
  expect(byName.size).toMatchObject({ numbers: null, allTextsListed: false });
  const missing = await server.graphql('{ featureProfile(featureId: "nothing") { eventCount } }');
  expect(missing.errors?.[0]?.extensions.code).toBe('FEATURE_NOT_FOUND');
});

test('setRate and validatePlanVersion tell the same warnings, with their codes', async () => {
  await mutate(server, 'createPlanDraft', { planId: 'pro' }, '__typename');
  const input = { planId: 'pro', version: 2, featureId: 'chat', currencyId: 'credits', mode: 'FORMULA', formula: 'input_token + output_tokens' };
  const fields = 'code field line column variable suggestion seen';
  const { warnings } = await mutate(server, 'setRate', input, `warnings { ${fields} }`);
  const warning = { code: 'DIMENSION_NEVER_SEEN', line: 1, column: 1, variable: 'input_token', suggestion: 'input_tokens', seen: false };
  expect(warnings).toEqual([{ ...warning, field: 'formula' }]);
  const { validatePlanVersion } = await seller.ask(`{ validatePlanVersion(planId: "pro", version: 2) { valid warnings { ${fields} } } }`);
  expect(validatePlanVersion).toEqual({ valid: true, warnings: [{ ...warning, field: 'rates.chat.formula' }] });
});
