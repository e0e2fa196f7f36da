import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '../support/database';
import { testEnvironment, testServer, type Answer, type TestServer } from '../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await testServer(await testDatabase());
});

const CUSTOMERS = '{ customers { edges { node { id } } } }';
const REPORT = 'mutation ($input: ReportUsageInput!) { reportUsage(input: $input) { duplicate } }';
const report = (fields: object = {}) => ({ input: { customerId: 'acme', featureId: 'chat', idempotencyKey: randomUUID(), ...fields } });
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

const codesOf = (answer: Answer) => [...new Set(answer.errors?.map((error) => error.extensions.code))];

/** No refusal may say more than it should, whatever was sent. */
function expectQuiet(answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  expect(JSON.stringify(answer.errors)).not.toMatch(/node_modules|\bat \/|\.ts:|stacktrace|prisma|postgres|SELECT|secret-value/i);
  for (const { message, extensions } of answer.errors ?? []) {
    expect(message).not.toBe('');
    expect(extensions).toEqual(expect.objectContaining({ code: expect.any(String), kind: expect.any(String), problems: expect.any(Array) }));
  }
}

async function expectRefusal(answer: Promise<Answer>, status: number, code: string): Promise<Answer> {
  const given = await answer;
  expect([given.status, codesOf(given)]).toEqual([status, [code]]);
  expectQuiet(given);
  return given;
}

describe('A document', () => {
  test('with a syntax error is refused', () => expectRefusal(server.graphql('{ customers {'), 400, 'GRAPHQL_PARSE_FAILED'));
  test('that is empty is refused', () => expectRefusal(server.graphql(''), 400, 'BAD_REQUEST'));
  test('with an unknown field is refused', () => expectRefusal(server.graphql('{ customerz }'), 400, 'GRAPHQL_VALIDATION_FAILED'));
  test('with an unknown argument is refused', () =>
    expectRefusal(server.graphql('{ customers(limit: 5) { edges { cursor } } }'), 400, 'GRAPHQL_VALIDATION_FAILED'));
  test('with a literal of a wrong type is refused without repeating it', () =>
    expectRefusal(server.graphql('{ customers(first: "secret-value") { edges { cursor } } }'), 400, 'GRAPHQL_VALIDATION_FAILED'));
  test('with an unnamed choice of operations is refused', () =>
    expectRefusal(server.graphql(`query A ${CUSTOMERS} query B ${CUSTOMERS}`), 400, 'OPERATION_RESOLUTION_FAILURE'));
  test('of too many tokens is refused', () =>
    expectRefusal(server.graphql(`{ customers { edges { ${'cursor '.repeat(5000)} } } }`), 400, 'GRAPHQL_PARSE_FAILED'));
  test('of too many levels is refused', () =>
    expectRefusal(
      server.graphql(`{ customers { edges { node { plan { ${'versions { edges { node { plan { '.repeat(5)} id ${'} } } } '.repeat(5)} } } } } }`),
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ));
  test('of too many aliases is refused', () =>
    expectRefusal(
      server.graphql(`{ customers { edges { ${Array.from({ length: 101 }, (_, i) => `a${i}: cursor`).join(' ')} } } }`),
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ));
  test('of too many operations in one is refused', () =>
    expectRefusal(
      server.graphql(`{ ${Array.from({ length: 21 }, (_, i) => `a${i}: __typename b${i}: customers { edges { cursor } }`).join(' ')} }`),
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ));
  test('that nests brackets 4,000 levels deep is refused', () =>
    expectRefusal(server.graphql(`mutation { reportUsage(input: { dimensions: ${deep(4000)} }) { duplicate } }`), 400, 'GRAPHQL_PARSE_FAILED'));
});

