import { beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, mutate, tryMutation } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testEnvironment, testServer, type TestServer } from '../support/server';

const NOW = new Date('2026-03-01T12:00:00.000Z');
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => NOW });
  seller = new Seller(server);
  await seller.sell({ calls: '0.5', tokens: '0.0025 * input + coalesce(output, 0) * 0.01' });
  await seller.customer('ada');
  await seller.grant('ada', '100');
});

/** Everything that reporting can write. */
async function written(): Promise<string> {
  const tables = ['usage_event', 'ledger_entry', 'pool', 'credit_grant', 'usage_rollup', 'dimension_set', 'dimension_key', 'rollup'];
  const rows = await Promise.all(
    tables.map(
      async (table) =>
        (await server.database.pool.query(`SELECT coalesce(string_agg(t::text, ';' ORDER BY t::text), '') AS all FROM ${table} t`)).rows[0],
    ),
  );
  return JSON.stringify(rows);
}

const report = (more: object, selection = 'duplicate') =>
  tryMutation(server, 'reportUsage', { customerId: 'ada', featureId: 'calls', idempotencyKey: 'hostile', ...more }, selection);

describe('an accepted report', () => {
  test('answers the whole charge', async () => {
    const input = { customerId: 'ada', featureId: 'tokens', idempotencyKey: 'whole', value: '2', timestamp: '2026-02-28T23:59:59.9999Z' };
    const dimensions = { input: 1000, model: 'm1', cached: false, 'any name': 'x', gone: null };
    const selection = `duplicate event { customer { id } feature { id } currency { id } resourceId idempotencyKey value timestamp receivedAt dimensions
      charge { cost balanceAfter overdraft parameters { name value } rate { mode formula planVersion { number plan { id } } } draws { amount grant { amount remaining } } } }`;
    expect(await mutate(server, 'reportUsage', { ...input, dimensions }, selection)).toEqual({
      duplicate: false,
      event: {
        customer: { id: 'ada' },
        feature: { id: 'tokens' },
        currency: { id: 'credits' },
        resourceId: null,
        idempotencyKey: 'whole',
        value: '2',
        timestamp: '2026-02-28T23:59:59.999Z',
        receivedAt: '2026-03-01T12:00:00.000Z',
        dimensions: { input: 1000, model: 'm1', cached: false, 'any name': 'x' },
        charge: {
          cost: '2.5',
          balanceAfter: '97.5',
          overdraft: '0',
          parameters: [
            { name: 'input', value: 1000 },
            { name: 'output', value: null },
          ],
          rate: { mode: 'FORMULA', formula: '0.0025 * input + coalesce(output, 0) * 0.01', planVersion: { number: 1, plan: { id: 'pro' } } },
          draws: [{ amount: '2.5', grant: { amount: '100', remaining: '97.5' } }],
        },
      },
    });
  });

  test('keeps the digits of a number that no double could hold, in and out', async () => {
    const body = `{"query":"mutation($i: ReportUsageInput!) { reportUsage(input: $i) { event { dimensions charge { cost parameters { value } } } } }",
      "variables":{"i":{"customerId":"ada","featureId":"tokens","idempotencyKey":"digits","dimensions":{"input":400.0000000000000000000000000000004}}}}`;
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': server.keys.WRITER },
      body,
    });
    const text = await response.text();
    expect(text).toContain('"dimensions":{"input":400.0000000000000000000000000000004}');
    expect(text).toContain('"cost":"1"');
    expect(text).toContain('"parameters":[{"value":400.0000000000000000000000000000004},{"value":null}]');
  });

  test('may have ids and keys of 255 characters', async () => {
    const id = 'x'.repeat(255);
    await seller.customer(id);
    const answer = await report({ customerId: id, resourceId: id, idempotencyKey: '…'.repeat(255) });
    expect(answer.errors).toBeUndefined();
  });
});

