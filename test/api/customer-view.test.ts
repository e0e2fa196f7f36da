import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
} from 'graphql';
import { checkCustomerView, CUSTOMER_VIEW } from '../../src/api/customer-view';
import { buildApiSchema } from '../../src/api/schema';
import { codeOf, mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testEnvironment, testServer, type Answer, type TestServer } from '../support/server';
import { subscribeWith, websocketClient } from '../support/subscriber';
import { askWithToken, tokenOf } from '../support/token';

const NOW = new Date('2026-03-14T12:00:00Z');
const AT = '2026-03-10T09:00:00Z';
const schema = buildApiSchema();
const objects = Object.values(schema.getTypeMap()).filter((type): type is GraphQLObjectType => isObjectType(type) && !isIntrospectionType(type));
const isOpen = (type: string, field: string) => CUSTOMER_VIEW[type]?.includes(field) ?? false;

let server: TestServer;
let elsewhere: TestServer;
let token: string;
/** The opaque ids of somebody else's things, by what they are. */
let foreign: Record<'rival' | 'elsewhere', { grantId: string; eventId: string }>;

/** Each customer has a word of its own in all that can be written. */
async function furnish(seller: Seller, customerId: string, word: string): Promise<{ grantId: string; eventId: string }> {
  const { server: to } = seller;
  await seller.customer(customerId);
  await mutate(to, 'updateCustomer', { id: customerId, name: `${word} Ltd`, metadata: { note: `${word}-metadata` } }, '__typename');
  const more = { metadata: { note: `${word}-metadata` }, reason: `${word}-reason`, costBasis: '0.123456', idempotencyKey: `${word}-grant` };
  const grantId = await seller.grant(customerId, '100', { ...more, effectiveAt: '2026-03-01T00:00:00Z' });
  await seller.grant(customerId, '50', { resourceId: `${word}-workspace` });
  const event = {
    value: '3',
    timestamp: AT,
    idempotencyKey: `${word}-report`,
    dimensions: { user: `${word}-user`, tokens: 7, [`${word}-key`]: true },
  };
  const eventId = (await seller.report(customerId, 'image', event)).id as string;
  await seller.report(customerId, 'image', { timestamp: AT, resourceId: `${word}-workspace`, dimensions: { user: `${word}-user` } });
  return { grantId, eventId };
}

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => NOW });
  const environment = await testEnvironment(server.database);
  elsewhere = { ...server, ...environment, graphql: (text, variables, key = environment.keys.ADMIN) => server.graphql(text, variables, key) };
  const [here, there] = [new Seller(server), new Seller(elsewhere)];
  for (const seller of [here, there]) await seller.sell({ image: 'value * 2.5' });
  await furnish(here, 'acme', 'mine');
  foreign = { rival: await furnish(here, 'rival', 'theirs'), elsewhere: await furnish(there, 'acme', 'theirs') };
  token = await tokenOf(server, 'acme');
});

const ask = (document: string, variables: unknown = {}) => askWithToken(server, token, document, variables);

/** A value that the type accepts. */
function sampleOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType);
  if (isListType(type)) return [sampleOf(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return Object.fromEntries(required.map((field) => [field.name, sampleOf(field.type)]));
  }
  const samples: Record<string, unknown> = { Int: 1, Boolean: true, DateTime: AT, Credits: '1', Metadata: {}, Dimensions: {} };
  return samples[type.name] ?? 'acme';
}

type Arguments = Readonly<Record<string, unknown>>;

/** A document that asks for one root field with these arguments, the rest of the required ones made up. */
function documentFor(
  operation: string,
  field: GraphQLField<unknown, unknown>,
  selection: string,
  given: Arguments,
): [text: string, variables: Arguments] {
  const used = field.args.filter((arg) => arg.name in given || isNonNullType(arg.type));
  const variables = Object.fromEntries(used.map((arg) => [arg.name, given[arg.name] ?? sampleOf(arg.type)]));
  const list = (text: (arg: GraphQLArgument) => string) => (used.length === 0 ? '' : `(${used.map(text).join(', ')})`);
  const head = list((arg) => `$${arg.name}: ${String(arg.type)}`);
  return [`${operation} ${head} { ${field.name}${list((arg) => `${arg.name}: $${arg.name}`)} ${selection} }`, variables];
}

