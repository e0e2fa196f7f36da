import { beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, mutate, tryMutation } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';
import { written } from '../support/written';

const NOW = new Date('2026-03-01T12:00:00.000Z');
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => NOW });
  seller = new Seller(server);
  await seller.sell({ calls: '0.5' });
});

const consume = (input: object, selection: string) => mutate(server, 'consumeCredits', { currencyId: 'credits', ...input }, selection);

describe('a stated amount', () => {
  test('is deducted without a feature or a rate, and told as an event, in the ledger, in breakdowns and by the audit', async () => {
    await seller.customer('ada');
    const grants = [await seller.grant('ada', '2'), await seller.grant('ada', '10', { priority: 1 })];
    expect(grants).toHaveLength(2);
    await seller.report('ada', 'calls', { dimensions: { user: 'u1' } });
    const input = {
      customerId: 'ada',
      amount: '4.25',
      idempotencyKey: 'fee',
      timestamp: '2026-02-03T09:00:00Z',
      dimensions: { user: 'u1', pages: 3 },
      reason: 'Report for print',
      metadata: { order: { id: 7, b: [1, null] } },
    };
    const selection = `duplicate event { feature { id } currency { id } value eventName reason metadata dimensions timestamp
      charge { cost balanceAfter overdraft parameters { name } rate { id } draws { amount grant { amount remaining } } } }`;
    const answer = await consume(input, selection);
    expect(answer).toEqual({
      duplicate: false,
      event: {
        ...{ feature: null, currency: { id: 'credits' }, value: '4.25', eventName: null, reason: 'Report for print', metadata: input.metadata },
        ...{ dimensions: input.dimensions, timestamp: '2026-02-03T09:00:00.000Z' },
        charge: {
          ...{ cost: '4.25', balanceAfter: '7.25', overdraft: '0', parameters: [], rate: null },
          draws: [
            { amount: '1.5', grant: { amount: '2', remaining: '0' } },
            { amount: '2.75', grant: { amount: '10', remaining: '7.25' } },
          ],
        },
      },
    });
    expect(await consume({ ...input, metadata: { order: { b: [1, null], id: 7 } } }, selection)).toEqual({ ...answer, duplicate: true });
    const data = await seller.ask(`{
      usageEvents(customerId: "ada", idempotencyKey: "fee") { edges { node { reason metadata charge { cost } } } }
      creditLedger(customerId: "ada", kinds: [CONSUMED], first: 1) { edges { node { kind amount calculation { cost } event { feature { id } reason } } } }
      creditUsage(input: { customerId: "ada", currencyId: "credits", groupBy: ["featureId", "planId", "rateId", "user"], range: LAST_MONTH }) {
        computedFrom total { credits value eventCount }
        edges { node { groups { value } credits value eventCount creditsPerUnit rates { rate { id } credits } entries { edges { node { amount } } } } } }
      byPages: creditUsage(input: { customerId: "ada", currencyId: "credits", groupBy: ["pages"], range: LAST_MONTH, filters: [{ key: "featureId", equals: null }] }) {
        computedFrom edges { node { groups { value } credits } } }
      auditLedger(input: { customerId: "ada" }) { ok eventCount differences { detail } } }`);
    expect(data).toEqual({
      usageEvents: { edges: [{ node: { reason: 'Report for print', metadata: input.metadata, charge: { cost: '4.25' } } }] },
      creditLedger: {
        edges: [{ node: { kind: 'CONSUMED', amount: '-2.75', calculation: null, event: { feature: null, reason: 'Report for print' } } }],
      },
      creditUsage: {
        computedFrom: 'EVENTS',
        total: { credits: '4.75', value: '5.25', eventCount: 2 },
        edges: [
          {
            node: {
              groups: [null, null, null, 'u1'].map((value) => ({ value })),
              ...{ credits: '4.25', value: '4.25', eventCount: 1, creditsPerUnit: '1', rates: [{ rate: null, credits: '4.25' }] },
              entries: { edges: [{ node: { amount: '-2.75' } }, { node: { amount: '-1.5' } }] },
            },
          },
          {
            node: {
              groups: ['calls', 'pro', expect.any(String), 'u1'].map((value) => ({ value })),
              ...{ credits: '0.5', value: '1', eventCount: 1, creditsPerUnit: '0.5', rates: [{ rate: { id: expect.any(String) }, credits: '0.5' }] },
              entries: { edges: [{ node: { amount: '-0.5' } }] },
            },
          },
        ],
      },
      byPages: { computedFrom: 'EVENTS', edges: [{ node: { groups: [{ value: 3 }], credits: '4.25' } }] },
      auditLedger: { ok: true, eventCount: 2, differences: [] },
    });
  });

  test('is compared like usage: all of its change is volume, whatever else was used', async () => {
    await seller.customer('bea');
    for (const [idempotencyKey, amount, timestamp] of [
      ['a', '3', '2026-01-10T00:00:00Z'],
      ['b', '5', '2026-02-10T00:00:00Z'],
    ])
      await consume({ customerId: 'bea', amount, idempotencyKey, timestamp }, 'duplicate');
    await seller.report('bea', 'calls', { value: '2', timestamp: '2026-02-11T00:00:00Z' });
    const query = `{ compareCreditUsage(input: { customerId: "bea", currencyId: "credits", groupBy: ["featureId"], from: "2026-02-01T00:00:00Z",
      to: "2026-03-01T00:00:00Z" }) { edges { node { groups { value } change volumeChange priceChange mixChange } } } }`;
    expect((await seller.ask(query)).compareCreditUsage.edges.map(({ node }: any) => node)).toEqual([
      { groups: [{ value: null }], change: '2', volumeChange: '2', priceChange: '0', mixChange: '0' },
      { groups: [{ value: 'calls' }], change: '1', volumeChange: '1', priceChange: '0', mixChange: '0' },
    ]);
  });

  test('obeys the overdraft policy, and can overdraw where it may', async () => {
    await seller.customer('cleo');
    expect((await consume({ customerId: 'cleo', amount: '1', idempotencyKey: 'a' }, 'event { charge { overdraft } }')).event.charge.overdraft).toBe(
      '1',
    );
    await mutate(server, 'setOverdraftPolicy', { customerId: 'cleo', currencyId: 'credits', policy: 'LIMIT', limit: '3' }, '__typename');
    const before = await written(server.database);
    const more = (amount: string) =>
      tryMutation(server, 'consumeCredits', { customerId: 'cleo', currencyId: 'credits', amount, idempotencyKey: 'b' });
    expect(codeOf(await more('2.000000000001'))).toBe('INSUFFICIENT_CREDITS');
    expect(await written(server.database)).toBe(before);
    expect((await more('2')).errors).toBeUndefined();
  });

  test('under one key is refused with any other content', async () => {
    await seller.customer('dora');
    const input = { customerId: 'dora', amount: '1', idempotencyKey: 'k', reason: 'x', metadata: { a: 1 } };
    await consume(input, 'duplicate');
    await mutate(server, 'createCurrency', { id: 'gems', name: 'Gems' }, '__typename');
    const others = [
      { amount: '2' },
      { currencyId: 'gems' },
      { resourceId: 'ws' },
      { reason: 'y' },
      { reason: null },
      { metadata: { a: 2 } },
      { metadata: null },
      { dimensions: { a: 'x' } },
      { timestamp: '2026-02-01T00:00:00Z' },
    ];
    for (const other of others)
      expect(codeOf(await tryMutation(server, 'consumeCredits', { currencyId: 'credits', ...input, ...other }))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await consume({ ...input, amount: '1.0' }, 'duplicate')).duplicate).toBe(true);
  });
});

