import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../src/store/database';
import { catalogSnapshot, codeOf, fieldsOf, mutate, publishDraft, publishedPlan, tryMutation, walkCodes } from '../support/catalog';
import { testDatabase } from '../support/database';
import { testServer, type TestServer } from '../support/server';

let database: Database;
let server: TestServer;
let now = new Date('2025-03-01T12:00:00.000Z');

beforeAll(async () => {
  database = await testDatabase();
  server = await testServer(database, { now: () => now });
  for (const id of ['pro', 'free']) await publishedPlan(server, id);
  await mutate(server, 'createPlan', { id: 'unpublished', name: 'x' }, '__typename');
  await publishedPlan(server, 'archived');
  await mutate(server, 'archivePlan', { id: 'archived' }, '__typename');
});

function at(day: string): string {
  return new Date(`2025-${day}T00:00:00Z`).toISOString();
}

const HISTORY = 'planHistory { edges { node { planVersion { number plan { id } } from to } } }';

async function historyOf(id: string): Promise<unknown[]> {
  const { data } = await server.graphql(`query ($id: ID!) { customer(id: $id) { ${HISTORY} } }`, { id });
  type Edge = { node: { planVersion: { number: number; plan: { id: string } }; from: string; to: string | null } };
  return data.customer.planHistory.edges.map(({ node: { planVersion, from, to } }: Edge) => [planVersion.plan.id, planVersion.number, from, to]);
}

