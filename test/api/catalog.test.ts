import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../src/store/database';
import { catalogSnapshot, codeOf, fieldsOf, flatRate, mutate, publishDraft, publishedPlan, TO_ALL, tryMutation, walkCodes } from '../support/catalog';
import { testDatabase } from '../support/database';
import { testServer, type TestServer } from '../support/server';

let database: Database;
let server: TestServer;
let other: TestServer;

beforeAll(async () => {
  database = await testDatabase();
  server = await testServer(database, { now: () => new Date('2025-03-01T12:00:00.123Z') });
  other = await testServer(database);
});

const CREATED = { createdAt: '2025-03-01T12:00:00.123Z', archivedAt: null };
const CURRENCY = 'currency { id name symbol unitSingular unitPlural createdAt archivedAt }';
const FEATURE = 'feature { id name unit createdAt archivedAt }';

describe('a currency', () => {
  test('is created, with unit names of its own or without, and found again', async () => {
    const full = { id: 'ai.tokens@eu:1$-_', name: 'AI tokens', symbol: '🪙', unitSingular: 'token', unitPlural: 'tokens' };
    expect(await mutate(server, 'createCurrency', full, CURRENCY)).toEqual({ currency: { ...full, ...CREATED } });
    const short = { id: 'short', name: 'Credits' };
    const filled = { ...short, symbol: null, unitSingular: 'credit', unitPlural: 'credits', ...CREATED };
    expect(await mutate(server, 'createCurrency', short, CURRENCY)).toEqual({ currency: filled });
    expect((await server.graphql(`{ ${CURRENCY.replace('currency', 'currency(id: "short")')} }`)).data).toEqual({ currency: filled });
  });

  test('keeps what an update does not name; a null symbol takes the symbol away', async () => {
    await mutate(server, 'createCurrency', { id: 'changing', name: 'Old', symbol: '¤' }, 'currency { id }');
    const renamed = await mutate(server, 'updateCurrency', { id: 'changing', name: 'New' }, 'currency { name symbol unitPlural }');
    expect(renamed).toEqual({ currency: { name: 'New', symbol: '¤', unitPlural: 'credits' } });
    const bare = await mutate(server, 'updateCurrency', { id: 'changing', symbol: null, unitPlural: 'coins' }, 'currency { name symbol unitPlural }');
    expect(bare).toEqual({ currency: { name: 'New', symbol: null, unitPlural: 'coins' } });
  });

  test('is refused with all its problems at once, and nothing is written', async () => {
    const before = await catalogSnapshot(database);
    const answer = await tryMutation(server, 'createCurrency', {
      id: 'a b',
      name: '',
      symbol: 'x'.repeat(17),
      unitSingular: 'a\0',
      unitPlural: '\ud800',
    });
    expect([answer.status, codeOf(answer), fieldsOf(answer)]).toEqual([200, 'ID_INVALID', ['id', 'name', 'symbol', 'unitSingular', 'unitPlural']]);
    expect(await catalogSnapshot(database)).toBe(before);
  });

  test.each([
    ['no character', ''],
    ['256 characters', 'x'.repeat(256)],
    ['NUL', 'a\0b'],
    ['a line break at the end', 'a\n'],
  ])('is refused with an id of %s', async (_, id) => {
    expect(codeOf(await tryMutation(server, 'createCurrency', { id, name: 'Name' }))).toBe('ID_INVALID');
  });

  test('is told which characters an id may have', async () => {
    const messageOf = async (id: string) => (await tryMutation(server, 'createCurrency', { id, name: 'Name' })).errors![0]!.message;
    expect(await messageOf('my coins')).toBe('id: must only have letters from A-Z and a-z, digits and _ . : @ $ -, without spaces.');
    expect(await messageOf('')).toBe('id: must not be empty.');
    expect(await messageOf('x'.repeat(256))).toBe('id: must have 1 to 255 characters.');
  });

  test('may have an id of 255 characters', async () => {
    const id = 'x'.repeat(255);
    expect(await mutate(server, 'createCurrency', { id, name: 'Long' }, 'currency { id }')).toEqual({ currency: { id } });
  });

  test('of one id is made once, however many ask at the same time; the others hear ALREADY_EXISTS', async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, () => tryMutation(server, 'createCurrency', { id: 'raced', name: 'Raced' })));
    expect(answers.map(codeOf).filter((code) => code === undefined)).toHaveLength(1);
    expect(answers.map(codeOf).filter((code) => code === 'ALREADY_EXISTS')).toHaveLength(15);
  });

  test('refuses in the documented order', async () => {
    const created = await walkCodes(server, 'createCurrency', { id: ' ', name: '' }, [{}, { id: 'short' }, { name: 'Again' }, { id: 'order' }]);
    expect(created).toEqual(['ID_INVALID', 'INPUT_INVALID', 'ALREADY_EXISTS', 'accepted']);
    const archive = () => mutate(server, 'archiveCurrency', { id: 'order' }, '__typename');
    const updated = await walkCodes(server, 'updateCurrency', { id: 'missing', name: '' }, [{}, { name: 'Fine' }, { id: 'order' }, archive]);
    expect(updated).toEqual(['INPUT_INVALID', 'CURRENCY_NOT_FOUND', 'accepted', 'ARCHIVED']);
  });
});

