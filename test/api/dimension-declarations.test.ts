import { beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, fieldsOf, mutate, tryMutation, walkCodes } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase());
  seller = new Seller(server);
  await seller.sell({
    later: '0.1 * coalesce(units, 3)',
    chat: 'tokens * 2',
    image: '1',
    video: '0.5 * seconds',
    walked: '1',
    proposed: '1',
    gone: '1',
  });
  await seller.customer('acme');
});

function declare(featureId: string, name: string, given: object) {
  return mutate(server, 'setDimensionDeclaration', { featureId, name, ...given }, 'declaration { name }');
}

const report = (featureId: string, idempotencyKey: string, dimensions: object, more: object = {}) =>
  tryMutation(
    server,
    'reportUsage',
    { customerId: 'acme', featureId, idempotencyKey, dimensions, ...more },
    'duplicate event { id dimensions charge { cost parameters { name value } } }',
  );

async function eventCount(): Promise<number> {
  const { rows } = await server.database.pool.query<{ n: number }>('SELECT count(*)::int4 AS n FROM usage_event');
  return rows[0]!.n;
}

test('A declaration is read as it was set, and replaced by the next of its name', async () => {
  const given = { type: 'NUMBER', description: 'How many pixels', lowest: 0.5, highest: 4096, required: true, aliases: ['px'] };
  await declare('gone', 'pixels', { type: 'TEXT' });
  await declare('gone', 'pixels', given);
  await declare('gone', 'format', { type: 'TEXT', allowedValues: ['png', 'jpeg'] });
  const fields = 'name type description lowest highest allowedValues required aliases';
  const { feature } = await seller.ask(`{ feature(id: "gone") { dimensionDeclarations { ${fields} } } }`);
  const absent = { description: null, lowest: null, highest: null, allowedValues: null, required: false, aliases: [] };
  expect(feature.dimensionDeclarations).toEqual([
    { ...absent, name: 'format', type: 'TEXT', allowedValues: ['png', 'jpeg'] },
    { ...absent, name: 'pixels', ...given },
  ]);
});

describe('setDimensionDeclaration refuses', () => {
  test.each<[string, object, string]>([
    ['a range of a text', { type: 'TEXT', lowest: 1 }, 'lowest'],
    ['a bound that is a text', { type: 'NUMBER', highest: '5' }, 'highest'],
    ['a range upside down', { type: 'NUMBER', lowest: 2, highest: 1 }, 'highest'],
    ['values of another type', { type: 'TEXT', allowedValues: ['a', 5] }, 'allowedValues.1'],
    ['a value that is there twice', { type: 'NUMBER', allowedValues: [1, 2, 1] }, 'allowedValues.2'],
    ['no values at all', { type: 'TEXT', allowedValues: [] }, 'allowedValues'],
    ['values of a boolean', { type: 'BOOLEAN', allowedValues: [true] }, 'allowedValues'],
    ['values beside a range', { type: 'NUMBER', lowest: 1, allowedValues: [1] }, 'allowedValues'],
    ['its own name as a former one', { type: 'TEXT', aliases: ['odd'] }, 'aliases.0'],
    ['a description that is too long', { type: 'TEXT', description: 'x'.repeat(1001) }, 'description'],
  ])('%s', async (_name, given, field) => {
    const answer = await tryMutation(server, 'setDimensionDeclaration', { featureId: 'image', name: 'odd', ...given });
    expect([codeOf(answer), fieldsOf(answer)]).toEqual(['INPUT_INVALID', [field]]);
  });

  test('in the documented order, and changes nothing then', async () => {
    await declare('walked', 'taken', { type: 'TEXT', aliases: ['was_taken'] });
    const codes = await walkCodes(server, 'setDimensionDeclaration', { featureId: 'nothing', name: '', type: 'TEXT', aliases: ['was_taken'] }, [
      {},
      { name: 'fresh' },
      { featureId: 'walked' },
      { name: 'was_taken', aliases: [] },
      { name: 'taken', aliases: ['another'] },
      { aliases: ['was_taken', 'another'] },
    ]);
    expect(codes).toEqual(['INPUT_INVALID', 'FEATURE_NOT_FOUND', 'INPUT_INVALID', 'INPUT_INVALID', 'INPUT_INVALID', 'accepted']);
  });
});

