import { beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testEnvironment, testServer, type TestServer } from '../support/server';
import { walkBothWays } from '../support/walk';

const START = new Date('2026-03-01T00:00:00Z');
let now = START;
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => now });
  seller = new Seller(server);
  await seller.sell({ calls: '0.5', tokens: '2 * tokens + coalesce(images, 0) * 10' });
  for (const id of ['ada', 'bob', 'cy']) await seller.customer(id);
});

const FIELDS = `id customer { id } feature { id } currency { id } resourceId idempotencyKey value timestamp receivedAt dimensions
  charge { cost balanceAfter overdraft rate { mode formula creditsPerUnit planVersion { number plan { id } } } parameters { name value } draws { amount grant { id amount } } }`;

const EVENTS = `query ($customerId: ID, $featureId: ID, $currencyId: ID, $resourceId: ID, $idempotencyKey: String, $from: DateTime, $to: DateTime,
    $dimensions: [DimensionFilterInput!], $order: TimeOrder, $first: Int, $after: String, $last: Int, $before: String) {
  usageEvents(customerId: $customerId, featureId: $featureId, currencyId: $currencyId, resourceId: $resourceId, idempotencyKey: $idempotencyKey,
    from: $from, to: $to, dimensions: $dimensions, order: $order, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { idempotencyKey timestamp customer { id } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

async function keys(variables: object): Promise<string[]> {
  const { usageEvents } = await seller.ask(EVENTS, { first: 100, order: 'OLDEST_FIRST', ...variables });
  return usageEvents.edges.map((edge: { node: { idempotencyKey: string } }) => edge.node.idempotencyKey);
}

describe('usageEvent', () => {
  test('answers an event later exactly as the report answered it', async () => {
    const grantId = await seller.grant('ada', '100');
    const dimensions = { tokens: 60, images: 0, model: 'gpt-4o', cached: false, 'spaced name': 'x' };
    const more = { value: '3.000000000001', timestamp: '2026-02-27T12:34:56.789Z', dimensions, resourceId: null };
    const answered = await seller.report('ada', 'tokens', more, FIELDS);
    expect(answered.charge).toEqual({
      cost: '120',
      balanceAfter: '-20',
      overdraft: '20',
      rate: {
        mode: 'FORMULA',
        formula: '2 * tokens + coalesce(images, 0) * 10',
        creditsPerUnit: null,
        planVersion: { number: 1, plan: { id: 'pro' } },
      },
      parameters: [
        { name: 'tokens', value: 60 },
        { name: 'images', value: 0 },
      ],
      draws: [
        { amount: '100', grant: { id: grantId, amount: '100' } },
        { amount: '20', grant: null },
      ],
    });
    const { usageEvent } = await seller.ask(`query ($id: ID!) { usageEvent(id: $id) { ${FIELDS} } }`, { id: answered.id });
    expect(usageEvent).toEqual(answered);
    const repeated = await seller.report('ada', 'tokens', { ...more, idempotencyKey: answered.idempotencyKey }, FIELDS);
    expect(repeated).toEqual(answered);
  });

  test('keeps every digit of a number, and shows a missing variable as null', async () => {
    const body = `{"query":${JSON.stringify(
      `mutation { reportUsage(input: { customerId: "bob", featureId: "tokens", idempotencyKey: "digits", dimensions: { tokens: 0.1234567890123456789012345 } }) { event { id } } }`,
    )}}`;
    const { id } = (await server.post(body)).data.reportUsage.event;
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': server.keys.READER },
      body: JSON.stringify({ query: `{ usageEvent(id: "${id}") { dimensions charge { cost parameters { name value } } } }` }),
    });
    const text = await response.text();
    expect(text).toContain('"dimensions":{"tokens":0.1234567890123456789012345}');
    expect(text).toContain('"parameters":[{"name":"tokens","value":0.1234567890123456789012345},{"name":"images","value":null}]');
    expect(text).toContain('"cost":"0.246913578025"');
  });

  test('is null for what is no id, for no event, and for an event of another environment', async () => {
    const { id } = await seller.report('ada', 'calls');
    const other = await testEnvironment(server.database);
    const document = 'query ($id: ID!) { usageEvent(id: $id) { id } }';
    expect((await server.graphql(document, { id })).data.usageEvent).toEqual({ id });
    expect((await server.graphql(document, { id }, other.keys.ADMIN)).data.usageEvent).toBeNull();
    for (const wrong of ['', 'x', '\u0000', Buffer.from('UsageEvent\u001f1\u001f1').toString('base64url')])
      expect((await server.graphql(document, { id: wrong })).data.usageEvent).toBeNull();
  });
});

describe('far ahead', () => {
  test('an event of the year 2060 is found by its id and its place like any other', async () => {
    now = new Date('2060-01-01T00:00:00Z');
    await seller.customer('zoe');
    const { id } = await seller.report('zoe', 'calls', { idempotencyKey: 'z1' });
    await seller.report('zoe', 'calls', { idempotencyKey: 'z2' });
    now = START;
    expect((await seller.ask('query ($id: ID!) { usageEvent(id: $id) { id } }', { id })).usageEvent).toEqual({ id });
    const walked = await walkBothWays<{ idempotencyKey: string }>(
      1,
      async (page) => (await seller.ask(EVENTS, { customerId: 'zoe', ...page })).usageEvents,
    );
    expect(walked.map((event) => event.idempotencyKey)).toEqual(['z2', 'z1']);
  });
});

describe('usageEvents', () => {
  beforeAll(async () => {
    await seller.sell({ storage: '1' }, 'bytes', 'disk');
    await seller.customer('dee');
    await seller.customer('disk', 'disk');
    const minute = (i: number) => `2026-02-01T00:${String(i).padStart(2, '0')}:00Z`;
    const report = (i: number, dimensions: object, more: object = {}) => ({
      customerId: 'dee',
      featureId: 'calls',
      idempotencyKey: `dee-${i}`,
      timestamp: minute(i),
      dimensions,
      ...more,
    });
    await seller.reportAll([
      report(5, { user: 'u1', size: 3, hot: true }),
      report(4, { user: 'u2', size: 3.5 }),
      report(3, { user: 'u1', size: '3' }, { resourceId: 'workspace' }),
      report(2, { size: 3 }),
      report(1, { user: 'u3', tokens: 1 }, { featureId: 'tokens' }),
      report(0, {}, { customerId: 'disk', featureId: 'storage', idempotencyKey: 'disk-0' }),
    ]);
  });

  test.each<[string, object, string[]]>([
    ['by customer, the oldest first', { customerId: 'dee' }, ['dee-1', 'dee-2', 'dee-3', 'dee-4', 'dee-5']],
    ['the newest first', { customerId: 'dee', order: 'NEWEST_FIRST' }, ['dee-5', 'dee-4', 'dee-3', 'dee-2', 'dee-1']],
    ['of the whole environment', { to: '2026-02-01T00:02:00Z' }, ['disk-0', 'dee-1']],
    ['by feature', { featureId: 'tokens', to: '2026-02-10T00:00:00Z' }, ['dee-1']],
    ['by currency', { currencyId: 'bytes' }, ['disk-0']],
    ['by resource', { resourceId: 'workspace' }, ['dee-3']],
    ['by the customers’ own pools', { customerId: 'dee', resourceId: null, featureId: 'calls' }, ['dee-2', 'dee-4', 'dee-5']],
    ['by a dimension as it is written in groupBy', { customerId: 'dee', dimensions: [{ key: 'dimensions.hot', equals: true }] }, ['dee-5']],
    ['by idempotency key', { idempotencyKey: 'dee-4' }, ['dee-4']],
    ['from an instant (included) to an instant (not included)', { from: '2026-02-01T00:02:00Z', to: '2026-02-01T00:04:00Z' }, ['dee-2', 'dee-3']],
    ['by a text', { customerId: 'dee', dimensions: [{ key: 'user', equals: 'u1' }] }, ['dee-3', 'dee-5']],
    ['by a number, by its value', { customerId: 'dee', dimensions: [{ key: 'size', equals: 3.0 }] }, ['dee-2', 'dee-5']],
    ['by a text that looks like a number', { customerId: 'dee', dimensions: [{ key: 'size', equals: '3' }] }, ['dee-3']],
    ['by a boolean', { customerId: 'dee', dimensions: [{ key: 'hot', equals: true }] }, ['dee-5']],
    ['by what is absent', { customerId: 'dee', dimensions: [{ key: 'user', equals: null }] }, ['dee-2']],
    ['by a number that is absent', { customerId: 'dee', dimensions: [{ key: 'size', equals: null }] }, ['dee-1']],
    ['by any of several values', { customerId: 'dee', dimensions: [{ key: 'size', in: ['3', 3.5, null] }] }, ['dee-1', 'dee-3', 'dee-4']],
    [
      'by several filters at once',
      {
        customerId: 'dee',
        dimensions: [
          { key: 'size', equals: 3 },
          { key: 'user', in: ['u1'] },
        ],
      },
      ['dee-5'],
    ],
    ['by how a text begins', { customerId: 'dee', dimensions: [{ key: 'user', prefix: 'u' }] }, ['dee-1', 'dee-3', 'dee-4', 'dee-5']],
    ['by the beginning of texts, which numbers are not', { customerId: 'dee', dimensions: [{ key: 'size', prefix: '3' }] }, ['dee-3']],
    ['by what is there', { customerId: 'dee', dimensions: [{ key: 'size', exists: true }] }, ['dee-2', 'dee-3', 'dee-4', 'dee-5']],
    ['by what is not there', { customerId: 'dee', dimensions: [{ key: 'size', exists: false }] }, ['dee-1']],
    ['by bounds, which texts do not keep', { customerId: 'dee', dimensions: [{ key: 'size', atLeast: 3, lessThan: 3.5 }] }, ['dee-2', 'dee-5']],
    ['by a bound alone', { customerId: 'dee', dimensions: [{ key: 'size', greaterThan: 3 }] }, ['dee-4']],
    ['by not passing, the absent included', { customerId: 'dee', dimensions: [{ not: { key: 'size', atMost: 3 } }] }, ['dee-1', 'dee-3', 'dee-4']],
    [
      'by one of several filters',
      {
        customerId: 'dee',
        dimensions: [{ or: [{ key: 'hot', equals: true }, { and: [{ key: 'size', exists: false }, { not: { key: 'user', equals: 'u1' } }] }] }],
      },
      ['dee-1', 'dee-5'],
    ],
    ['by a value nobody has', { dimensions: [{ key: 'user', equals: 'nobody' }] }, []],
    ['by a name that means something to JavaScript', { customerId: 'dee', dimensions: [{ key: '__proto__', equals: 'x' }] }, []],
  ])('are found %s', async (_name, variables, expected) => {
    expect(await keys(variables)).toEqual(expected);
  });

  test('are walked page by page in both directions, each once, also those of one instant in several customers', async () => {
    const instants = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];
    const customers = ['ada', 'bob', 'cy'];
    await seller.reportAll(
      instants.flatMap((timestamp, i) =>
        customers.flatMap((customerId) => [0, 1].map((j) => ({ customerId, featureId: 'calls', timestamp, idempotencyKey: `walk-${i}-${j}` }))),
      ),
    );
    for (const variables of [
      { order: 'OLDEST_FIRST' },
      { order: 'NEWEST_FIRST' },
      { order: 'OLDEST_FIRST', customerId: 'bob' },
      { order: 'NEWEST_FIRST', featureId: 'calls' },
    ])
      for (const size of [4, 5]) {
        const range = { from: '2026-01-01T00:00:00Z', to: '2026-01-03T00:00:00Z' };
        const ask = async (page: object) => (await seller.ask(EVENTS, { ...variables, ...range, ...page })).usageEvents;
        const walked = await walkBothWays<{ idempotencyKey: string; timestamp: string; customer: { id: string } }>(size, ask);
        const texts = walked.map((event) => `${event.customer.id} ${event.idempotencyKey}`);
        expect(new Set(texts).size).toBe(texts.length);
        expect(texts).toHaveLength('customerId' in variables ? 6 : 18);
        const times = walked.map((event) => event.timestamp);
        expect(times).toEqual(variables.order === 'OLDEST_FIRST' ? [...times].sort() : [...times].sort().reverse());
      }
  });

  test.each<[object, string]>([
    [{ customerId: 'nobody', from: 'never' }, 'TIME_RANGE_INVALID'],
    [{ customerId: 'nobody', from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }, 'TIME_RANGE_INVALID'],
    [{ dimensions: [{ key: 'grantId', equals: null }] }, 'INPUT_INVALID'],
    [{ dimensions: [{ key: 'a' }] }, 'INPUT_INVALID'],
    [{ dimensions: [{ key: 'a', equals: 1, in: [1] }] }, 'INPUT_INVALID'],
    [{ dimensions: [{ key: 'a', in: [] }] }, 'INPUT_INVALID'],
    [{ dimensions: [{ or: [{ key: 'grantId', exists: true }] }] }, 'INPUT_INVALID'],
    [{ dimensions: [{ key: 'a', atLeast: true }] }, 'INPUT_INVALID'],
    [{ dimensions: [{ key: 'a', equals: { b: 1 } }] }, 'INPUT_INVALID'],
    [{ dimensions: [{ key: 'a\u0000', equals: 1 }] }, 'INPUT_INVALID'],
    [{ dimensions: [{ key: 'a', equals: '\ud800' }] }, 'INPUT_INVALID'],
    [{ resourceId: '\u0000', idempotencyKey: '\u0000' }, 'ID_INVALID'],
    [{ idempotencyKey: '\u0000' }, 'INPUT_INVALID'],
    [{ customerId: 'nobody', featureId: 'nothing', currencyId: 'nothing' }, 'CUSTOMER_NOT_FOUND'],
    [{ customerId: 'ada', featureId: 'nothing', currencyId: 'nothing' }, 'FEATURE_NOT_FOUND'],
    [{ customerId: 'ada', featureId: 'calls', currencyId: 'nothing' }, 'CURRENCY_NOT_FOUND'],
    [{ first: 101 }, 'PAGE_INVALID'],
    [{ after: Buffer.from('["usageEvents","x","1","1"]').toString('base64url') }, 'CURSOR_INVALID'],
  ])('refuse %j with %s', async (variables, code) => {
    const { errors } = await server.graphql(EVENTS, variables);
    expect(errors?.[0]?.extensions.code).toBe(code);
  });

  test('of another environment are not there', async () => {
    const other = await testEnvironment(server.database);
    expect((await server.graphql(EVENTS, {}, other.keys.READER)).data.usageEvents.edges).toEqual([]);
    expect((await server.graphql(EVENTS, { customerId: 'ada' }, other.keys.READER)).errors?.[0]?.extensions.code).toBe('CUSTOMER_NOT_FOUND');
  });
});
