import { beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

let now = new Date('2026-03-20T12:00:00Z');
let server: TestServer;
let seller: Seller;

const LIST = `query ($currencyId: ID, $search: String, $orderBy: CustomerCreditsOrderInput, $includeArchived: Boolean = false, $timeZone: String, $first: Int, $after: String, $last: Int, $before: String) {
  customerCredits(currencyId: $currencyId, search: $search, orderBy: $orderBy, includeArchived: $includeArchived, timeZone: $timeZone, first: $first, after: $after, last: $last, before: $before) {
    customerCount from to currency { id }
    edges { cursor node { customer { id name } balance overdraft consumed poolCount expiries { at amount } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

interface Node {
  readonly customer: { readonly id: string };
  readonly balance: string;
  readonly overdraft: string;
  readonly consumed: string;
  readonly poolCount: number;
  readonly expiries: readonly { readonly at: string; readonly amount: string }[];
}

async function list(variables: object = {}) {
  return (await seller.ask(LIST, { currencyId: 'credits', ...variables })).customerCredits;
}

async function ids(variables: object = {}): Promise<string[]> {
  return (await list(variables)).edges.map(({ node }: { node: Node }) => node.customer.id);
}

const by = (field: string, direction: string) => ({ orderBy: { field, direction } });

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => now });
  seller = new Seller(server);
  await seller.sell({ calls: '1' });
  for (const id of ['ada', 'bob', 'cyd', 'dee', 'eve']) await seller.customer(id);
  now = new Date('2026-01-10T00:00:00Z');
  await seller.grant('ada', '100');
  await seller.report('ada', 'calls', { value: '7' });
  now = new Date('2026-03-19T00:00:00Z');
  await seller.report('ada', 'calls', { value: '30.5' });
  await seller.grant('bob', '12345678901234567890.000000000001');
  await seller.report('bob', 'calls', { value: '0.000000000001' });
  await seller.report('cyd', 'calls', { value: '3' });
  await seller.grant('dee', '40', { expiresAt: '2026-03-20T00:00:00Z' });
  await seller.grant('dee', '5', { effectiveAt: '2026-03-20T06:00:00Z' });
  await seller.report('dee', 'calls', { value: '2', resourceId: 'research' });
  now = new Date('2026-03-20T12:00:00Z');
});

describe('customerCredits', () => {
  test('says of every customer what it has, owes and used in the last month, to the last digit, with what is due', async () => {
    const { edges, ...rest } = await list();
    expect(edges.map(({ node }: { node: Node }) => node)).toMatchObject([
      { customer: { id: 'ada', name: 'ada' }, balance: '62.5', overdraft: '0', consumed: '30.5' },
      { customer: { id: 'bob', name: 'bob' }, balance: '12345678901234567890', overdraft: '0', consumed: '0.000000000001' },
      { customer: { id: 'cyd', name: 'cyd' }, balance: '-3', overdraft: '3', consumed: '3' },
      { customer: { id: 'dee', name: 'dee' }, balance: '3', overdraft: '2', consumed: '2' },
      { customer: { id: 'eve', name: 'eve' }, balance: '0', overdraft: '0', consumed: '0' },
    ]);
    expect(rest).toMatchObject({ customerCount: 5, currency: { id: 'credits' }, from: '2026-02-21T00:00:00.000Z', to: '2026-03-21T00:00:00.000Z' });
  });

  test.each(['UTC', 'Pacific/Kiritimati'])(
    'agrees with the balances of the single pools and with the breakdown of the last month in %s',
    async (timeZone) => {
      const { edges, from } = await list({ timeZone });
      expect(from).toBe(timeZone === 'UTC' ? '2026-02-21T00:00:00.000Z' : '2026-02-21T10:00:00.000Z');
      for (const { node } of edges as { node: Node }[]) {
        const { creditBalances, creditUsage } = await seller.ask(
          `query ($id: ID!, $timeZone: String!) { creditBalances(customerId: $id) { edges { node { balance } } }
           creditUsage(input: { customerId: $id, currencyId: "credits", range: LAST_MONTH, timeZone: $timeZone }) { total { credits } } }`,
          { id: node.customer.id, timeZone },
        );
        const sum = creditBalances.edges.reduce((total: bigint, edge: { node: { balance: string } }) => total + exact(edge.node.balance), 0n);
        expect([sum, creditUsage.total.credits]).toEqual([exact(node.balance), node.consumed]);
      }
    },
  );

  test('orders by what is asked for, either way, and equal ones by id', async () => {
    expect(await ids(by('CONSUMED', 'DESC'))).toEqual(['ada', 'cyd', 'dee', 'bob', 'eve']);
    expect(await ids(by('BALANCE', 'ASC'))).toEqual(['cyd', 'eve', 'dee', 'ada', 'bob']);
    expect(await ids(by('BALANCE', 'DESC'))).toEqual(['bob', 'ada', 'dee', 'eve', 'cyd']);
    expect(await ids(by('NAME', 'DESC'))).toEqual(['eve', 'dee', 'cyd', 'bob', 'ada']);
  });

  test.each(['ID', 'NAME', 'BALANCE', 'CONSUMED'])('by %s gives each customer once, page by page, forwards and backwards', async (field) => {
    const whole = await ids(by(field, 'DESC'));
    const forwards: string[] = [];
    let page = await list({ ...by(field, 'DESC'), first: 2 });
    for (;;) {
      forwards.push(...page.edges.map(({ node }: { node: Node }) => node.customer.id));
      if (!page.pageInfo.hasNextPage) break;
      page = await list({ ...by(field, 'DESC'), first: 2, after: page.pageInfo.endCursor });
      expect(page.pageInfo.hasPreviousPage).toBe(true);
    }
    expect(forwards).toEqual(whole);
    const before = await list({ ...by(field, 'DESC'), last: 2, before: page.pageInfo.startCursor });
    expect(before.edges.map(({ node }: { node: Node }) => node.customer.id)).toEqual(whole.slice(-3, -1));
  });

  test('finds by a part of the id or the name, in capitals or not', async () => {
    await server.graphql('mutation { createCustomer(input: { id: "frida", name: "Blue House 100%" }) { customer { id } } }');
    expect(await ids({ search: 'blue h' })).toEqual(['frida']);
    expect(await ids({ search: 'RID' })).toEqual(['frida']);
    expect(await ids({ search: '0%' })).toEqual(['frida']);
    expect(await ids({ search: 'nobody' })).toEqual([]);
  });

  test('leaves archived customers out unless they are asked for', async () => {
    await server.graphql('mutation { archiveCustomer(input: { id: "frida" }) { customer { id } } }');
    expect(await ids()).not.toContain('frida');
    expect(await ids({ includeArchived: true })).toContain('frida');
  });

  test('refuses in the order that is documented', async () => {
    const { pageInfo } = await list({ first: 1 });
    const steps: [object, string][] = [
      [{ first: 0, after: 'x', search: '\0', currencyId: 'none', timeZone: 'Nowhere/None' }, 'PAGE_INVALID'],
      [{ first: 1 }, 'CURSOR_INVALID'],
      [{ after: pageInfo.endCursor, ...by('NAME', 'ASC') }, 'INPUT_INVALID'],
      [{ search: '' }, 'TIME_RANGE_INVALID'],
      [{ timeZone: null }, 'CURRENCY_NOT_FOUND'],
    ];
    let variables: object = {};
    for (const [change, code] of steps) {
      variables = { ...variables, ...change };
      expect([code, (await server.graphql(LIST, variables)).errors?.[0]?.extensions.code]).toEqual([code, code]);
    }
    const other = { currencyId: 'credits', search: '', after: pageInfo.endCursor, ...by('NAME', 'ASC') };
    expect((await server.graphql(LIST, other)).errors?.[0]?.extensions.code).toBe('CURSOR_INVALID');
    expect((await server.graphql(LIST, { after: pageInfo.endCursor })).errors).toBeUndefined();
    await server.graphql('mutation { createCurrency(input: { id: "other", name: "Other" }) { currency { id } } }');
    expect((await server.graphql(LIST, { after: pageInfo.endCursor, ...by('NAME', 'ASC') })).errors?.[0]?.extensions.code).toBe('CURRENCY_REQUIRED');
  });
});

describe('creditBalances', () => {
  const BALANCES = `query ($first: Int, $after: String, $last: Int, $before: String) {
    creditBalances(customerId: "dee", first: $first, after: $after, last: $last, before: $before) {
      edges { node { currency { id } resourceId balance granted consumed forfeited overdraft } } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`;

  test('lists the pools of a customer, its own first, as creditBalance says each', async () => {
    const { creditBalances } = await seller.ask(BALANCES);
    const currency = { id: 'credits' };
    expect(creditBalances.edges.map(({ node }: { node: object }) => node)).toEqual([
      { currency, resourceId: null, balance: '5', granted: '45', consumed: '0', forfeited: '40', overdraft: '0' },
      { currency, resourceId: 'research', balance: '-2', granted: '0', consumed: '2', forfeited: '0', overdraft: '2' },
    ]);
  });

  test('pages forwards and backwards', async () => {
    const { creditBalances: first } = await seller.ask(BALANCES, { first: 1 });
    const { creditBalances: second } = await seller.ask(BALANCES, { first: 1, after: first.pageInfo.endCursor });
    const { creditBalances: back } = await seller.ask(BALANCES, { last: 1, before: second.pageInfo.startCursor });
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    expect(second.edges[0].node.resourceId).toBe('research');
    expect(back.edges).toEqual(first.edges);
  });

  test.each([
    ['PAGE_INVALID', 'first: 0, after: "x", customerId: "none"'],
    ['CURSOR_INVALID', 'after: "x", customerId: "none"'],
    ['CUSTOMER_NOT_FOUND', 'customerId: "none"'],
  ])('refuses with %s where %s', async (code, args) => {
    const { errors } = await server.graphql(`{ creditBalances(${args}) { edges { cursor } } }`);
    expect(errors?.[0]?.extensions.code).toBe(code);
  });
});

/** An amount in its smallest units. */
function exact(amount: string): bigint {
  const [whole, fraction = ''] = amount.split('.');
  return BigInt(whole! + fraction.padEnd(12, '0'));
}

describe('customerCredits of pools', () => {
  test('says in how many pools it is, and what of it expires when, with what is due', async () => {
    let then = new Date('2026-03-20T12:00:00Z');
    const own = await testServer(await testDatabase(), { now: () => then });
    const shop = new Seller(own);
    await shop.sell({ calls: '1' });
    for (const id of ['eve', 'fay', 'gus']) await shop.customer(id);
    then = new Date('2026-03-20T13:00:00Z');
    await shop.grant('fay', '10', { expiresAt: '2026-05-01T00:00:00Z' });
    await shop.grant('fay', '4', { expiresAt: '2026-04-01T00:00:00Z', priority: 7 });
    await shop.grant('fay', '6', { resourceId: 'research', expiresAt: '2026-04-15T00:00:00Z' });
    await shop.grant('fay', '99');
    await shop.grant('gus', '5', { expiresAt: '2026-03-20T14:00:00Z' });
    await shop.grant('gus', '7', { effectiveAt: '2026-03-20T14:30:00Z', expiresAt: '2026-06-01T00:00:00Z' });
    await shop.grant('gus', '8', { effectiveAt: '2026-03-21T00:00:00Z', expiresAt: '2026-06-01T00:00:00Z' });
    then = new Date('2026-03-20T15:00:00Z');
    await shop.report('fay', 'calls', { value: '3' });
    const { edges } = (await shop.ask(LIST, { currencyId: 'credits' })).customerCredits;
    const told = edges.map(({ node: { customer, poolCount, expiries } }: { node: Node }) => [
      customer.id,
      poolCount,
      expiries.map(({ at, amount }) => `${at.slice(0, 10)} ${amount}`),
    ]);
    expect(told).toEqual([
      ['eve', 0, []],
      ['fay', 2, ['2026-04-01 4', '2026-04-15 6', '2026-05-01 7']],
      ['gus', 1, ['2026-06-01 7']],
    ]);
  });
});