describe('a feature', () => {
  test('is created, changed and found again', async () => {
    expect(await mutate(server, 'createFeature', { id: 'chat', name: 'Chat' }, FEATURE)).toEqual({
      feature: { id: 'chat', name: 'Chat', unit: 'unit', ...CREATED },
    });
    expect(await mutate(server, 'updateFeature', { id: 'chat', unit: 'message' }, FEATURE)).toEqual({
      feature: { id: 'chat', name: 'Chat', unit: 'message', ...CREATED },
    });
    expect((await server.graphql('{ feature(id: "chat") { unit } }')).data).toEqual({ feature: { unit: 'message' } });
  });

  test('names dimensions that are loose and some that are rolled up, each list replaced as a whole', async () => {
    const LISTS = 'feature { looseDimensions rolledUpDimensions }';
    const lists = (looseDimensions: string[], rolledUpDimensions: string[]) => ({ feature: { looseDimensions, rolledUpDimensions } });
    expect(await mutate(server, 'createFeature', { id: 'plain', name: 'Plain' }, LISTS)).toEqual(lists([], []));
    expect(await mutate(server, 'createFeature', { id: 'ruled', name: 'Ruled', looseDimensions: ['request', "a'b"] }, LISTS)).toEqual(
      lists(['request', "a'b"], []),
    );
    expect(await mutate(server, 'updateFeature', { id: 'ruled', rolledUpDimensions: ['user'] }, LISTS)).toEqual(lists(['request', "a'b"], ['user']));
    expect(await mutate(server, 'updateFeature', { id: 'ruled', looseDimensions: [], name: 'New' }, LISTS)).toEqual(lists([], ['user']));
    const before = await catalogSnapshot(database);
    const answer = await tryMutation(server, 'updateFeature', { id: 'ruled', looseDimensions: ['a', 'a', ''], rolledUpDimensions: ['__proto__'] });
    expect([codeOf(answer), fieldsOf(answer)]).toEqual(['INPUT_INVALID', ['looseDimensions.1', 'looseDimensions.2', 'rolledUpDimensions.0']]);
    expect(await catalogSnapshot(database)).toBe(before);
  });

  test('refuses in the documented order', async () => {
    const created = await walkCodes(server, 'createFeature', { id: '', name: '' }, [{}, { id: 'chat' }, { name: 'Again' }, { id: 'order' }]);
    expect(created).toEqual(['ID_INVALID', 'INPUT_INVALID', 'ALREADY_EXISTS', 'accepted']);
    const archive = () => mutate(server, 'archiveFeature', { id: 'order' }, '__typename');
    const updated = await walkCodes(server, 'updateFeature', { id: 'missing', unit: '' }, [{}, { unit: 'u' }, { id: 'order' }, archive]);
    expect(updated).toEqual(['INPUT_INVALID', 'FEATURE_NOT_FOUND', 'accepted', 'ARCHIVED']);
    await mutate(server, 'createFeature', { id: 'both', name: 'Both', rolledUpDimensions: ['user'] }, '__typename');
    const both = await walkCodes(server, 'updateFeature', { id: 'order', looseDimensions: ['user'] }, [
      {},
      { id: 'both' },
      { rolledUpDimensions: [] },
    ]);
    expect(both).toEqual(['ARCHIVED', 'INPUT_INVALID', 'accepted']);
  });
});