describe('Variables', () => {
  test('of a wrong type are refused without repeating them', () =>
    expectRefusal(server.graphql(REPORT, report({ resourceId: { a: 'secret-value' }, idempotencyKey: ['secret-value'] })), 400, 'BAD_USER_INPUT'));

  test('that lack a field are refused, and the field is named', async () => {
    const answer = await expectRefusal(server.graphql(REPORT, { input: { customerId: 'acme', featureId: 'chat' } }), 400, 'BAD_USER_INPUT');
    expect(answer.errors![0]!.message).toBe(
      'Variable "$input" has an invalid value; Field "idempotencyKey" of required type "String!" was not provided.',
    );
  });

  test.each([
    [
      'a number for a text',
      { idempotencyKey: 12345 },
      'Variable "$input" has an invalid value at "input.idempotencyKey"; String cannot represent a non string value.',
    ],
    [
      'null for a text',
      { idempotencyKey: null },
      'Variable "$input" has an invalid value at "input.idempotencyKey"; Expected non-nullable type "String!" not to be null.',
    ],
  ])('with %s are refused, and the place is named', async (_name, fields, message) => {
    const answer = await expectRefusal(server.graphql(REPORT, report(fields)), 400, 'BAD_USER_INPUT');
    expect(answer.errors![0]!.message).toBe(message);
  });
});

describe('A body', () => {
  const withKey = () => ({ 'x-api-key': server.keys.ADMIN });

  test('that is no JSON is refused', () => expectRefusal(server.post('{"query":'), 400, 'BAD_REQUEST'));
  test('that is empty is refused', () => expectRefusal(server.post(''), 400, 'BAD_REQUEST'));
  test('that is a batch of operations is refused', () => expectRefusal(server.post(JSON.stringify([{ query: CUSTOMERS }])), 400, 'BAD_REQUEST'));
  test('without a query is refused', () => expectRefusal(server.post('{"a":1}'), 400, 'BAD_REQUEST'));
  test('of another content type is refused', () =>
    expectRefusal(server.post(CUSTOMERS, { ...withKey(), 'content-type': 'text/plain' }), 415, 'BAD_REQUEST'));
  test('of three megabytes is refused', () =>
    expectRefusal(server.post(JSON.stringify({ query: CUSTOMERS, a: 'x'.repeat(3_000_000) })), 413, 'BODY_TOO_LARGE'));

  test.each([
    ['in dimensions', `{"customerId":"a","featureId":"f","idempotencyKey":"k","dimensions":{"a":${deep(40_000)}}}`, 200, 'DIMENSION_INVALID'],
    ['in place of dimensions', `{"customerId":"a","featureId":"f","idempotencyKey":"k","dimensions":${deep(40_000)}}`, 200, 'DIMENSION_INVALID'],
    ['in place of an id', `{"customerId":${deep(40_000)},"featureId":"f","idempotencyKey":"k"}`, 400, 'BAD_USER_INPUT'],
    ['in place of an amount', `{"customerId":"a","featureId":"f","idempotencyKey":"k","value":${deep(40_000)}}`, 200, 'AMOUNT_INVALID'],
    [
      'beside a long number',
      `{"customerId":"a","featureId":"f","idempotencyKey":"k","value":12345678901234567890,"dimensions":{"a":${deep(40_000)}}}`,
      400,
      'INPUT_INVALID',
    ],
    ['in place of the input', deep(40_000), 400, 'BAD_USER_INPUT'],
  ])('of 40,000 levels %s is refused', (_name, input, status, code) =>
    expectRefusal(server.post(`{"query":${JSON.stringify(REPORT)},"variables":{"input":${input}}}`), status, code),
  );

  test('of 40,000 levels in metadata is refused', () =>
    expectRefusal(
      server.post(
        `{"query":"mutation($input:CreateCustomerInput!){createCustomer(input:$input){customer{id}}}","variables":{"input":{"id":"a","name":"A","metadata":{"a":${deep(40_000)}}}}}`,
      ),
      200,
      'INPUT_INVALID',
    ));
});

