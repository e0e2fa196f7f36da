import { beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testEnvironment, testServer, type TestServer } from '../support/server';

let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase());
  seller = new Seller(server);
  await seller.sell({ 'chat-tokens': 'tokens * 2', images: '1', unused: '1' });
  await seller.customer('acme');
  await seller.report('acme', 'chat-tokens', { dimensions: { tokens: 5, model: 'gpt-4o', cached: true } });
  await seller.report('acme', 'images', { dimensions: { size: 'large' } });
});

const PREVIEW = `query ($input: PreviewFormulaInput!) { previewFormula(input: $input) {
  cost resultType error { code message problems { field line column } } variables { name type optional value }
  steps { expression line column value } problems { line column message } warnings { line column message } } }`;

async function preview(input: object) {
  return (await seller.ask(PREVIEW, { input })).previewFormula;
}

describe('previewFormula', () => {
  test('answers the cost, every variable and every intermediate value', async () => {
    const formula = '(model == "gpt-4o" ? 5 : 1) * tokens / 1000 + value + coalesce(bonus, 0)';
    expect(await preview({ formula, value: '2', dimensions: { model: 'gpt-4o', tokens: 1500 } })).toEqual({
      cost: '9.5',
      resultType: 'NUMBER',
      error: null,
      variables: [
        { name: 'model', type: 'TEXT', optional: false, value: 'gpt-4o' },
        { name: 'tokens', type: 'NUMBER', optional: false, value: 1500 },
        { name: 'value', type: 'NUMBER', optional: false, value: 2 },
        { name: 'bonus', type: 'NUMBER', optional: true, value: null },
      ],
      steps: [
        { expression: 'model == "gpt-4o"', line: 1, column: 2, value: true },
        { expression: 'model == "gpt-4o" ? 5 : 1', line: 1, column: 2, value: 5 },
        { expression: '(model == "gpt-4o" ? 5 : 1) * tokens', line: 1, column: 1, value: 7500 },
        { expression: '(model == "gpt-4o" ? 5 : 1) * tokens / 1000', line: 1, column: 1, value: 7.5 },
        { expression: '(model == "gpt-4o" ? 5 : 1) * tokens / 1000 + value', line: 1, column: 1, value: 9.5 },
        { expression: 'coalesce(bonus, 0)', line: 1, column: 55, value: 0 },
        { expression: formula, line: 1, column: 1, value: 9.5 },
      ],
      problems: [],
      warnings: [],
    });
  });

  test('takes 1 as value where none is given, and rounds once, half-even', async () => {
    expect((await preview({ formula: 'value / 3' })).cost).toBe('0.333333333333');
    expect((await preview({ formula: '0.0000000000005 * value' })).cost).toBe('0');
    expect((await preview({ formula: '0.0000000000015 * value' })).cost).toBe('0.000000000002');
  });

  test('keeps every digit of a number in the dimensions, in and out', async () => {
    const body = JSON.stringify({ query: PREVIEW, variables: { input: { formula: 'x * 1', dimensions: { x: 0 } } } });
    const sent = body.replace('"x":0', '"x":12345678901234567890.123456789012');
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': server.keys.READER },
      body: sent,
    });
    const text = await response.text();
    expect(text).toContain('"cost":"12345678901234567890.123456789012"');
    expect(text).toContain('"value":12345678901234567890.123456789012');
  });

  test.each<[string, object, string]>([
    ['a dimension is missing', { formula: 'tokens' }, 'DIMENSION_MISSING'],
    ['a dimension has the wrong type', { formula: 'tokens', dimensions: { tokens: '5' } }, 'DIMENSION_TYPE'],
    ['it divides by zero', { formula: '1 / tokens', dimensions: { tokens: 0 } }, 'DIVISION_BY_ZERO'],
    ['the charge is negative', { formula: '-tokens', dimensions: { tokens: 1 } }, 'CHARGE_OUT_OF_RANGE'],
    ['the charge is too large', { formula: 'tokens * tokens', dimensions: { tokens: 1e20 } }, 'CHARGE_OUT_OF_RANGE'],
    ['the value is no amount', { formula: 'value', value: 'much' }, 'AMOUNT_INVALID'],
    ['a dimension is an object', { formula: 'value', dimensions: { a: {} } }, 'DIMENSION_INVALID'],
    ['the formula has problems', { formula: 'value +' }, 'FORMULA_INVALID'],
  ])('answers what the event would be refused with where %s', async (_name, input, code) => {
    const { cost, error } = await preview(input);
    expect([cost, error.code]).toEqual([null, code]);
    expect(error.message).not.toBe('');
  });

  test('answers all problems with their places', async () => {
    const answer = await preview({ formula: 'value / 0 +\n  value ^ 99' });
    expect(answer).toMatchObject({ resultType: null, variables: [], steps: [], error: { code: 'FORMULA_INVALID' } });
    expect(answer.problems.map((problem: { line: number; column: number }) => [problem.line, problem.column])).toEqual([
      [1, 7],
      [2, 11],
    ]);
    expect(answer.error.problems).toEqual([
      { field: 'formula', line: 1, column: 7 },
      { field: 'formula', line: 2, column: 11 },
    ]);
  });

  test('warns of what could go wrong for other events', async () => {
    const { cost, warnings } = await preview({ formula: '10 / value - 3' });
    expect(cost).toBe('7');
    expect(warnings).toEqual([
      { line: 1, column: 4, message: expect.stringContaining('divide by zero') },
      { line: 1, column: 12, message: expect.stringContaining('negative') },
    ]);
  });

  test('warns of dimensions never seen in the events of the feature, numbers, texts and booleans', async () => {
    const formula = 'tokens + (model == "x" ? 1 : 2) + (cached ? 1 : 2) + tokns + (size == "x" ? 1 : 2)';
    const { warnings } = await preview({ formula, featureId: 'chat-tokens', dimensions: {} });
    expect(warnings.map((warning: { message: string }) => warning.message)).toEqual([
      expect.stringContaining('dimension tokns, so every event would be refused. Did you mean tokens, seen in 100 % of events?'),
      expect.stringContaining('dimension size, so every event would be refused.'),
    ]);
  });

  test('knows no dimensions of a feature without events, and warns of none', async () => {
    expect((await preview({ formula: 'anything', featureId: 'unused' })).warnings).toEqual([]);
  });

  test('refuses a feature that is not there, or belongs to another environment', async () => {
    const other = await testEnvironment(server.database);
    const variables = { input: { formula: '1', featureId: 'images' } };
    for (const answer of [
      await server.graphql(PREVIEW, { input: { formula: '1', featureId: 'nothing' } }),
      await server.graphql(PREVIEW, variables, other.keys.ADMIN),
    ])
      expect(answer.errors?.[0]?.extensions.code).toBe('FEATURE_NOT_FOUND');
  });

  test('is open to readers and to nobody without a key', async () => {
    const variables = { input: { formula: '1 + value' } };
    expect((await server.graphql(PREVIEW, variables, server.keys.READER)).data.previewFormula.cost).toBe('2');
    expect((await server.graphql(PREVIEW, variables, null)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('stores nothing', async () => {
    const count = async () =>
      (await server.database.pool.query(`SELECT (SELECT count(*) FROM usage_event) + (SELECT count(*) FROM dimension_key) AS n`)).rows;
    const before = await count();
    await preview({ formula: 'fresh * 2', dimensions: { fresh: 1 }, featureId: 'images' });
    expect(await count()).toEqual(before);
  });
});