test('A charge that is older than a former name of a dimension stays explained by what it was computed from', async () => {
  const before = await report('later', 'older', { pieces: 7 });
  await declare('later', 'units', { type: 'NUMBER', aliases: ['pieces'] });
  const after = await report('later', 'newer', { pieces: 7 });
  const chargeOf = (answer: typeof before) => answer.data.reportUsage.event.charge;
  expect(chargeOf(before)).toEqual({ cost: '0.3', parameters: [{ name: 'units', value: null }] });
  expect(chargeOf(after)).toEqual({ cost: '0.7', parameters: [{ name: 'units', value: 7 }] });
  const again = await report('later', 'older', { pieces: 7 });
  expect(again.data.reportUsage).toMatchObject({ duplicate: true, event: { charge: chargeOf(before) } });
  const { auditLedger } = await seller.ask(`{ auditLedger(input: { customerId: "acme" }) { ok differences { detail } } }`);
  expect(auditLedger).toEqual({ ok: true, differences: [] });
});

test('removeDimensionDeclaration refuses in the documented order, and takes a declaration with its rules away', async () => {
  await declare('walked', 'strict', { type: 'NUMBER', required: true });
  await declare('walked', 'renamed', { type: 'NUMBER', aliases: ['former'] });
  const codes = await walkCodes(server, 'removeDimensionDeclaration', { featureId: 'nothing', name: 'other' }, [
    {},
    { featureId: 'walked' },
    { name: 'renamed' },
    { name: 'strict' },
  ]);
  expect(codes).toEqual(['FEATURE_NOT_FOUND', 'DIMENSION_DECLARATION_NOT_FOUND', 'IN_USE', 'accepted']);
  expect(codeOf(await report('walked', 'after-removal', {}))).toBeUndefined();
});

describe('Reports are held to what is declared', () => {
  beforeAll(async () => {
    await declare('image', 'size', { type: 'NUMBER', lowest: 1, highest: 2048, required: true });
    await declare('image', 'format', { type: 'TEXT', allowedValues: ['png', 'jpeg'] });
    await declare('image', 'steps', { type: 'NUMBER', allowedValues: [10, 20] });
  });

  test.each<[string, object, string, string[]]>([
    ['a required dimension is missing', { format: 'png' }, 'DIMENSION_MISSING', ['dimensions.size']],
    ['a dimension has another type', { size: '512' }, 'DIMENSION_TYPE', ['dimensions.size']],
    ['a number is below its range', { size: 0 }, 'DIMENSION_NOT_ALLOWED', ['dimensions.size']],
    ['a number is above its range', { size: 2048.5 }, 'DIMENSION_NOT_ALLOWED', ['dimensions.size']],
    ['a text is not among the allowed', { size: 1, format: 'PNG' }, 'DIMENSION_NOT_ALLOWED', ['dimensions.format']],
    ['a number is not among the allowed', { size: 1, steps: 15 }, 'DIMENSION_NOT_ALLOWED', ['dimensions.steps']],
    ['several things are wrong', { format: 5, steps: 15 }, 'DIMENSION_MISSING', ['dimensions.size', 'dimensions.format', 'dimensions.steps']],
  ])('where %s, nothing is stored and the key stays free', async (name, dimensions, code, fields) => {
    const before = await eventCount();
    const answer = await report('image', `refused ${name}`, dimensions);
    expect([codeOf(answer), fieldsOf(answer)]).toEqual([code, fields]);
    expect(await eventCount()).toBe(before);
    expect(codeOf(await report('image', `refused ${name}`, { size: 1 }))).toBeUndefined();
  });

  test('what is within them is accepted, the ends of ranges and what is not declared, too', async () => {
    for (const [index, dimensions] of [{ size: 1 }, { size: 2048, format: 'jpeg', steps: 20.0, other: 'anything' }].entries())
      expect(codeOf(await report('image', `fine ${index}`, dimensions))).toBeUndefined();
  });

  test('a repeat of what was accepted before answers the first outcome, whatever is declared since', async () => {
    await report('video', 'before', { seconds: 4, codec: 'h264' });
    await declare('video', 'codec', { type: 'TEXT', allowedValues: ['av1'], required: true });
    const { data } = await report('video', 'before', { seconds: 4, codec: 'h264' });
    expect(data.reportUsage.duplicate).toBe(true);
    expect(codeOf(await report('video', 'since', { seconds: 4, codec: 'h264' }))).toBe('DIMENSION_NOT_ALLOWED');
  });
});