/** All that is open below a type, each type once on a way; lists by pages of two. */
function openSelection(type: GraphQLObjectType, levels: number, way: readonly string[] = []): string {
  const fields = Object.values(type.getFields()).filter((field) => isOpen(type.name, field.name));
  const texts = fields.flatMap((field) => {
    const inner = getNamedType(field.type);
    const page = field.args.some(({ name }) => name === 'first') ? '(first: 2)' : '';
    if (!isObjectType(inner)) return [field.name];
    if (levels <= 1 || way.includes(inner.name)) return [];
    const selection = openSelection(inner, levels - 1, [...way, type.name]);
    return selection === '' ? [] : [`${field.name}${page} ${selection}`];
  });
  return texts.length === 0 ? '' : `{ ${texts.join(' ')} }`;
}

function selectionOf(field: GraphQLField<unknown, unknown>, levels = 5): string {
  const type = getNamedType(field.type);
  return isObjectType(type) ? openSelection(type, levels) : '';
}

const queries = Object.values(schema.getQueryType()!.getFields());
const opened = queries.filter(({ name }) => isOpen('Query', name));
const closed = (['Query', 'Mutation', 'Subscription'] as const).flatMap((type) =>
  Object.values((schema.getType(type) as GraphQLObjectType).getFields())
    .filter(({ name }) => !isOpen(type, name))
    .map((field) => [`${type}.${field.name}`, type, field] as const),
);

/** How an open query is told whose it is to be. */
const RANGE = { from: '2026-03-01T00:00:00Z', to: '2026-03-20T00:00:00Z' };
const USAGE = { currencyId: 'credits', ...RANGE, groupBy: ['customerId', 'user', 'resourceId'] };
const ABOUT: Record<string, (customerId: string) => Arguments> = {
  customer: (id) => ({ id }),
  creditBalance: (customerId) => ({ input: { customerId, currencyId: 'credits' } }),
  creditBalances: (customerId) => ({ customerId }),
  creditGrants: (customerId) => ({ customerId }),
  creditLedger: (customerId) => ({ customerId }),
  usageEvents: (customerId) => ({ customerId }),
  creditUsage: (customerId) => ({ input: { ...USAGE, customerId } }),
  compareCreditUsage: (customerId) => ({ input: { ...USAGE, customerId } }),
  creditUsageDimensions: (customerId) => ({ input: { ...RANGE, customerId } }),
  creditUsageDimensionValues: (customerId) => ({ input: { ...RANGE, currencyId: 'credits', customerId, key: 'user' } }),
};
/** The same where nothing says whose. */
const ABOUT_ALL: Record<string, Arguments> = {
  usageEvents: {},
  creditUsage: { input: USAGE },
  compareCreditUsage: { input: USAGE },
  creditUsageDimensions: { input: RANGE },
  creditUsageDimensionValues: { input: { ...RANGE, currencyId: 'credits', key: 'user' } },
};

const textOf = (answer: Answer) => JSON.stringify(answer.data ?? null);