describe('a customer', () => {
  test('is created on no plan, with what was given and nothing else', async () => {
    const metadata = { crm: { id: '17', tags: ['a', null, true, 1.5] } };
    const selection = `customer { id name metadata createdAt archivedAt planVersion { number } overdraftPolicies { policy } ${HISTORY} }`;
    expect(await mutate(server, 'createCustomer', { id: 'acme', name: 'Acme', metadata }, selection)).toEqual({
      customer: {
        id: 'acme',
        name: 'Acme',
        metadata,
        createdAt: now.toISOString(),
        archivedAt: null,
        planVersion: null,
        overdraftPolicies: [],
        planHistory: { edges: [] },
      },
    });
  });

  test('is created on a plan, from now on or from another instant on', async () => {
    const selection = `customer { planVersion { number plan { id } } }`;
    const onPro = { customer: { planVersion: { number: 1, plan: { id: 'pro' } } } };
    expect(await mutate(server, 'createCustomer', { id: 'now', name: 'x', planId: 'pro' }, selection)).toEqual(onPro);
    expect(await mutate(server, 'createCustomer', { id: 'past', name: 'x', planId: 'pro', planValidFrom: at('01-01') }, selection)).toEqual(onPro);
    const later = await mutate(server, 'createCustomer', { id: 'later', name: 'x', planId: 'pro', planValidFrom: at('06-01') }, selection);
    expect(later).toEqual({ customer: { planVersion: null } });
    expect(await historyOf('now')).toEqual([['pro', 1, now.toISOString(), null]]);
    expect(await historyOf('past')).toEqual([['pro', 1, at('01-01'), null]]);
    await mutate(server, 'createCustomer', { id: 'ever', name: 'x', planId: 'pro', planValidFrom: '0001-01-01T00:00:00Z' }, '__typename');
    expect(await historyOf('ever')).toEqual([['pro', 1, '0001-01-01T00:00:00.000Z', null]]);
    expect(await historyOf('later')).toEqual([['pro', 1, at('06-01'), null]]);
  });

  test('keeps what an update does not name; metadata is replaced as a whole', async () => {
    await mutate(server, 'createCustomer', { id: 'changing', name: 'Old', metadata: { a: 1 } }, '__typename');
    const renamed = await mutate(server, 'updateCustomer', { id: 'changing', name: 'New' }, 'customer { name metadata }');
    expect(renamed).toEqual({ customer: { name: 'New', metadata: { a: 1 } } });
    const replaced = await mutate(server, 'updateCustomer', { id: 'changing', metadata: { b: 2 } }, 'customer { name metadata }');
    expect(replaced).toEqual({ customer: { name: 'New', metadata: { b: 2 } } });
  });

  test('is refused with all its problems at once, and nothing is written', async () => {
    const before = await catalogSnapshot(database);
    const answer = await tryMutation(server, 'createCustomer', { id: '', name: 'a\0', metadata: ['x'], planValidFrom: 'yesterday' });
    expect([codeOf(answer), fieldsOf(answer)]).toEqual(['ID_INVALID', ['id', 'name', 'metadata', 'planValidFrom', 'planValidFrom']]);
    expect(await catalogSnapshot(database)).toBe(before);
  });

  test.each([
    ['a list', '[]'],
    ['a text', '"x"'],
    ['a reserved name', '{"__proto__": {"admin": true}}'],
    ['NUL', '{"a": "\\u0000"}'],
    ['half of a surrogate pair', '{"a": "\\ud800"}'],
    ['too many digits', '{"a": 12345678901234567890123}'],
    ['nine levels', `${'{"a":'.repeat(8)}{}${'}'.repeat(8)}`],
    ['twenty thousand levels', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['17 KB', `{"a": "${'x'.repeat(17 * 1024)}"}`],
  ])('is refused with metadata of %s, without an error of the server', async (_, metadata) => {
    const query = 'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { __typename } }';
    const answer = await server.post(
      `{"query": ${JSON.stringify(query)}, "variables": {"input": {"id": "bad", "name": "x", "metadata": ${metadata}}}}`,
    );
    expect(answer.status).toBeLessThan(500);
    expect(answer.errors?.[0]?.extensions.kind).toBe('MALFORMED');
    expect((await server.graphql('{ customer(id: "bad") { id } }')).data).toEqual({ customer: null });
  });

  test('of one id is made once, however many ask at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 32 }, () => tryMutation(server, 'createCustomer', { id: 'raced', name: 'x', planId: 'pro' })),
    );
    expect(answers.map(codeOf).sort()).toEqual([...Array.from({ length: 31 }, () => 'ALREADY_EXISTS'), undefined]);
    expect(await historyOf('raced')).toHaveLength(1);
  });

  test('refuses in the documented order', async () => {
    const created = await walkCodes(server, 'createCustomer', { id: '', name: '', planId: 'nothing' }, [
      {},
      { id: 'acme' },
      { name: 'x' },
      { planId: 'archived' },
      { planId: 'unpublished' },
      { planId: 'pro' },
      { id: 'order' },
    ]);
    expect(created).toEqual(['ID_INVALID', 'INPUT_INVALID', 'PLAN_NOT_FOUND', 'ARCHIVED', 'PLAN_NOT_PUBLISHED', 'ALREADY_EXISTS', 'accepted']);
    const archive = () => mutate(server, 'archiveCustomer', { id: 'order' }, '__typename');
    const updated = await walkCodes(server, 'updateCustomer', { id: 'nothing', metadata: 1 }, [{}, { metadata: {} }, { id: 'order' }, archive]);
    expect(updated).toEqual(['INPUT_INVALID', 'CUSTOMER_NOT_FOUND', 'accepted', 'ARCHIVED']);
    await mutate(server, 'createCustomer', { id: 'in-debt', name: 'x', planId: 'pro' }, '__typename');
    const report = { customerId: 'in-debt', featureId: 'pro-feature', idempotencyKey: '1', value: '1' };
    await mutate(server, 'reportUsage', report, '__typename');
    const settle = () =>
      mutate(server, 'grantCredits', { customerId: 'in-debt', currencyId: 'pro-currency', amount: '2', category: 'PAID' }, '__typename');
    const archived = await walkCodes(server, 'archiveCustomer', { id: 'nothing' }, [{}, { id: 'order' }, { id: 'in-debt' }, settle]);
    expect(archived).toEqual(['CUSTOMER_NOT_FOUND', 'ARCHIVED', 'IN_USE', 'accepted']);
  });

  test('whose grants have all expired can be archived, before anything has written the expiry', async () => {
    await mutate(server, 'createCustomer', { id: 'expired', name: 'x' }, '__typename');
    const expiresAt = new Date(now.getTime() + 1000).toISOString();
    const grant = { customerId: 'expired', currencyId: 'pro-currency', amount: '2', category: 'PAID', expiresAt };
    await mutate(server, 'grantCredits', grant, '__typename');
    expect(codeOf(await tryMutation(server, 'archiveCustomer', { id: 'expired' }))).toBe('IN_USE');
    now = new Date(now.getTime() + 1000);
    await mutate(server, 'archiveCustomer', { id: 'expired' }, '__typename');
  });
});