describe('archiving', () => {
  test('is refused while the current version of a plan prices the feature in the currency, and names it', async () => {
    await publishedPlan(server, 'used');
    for (const thing of ['Currency', 'Feature']) {
      const answer = await tryMutation(server, `archive${thing}`, { id: `used-${thing.toLowerCase()}` });
      expect(codeOf(answer)).toBe('IN_USE');
      expect(answer.errors![0]!.message).toContain('version 1 of plan used');
    }
  });

  test('is refused while a draft prices it, and allowed once the current version and the draft do without', async () => {
    await publishedPlan(server, 'moving');
    await mutate(server, 'createPlanDraft', { planId: 'moving' }, '__typename');
    const answer = await tryMutation(server, 'archiveFeature', { id: 'moving-feature' });
    expect(answer.errors![0]!.message).toContain('version 1 of plan moving, version 2 of plan moving');
    await mutate(server, 'removeRate', { planId: 'moving', version: 2, featureId: 'moving-feature' }, '__typename');
    await publishDraft(server, 'moving');
    expect(await mutate(server, 'archiveFeature', { id: 'moving-feature' }, FEATURE)).toEqual({
      feature: { id: 'moving-feature', name: 'Feature', unit: 'unit', createdAt: CREATED.createdAt, archivedAt: CREATED.createdAt },
    });
  });

  test('is allowed where only an archived plan uses it', async () => {
    await publishedPlan(server, 'gone');
    await mutate(server, 'archivePlan', { id: 'gone' }, '__typename');
    for (const thing of ['Currency', 'Feature']) await mutate(server, `archive${thing}`, { id: `gone-${thing.toLowerCase()}` }, '__typename');
  });

  test('of a currency is refused while a pool of it has a balance or a grant to come, and names the pool', async () => {
    await mutate(server, 'createCurrency', { id: 'held', name: 'Held' }, '__typename');
    await mutate(server, 'createCustomer', { id: 'holder', name: 'Holder' }, '__typename');
    const later = '2026-01-01T00:00:00Z';
    const input = { customerId: 'holder', currencyId: 'held', amount: '5', category: 'PAID', resourceId: 'space', effectiveAt: later };
    const { grant } = await mutate(server, 'grantCredits', input, 'grant { id }');
    for (const [thing, id] of [
      ['Currency', 'held'],
      ['Customer', 'holder'],
    ]) {
      const answer = await tryMutation(server, `archive${thing}`, { id });
      expect([codeOf(answer), answer.errors![0]!.message]).toEqual([
        'IN_USE',
        `The ${thing!.toLowerCase()} ${id} is still used by the held pool of customer holder, resource space.`,
      ]);
    }
    await mutate(server, 'voidCreditGrant', { grantId: grant.id }, '__typename');
    await mutate(server, 'archiveCurrency', { id: 'held' }, '__typename');
    await mutate(server, 'archiveCustomer', { id: 'holder' }, '__typename');
  });

  test('refuses in the documented order, and a second time', async () => {
    await publishedPlan(server, 'twice');
    const freed = () => mutate(server, 'archivePlan', { id: 'twice' }, '__typename');
    for (const thing of ['Currency', 'Feature']) await mutate(server, `create${thing}`, { id: 'unused', name: 'Unused' }, '__typename');
    const ofFeature = await walkCodes(server, 'archiveFeature', { id: 'missing' }, [{}, { id: 'unused' }, {}, { id: 'twice-feature' }, freed]);
    expect(ofFeature).toEqual(['FEATURE_NOT_FOUND', 'accepted', 'ARCHIVED', 'IN_USE', 'accepted']);
    const ofCurrency = await walkCodes(server, 'archiveCurrency', { id: 'missing' }, [{}, { id: 'unused' }, {}, { id: 'twice-currency' }]);
    expect(ofCurrency).toEqual(['CURRENCY_NOT_FOUND', 'accepted', 'ARCHIVED', 'accepted']);
  });

  test('and pricing in the currency at the same time has one clean outcome: never an archived currency in a draft', async () => {
    for (let round = 0; round < 8; round++) {
      const id = `race-${round}`;
      await publishedPlan(server, id);
      await mutate(server, 'createCurrency', { id: `${id}-new`, name: 'New' }, '__typename');
      await mutate(server, 'createPlanDraft', { planId: id }, '__typename');
      const [archived, priced] = await Promise.all([
        tryMutation(server, 'archiveCurrency', { id: `${id}-new` }),
        tryMutation(server, 'setRate', { ...flatRate(id, 2, '1'), currencyId: `${id}-new` }),
      ]);
      expect([
        [undefined, 'ARCHIVED'],
        ['IN_USE', undefined],
      ]).toContainEqual([codeOf(archived), codeOf(priced)]);
    }
  });
});