describe('bad input is refused with its code, and nothing is stored', () => {
  const cases: [string, string, object][] = [
    ['NUL in an id', 'ID_INVALID', { customerId: 'a\0b' }],
    ['an empty id', 'ID_INVALID', { featureId: '' }],
    ['an id of 256 characters', 'ID_INVALID', { resourceId: 'x'.repeat(256) }],
    ['an empty idempotency key', 'INPUT_INVALID', { idempotencyKey: '' }],
    ['NUL in an idempotency key', 'INPUT_INVALID', { idempotencyKey: '\0' }],
    ['a lone surrogate in an idempotency key', 'INPUT_INVALID', { idempotencyKey: '\ud800' }],
    ['an idempotency key of 256 characters', 'INPUT_INVALID', { idempotencyKey: 'x'.repeat(256) }],
    ['a value of 40 digits', 'AMOUNT_INVALID', { value: '1'.repeat(40) }],
    ['a value with 13 decimals', 'AMOUNT_INVALID', { value: '0.0000000000001' }],
    ['a value that is no number', 'AMOUNT_INVALID', { value: 'NaN' }],
    ['a negative charge', 'CHARGE_OUT_OF_RANGE', { value: '-1' }],
    ['a timestamp more than an hour ahead', 'TIMESTAMP_INVALID', { timestamp: '2026-03-01T13:00:00.001Z' }],
    ['a timestamp in the year 9999', 'TIMESTAMP_INVALID', { timestamp: '9999-12-31T23:59:59Z' }],
    ['a timestamp in the year 0', 'TIMESTAMP_INVALID', { timestamp: '0000-01-01T00:00:00Z' }],
    ['a timestamp on 30 February', 'TIMESTAMP_INVALID', { timestamp: '2026-02-30T00:00:00Z' }],
    ['a timestamp without a zone', 'TIMESTAMP_INVALID', { timestamp: '2026-02-20T00:00:00' }],
    ['NUL in a dimension', 'DIMENSION_INVALID', { dimensions: { user: 'a\0' } }],
    ['NUL in the name of a dimension', 'DIMENSION_INVALID', { dimensions: { 'a\0': 1 } }],
    ['a lone surrogate in a dimension', 'DIMENSION_INVALID', { dimensions: { user: '\udfff' } }],
    ['a dimension named constructor', 'DIMENSION_INVALID', { dimensions: { constructor: 'x' } }],
    ['a dimension named __proto__', 'DIMENSION_INVALID', { dimensions: JSON.parse('{"__proto__":"x"}') as object }],
    ['a dimension without a name', 'DIMENSION_INVALID', { dimensions: { '': 'x' } }],
    ['a nested dimension', 'DIMENSION_INVALID', { dimensions: { user: { id: 1 } } }],
    ['a list for dimensions', 'DIMENSION_INVALID', { dimensions: ['x'] }],
    ['65 dimensions', 'DIMENSION_INVALID', { dimensions: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`d${index}`, 1])) }],
    ['a text of 1,025 characters', 'DIMENSION_INVALID', { dimensions: { user: 'x'.repeat(1025) } }],
    ['a customer that is not there', 'CUSTOMER_NOT_FOUND', { customerId: 'nobody' }],
    ['a feature that is not there', 'FEATURE_NOT_FOUND', { featureId: 'nothing' }],
    ['a missing dimension', 'DIMENSION_MISSING', { featureId: 'tokens' }],
    ['a text for a number', 'DIMENSION_TYPE', { featureId: 'tokens', dimensions: { input: '1' } }],
  ];

  test.each(cases)('%s: %s', async (_name, code, more) => {
    const before = await written();
    const answer = await report(more);
    expect([answer.status, codeOf(answer)]).toEqual([200, code]);
    expect(await written()).toBe(before);
  });

  test('a number of 40 digits in a dimension: DIMENSION_INVALID', async () => {
    const before = await written();
    const answer = await server.post(
      `{"query":"mutation { reportUsage(input: {customerId: \\"ada\\", featureId: \\"calls\\", idempotencyKey: \\"n\\", dimensions: {n: ${'1'.repeat(40)}}}) { duplicate } }"}`,
    );
    expect(codeOf(answer)).toBe('DIMENSION_INVALID');
    expect(await written()).toBe(before);
  });

  test('dimensions 10,000 deep: a clear code', async () => {
    const before = await written();
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    const answer = await server.post(
      `{"query":"mutation($i: ReportUsageInput!) { reportUsage(input: $i) { duplicate } }","variables":{"i":{"customerId":"ada","featureId":"calls","idempotencyKey":"n","dimensions":${deep}}}}`,
    );
    expect(answer.status).toBeLessThan(500);
    expect(codeOf(answer)).toMatch(/^(INPUT_INVALID|DIMENSION_INVALID|BAD_REQUEST)$/);
    expect(await written()).toBe(before);
  });

  test("another environment's ids answer exactly like missing ones", async () => {
    const other = await testEnvironment(server.database);
    const input = { customerId: 'ada', featureId: 'calls', idempotencyKey: 'other' };
    const theirs = await tryMutation(server, 'reportUsage', input, 'duplicate', other.keys.ADMIN);
    const missing = await report({ customerId: 'ada2' });
    expect(codeOf(theirs)).toBe('CUSTOMER_NOT_FOUND');
    expect(theirs.errors?.[0]?.message.replaceAll('ada', '*')).toBe(missing.errors?.[0]?.message.replaceAll('ada2', '*'));
    const grant = await seller.grant('ada', '1');
    expect(codeOf(await tryMutation(server, 'voidCreditGrant', { grantId: grant }, 'grant { id }', other.keys.ADMIN))).toBe('CREDIT_GRANT_NOT_FOUND');
  });

  test('the codes are checked in the documented order', async () => {
    const nothing = { idempotencyKey: '', value: 'x', timestamp: 'x', dimensions: 5 };
    const fixes: object[] = [
      { customerId: '' },
      { customerId: 'nobody' },
      { idempotencyKey: 'whole' },
      { value: '-1' },
      { timestamp: '2019-01-01T00:00:00Z' },
      { dimensions: {} },
      { customerId: 'ada' },
      { idempotencyKey: 'order', featureId: 'nothing' },
      { featureId: 'tokens' },
      { timestamp: '2026-01-01T00:00:00Z' },
      { dimensions: { input: 'x' } },
      { dimensions: { input: -1 } },
      { dimensions: { input: 4 } },
    ];
    let input = nothing as object;
    const codes: (string | undefined)[] = [];
    for (const fix of fixes) codes.push(codeOf(await report((input = { ...input, ...fix }))));
    expect(codes).toEqual([
      'ID_INVALID',
      'INPUT_INVALID',
      'AMOUNT_INVALID',
      'TIMESTAMP_INVALID',
      'DIMENSION_INVALID',
      'CUSTOMER_NOT_FOUND',
      'IDEMPOTENCY_KEY_REUSED',
      'FEATURE_NOT_FOUND',
      'RATE_NOT_FOUND',
      'DIMENSION_MISSING',
      'DIMENSION_TYPE',
      'CHARGE_OUT_OF_RANGE',
      undefined,
    ]);
  });
});