describe('A request from a web page', () => {
  test('that a browser would send without asking is refused', async () => {
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(CUSTOMERS)}`, { headers: { 'x-api-key': '' } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });
});

describe('A key', () => {
  test.each([
    ['absent', () => null],
    ['empty', () => ''],
    ['unknown', () => 'dd_nobody'],
    ['of a kilobyte', () => 'x'.repeat(1000)],
  ])('that is %s is refused', (_name, key) => expectRefusal(server.graphql(CUSTOMERS, {}, key()), 401, 'UNAUTHENTICATED'));

  test('that is revoked is refused within two seconds', async () => {
    const { key, keys } = await testEnvironment(server.database);
    expect((await server.graphql(CUSTOMERS, {}, keys.READER)).errors).toBeUndefined();
    await server.database.pool.query('UPDATE api_key SET revoked_at = now() WHERE environment_key = $1', [key]);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await expectRefusal(server.graphql(CUSTOMERS, {}, keys.READER), 401, 'UNAUTHENTICATED');
  });

  test('of an archived environment is refused', async () => {
    const { key, keys } = await testEnvironment(server.database);
    await server.database.pool.query('UPDATE environment SET archived_at = now() WHERE key = $1', [key]);
    await expectRefusal(server.graphql(CUSTOMERS, {}, keys.ADMIN), 401, 'UNAUTHENTICATED');
  });

  test('is looked up once a second at most', async () => {
    const busy = await testServer(await testDatabase());
    expect((await busy.graphql(CUSTOMERS)).errors).toBeUndefined();
    await busy.database.pool.query('ALTER TABLE api_key RENAME TO lost');
    expect((await busy.graphql(CUSTOMERS)).errors).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const answer = await busy.graphql(CUSTOMERS);
    expect([answer.status, codesOf(answer)]).toEqual([503, ['TRY_AGAIN']]);
    expect(answer.errors![0]!.extensions.requestId).toEqual(expect.any(String));
  });

  test('of a role that does not allow it is refused', async () => {
    await expectRefusal(server.graphql(REPORT, report(), server.keys.READER), 200, 'FORBIDDEN');
    await expectRefusal(
      server.graphql('mutation { createCurrency(input: { id: "c", name: "C" }) { currency { id } } }', {}, server.keys.WRITER),
      200,
      'FORBIDDEN',
    );
  });

  test('never appears in the log', () => expect(server.logged.join('')).not.toContain('dd_'));

  test('is not needed to ask for the schema', async () =>
    expect((await server.graphql('{ __schema { queryType { name } } }', {}, null)).data).toEqual({ __schema: { queryType: { name: 'Query' } } }));
});

describe('A page', () => {
  const page = (args: string) => server.graphql(`{ customers(${args}) { edges { cursor } } }`);

  test.each(['first: 0', 'first: -1', 'first: 101', 'last: 0', 'last: 101', 'first: 1, last: 1', 'first: 2147483647'])('of %s is refused', (args) =>
    expectRefusal(page(args), 200, 'PAGE_INVALID'),
  );
  test.each(['first: 99999999999', 'first: 1.5'])('of %s is refused', (args) => expectRefusal(page(args), 400, 'GRAPHQL_VALIDATION_FAILED'));

  test.each(['', 'x', 'bnVsbA', '%00', 'WyJmZWF0dXJlcyIsImEiXQ'])('after the foreign cursor %p is refused', (cursor) =>
    expectRefusal(page(`after: "${cursor}"`), 200, 'CURSOR_INVALID'),
  );
});

describe('A text that PostgreSQL cannot keep', () => {
  const bad = ['a\u0000b', 'a\ud800b', '\udc00'];

  test.each(bad)('is refused as an id: %j', (text) => expectRefusal(server.graphql(REPORT, report({ customerId: text })), 200, 'ID_INVALID'));
  test.each(bad)('is refused as an idempotency key: %j', (text) =>
    expectRefusal(server.graphql(REPORT, report({ idempotencyKey: text })), 200, 'INPUT_INVALID'),
  );
  test.each(bad)('is refused as a dimension’s name or value: %j', async (text) => {
    await expectRefusal(server.graphql(REPORT, report({ dimensions: { [text]: 1 } })), 200, 'DIMENSION_INVALID');
    await expectRefusal(server.graphql(REPORT, report({ dimensions: { a: text } })), 200, 'DIMENSION_INVALID');
  });
  test.each(bad)('is refused as a name: %j', (text) =>
    expectRefusal(
      server.graphql('mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id } } }', {
        input: { id: 'a', name: text },
      }),
      200,
      'INPUT_INVALID',
    ),
  );
  test.each(bad)('finds nothing when it is looked up: %j', async (text) => {
    const answer = await server.graphql(
      'query ($id: ID!) { customer(id: $id) { id } feature(id: $id) { id } plan(id: $id) { id } usageEvent(id: $id) { id } }',
      { id: text },
    );
    expect(answer).toEqual({ status: 200, data: { customer: null, feature: null, plan: null, usageEvent: null } });
  });
});

describe('A dimension', () => {
  test.each(['__proto__', 'constructor', 'prototype'])('called %s is refused, and nothing is polluted', async (name) => {
    await expectRefusal(
      server.post(
        `{"query":${JSON.stringify(REPORT)},"variables":{"input":{"customerId":"a","featureId":"f","idempotencyKey":"k","dimensions":{"${name}":1}}}}`,
      ),
      200,
      'DIMENSION_INVALID',
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('called __proto__ in the body itself changes nothing', async () =>
    expect((await server.post(`{"query":"{__typename}","__proto__":{"variables":1},"constructor":2}`)).data).toEqual({ __typename: 'Query' }));
});

describe('One bad event of a batch', () => {
  test.each([
    ['a text that is no amount', { value: 'many' }, 'AMOUNT_INVALID'],
    ['an object for an amount', { value: {} }, 'AMOUNT_INVALID'],
    ['a text that is no instant', { timestamp: 'yesterday' }, 'TIMESTAMP_INVALID'],
    ['a list for dimensions', { dimensions: [1] }, 'DIMENSION_INVALID'],
    ['an endless number', { dimensions: { a: [Infinity] } }, 'DIMENSION_INVALID'],
  ])('(%s) is refused by itself', async (_name, fields, code) => {
    const document = 'mutation ($input: ReportUsageBatchInput!) { reportUsageBatch(input: $input) { results { error { code } } refusedCount } }';
    const answer = await server.graphql(document, { input: { events: [report(fields).input, report().input] } });
    expect(answer.data.reportUsageBatch).toEqual({ results: [{ error: { code } }, { error: { code: 'CUSTOMER_NOT_FOUND' } }], refusedCount: 2 });
  });
});

describe('A batch of 1,000 events', () => {
  test('passes the limits with a rich selection', async () => {
    const document = `mutation ($input: ReportUsageBatchInput!) {
      reportUsageBatch(input: $input) {
        acceptedCount duplicateCount refusedCount
        results {
          duplicate
          error { code message problems { field message } }
          event {
            id value timestamp receivedAt dimensions resourceId
            customer { id name } feature { id name unit } currency { id symbol }
            charge {
              cost balanceAfter overdraft
              parameters { name value }
              rate { mode formula creditsPerUnit planVersion { number plan { id name } } }
              draws { amount grant { id category amount remaining } }
            }
          }
        }
      }
    }`;
    const dimensions = { model: 'm', user: 'u', workspace: 'w', region: 'r', input_tokens: 1200, output_tokens: 0.1 };
    const events = Array.from({ length: 1000 }, () => report({ dimensions }).input);
    const { status, data, errors } = await server.graphql(document, { input: { events } });
    expect([status, errors, data.reportUsageBatch.refusedCount]).toEqual([200, undefined, 1000]);
    expect(data.reportUsageBatch.results[999].error.code).toBe('CUSTOMER_NOT_FOUND');
  });
});

describe('A bug', () => {
  test('keeps its words to itself, and is logged with the request’s id', async () => {
    const broken = await testServer(await testDatabase());
    await broken.database.pool.query('ALTER TABLE customer RENAME TO lost');
    const answer = await broken.graphql(CUSTOMERS);
    const { requestId } = answer.errors![0]!.extensions;
    expect(answer).toEqual({
      status: 200,
      data: null,
      errors: [
        {
          message: 'Something went wrong on the server.',
          locations: [{ line: 1, column: 3 }],
          path: ['customers'],
          extensions: { code: 'INTERNAL', kind: 'BUG', problems: [], requestId },
        },
      ],
    });
    expect(broken.logged.filter((line) => line.includes(requestId!) && line.includes('customer'))).toHaveLength(1);
  });
});

describe('Where introspection is off', () => {
  test('nothing of the schema is said', async () => {
    const closed = await testServer(await testDatabase(), { introspection: false });
    await expectRefusal(closed.graphql('{ __schema { queryType { name } } }'), 400, 'GRAPHQL_VALIDATION_FAILED');
    const answer = await expectRefusal(closed.graphql('{ customerz }'), 400, 'GRAPHQL_VALIDATION_FAILED');
    expect(JSON.stringify(answer)).not.toContain('Did you mean');
  });
});
