import { beforeAll, describe, expect, test } from '@jest/globals';
import { ROLES, type Role } from '../../src/domain/role';
import { testDatabase } from '../support/database';
import { exporter, type Exporter } from '../support/exporter';
import { Seller } from '../support/seller';
import { testEnvironment, testServer, type TestServer } from '../support/server';

const RANGE = { from: '2026-03-01T00:00:00Z', to: '2026-03-05T00:00:00Z' };

let server: TestServer;
let exported: Exporter;

beforeAll(async () => {
  server = await testServer(await testDatabase());
  exported = exporter(server);
  const seller = new Seller(server);
  await seller.sell({ chat: '0.5' });
  await seller.customer('acme');
});

describe('What an export refuses', () => {
  const USAGE_STEPS: [string, object][] = [
    [
      'ID_INVALID',
      {
        customerId: 'nobody',
        resourceId: 'no resource',
        groupBy: ['a', 'a'],
        filters: [{ key: 'a' }],
        from: RANGE.to,
        to: RANGE.from,
        currencyId: 'none',
      },
    ],
    ['GROUP_BY_INVALID', { resourceId: null }],
    ['INPUT_INVALID', { groupBy: ['a'] }],
    ['TIME_RANGE_INVALID', { filters: [] }],
    ['CUSTOMER_NOT_FOUND', RANGE],
    ['CURRENCY_NOT_FOUND', { customerId: 'acme' }],
  ];
  const LEDGER_STEPS: [string, object][] = [
    [
      'ID_INVALID',
      {
        customerId: 'nobody',
        resourceId: 'no resource',
        dimensions: [{ key: 'a' }],
        from: RANGE.to,
        to: RANGE.from,
        currencyId: 'none',
        featureId: 'none',
        grantId: 'none',
      },
    ],
    ['INPUT_INVALID', { resourceId: null }],
    ['TIME_RANGE_INVALID', { dimensions: [] }],
    ['CUSTOMER_NOT_FOUND', RANGE],
    ['CURRENCY_NOT_FOUND', { customerId: 'acme' }],
    ['FEATURE_NOT_FOUND', { currencyId: 'credits' }],
    ['CREDIT_GRANT_NOT_FOUND', { featureId: 'chat' }],
  ];
  const STATUS: Record<string, number> = { MALFORMED: 400, MISSING: 404 };

  test.each([
    ['usage', USAGE_STEPS, 'query ($input: CreditUsageInput!) { creditUsage(input: $input) { interval } }', (input: object) => ({ input })],
    [
      'ledger',
      LEDGER_STEPS,
      `query ($customerId: ID!, $resourceId: ID, $dimensions: [DimensionFilterInput!], $from: DateTime, $to: DateTime, $currencyId: ID, $featureId: ID, $grantId: ID) {
        creditLedger(customerId: $customerId, resourceId: $resourceId, dimensions: $dimensions, from: $from, to: $to, currencyId: $currencyId, featureId: $featureId, grantId: $grantId) { edges { cursor } } }`,
      (input: object) => input,
    ],
  ] as const)('of %s is what GraphQL refuses, in the same order and words', async (path, steps, document, variablesOf) => {
    let input = {};
    for (const [code, change] of steps) {
      input = { ...input, ...change };
      const { status, error, headers } = await exported[path]({ input });
      const { message, extensions } = (await server.graphql(document, variablesOf(input))).errors![0]!;
      expect(extensions.code).toBe(code);
      expect(error()).toEqual({ message, extensions: { ...extensions, requestId: expect.any(String) } });
      expect([status, headers.get('content-type')]).toEqual([STATUS[extensions.kind], 'application/json; charset=utf-8']);
      expect(headers.get('content-disposition')).toBeNull();
    }
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no object', 'credits'],
    ['a missing field', { orderBy: { field: 'CREDITS' } }],
    ['an unknown field', { currencyId: 'credits', color: 'red' }],
    ['an unknown value', { currencyId: 'credits', interval: 'CENTURY' }],
    ['a list of no texts', { currencyId: 'credits', groupBy: [[1]] }],
    ['a wrong field inside', { currencyId: 'credits', filters: [{ key: 'a', equals: 1, near: 2 }] }],
  ])('of the form of the input (%s) it says in the words of GraphQL', async (_name, input) => {
    const { status, error } = await exported.usage({ input });
    const same = await server.graphql('query ($input: CreditUsageInput!) { creditUsage(input: $input) { interval } }', { input });
    expect(error()).toEqual({
      ...same.errors![0],
      locations: undefined,
      extensions: { ...same.errors![0]!.extensions, requestId: expect.any(String) },
    });
    expect([status, error().extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  test.each<[string, 'usage' | 'ledger', unknown, number, string, string]>([
    ['no JSON', 'usage', '{', 400, 'BAD_REQUEST', 'The body is no valid JSON.'],
    ['no object', 'usage', [], 400, 'BAD_USER_INPUT', 'The body must be a JSON object.'],
    ['too long', 'usage', ' '.repeat(2 * 1024 * 1024 + 1), 413, 'BODY_TOO_LARGE', 'The body is too long.'],
    [
      'something unknown',
      'usage',
      { input: {}, first: 3 },
      400,
      'BAD_USER_INPUT',
      'An export has input, format, columns, points, focus, and nothing else.',
    ],
    ['points of a ledger', 'ledger', { input: {}, points: true }, 400, 'BAD_USER_INPUT', 'An export has input, format, columns, and nothing else.'],
    [
      'another format',
      'usage',
      { input: { currencyId: 'credits' }, format: 'XML' },
      400,
      'BAD_USER_INPUT',
      'Variable "$format" has an invalid value; Value "XML" does not exist in "ExportFormat" enum.',
    ],
    [
      'a ledger as FOCUS',
      'ledger',
      { input: { customerId: 'acme' }, columns: 'FOCUS' },
      400,
      'BAD_USER_INPUT',
      'Variable "$columns" has an invalid value; Value "FOCUS" does not exist in "LedgerExportColumns" enum.',
    ],
    [
      'billing without the columns of FOCUS',
      'usage',
      { input: {}, focus: { providerName: 'Atlas', billingCurrency: 'EUR', pricePerCredit: '1' } },
      400,
      'BAD_USER_INPUT',
      'focus goes with the columns FOCUS alone.',
    ],
    [
      'a page of a ledger',
      'ledger',
      { input: { customerId: 'acme', first: 3 } },
      400,
      'BAD_USER_INPUT',
      'Variable "$input" has an invalid value; Field "first" is not defined by type "CreditLedgerInput". Did you mean "from"?',
    ],
  ])('%s', async (_name, path, body, status, code, message) => {
    const answer = await exported[path](body);
    expect([answer.status, answer.error().extensions.code, answer.error().message]).toEqual([status, code, message]);
  });

  test('suggests no names where the schema is not shown', async () => {
    const { url, database } = await testServer(server.database, { introspection: false });
    const answer = await exporter({ ...server, url, database }).ledger({ input: { customerId: 'acme', first: 3 } });
    expect(answer.error().message).toBe('Variable "$input" has an invalid value; Field "first" is not defined by type "CreditLedgerInput".');
  });

  test('is everything without a valid key, before it looks at the input', async () => {
    for (const key of [null, 'dd_wrong'])
      for (const ask of [exported.usage, exported.ledger]) {
        const { status, error } = await ask({ input: { currencyId: 3 } }, key);
        expect([status, error().extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
      }
  });

  test('is nothing that a role may ask', async () => {
    for (const role of Object.keys(ROLES) as Role[]) {
      expect((await exported.usage({ input: { currencyId: 'credits' } }, server.keys[role])).status).toBe(200);
      expect((await exported.ledger({ input: { customerId: 'acme' } }, server.keys[role])).status).toBe(200);
    }
  });

  test('is what belongs to another environment, as if it were missing', async () => {
    const other = await testEnvironment(server.database);
    expect((await exported.usage({ input: { currencyId: 'credits' } }, other.keys.ADMIN)).error().extensions.code).toBe('CURRENCY_NOT_FOUND');
    expect((await exported.ledger({ input: { customerId: 'acme' } }, other.keys.ADMIN)).error().extensions.code).toBe('CUSTOMER_NOT_FOUND');
  });
});