describe('A dimension that is renamed', () => {
  beforeAll(async () => {
    await report('chat', 'old', { tokens: 10 });
    await declare('chat', 'total_tokens', { type: 'NUMBER', aliases: ['tokens'] });
  });

  test.each(['tokens', 'total_tokens'])('is kept under the name of today and priced by the formula of before, reported as %s', async (name) => {
    const { data } = await report('chat', `as ${name}`, { [name]: 7 });
    expect(data.reportUsage).toMatchObject({
      duplicate: false,
      event: { dimensions: { total_tokens: 7 }, charge: { cost: '14', parameters: [{ name: 'tokens', value: 7 }] } },
    });
  });

  test('is the same content by either name, for events of before and after', async () => {
    for (const [key, value] of [
      ['old', 10],
      ['as tokens', 7],
      ['as total_tokens', 7],
    ] as const)
      for (const name of ['tokens', 'total_tokens']) {
        await report('chat', 'as tokens', { tokens: 7 });
        await report('chat', 'as total_tokens', { tokens: 7 });
        expect((await report('chat', key, { [name]: value })).data.reportUsage.duplicate).toBe(true);
        expect(codeOf(await report('chat', key, { [name]: value + 1 }))).toBe('IDEMPOTENCY_KEY_REUSED');
      }
  });

  test('cannot be given by both names at once', async () => {
    const before = await eventCount();
    const answer = await report('chat', 'both', { tokens: 7, total_tokens: 7 });
    expect([codeOf(answer), fieldsOf(answer)]).toEqual(['DIMENSION_NOT_ALLOWED', ['dimensions.tokens']]);
    expect(await eventCount()).toBe(before);
  });

  test('is found in formulas by either name, and an audit recomputes every charge', async () => {
    const preview = `query ($input: PreviewFormulaInput!) { previewFormula(input: $input) { cost warnings { message } } }`;
    for (const [formula, name] of [
      ['tokens * 3', 'total_tokens'],
      ['total_tokens * 3', 'tokens'],
    ] as const) {
      const { previewFormula } = await seller.ask(preview, { input: { formula, featureId: 'chat', dimensions: { [name]: 5 } } });
      expect(previewFormula).toEqual({ cost: '15', warnings: [] });
    }
    const { auditLedger } = await seller.ask('{ auditLedger(input: { customerId: "acme" }) { ok differences { detail } } }');
    expect(auditLedger).toEqual({ ok: true, differences: [] });
  });
});

test('proposeDimensionDeclarations proposes what the events agree on, and no more', async () => {
  await declare('proposed', 'declared', { type: 'TEXT' });
  const events = Array.from({ length: 40 }, (_, index) => ({
    customerId: 'acme',
    featureId: 'proposed',
    dimensions: {
      model: index % 2 === 0 ? 'a' : 'b',
      tokens: index + 1,
      delta: index - 20,
      mixed: index % 2 === 0 ? index : 'text',
      user: `user-${index}`,
      declared: 'x',
      ...(index % 2 === 0 && { cached: index % 4 === 0 }),
    },
  }));
  await seller.reportAll(events);
  const fields = 'count declaration { name type lowest highest allowedValues required }';
  const { proposeDimensionDeclarations } = await seller.ask(`{ proposeDimensionDeclarations(featureId: "proposed") { ${fields} } }`);
  const absent = { lowest: null, highest: null, allowedValues: null, required: true };
  expect(proposeDimensionDeclarations).toEqual([
    { count: 40, declaration: { ...absent, name: 'delta', type: 'NUMBER' } },
    { count: 40, declaration: { ...absent, name: 'model', type: 'TEXT', allowedValues: ['a', 'b'] } },
    { count: 40, declaration: { ...absent, name: 'tokens', type: 'NUMBER', lowest: 1 } },
    { count: 40, declaration: { ...absent, name: 'user', type: 'TEXT' } },
    { count: 20, declaration: { ...absent, name: 'cached', type: 'BOOLEAN', required: false } },
  ]);
  expect((await seller.ask('{ proposeDimensionDeclarations(featureId: "gone") { count } }')).proposeDimensionDeclarations).toEqual([]);
});
