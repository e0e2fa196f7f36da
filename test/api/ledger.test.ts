import { beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testEnvironment, testServer, type TestServer } from '../support/server';
import { walkBothWays } from '../support/walk';

let now = new Date('2026-03-01T00:00:00Z');
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => now });
  seller = new Seller(server);
  await seller.sell({ calls: '0.5', tokens: '0.0025 * ContextTokens + 0.01 * value' });
});

function at(text: string): void {
  now = new Date(text);
}

interface Entry {
  readonly sequence: string;
  readonly at: string;
  readonly kind: string;
  readonly amount: string;
  readonly balanceBefore: string;
  readonly balanceAfter: string;
  readonly resourceId: string | null;
  readonly grant: { readonly id: string } | null;
  readonly event: { readonly idempotencyKey: string } | null;
}

const ARGUMENTS = {
  customerId: 'ID!',
  currencyId: 'ID',
  resourceId: 'ID',
  kinds: '[LedgerEntryKind!]',
  featureId: 'ID',
  grantId: 'ID',
  grantCategory: 'GrantCategory',
  from: 'DateTime',
  to: 'DateTime',
  usageFrom: 'DateTime',
  usageTo: 'DateTime',
  dimensions: '[DimensionFilterInput!]',
  order: 'TimeOrder',
  first: 'Int',
  after: 'String',
  last: 'Int',
  before: 'String',
};
const LEDGER = `query (${Object.entries(ARGUMENTS).map(([name, type]) => `$${name}: ${type}`)}) {
  creditLedger(${Object.keys(ARGUMENTS).map((name) => `${name}: $${name}`)}) {
    edges { cursor node { id sequence at kind amount balanceBefore balanceAfter resourceId currency { id } grant { id } event { idempotencyKey }
      calculation { mode formula creditsPerUnit cost parameters { name value } steps { expression value } rate { planVersion { number plan { id } } } } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

async function entries(customerId: string, more: object = {}): Promise<Entry[]> {
  const { creditLedger } = await seller.ask(LEDGER, { customerId, first: 100, order: 'OLDEST_FIRST', ...more });
  return creditLedger.edges.map((edge: { node: Entry }) => edge.node);
}

function brief(entry: Entry): string {
  return `${entry.sequence} ${entry.kind} ${entry.amount} → ${entry.balanceAfter}`;
}

describe('creditLedger', () => {
  let small: string;
  let large: string;

  beforeAll(async () => {
    at('2026-03-01T00:00:00Z');
    await seller.customer('ada');
    small = await seller.grant('ada', '1', { priority: 1 });
    large = await seller.grant('ada', '100', { priority: 2, expiresAt: '2026-03-20T00:00:00Z' });
    await seller.grant('ada', '5', { effectiveAt: '2026-03-10T00:00:00Z', priority: 3 });
    at('2026-03-02T00:00:00Z');
    const dimensions = { ContextTokens: 1000, user: 'u1' };
    await seller.report('ada', 'tokens', { idempotencyKey: 'tokens', value: '50', dimensions, timestamp: '2026-02-14T00:00:00Z' });
    at('2026-03-03T00:00:00Z');
    await seller.report('ada', 'calls', { idempotencyKey: 'calls', value: '4' });
    at('2026-03-25T00:00:00Z'); // an activation and an expiry are due, and nothing has run
  });

  test('shows every change at its own instant, with the balance before and after', async () => {
    const all = await entries('ada');
    expect(all.map((entry) => `${entry.at} ${brief(entry)}`)).toEqual([
      '2026-03-01T00:00:00.000Z 1 GRANTED 1 → 1',
      '2026-03-01T00:00:00.000Z 2 GRANTED 100 → 101',
      '2026-03-02T00:00:00.000Z 3 CONSUMED -1 → 100',
      '2026-03-02T00:00:00.000Z 4 CONSUMED -2 → 98',
      '2026-03-03T00:00:00.000Z 5 CONSUMED -2 → 96',
      '2026-03-10T00:00:00.000Z 6 GRANTED 5 → 101',
      '2026-03-20T00:00:00.000Z 7 EXPIRED -96 → 5',
    ]);
    all.reduce((before, entry) => {
      expect(entry.balanceBefore).toBe(before);
      return entry.balanceAfter;
    }, '0');
  });

  test('leads from usage to its event, formula, parameter values and cost', async () => {
    const [first, second, third] = await entries('ada', { kinds: ['CONSUMED'] });
    const calculation = {
      mode: 'FORMULA',
      formula: '0.0025 * ContextTokens + 0.01 * value',
      creditsPerUnit: null,
      cost: '3',
      parameters: [
        { name: 'ContextTokens', value: 1000 },
        { name: 'value', value: 50 },
      ],
      steps: [
        { expression: '0.0025 * ContextTokens', value: 2.5 },
        { expression: '0.01 * value', value: 0.5 },
        { expression: '0.0025 * ContextTokens + 0.01 * value', value: 3 },
      ],
      rate: { planVersion: { number: 1, plan: { id: 'pro' } } },
    };
    expect(first).toMatchObject({ grant: { id: small }, event: { idempotencyKey: 'tokens' }, calculation, currency: { id: 'credits' } });
    expect(second).toMatchObject({ grant: { id: large }, event: { idempotencyKey: 'tokens' }, calculation });
    expect(third).toMatchObject({
      event: { idempotencyKey: 'calls' },
      calculation: { mode: 'FLAT', formula: null, creditsPerUnit: '0.5', cost: '2', parameters: [{ name: 'value', value: 4 }], steps: [] },
    });
    const [granted] = await entries('ada', { kinds: ['GRANTED'] });
    expect(granted).toMatchObject({ grant: { id: small }, event: null, calculation: null });
  });

  test.each<[string, () => object, string[]]>([
    ['by kind', () => ({ kinds: ['GRANTED', 'EXPIRED'] }), ['1', '2', '6', '7']],
    ['by feature', () => ({ featureId: 'calls' }), ['5']],
    ['by grant', () => ({ grantId: large }), ['2', '4', '5', '7']],
    ['by a grant that was used up', () => ({ grantId: small, order: 'NEWEST_FIRST' }), ['3', '1']],
    ['by currency', () => ({ currencyId: 'credits', to: '2026-03-02T00:00:00Z' }), ['1', '2']],
    ['by resource', () => ({ resourceId: 'workspace' }), []],
    ['by the customer’s own pool', () => ({ resourceId: null, to: '2026-03-02T00:00:00Z' }), ['1', '2']],
    ['by the category of the grant', () => ({ grantCategory: 'PAID', kinds: ['CONSUMED'] }), ['3', '4', '5']],
    ['by a category that no grant has', () => ({ grantCategory: 'PROMOTIONAL' }), []],
    [
      'from an instant (included) to an instant (not included)',
      () => ({ from: '2026-03-02T00:00:00Z', to: '2026-03-10T00:00:00Z' }),
      ['3', '4', '5'],
    ],
    ['by the time of the usage, whenever it was received', () => ({ usageTo: '2026-03-01T00:00:00Z' }), ['3', '4']],
    ['by the time of the usage from an instant on', () => ({ usageFrom: '2026-02-15T00:00:00Z' }), ['5']],
    ['by a dimension', () => ({ dimensions: [{ key: 'user', equals: 'u1' }] }), ['3', '4']],
    ['by a dimension as it is written in groupBy', () => ({ dimensions: [{ key: 'dimensions.user', equals: 'u1' }] }), ['3', '4']],
    ['by a number', () => ({ dimensions: [{ key: 'ContextTokens', in: [1000, 1] }] }), ['3', '4']],
    ['by an absent dimension', () => ({ dimensions: [{ key: 'user', equals: null }] }), ['5']],
    ['the newest first', () => ({ order: 'NEWEST_FIRST', first: 3 }), ['7', '6', '5']],
  ])('is found %s', async (_name, more, expected) => {
    expect((await entries('ada', more())).map((entry) => entry.sequence)).toEqual(expected);
  });

  test('shows an overdraft and how a grant settles it', async () => {
    at('2026-04-01T00:00:00Z');
    await seller.customer('bob');
    await seller.report('bob', 'calls', { value: '6' });
    const grantId = await seller.grant('bob', '10');
    const all = await entries('bob');
    expect(all.map((entry) => `${brief(entry)} ${entry.grant ? 'grant' : 'overdraft'}`)).toEqual([
      '1 CONSUMED -3 → -3 overdraft',
      '2 GRANTED 10 → 7 grant',
      '3 OVERDRAFT_SETTLED -3 → 4 grant',
      '4 OVERDRAFT_SETTLED 3 → 7 overdraft',
    ]);
    expect(all[2]!.grant).toEqual({ id: grantId });
    for (const more of [{ grantId: null }, { grantCategory: null }])
      expect((await entries('bob', more)).map((entry) => entry.sequence)).toEqual(['1', '4']);
  });

  test('merges several pools by time, and is walked page by page in both directions, each entry once', async () => {
    at('2026-04-01T00:00:00Z');
    await seller.customer('cy');
    for (let i = 0; i < 12; i += 1) {
      if (i % 3 === 0) now = new Date(now.getTime() + 1);
      await seller.report('cy', 'calls', { resourceId: ['a', 'b', null][i % 5 === 0 ? 0 : i % 3] });
    }
    for (const more of [{}, { from: '2026-04-01T00:00:00.002Z' }, { to: '2026-04-01T00:00:00.004Z', kinds: ['CONSUMED'] }])
      for (const size of [2, 5]) {
        const walk = (order: string) =>
          walkBothWays<Entry>(size, async (page) => (await seller.ask(LEDGER, { customerId: 'cy', order, ...more, ...page })).creditLedger);
        const oldestFirst = await walk('OLDEST_FIRST');
        expect(await walk('NEWEST_FIRST')).toEqual([...oldestFirst].reverse());
        expect(oldestFirst).toEqual(await entries('cy', more));
        expect(oldestFirst.map((entry) => entry.at)).toEqual(oldestFirst.map((entry) => entry.at).sort());
        expect(new Set(oldestFirst.map((entry) => `${entry.resourceId} ${entry.sequence}`)).size).toBe(oldestFirst.length);
        expect(oldestFirst.length).toBe('from' in more ? 9 : 'to' in more ? 9 : 12);
      }
  });

  test('gives the same entries through the events of a cell of the breakdown, however many grants paid one event', async () => {
    at('2026-04-01T00:00:00Z');
    await seller.customer('eve');
    for (let i = 0; i < 8; i += 1) await seller.grant('eve', '0.3', { resourceId: i % 2 ? 'a' : null });
    for (let i = 0; i < 6; i += 1) await seller.report('eve', 'calls', { resourceId: i % 3 ? 'a' : null, dimensions: { user: 'u1' } });
    const consumed = await entries('eve', { kinds: ['CONSUMED'] });
    expect(consumed.length).toBeGreaterThan(10);
    for (const cell of [{ usageFrom: '2026-01-01T00:00:00Z', usageTo: '2026-05-01T00:00:00Z' }, { dimensions: [{ key: 'user', equals: 'u1' }] }])
      for (const size of [1, 3]) {
        const ask = async (page: object) => (await seller.ask(LEDGER, { customerId: 'eve', order: 'OLDEST_FIRST', ...cell, ...page })).creditLedger;
        expect(await walkBothWays<Entry>(size, ask)).toEqual(consumed);
      }
    const paid = consumed.filter((entry) => entry.grant?.id === consumed[1]!.grant!.id);
    expect(await entries('eve', { grantId: consumed[1]!.grant!.id, dimensions: [{ key: 'user', equals: 'u1' }] })).toEqual(paid);
  });

  test.each<[object, string]>([
    [{ customerId: 'nobody', resourceId: '', dimensions: [{ key: 'a' }] }, 'ID_INVALID'],
    [{ customerId: 'nobody', usageTo: 'never', dimensions: [{ key: 'a' }] }, 'INPUT_INVALID'],
    [{ customerId: 'nobody', dimensions: [{ key: 'featureId', equals: 'calls' }] }, 'INPUT_INVALID'],
    [{ customerId: 'nobody', usageTo: 'never' }, 'TIME_RANGE_INVALID'],
    [{ customerId: 'nobody', from: '2026-03-01T00:00:00Z', to: '2026-03-01T00:00:00Z' }, 'TIME_RANGE_INVALID'],
    [{ customerId: 'nobody', usageFrom: '2026-03-02T00:00:00Z', usageTo: '2026-03-01T00:00:00Z' }, 'TIME_RANGE_INVALID'],
    [{ customerId: 'no such id' }, 'CUSTOMER_NOT_FOUND'],
    [{ customerId: 'nobody', currencyId: 'nothing' }, 'CUSTOMER_NOT_FOUND'],
    [{ customerId: 'ada', currencyId: 'nothing', featureId: 'nothing' }, 'CURRENCY_NOT_FOUND'],
    [{ customerId: 'ada', featureId: 'nothing', grantId: 'nothing' }, 'FEATURE_NOT_FOUND'],
    [{ customerId: 'ada', grantId: 'nothing' }, 'CREDIT_GRANT_NOT_FOUND'],
    [{ customerId: 'ada', grantId: '' }, 'CREDIT_GRANT_NOT_FOUND'],
    [{ customerId: 'ada', grantId: Buffer.from('CreditGrant\u001f9999999999999999999\u001f1').toString('base64url') }, 'CREDIT_GRANT_NOT_FOUND'],
    [{ customerId: 'ada', first: 1, last: 1 }, 'PAGE_INVALID'],
    [{ customerId: 'ada', after: Buffer.from('["usageEvents"]').toString('base64url') }, 'CURSOR_INVALID'],
  ])('refuses %j with %s', async (variables, code) => {
    const { errors } = await server.graphql(LEDGER, variables);
    expect(errors?.[0]?.extensions.code).toBe(code);
  });

  test.each(['9223372036854775807', '-9223372036854775808'])('answers a forged cursor at %s like any other', async (whole) => {
    const cursor = Buffer.from(JSON.stringify(['creditLedger', '0000-01-01T00:00:00.000Z', whole, whole])).toString('base64url');
    for (const more of [{}, { dimensions: [{ key: 'user', equals: 'u1' }] }])
      for (const page of [{ after: cursor }, { before: cursor }])
        for (const order of ['NEWEST_FIRST', 'OLDEST_FIRST'])
          expect((await server.graphql(LEDGER, { customerId: 'ada', order, ...page, ...more })).errors).toBeUndefined();
  });

  test('does not know the customers of another environment, nor the grants of another customer', async () => {
    const other = await testEnvironment(server.database);
    expect((await server.graphql(LEDGER, { customerId: 'ada' }, other.keys.ADMIN)).errors?.[0]?.extensions.code).toBe('CUSTOMER_NOT_FOUND');
    await seller.customer('dee');
    expect((await server.graphql(LEDGER, { customerId: 'dee', grantId: small })).errors?.[0]?.extensions.code).toBe('CREDIT_GRANT_NOT_FOUND');
  });
});