describe('a list', () => {
  const LIST = `query ($first: Int, $after: String, $last: Int, $before: String, $includeArchived: Boolean! = false, $idPrefix: String = "list_") {
    features(first: $first, after: $after, last: $last, before: $before, includeArchived: $includeArchived, idPrefix: $idPrefix) {
      edges { cursor node { id } } pageInfo { hasPreviousPage hasNextPage startCursor endCursor } } }`;

  beforeAll(async () => {
    for (const id of ['list_a', 'list_b', 'list_c', 'list_d', 'list_e', 'listXf', 'list-g']) {
      await mutate(server, 'createFeature', { id, name: id }, '__typename');
    }
    await mutate(server, 'archiveFeature', { id: 'list_c' }, '__typename');
  });

  async function page(variables: object) {
    const { features } = (await server.graphql(LIST, variables)).data;
    const { hasPreviousPage, hasNextPage, startCursor, endCursor } = features.pageInfo;
    return { ids: features.edges.map((edge: { node: { id: string } }) => edge.node.id), hasPreviousPage, hasNextPage, startCursor, endCursor };
  }

  test('walks every item exactly once, forward and backward, in the order of the ids', async () => {
    const one = await page({ first: 3 });
    const two = await page({ first: 3, after: one.endCursor });
    const back = await page({ last: 3, before: two.startCursor });
    expect([one, two, back]).toMatchObject([
      { ids: ['list_a', 'list_b', 'list_d'], hasPreviousPage: false, hasNextPage: true },
      { ids: ['list_e'], hasPreviousPage: true, hasNextPage: false },
      { ids: ['list_a', 'list_b', 'list_d'], hasPreviousPage: false, hasNextPage: true },
    ]);
    expect(await page({ last: 2 })).toMatchObject({ ids: ['list_d', 'list_e'], hasPreviousPage: true, hasNextPage: false });
  });

  test('shows archived items on demand', async () => {
    expect((await page({ includeArchived: true })).ids).toEqual(['list_a', 'list_b', 'list_c', 'list_d', 'list_e']);
  });

  test.each([
    ['takes the characters of a prefix as they are', 'list_', ['list_a', 'list_b', 'list_d', 'list_e']],
    ['finds nothing by a pattern', 'list%', []],
    ['finds nothing by what no id can hold', 'list\0', []],
    ['finds nothing by half of a surrogate pair', '\ud800', []],
  ])('%s', async (_, idPrefix, ids) => {
    expect((await page({ idPrefix })).ids).toEqual(ids);
  });

  test.each([
    [{ first: 0 }, 'PAGE_INVALID'],
    [{ first: 101 }, 'PAGE_INVALID'],
    [{ last: -1 }, 'PAGE_INVALID'],
    [{ first: 1, last: 1 }, 'PAGE_INVALID'],
    [{ after: 'nonsense' }, 'CURSOR_INVALID'],
    [{ after: Buffer.from('["currencies","a"]').toString('base64url') }, 'CURSOR_INVALID'],
    [{ after: Buffer.from('["features",1]').toString('base64url') }, 'CURSOR_INVALID'],
    [{ before: Buffer.from('["features","\\u0000"]').toString('base64url') }, 'CURSOR_INVALID'],
  ])('refuses %j with %s', async (variables, code) => {
    expect(codeOf(await server.graphql(LIST, variables))).toBe(code);
  });
});

