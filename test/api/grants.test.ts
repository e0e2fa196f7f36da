import { beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '../support/database';
import { codeOf, fieldsOf, mutate, tryMutation } from '../support/catalog';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';
import { walkBothWays } from '../support/walk';

let now = new Date('2026-03-01T00:00:00Z');
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => now });
  seller = new Seller(server);
  await seller.sell({ calls: '1' });
});

const GRANTS = `query ($customerId: ID!, $currencyId: ID, $resourceId: ID, $status: GrantStatus, $at: DateTime, $first: Int, $after: String, $last: Int, $before: String) {
  creditGrants(customerId: $customerId, currencyId: $currencyId, resourceId: $resourceId, status: $status, at: $at, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id amount remaining status resourceId reason depletedAt voidedAt customer { id } currency { id } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

async function grants(customerId: string, more: object = {}) {
  const { creditGrants } = await seller.ask(GRANTS, { customerId, ...more });
  return creditGrants.edges.map((edge: { node: object }) => edge.node);
}

async function statuses(customerId: string, at: string) {
  return (await grants(customerId, { at })).map((grant: { reason: string; status: string }) => `${grant.reason} ${grant.status}`);
}

describe('creditGrants', () => {
  test('lists newest first, with the status of each at an instant and what is left now', async () => {
    now = new Date('2026-03-01T00:00:00Z');
    await seller.customer('ada');
    await seller.grant('ada', '10', { reason: 'used up', priority: 1 });
    await seller.grant('ada', '20', { reason: 'expiring', priority: 2, expiresAt: '2026-03-10T00:00:00Z' });
    const taken = await seller.grant('ada', '30', { reason: 'taken back', priority: 3 });
    await seller.grant('ada', '40', { reason: 'later', priority: 4, effectiveAt: '2026-03-20T00:00:00Z' });
    now = new Date('2026-03-02T00:00:00Z');
    await seller.report('ada', 'calls', { value: '15' });
    now = new Date('2026-03-03T00:00:00Z');
    await seller.void(taken);

    expect(await grants('ada')).toMatchObject([
      { reason: 'later', status: 'SCHEDULED', amount: '40', remaining: '40' },
      { reason: 'taken back', status: 'VOIDED', remaining: '0', voidedAt: '2026-03-03T00:00:00.000Z' },
      { reason: 'expiring', status: 'ACTIVE', remaining: '15', customer: { id: 'ada' }, currency: { id: 'credits' }, resourceId: null },
      { reason: 'used up', status: 'DEPLETED', remaining: '0', depletedAt: '2026-03-02T00:00:00.000Z' },
    ]);
    expect(await statuses('ada', '2026-03-01T12:00:00Z')).toEqual(['later SCHEDULED', 'taken back ACTIVE', 'expiring ACTIVE', 'used up ACTIVE']);
    expect(await statuses('ada', '2026-03-10T00:00:00Z')).toEqual(['later SCHEDULED', 'taken back VOIDED', 'expiring EXPIRED', 'used up DEPLETED']);

    now = new Date('2026-03-25T00:00:00Z'); // both changes are due, and nothing has run
    expect(await grants('ada')).toMatchObject([
      { reason: 'later', status: 'ACTIVE', remaining: '40' },
      { status: 'VOIDED' },
      { reason: 'expiring', status: 'EXPIRED', remaining: '0' },
      { status: 'DEPLETED' },
    ]);
    for (const [status, reason] of [
      ['ACTIVE', 'later'],
      ['VOIDED', 'taken back'],
      ['EXPIRED', 'expiring'],
      ['DEPLETED', 'used up'],
    ])
      expect(await grants('ada', { status })).toMatchObject([{ reason, status }]);
    expect(await grants('ada', { status: 'SCHEDULED' })).toEqual([]);
    expect(await grants('ada', { status: 'SCHEDULED', at: '2026-03-04T00:00:00Z' })).toMatchObject([{ reason: 'later', status: 'SCHEDULED' }]);
  });

  test('at a past instant leaves out what was granted later', async () => {
    now = new Date('2026-03-01T00:00:00Z');
    await seller.customer('gil');
    await seller.grant('gil', '1', { reason: 'first' });
    now = new Date('2026-03-05T00:00:00Z');
    await seller.grant('gil', '1', { reason: 'back-dated', effectiveAt: '2026-01-01T00:00:00Z' });
    expect(await statuses('gil', '2026-02-28T00:00:00Z')).toEqual([]);
    expect(await statuses('gil', '2026-03-04T00:00:00Z')).toEqual(['first ACTIVE']);
    expect(await statuses('gil', '2026-03-05T00:00:00Z')).toEqual(['back-dated ACTIVE', 'first ACTIVE']);
  });

  test('shows a grant behind an event as it is now, though its expiry was not written', async () => {
    now = new Date('2026-03-01T00:00:00Z');
    await seller.customer('bob');
    await seller.grant('bob', '10', { expiresAt: '2026-03-02T00:00:00Z' });
    const { id } = await seller.report('bob', 'calls', { value: '4' });
    now = new Date('2026-03-03T00:00:00Z');
    const { usageEvent } = await seller.ask(`{ usageEvent(id: "${id}") { charge { draws { amount grant { remaining status } } } } }`);
    expect(usageEvent.charge.draws).toEqual([{ amount: '4', grant: { remaining: '0', status: 'EXPIRED' } }]);
  });

  test('is walked page by page in both directions, each grant once', async () => {
    await seller.customer('cy');
    for (let i = 1; i <= 7; i += 1) await seller.grant('cy', `${i}`, { resourceId: i % 2 ? 'odd' : null });
    const walk = (more: object) =>
      walkBothWays<{ amount: string }>(2, async (page) => (await seller.ask(GRANTS, { customerId: 'cy', ...more, ...page })).creditGrants);
    expect((await walk({})).map((grant) => grant.amount)).toEqual(['7', '6', '5', '4', '3', '2', '1']);
    expect((await walk({ resourceId: 'odd' })).map((grant) => grant.amount)).toEqual(['7', '5', '3', '1']);
    expect((await walk({ resourceId: null })).map((grant) => grant.amount)).toEqual(['6', '4', '2']);
    expect(await walk({ currencyId: 'credits', resourceId: 'none' })).toEqual([]);
  });

  test.each([
    [{ customerId: 'nobody', resourceId: '', at: 'never' }, 'ID_INVALID'],
    [{ customerId: 'nobody', currencyId: 'nothing', at: 'never' }, 'INPUT_INVALID'],
    [{ customerId: 'nobody', currencyId: 'nothing' }, 'CUSTOMER_NOT_FOUND'],
    [{ customerId: 'ada', currencyId: 'nothing' }, 'CURRENCY_NOT_FOUND'],
    [{ customerId: 'ada', first: 0 }, 'PAGE_INVALID'],
    [{ customerId: 'ada', after: 'x' }, 'CURSOR_INVALID'],
  ])('refuses %j with %s', async (variables, code) => {
    const { errors } = await server.graphql(GRANTS, variables);
    expect(errors?.[0]?.extensions.code).toBe(code);
  });
});

describe('grantCredits under an idempotency key', () => {
  const SELECTION = 'duplicate grant { id status remaining }';
  const wish = { customerId: 'dan', currencyId: 'credits', amount: '10', category: 'PAID', idempotencyKey: 'order-1' };

  beforeAll(async () => {
    now = new Date('2026-03-01T00:00:00Z');
    await seller.sell({ bytes: '1' }, 'gems', 'gem-plan');
    await seller.customer('dan');
  });

  test('answers a repeat with the first grant, also after it has expired', async () => {
    const more = { ...wish, expiresAt: '2026-03-02T00:00:00Z', metadata: { order: 7, lines: [{ sku: 'a', count: 1 }] } };
    const first = await mutate(server, 'grantCredits', more, SELECTION);
    expect(first).toMatchObject({ duplicate: false, grant: { status: 'ACTIVE', remaining: '10' } });
    now = new Date('2026-03-03T00:00:00Z');
    const repeated = await mutate(server, 'grantCredits', { ...more, metadata: { lines: [{ count: 1, sku: 'a' }], order: 7.0 } }, SELECTION);
    expect(repeated).toEqual({ duplicate: true, grant: { id: first.grant.id, status: 'EXPIRED', remaining: '0' } });
    expect(await grants('dan')).toHaveLength(1);
  });

  test.each<[string, object]>([
    ['currency', { currencyId: 'gems' }],
    ['resource', { resourceId: 'workspace' }],
    ['amount', { amount: '10.1' }],
    ['metadata', { metadata: { order: 8 } }],
    ['nested metadata', { metadata: { order: 7, lines: [{ sku: 'b' }] } }],
    ['expiry', { expiresAt: '2026-09-01T00:00:00Z' }],
    ['reason', { reason: 'Another order' }],
  ])('refuses another %s, and grants nothing', async (name, other) => {
    now = new Date('2026-03-03T00:00:00Z');
    const first = { ...wish, idempotencyKey: `other ${name}`, metadata: { order: 7, lines: [{ sku: 'a' }] } };
    await mutate(server, 'grantCredits', first, SELECTION);
    const before = (await grants('dan', { first: 100 })).length;
    expect(codeOf(await tryMutation(server, 'grantCredits', { ...first, ...other }))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await grants('dan', { first: 100 })).toHaveLength(before);
  });

  test('judges in the order it says', async () => {
    now = new Date('2026-03-03T00:00:00Z');
    const all = {
      customerId: 'no id',
      amount: '0',
      priority: -1,
      currencyId: 'nothing',
      idempotencyKey: 'order-1',
      expiresAt: '2026-03-02T00:00:00Z',
    };
    const steps: [object, string, string[]][] = [
      [{}, 'ID_INVALID', ['customerId', 'amount', 'priority']],
      [{ customerId: 'nobody' }, 'AMOUNT_INVALID', ['amount', 'priority']],
      [{ amount: '3' }, 'INPUT_INVALID', ['priority']],
      [{ priority: 0 }, 'CUSTOMER_NOT_FOUND', []],
      [{ customerId: 'eve' }, 'CURRENCY_NOT_FOUND', []],
      [{ customerId: 'dan', currencyId: 'credits' }, 'IDEMPOTENCY_KEY_REUSED', []],
      [{ customerId: 'eve' }, 'INPUT_INVALID', ['expiresAt']],
      [{ expiresAt: null }, 'ARCHIVED', []],
      [{ customerId: 'dan', amount: '99999999999999999999999999.999999999999', idempotencyKey: null }, 'BALANCE_OUT_OF_RANGE', []],
    ];
    await seller.customer('eve');
    await mutate(server, 'grantCredits', { ...wish, idempotencyKey: 'order-2' }, SELECTION);
    await mutate(server, 'archiveCustomer', { id: 'eve' }, '__typename');
    let input: object = { ...wish, ...all };
    for (const [change, code, fields] of steps) {
      input = { ...input, ...change };
      const answer = await tryMutation(server, 'grantCredits', input);
      expect([codeOf(answer), fieldsOf(answer)]).toEqual([code, fields]);
    }
  });
});