test('what is refused has the first of the documented codes and writes nothing', async () => {
  await seller.customer('erik');
  await seller.customer('gone');
  await mutate(server, 'archiveCustomer', { id: 'gone' }, '__typename');
  await mutate(server, 'createCurrency', { id: 'old', name: 'Old' }, '__typename');
  await mutate(server, 'archiveCurrency', { id: 'old' }, '__typename');
  await mutate(server, 'setOverdraftPolicy', { customerId: 'erik', currencyId: 'credits', policy: 'FORBID' }, '__typename');
  await seller.grant('erik', '1');
  await consume({ customerId: 'erik', amount: '1', idempotencyKey: 'known' }, 'duplicate');
  const fixes: object[] = [
    {},
    { customerId: 'nobody', currencyId: 'nothing' },
    { idempotencyKey: 'known', metadata: 5 },
    { reason: null, metadata: null },
    { amount: '0' },
    { amount: '1' },
    { timestamp: '2019-01-01T00:00:00Z' },
    { dimensions: {} },
    { customerId: 'erik' },
    { customerId: 'gone', idempotencyKey: 'new' },
    { customerId: 'erik' },
    { currencyId: 'old' },
    { currencyId: 'credits' },
  ];
  let input: object = { customerId: '', currencyId: '', idempotencyKey: '', amount: '-1', timestamp: 'x', dimensions: 5, reason: '' };
  const codes: (string | undefined)[] = [];
  const before = await written(server.database);
  for (const fix of fixes) codes.push(codeOf(await tryMutation(server, 'consumeCredits', (input = { ...input, ...fix }))));
  expect(codes).toEqual([
    'ID_INVALID',
    'INPUT_INVALID',
    'INPUT_INVALID',
    'AMOUNT_INVALID',
    'AMOUNT_INVALID',
    'TIMESTAMP_INVALID',
    'DIMENSION_INVALID',
    'CUSTOMER_NOT_FOUND',
    'IDEMPOTENCY_KEY_REUSED',
    'ARCHIVED',
    'CURRENCY_NOT_FOUND',
    'ARCHIVED',
    'INSUFFICIENT_CREDITS',
  ]);
  expect(await written(server.database)).toBe(before);
  expect(codeOf(await tryMutation(server, 'consumeCredits', input, '__typename', server.keys.READER))).toBe('FORBIDDEN');
});