describe('roles', () => {
  test('a WRITER reports, a READER does not, and nobody reports without a key', async () => {
    const input = { customerId: 'ada', featureId: 'calls', idempotencyKey: 'role' };
    expect(codeOf(await tryMutation(server, 'reportUsage', input, 'duplicate', server.keys.READER))).toBe('FORBIDDEN');
    expect(
      (await server.graphql('mutation { reportUsage(input: {customerId: "ada", featureId: "calls", idempotencyKey: "n"}) { duplicate } }', {}, null))
        .status,
    ).toBe(401);
    expect((await mutate(server, 'reportUsage', input, 'duplicate', server.keys.WRITER)).duplicate).toBe(false);
    expect(
      codeOf(
        await tryMutation(
          server,
          'grantCredits',
          { customerId: 'ada', currencyId: 'credits', amount: '1', category: 'PAID' },
          'duplicate',
          server.keys.WRITER,
        ),
      ),
    ).toBe('FORBIDDEN');
  });
});

describe('a batch', () => {
  test('of none or of more than 1,000 is refused as a whole', async () => {
    for (const size of [0, 1001]) {
      const events = Array.from({ length: size }, (_, n) => ({ customerId: 'ada', featureId: 'calls', idempotencyKey: `b${n}` }));
      expect(codeOf(await tryMutation(server, 'reportUsageBatch', { events }, 'acceptedCount'))).toBe('BATCH_SIZE_INVALID');
    }
  });

  test('of 1,000 with every kind of bad event charges all the good ones', async () => {
    const bad: [string, object][] = [
      ['TIMESTAMP_INVALID', { timestamp: 'yesterday' }],
      ['TIMESTAMP_INVALID', { timestamp: 5 }],
      ['AMOUNT_INVALID', { value: {} }],
      ['DIMENSION_INVALID', { dimensions: 'x' }],
      ['CUSTOMER_NOT_FOUND', { customerId: 'nobody' }],
      ['DIMENSION_MISSING', { featureId: 'tokens' }],
    ];
    await seller.customer('bea');
    const events = Array.from({ length: 1000 }, (_, n) => ({
      customerId: 'bea',
      featureId: 'calls',
      idempotencyKey: `many-${n}`,
      ...(n % 100 < bad.length ? bad[n % 100]![1] : {}),
    }));
    const payload = await mutate(server, 'reportUsageBatch', { events }, 'acceptedCount refusedCount results { error { code } }');
    expect([payload.acceptedCount, payload.refusedCount]).toEqual([1000 - 10 * bad.length, 10 * bad.length]);
    expect(payload.results.slice(0, 7).map((result: { error: { code: string } | null }) => result.error?.code)).toEqual([
      ...bad.map(([code]) => code),
      undefined,
    ]);
  });
});