describe('another environment', () => {
  beforeAll(async () => {
    await publishedPlan(other, 'theirs');
    await mutate(other, 'createCustomer', { id: 'their-customer', name: 'Theirs', planId: 'theirs' }, '__typename');
    await publishedPlan(server, 'ours');
    await mutate(server, 'createPlanDraft', { planId: 'ours' }, '__typename');
    await mutate(server, 'createCustomer', { id: 'our-customer', name: 'Ours' }, '__typename');
  });

  test('has ids that answer exactly like missing ones to every get and every list', async () => {
    const answer = await server.graphql(`{ currency(id: "theirs-currency") { id } feature(id: "theirs-feature") { id } plan(id: "theirs") { id }
      customer(id: "their-customer") { id } environment(id: "${other.id}") { id }
      currencies(idPrefix: "their") { edges { cursor } } features(idPrefix: "their") { edges { cursor } } plans(idPrefix: "their") { edges { cursor } }
      customers(idPrefix: "their") { edges { cursor } } environments(idPrefix: "${other.id}") { edges { cursor } } }`);
    const none = { edges: [] };
    const gets = { currency: null, feature: null, plan: null, customer: null, environment: null };
    expect(answer.data).toEqual({ ...gets, currencies: none, features: none, plans: none, customers: none, environments: none });
  });

  const MUTATIONS: [string, (id: string) => object][] = [
    ['updateCurrency', (id) => ({ id: `${id}-currency`, name: 'x' })],
    ['archiveCurrency', (id) => ({ id: `${id}-currency` })],
    ['updateFeature', (id) => ({ id: `${id}-feature`, name: 'x' })],
    ['archiveFeature', (id) => ({ id: `${id}-feature` })],
    ['updatePlan', (id) => ({ id, name: 'x' })],
    ['archivePlan', (id) => ({ id })],
    ['createPlanDraft', (planId) => ({ planId })],
    ['savePlanDraft', (planId) => ({ planId, rates: [] })],
    ['publishPlan', (planId) => ({ planId, version: 1, ...TO_ALL })],
    ['publishPlan', (id) => ({ planId: 'ours', version: 1, affects: { scope: 'CUSTOMERS', customerIds: [id.replace(/s$/, '-customer')] } })],
    ['discardPlanDraft', (planId) => ({ planId, version: 1 })],
    ['setRate', (planId) => flatRate(planId, 1, '1')],
    ['setRate', (id) => ({ ...flatRate('ours', 2, '1'), featureId: `${id}-feature` })],
    ['setRate', (id) => ({ ...flatRate('ours', 2, '1'), currencyId: `${id}-currency` })],
    ['removeRate', (planId) => ({ planId, version: 1, featureId: `${planId}-feature` })],
    ['updateCustomer', (id) => ({ id: id.replace(/s$/, '-customer'), name: 'x' })],
    ['archiveCustomer', (id) => ({ id: id.replace(/s$/, '-customer') })],
    ['assignPlan', (id) => ({ customerId: id.replace(/s$/, '-customer'), planId: 'ours' })],
    ['assignPlan', (planId) => ({ customerId: 'our-customer', planId })],
    ['unassignPlan', (id) => ({ customerId: id.replace(/s$/, '-customer') })],
    ['createCustomer', (planId) => ({ id: 'new', name: 'New', planId })],
    ['setOverdraftPolicy', (id) => ({ customerId: id.replace(/s$/, '-customer'), currencyId: 'ours-currency', policy: 'ALLOW' })],
    ['setOverdraftPolicy', (id) => ({ customerId: 'our-customer', currencyId: `${id}-currency`, policy: 'ALLOW' })],
  ];

  test.each(MUTATIONS)('has ids that answer exactly like missing ones to %s, and stays as it is', async (name, input) => {
    const before = await catalogSnapshot(database);
    const answers = await Promise.all([tryMutation(server, name, input('theirs')), tryMutation(server, name, input('nobodys'))]);
    const [theirs, missing] = answers.map(({ errors }) => ({ ...errors![0]!, extensions: { ...errors![0]!.extensions, requestId: undefined } }));
    const renamed = JSON.parse(JSON.stringify(theirs).replaceAll('theirs', 'nobodys').replaceAll('their-', 'nobody-'));
    expect(renamed).toEqual(JSON.parse(JSON.stringify(missing)));
    expect(missing!.extensions.code).toMatch(/_NOT_FOUND$/);
    expect(await catalogSnapshot(database)).toBe(before);
  });
});