describe('With a customer token', () => {
  test.each(closed)('%s is refused, whatever is asked of it', async (_name, type, field) => {
    const [text, variables] = documentFor(type.toLowerCase(), field, isObjectType(getNamedType(field.type)) ? '{ __typename }' : '', {});
    const answer = await ask(text, variables);
    expect([answer.status, codeOf(answer), answer.data]).toEqual([403, 'FORBIDDEN', undefined]);
  });

  test('viewer is the customer and no one else', async () => {
    const { data } = await ask('{ viewer { role customer { id } } }');
    expect(data.viewer).toEqual({ role: null, customer: { id: 'acme' } });
  });

  test.each(opened.filter(({ name }) => !['usageEvent', 'viewer'].includes(name)).map((field) => [field.name, field] as const))(
    '%s shows its own, and answers for another customer as for a missing one',
    async (name, field) => {
      const answerFor = async (given: Arguments) => ask(...documentFor('query', field, selectionOf(field), given));
      const own = await answerFor(ABOUT[name]!('acme'));
      expect(own.errors).toBeUndefined();
      expect(textOf(own)).toMatch(/mine|acme/);
      expect(textOf(own)).not.toMatch(/theirs/);
      const [other, missing] = [await answerFor(ABOUT[name]!('rival')), await answerFor(ABOUT[name]!('nobody'))];
      expect(textOf(other)).toBe(textOf(missing));
      expect(other.errors?.map(({ message }) => message.replaceAll('rival', 'nobody'))).toEqual(missing.errors?.map(({ message }) => message));
      expect([codeOf(other), other.data?.[name] ?? null]).toEqual([name === 'customer' ? undefined : 'CUSTOMER_NOT_FOUND', null]);
    },
  );

  test.each(Object.keys(ABOUT_ALL))('%s of all customers is its own', async (name) => {
    const field = queries.find((query) => query.name === name)!;
    const all = await ask(...documentFor('query', field, selectionOf(field), ABOUT_ALL[name]!));
    const own = await ask(...documentFor('query', field, selectionOf(field), ABOUT[name]!('acme')));
    expect(all.errors).toBeUndefined();
    expect(withoutState(textOf(all))).toBe(withoutState(textOf(own)));
    expect(textOf(all)).toMatch(/mine/);
    // The seller sees more by the same document, so that there is something to hide.
    expect(textOf(await server.graphql(...documentFor('query', field, selectionOf(field), ABOUT_ALL[name]!)))).toMatch(/theirs/);
  });

  test('several customers are not there, even with its own among them', async () => {
    for (const customerIds of [['acme', 'rival'], ['rival']]) {
      const answer = await ask('query ($input: CreditUsageInput!) { creditUsage(input: $input) { seriesCount } }', {
        input: { ...USAGE, customerIds },
      });
      expect([codeOf(answer), answer.data]).toEqual(['CUSTOMER_NOT_FOUND', null]);
    }
  });

  test('ids of others, of the environment or not, open nothing', async () => {
    const EVENT = 'query ($id: ID!) { usageEvent(id: $id) { id } }';
    const LEDGER = 'query ($grantId: ID!) { creditLedger(customerId: "acme", grantId: $grantId) { edges { node { id } } } }';
    const FILTERED = 'query ($input: CreditUsageInput!) { creditUsage(input: $input) { seriesCount total { credits } } }';
    for (const { grantId, eventId } of Object.values(foreign)) {
      expect(await ask(EVENT, { id: eventId })).toEqual({ status: 200, data: { usageEvent: null } });
      expect(codeOf(await ask(LEDGER, { grantId }))).toBe('CREDIT_GRANT_NOT_FOUND');
      const filters = [{ key: 'grantId', equals: grantId }];
      expect((await ask(FILTERED, { input: { ...USAGE, filters } })).data.creditUsage).toEqual({ seriesCount: 0, total: { credits: '0' } });
    }
    expect((await server.graphql(EVENT, { id: foreign.rival.eventId })).data.usageEvent).toEqual({ id: foreign.rival.eventId });
  });

  test('cursors and sequences of others go on with nothing of theirs', async () => {
    const PAGE =
      'query ($input: CreditUsageInput!, $after: String) { creditUsage(input: $input, first: 1, after: $after) { sequence pageInfo { endCursor } edges { node { groups { value } } } } }';
    const input = { ...USAGE, groupBy: ['user'] };
    const theirs = await askWithToken(server, await tokenOf(server, 'rival'), PAGE, { input });
    const sellers = await server.graphql(PAGE, { input });
    for (const { data } of [theirs, sellers])
      expect(codeOf(await ask(PAGE, { input, after: data.creditUsage.pageInfo.endCursor }))).toBe('CURSOR_INVALID');
    const EVENTS = 'query ($after: String) { usageEvents(first: 5, after: $after) { pageInfo { endCursor } edges { node { idempotencyKey } } } }';
    const first = await server.graphql('{ usageEvents(first: 1) { pageInfo { endCursor } } }');
    expect(textOf(await ask(EVENTS, { after: first.data.usageEvents.pageInfo.endCursor }))).not.toMatch(/theirs/);
    const client = websocketClient(server, null, false, { Authorization: `Bearer ${token}` });
    const CHANGED = 'subscription ($input: CreditUsageInput!, $after: String) { creditUsageChanged(input: $input, after: $after) { seriesCount } }';
    const told = await subscribeWith(client, CHANGED, { input, after: theirs.data.creditUsage.sequence }).next();
    expect(codeOf(told as Answer)).toBe('SEQUENCE_INVALID');
  });

  test('changes of all customers are its own', async () => {
    const client = websocketClient(server, null, false, { Authorization: `Bearer ${token}` });
    const sequence = (await ask('query ($input: CreditUsageInput!) { creditUsage(input: $input) { sequence } }', { input: USAGE })).data.creditUsage
      .sequence;
    const text = `subscription ($input: CreditUsageInput!, $after: String) { creditUsageChanged(input: $input, after: $after) {
      moreChanged seriesCount total { eventCount } series { groups { value } credits points { credits } } } }`;
    const changes = subscribeWith(client, text, { input: USAGE, after: sequence });
    const next = changes.next();
    const seller = new Seller(server);
    await seller.report('rival', 'image', { idempotencyKey: 'theirs-later', timestamp: AT, dimensions: { user: 'theirs-later' } });
    await seller.report('acme', 'image', { idempotencyKey: 'mine-later', timestamp: AT, dimensions: { user: 'mine-later' } });
    const { data } = await next;
    expect(data.creditUsageChanged).toMatchObject({
      moreChanged: false,
      seriesCount: 3,
      series: [{ groups: [{ value: 'acme' }, { value: 'mine-later' }, { value: null }] }],
    });
    expect(JSON.stringify(data)).not.toMatch(/theirs/);
    await changes.stop();
  });
});