describe('the plan of a customer', () => {
  test('changes at the instants of assignments and of publications, and the history tells all of them', async () => {
    await publishedPlan(server, 'moving');
    const published = now;
    await mutate(server, 'createCustomer', { id: 'mover', name: 'x', planId: 'free', planValidFrom: at('01-01') }, '__typename');
    await mutate(server, 'assignPlan', { customerId: 'mover', planId: 'moving', validFrom: at('02-01') }, '__typename');
    await mutate(server, 'createPlanDraft', { planId: 'moving' }, '__typename');
    now = new Date(now.getTime() + 60_000);
    await publishDraft(server, 'moving');
    const moved = now;
    const { data } = await server.graphql('{ customer(id: "mover") { planVersion { number plan { id } } } }');
    expect(data.customer.planVersion).toEqual({ number: 2, plan: { id: 'moving' } });
    now = new Date(now.getTime() + 60_000);
    const off = await mutate(server, 'unassignPlan', { customerId: 'mover' }, 'customer { planVersion { number } }');
    expect(off).toEqual({ customer: { planVersion: null } });
    const left = now;
    await mutate(server, 'assignPlan', { customerId: 'mover', planId: 'free', validFrom: at('12-01') }, '__typename');
    expect(published < moved).toBe(true);
    expect(await historyOf('mover')).toEqual([
      ['free', 1, at('12-01'), null],
      ['moving', 2, moved.toISOString(), left.toISOString()],
      ['moving', 1, at('02-01'), moved.toISOString()],
      ['free', 1, at('01-01'), at('02-01')],
    ]);
  });

  test('has its history in pages that hold each period once, in both directions', async () => {
    await mutate(server, 'createCustomer', { id: 'pager', name: 'x', planId: 'pro', planValidFrom: at('01-01') }, '__typename');
    for (const day of ['01-02', '01-03'])
      await mutate(server, 'assignPlan', { customerId: 'pager', planId: 'free', validFrom: at(day) }, '__typename');
    const page = async (args: string) => {
      const document = `{ customer(id: "pager") { planHistory(${args}) { edges { node { from } } pageInfo { hasPreviousPage hasNextPage startCursor endCursor } } } }`;
      const { edges, pageInfo } = (await server.graphql(document)).data.customer.planHistory;
      return { from: edges.map((edge: { node: { from: string } }) => edge.node.from), ...pageInfo };
    };
    const one = await page('first: 2');
    const two = await page(`first: 2, after: "${one.endCursor}"`);
    expect([one, two, await page(`last: 1, before: "${two.startCursor}"`)]).toMatchObject([
      { from: [at('01-03'), at('01-02')], hasPreviousPage: false, hasNextPage: true },
      { from: [at('01-01')], hasPreviousPage: true, hasNextPage: false },
      { from: [at('01-02')], hasPreviousPage: true, hasNextPage: true },
    ]);
  });

  test('is refused in the documented order', async () => {
    await mutate(server, 'createCustomer', { id: 'gone', name: 'x' }, '__typename');
    await mutate(server, 'archiveCustomer', { id: 'gone' }, '__typename');
    await mutate(server, 'createCustomer', { id: 'here', name: 'x', planId: 'pro', planValidFrom: at('05-01') }, '__typename');
    const assigned = await walkCodes(server, 'assignPlan', { customerId: 'nothing', planId: 'nothing', validFrom: '2025-02-30T00:00:00Z' }, [
      {},
      { validFrom: at('05-01') },
      { customerId: 'gone' },
      { customerId: 'here' },
      { planId: 'archived' },
      { planId: 'unpublished' },
      { planId: 'free' },
      { validFrom: at('05-02') },
    ]);
    expect(assigned).toEqual([
      'INPUT_INVALID',
      'CUSTOMER_NOT_FOUND',
      'ARCHIVED',
      'PLAN_NOT_FOUND',
      'ARCHIVED',
      'PLAN_NOT_PUBLISHED',
      'PLAN_HISTORY_CONFLICT',
      'accepted',
    ]);
    const steps = [{}, { validFrom: null }, { customerId: 'gone' }, { customerId: 'here' }, { validFrom: at('05-03') }];
    const unassigned = await walkCodes(server, 'unassignPlan', { customerId: 'nothing', validFrom: '0000-12-31T00:00:00Z' }, steps);
    expect(unassigned).toEqual(['INPUT_INVALID', 'CUSTOMER_NOT_FOUND', 'ARCHIVED', 'PLAN_HISTORY_CONFLICT', 'accepted']);
  });

  test('changed sixteen times at one instant changes once; the others hear PLAN_HISTORY_CONFLICT', async () => {
    await mutate(server, 'createCustomer', { id: 'hasty', name: 'x' }, '__typename');
    const answers = await Promise.all(Array.from({ length: 16 }, () => tryMutation(server, 'assignPlan', { customerId: 'hasty', planId: 'pro' })));
    expect(answers.map(codeOf).sort()).toEqual([...Array.from({ length: 15 }, () => 'PLAN_HISTORY_CONFLICT'), undefined]);
  });

  test('keeps it from being archived, now or scheduled, but not once it has left', async () => {
    await publishedPlan(server, 'kept');
    await mutate(server, 'createCustomer', { id: 'keeper', name: 'x', planId: 'kept', planValidFrom: at('11-01') }, '__typename');
    const answer = await tryMutation(server, 'archivePlan', { id: 'kept' });
    expect([codeOf(answer), answer.errors![0]!.message]).toEqual(['IN_USE', 'The plan kept is still used by customer keeper.']);
    await mutate(server, 'unassignPlan', { customerId: 'keeper', validFrom: at('11-02') }, '__typename');
    expect(codeOf(await tryMutation(server, 'archivePlan', { id: 'kept' }))).toBe('IN_USE');
    const before = now;
    now = new Date(at('11-03'));
    await mutate(server, 'archivePlan', { id: 'kept' }, '__typename');
    now = before;
  });
});