describe('roles', () => {
  test.each(['WRITER', 'READER'] as const)('%s reads the catalog and changes nothing of it', async (role) => {
    const key = server.keys[role];
    expect((await server.graphql('{ currency(id: "nothing") { id } }', {}, key)).data).toEqual({ currency: null });
    const before = await catalogSnapshot(database);
    const inputs: [string, object][] = [
      ['createCurrency', { id: 'x', name: 'x' }],
      ['createFeature', { id: 'x', name: 'x' }],
      ['createPlan', { id: 'x', name: 'x' }],
      ['createCustomer', { id: 'x', name: 'x' }],
      ['createEnvironment', { id: 'x', name: 'x' }],
      ['createApiKey', { name: 'x', role: 'ADMIN' }],
      ['setRate', flatRate('ours', 2, '1')],
      ['savePlanDraft', { planId: 'ours', rates: [] }],
      ['publishPlan', { planId: 'ours', version: 1, ...TO_ALL }],
      ['cancelPublication', { id: 'x' }],
    ];
    const codes = await Promise.all(inputs.map(async ([name, input]) => codeOf(await tryMutation(server, name, input, '__typename', key))));
    expect(codes).toEqual(inputs.map(() => 'FORBIDDEN'));
    expect(codeOf(await server.graphql('{ apiKeys { edges { cursor } } }', {}, key))).toBe('FORBIDDEN');
    expect(await catalogSnapshot(database)).toBe(before);
  });
});

test('every change of the catalog raises the revision of its environment, and no other’s', async () => {
  const revision = async (key: number) =>
    (await database.pool.query<{ revision: string }>('SELECT catalog_revision::text AS revision FROM environment WHERE key = $1', [key])).rows[0]!
      .revision;
  const theirs = await revision(other.key);
  const steps: [string, object][] = [
    ['createCurrency', { id: 'rev-currency', name: 'x' }],
    ['updateCurrency', { id: 'rev-currency', name: 'y' }],
    ['createFeature', { id: 'rev-feature', name: 'x' }],
    ['updateFeature', { id: 'rev-feature', name: 'y' }],
    ['createPlan', { id: 'rev', name: 'x' }],
    ['updatePlan', { id: 'rev', name: 'y' }],
    ['createPlanDraft', { planId: 'rev' }],
    ['setRate', flatRate('rev', 1, '1')],
    ['savePlanDraft', { planId: 'rev', rates: [] }],
    ['setRate', flatRate('rev', 1, '1')],
    ['publishPlan', { planId: 'rev', revision: 4, ...TO_ALL }],
    ['publishPlan', { planId: 'rev', version: 1, ...TO_ALL }],
    ['createPlanDraft', { planId: 'rev' }],
    ['removeRate', { planId: 'rev', version: 2, featureId: 'rev-feature' }],
    ['discardPlanDraft', { planId: 'rev', version: 2 }],
    ['createCustomer', { id: 'rev', name: 'x' }],
    ['assignPlan', { customerId: 'rev', planId: 'rev', validFrom: '2025-01-01T00:00:00Z' }],
    ['updateCustomer', { id: 'rev', name: 'y' }],
    ['setOverdraftPolicy', { customerId: 'rev', currencyId: 'rev-currency', policy: 'FORBID' }],
    ['unassignPlan', { customerId: 'rev' }],
    ['archiveCustomer', { id: 'rev' }],
    ['archivePlan', { id: 'rev' }],
    ['archiveFeature', { id: 'rev-feature' }],
    ['archiveCurrency', { id: 'rev-currency' }],
  ];
  for (const [name, input] of steps) {
    const before = BigInt(await revision(server.key));
    await mutate(server, name, input, '__typename');
    expect([name, BigInt(await revision(server.key)) - before]).toEqual([name, name === 'createCustomer' ? 0n : 1n]);
  }
  expect(await revision(other.key)).toBe(theirs);
});