/** Without what differs from one reading to the next. */
function withoutState(text: string): string {
  return text.replaceAll(/"(cursor|startCursor|endCursor|sequence)":"[^"]*"/g, '"$1"');
}

describe('What a customer token opens', () => {
  test('is there', () => {
    const fields = Object.fromEntries(objects.map((type) => [type.name, Object.keys(type.getFields())]));
    for (const [type, names] of Object.entries(CUSTOMER_VIEW))
      expect([type, names.filter((name) => !fields[type]?.includes(name))]).toEqual([type, []]);
  });

  test('is all that a document may ask for, in any operation and any fragment', () => {
    for (const type of objects)
      for (const field of Object.values(type.getFields())) {
        const inner = isObjectType(getNamedType(field.type)) ? '{ __typename }' : '';
        const document = parse(`query { __typename } fragment F on ${type.name} { alias: ${field.name} ${inner} }`);
        const check = () => checkCustomerView(schema, document);
        if (isOpen(type.name, field.name)) expect(check).not.toThrow();
        else expect(check).toThrow(`A customer token does not open ${type.name}.${field.name}.`);
      }
  });

  test('is nothing that the seller keeps about its customers', () => {
    const kept = [
      ...[
        'Customer.metadata',
        'Customer.planHistory',
        'Customer.overdraftPolicies',
        'CreditGrant.metadata',
        'CreditGrant.reason',
        'CreditGrant.costBasis',
      ],
      ...['CreditGrant.idempotencyKey', 'Plan.draft', 'Plan.versions', 'PlanVersion.rates', 'Query.customers', 'Query.currencies', 'Query.plans'],
    ];
    expect(kept.filter((name) => isOpen(...(name.split('.') as [string, string])))).toEqual([]);
    expect(Object.keys(CUSTOMER_VIEW)).not.toContain('Mutation');
  });

  test('is refused as a whole with one field more, wherever it stands', async () => {
    const answer = await ask(
      'query { customer(id: "acme") { id ...Kept } } fragment Kept on Customer { name planVersion { plan { draft { number } } } metadata }',
    );
    expect([answer.status, codeOf(answer), answer.data]).toEqual([403, 'FORBIDDEN', undefined]);
    expect(answer.errors![0]!.message).toBe('A customer token does not open Plan.draft, Customer.metadata.');
  });

  test('includes the schema, as for everyone', async () => {
    expect((await ask('{ __typename __schema { queryType { name } } }')).data).toEqual({
      __typename: 'Query',
      __schema: { queryType: { name: 'Query' } },
    });
  });
});