describe('the overdraft policy', () => {
  const POLICY = 'overdraftPolicy { policy limit currency { id } }';

  test('is set and replaced per currency', async () => {
    await mutate(server, 'createCustomer', { id: 'owing', name: 'x' }, '__typename');
    const set = (policy: object) => mutate(server, 'setOverdraftPolicy', { customerId: 'owing', ...policy }, POLICY);
    const limited = await set({ currencyId: 'pro-currency', policy: 'LIMIT', limit: '12.50' });
    expect(limited).toEqual({ overdraftPolicy: { policy: 'LIMIT', limit: '12.5', currency: { id: 'pro-currency' } } });
    await set({ currencyId: 'free-currency', policy: 'LIMIT', limit: '0' });
    await set({ currencyId: 'pro-currency', policy: 'FORBID' });
    const { data } = await server.graphql('{ customer(id: "owing") { overdraftPolicies { policy limit currency { id } } } }');
    expect(data.customer.overdraftPolicies).toEqual([
      { policy: 'LIMIT', limit: '0', currency: { id: 'free-currency' } },
      { policy: 'FORBID', limit: null, currency: { id: 'pro-currency' } },
    ]);
  });

  test('holds for the very next report', async () => {
    await mutate(server, 'createCustomer', { id: 'strict', name: 'x', planId: 'pro' }, '__typename');
    const report = (idempotencyKey: string) => tryMutation(server, 'reportUsage', { customerId: 'strict', featureId: 'pro-feature', idempotencyKey });
    expect(codeOf(await report('1'))).toBeUndefined();
    await mutate(server, 'setOverdraftPolicy', { customerId: 'strict', currencyId: 'pro-currency', policy: 'FORBID' }, '__typename');
    expect(codeOf(await report('2'))).toBe('INSUFFICIENT_CREDITS');
    await mutate(server, 'setOverdraftPolicy', { customerId: 'strict', currencyId: 'pro-currency', policy: 'LIMIT', limit: '4' }, '__typename');
    expect([codeOf(await report('3')), codeOf(await report('4'))]).toEqual([undefined, 'INSUFFICIENT_CREDITS']);
  });

  test('is refused in the documented order', async () => {
    await mutate(server, 'createCurrency', { id: 'dusty', name: 'x' }, '__typename');
    await mutate(server, 'archiveCurrency', { id: 'dusty' }, '__typename');
    const codes = await walkCodes(server, 'setOverdraftPolicy', { customerId: 'nothing', currencyId: 'nothing', policy: 'FORBID', limit: '-1' }, [
      {},
      { policy: 'LIMIT' },
      { limit: '1' },
      { customerId: 'gone' },
      { currencyId: 'dusty' },
      { customerId: 'owing' },
      { currencyId: 'pro-currency' },
    ]);
    expect(codes).toEqual(['INPUT_INVALID', 'AMOUNT_INVALID', 'CUSTOMER_NOT_FOUND', 'CURRENCY_NOT_FOUND', 'ARCHIVED', 'ARCHIVED', 'accepted']);
  });
});

test('a customer is archived while credits are granted to it: never has an archived customer a grant', async () => {
  for (let round = 0; round < 8; round++) {
    const customerId = `closing-${round}`;
    await mutate(server, 'createCustomer', { id: customerId, name: 'x' }, '__typename');
    const [archived, granted] = await Promise.all([
      tryMutation(server, 'archiveCustomer', { id: customerId }),
      tryMutation(server, 'grantCredits', { customerId, currencyId: 'pro-currency', amount: '1', category: 'PAID' }),
    ]);
    expect([
      [undefined, 'ARCHIVED'],
      ['IN_USE', undefined],
    ]).toContainEqual([codeOf(archived), codeOf(granted)]);
  }
});
