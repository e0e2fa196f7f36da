import { beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

let now = new Date('2026-03-01T00:00:00Z');
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => now });
  seller = new Seller(server);
  await seller.sell({ calls: '1' });
});

const BALANCE = `query ($input: CreditBalanceInput!) { creditBalance(input: $input) {
  balance granted consumed forfeited overdraft resourceId at nextChange { kind at amount grant { amount } } customer { id } currency { id } } }`;

async function balance(customerId: string, more: object = {}) {
  return (await seller.ask(BALANCE, { input: { customerId, currencyId: 'credits', ...more } })).creditBalance;
}

function at(text: string): Date {
  return (now = new Date(text));
}

describe('creditBalance', () => {
  test('is zero where nothing was ever granted or charged', async () => {
    at('2026-03-01T00:00:00Z');
    await seller.customer('empty');
    expect(await balance('empty')).toEqual({
      balance: '0',
      granted: '0',
      consumed: '0',
      forfeited: '0',
      overdraft: '0',
      resourceId: null,
      at: '2026-03-01T00:00:00.000Z',
      nextChange: null,
      customer: { id: 'empty' },
      currency: { id: 'credits' },
    });
  });

  test('is right at every instant, past, present and future, without anything having run', async () => {
    at('2026-03-01T00:00:00Z');
    await seller.customer('ada');
    await seller.grant('ada', '100', { expiresAt: '2026-03-10T00:00:00Z' });
    await seller.grant('ada', '50', { effectiveAt: '2026-03-05T00:00:00Z' });
    at('2026-03-02T00:00:00Z');
    await seller.report('ada', 'calls', { value: '30.5' });

    expect(await balance('ada')).toMatchObject({
      balance: '69.5',
      granted: '100',
      consumed: '30.5',
      forfeited: '0',
      nextChange: { kind: 'GRANTED', at: '2026-03-05T00:00:00.000Z', amount: '50', grant: { amount: '50' } },
    });
    expect(await balance('ada', { at: '2026-03-06T00:00:00Z' })).toMatchObject({
      balance: '119.5',
      granted: '150',
      nextChange: { kind: 'EXPIRED', at: '2026-03-10T00:00:00.000Z', amount: '69.5' },
    });
    expect(await balance('ada', { at: '2026-03-10T00:00:00Z' })).toMatchObject({
      balance: '50',
      consumed: '30.5',
      forfeited: '69.5',
      nextChange: null,
    });

    at('2026-03-12T00:00:00Z'); // both changes are due, and nothing has run
    expect(await balance('ada')).toMatchObject({ balance: '50', granted: '150', consumed: '30.5', forfeited: '69.5', nextChange: null });
    await seller.report('ada', 'calls', { value: '10' }); // writes them
    expect(await balance('ada')).toMatchObject({ balance: '40', granted: '150', consumed: '40.5', forfeited: '69.5', nextChange: null });

    for (const [instant, expected] of Object.entries({
      '2026-02-28T00:00:00Z': {
        balance: '0',
        granted: '0',
        consumed: '0',
        nextChange: { kind: 'GRANTED', at: '2026-03-01T00:00:00.000Z', amount: '100' },
      },
      '2026-03-01T23:59:59.999Z': { balance: '100', granted: '100', consumed: '0' },
      '2026-03-02T00:00:00Z': { balance: '69.5', granted: '100', consumed: '30.5', nextChange: { kind: 'GRANTED', amount: '50' } },
      '2026-03-05T00:00:00Z': { balance: '119.5', granted: '150', consumed: '30.5', nextChange: { kind: 'EXPIRED', amount: '69.5' } },
      '2026-03-09T23:59:59.999Z': { balance: '119.5', forfeited: '0' },
      '2026-03-10T00:00:00Z': { balance: '50', forfeited: '69.5', nextChange: null },
    }))
      expect({ instant, ...(await balance('ada', { at: instant })) }).toMatchObject({ instant, ...expected });
  });

  test('shows an overdraft, and how the next grant settles it', async () => {
    at('2026-03-01T00:00:00Z');
    await seller.customer('bob');
    await seller.report('bob', 'calls', { value: '7' });
    expect(await balance('bob')).toMatchObject({ balance: '-7', granted: '0', consumed: '7', overdraft: '7' });
    await seller.grant('bob', '5', { effectiveAt: '2026-03-02T00:00:00Z' });
    expect(await balance('bob', { at: '2026-03-02T00:00:00Z' })).toMatchObject({ balance: '-2', granted: '5', consumed: '7', overdraft: '2' });
    at('2026-03-03T00:00:00Z');
    await seller.grant('bob', '10');
    expect(await balance('bob')).toMatchObject({ balance: '8', granted: '15', consumed: '7', overdraft: '0' });
    expect(await balance('bob', { at: '2026-03-02T12:00:00Z' })).toMatchObject({ balance: '-2', overdraft: '2' });
  });

  test('keeps the pools of a customer and of its resources apart', async () => {
    at('2026-03-01T00:00:00Z');
    await seller.customer('cy');
    await seller.grant('cy', '5', { resourceId: 'workspace' });
    expect(await balance('cy')).toMatchObject({ balance: '0', resourceId: null });
    expect(await balance('cy', { resourceId: 'workspace' })).toMatchObject({ balance: '5', resourceId: 'workspace' });
  });

  test('counts what is taken back as forfeited', async () => {
    at('2026-03-01T00:00:00Z');
    await seller.customer('dee');
    const grantId = await seller.grant('dee', '5');
    await seller.report('dee', 'calls', { value: '2' });
    await seller.void(grantId);
    expect(await balance('dee')).toMatchObject({ balance: '0', granted: '5', consumed: '2', forfeited: '3' });
  });

  test('shows what another process with a clock ahead has already answered', async () => {
    at('2026-03-05T00:00:00.500Z');
    await seller.customer('eve');
    await seller.report('eve', 'calls');
    at('2026-03-05T00:00:00.000Z');
    expect(await balance('eve')).toMatchObject({ balance: '-1', at: '2026-03-05T00:00:00.500Z' });
  });

  test.each([
    [{ customerId: 'nobody', currencyId: 'nothing', at: 'never', resourceId: '\u0000' }, 'ID_INVALID'],
    [{ customerId: 'nobody', currencyId: 'nothing', at: 'never' }, 'INPUT_INVALID'],
    [{ customerId: 'nobody', currencyId: 'nothing' }, 'CUSTOMER_NOT_FOUND'],
    [{ customerId: 'empty', currencyId: 'nothing' }, 'CURRENCY_NOT_FOUND'],
  ])('refuses %j with %s', async (input, code) => {
    const { errors } = await server.graphql(BALANCE, { input });
    expect(errors?.[0]?.extensions.code).toBe(code);
  });
});
