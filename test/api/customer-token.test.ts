import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { TOKEN_SECRET_BYTES } from '../../src/domain/customer-token';
import { codeOf, fieldsOf, mutate, tryMutation, walkCodes } from '../support/catalog';
import { testDatabase } from '../support/database';
import { exportedFrom } from '../support/exporter';
import { testEnvironment, testServer, type Answer, type TestServer } from '../support/server';
import { subscribeWith, websocketClient } from '../support/subscriber';
import { askWithToken, tokenOf } from '../support/token';

const START = new Date('2026-03-14T12:00:00.500Z');
/** Longer than the server remembers what a token was. */
const STALE_MS = 1200;

let server: TestServer;
let clock = START;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => clock });
  await mutate(server, 'createCurrency', { id: 'credits', name: 'Credits' }, '__typename');
  for (const id of ['acme', 'rival', 'other']) await mutate(server, 'createCustomer', { id, name: id }, '__typename');
});
beforeEach(() => {
  clock = START;
});

const ME = 'query ($id: ID!) { customer(id: $id) { id name } }';
const CHANGED = 'subscription ($input: CreditUsageInput!) { creditUsageChanged(input: $input) { seriesCount } }';
const me = (token: string, id = 'acme') => askWithToken(server, token, ME, { id });
const after = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function expectUnauthenticated(answer: Promise<Answer>): Promise<void> {
  const { status, errors } = await answer;
  expect([status, errors?.map(({ extensions }) => extensions.code)]).toEqual([401, ['UNAUTHENTICATED']]);
}

/** What the token says, with some of it said otherwise. */
function partsOf(token: string): { header: any; claims: any } {
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown);
  return { header, claims };
}

/** The same server, spoken to with the ADMIN key of a fresh environment. */
async function otherEnvironment(): Promise<TestServer> {
  const environment = await testEnvironment(server.database);
  return { ...server, ...environment, graphql: (document, variables, key = environment.keys.ADMIN) => server.graphql(document, variables, key) };
}

async function secretOf(environmentKey: number): Promise<Uint8Array> {
  const { rows } = await server.database.pool.query<{ secret: Buffer }>('SELECT secret FROM customer_token_secret WHERE environment_key = $1', [
    environmentKey,
  ]);
  return new Uint8Array(rows[0]!.secret);
}

function signed(token: string, secret: Uint8Array, claims: object = {}, header: object = {}): Promise<string> {
  const parts = partsOf(token);
  return new SignJWT({ ...parts.claims, ...claims }).setProtectedHeader({ ...parts.header, ...header }).sign(secret);
}

describe('A customer token', () => {
  test('lets its customer in, for an hour where nothing else is said', async () => {
    const { token, expiresAt, customer } = await mutate(server, 'createCustomerToken', { customerId: 'acme' }, 'token expiresAt customer { id }');
    expect([expiresAt, customer]).toEqual(['2026-03-14T13:00:00.000Z', { id: 'acme' }]);
    expect(await me(token)).toEqual({ status: 200, data: { customer: { id: 'acme', name: 'acme' } } });
    expect(partsOf(token).claims).toMatchObject({ iss: 'drawdown', aud: server.id, sub: 'acme', exp: Date.parse(expiresAt) / 1000 });
  });

  test('ends at its instant, to the millisecond', async () => {
    const { token, expiresAt } = await mutate(server, 'createCustomerToken', { customerId: 'acme', expiresIn: 60 }, 'token expiresAt');
    expect(expiresAt).toBe('2026-03-14T12:01:00.000Z');
    clock = new Date('2026-03-14T12:00:59.999Z');
    expect((await me(token)).data).toEqual({ customer: { id: 'acme', name: 'acme' } });
    clock = new Date(expiresAt);
    await expectUnauthenticated(me(token));
  });

  test('is valid for a minute to a day', async () => {
    for (const expiresIn of [60, 86_400]) expect(await tokenOf(server, 'acme', { expiresIn })).toMatch(/^eyJ/);
    for (const expiresIn of [-1, 0, 59, 86_401, 2 ** 31 - 1]) {
      const answer = await tryMutation(server, 'createCustomerToken', { customerId: 'acme', expiresIn }, 'token');
      expect([codeOf(answer), fieldsOf(answer)]).toEqual(['INPUT_INVALID', ['expiresIn']]);
    }
  });

  test('is refused in the documented order', async () => {
    const codes = await walkCodes(server, 'createCustomerToken', { customerId: 'nobody', expiresIn: 1 }, [
      {},
      { expiresIn: 60 },
      () => mutate(server, 'createCustomer', { id: 'gone', name: 'Gone' }, '__typename'),
      () => mutate(server, 'archiveCustomer', { id: 'gone' }, '__typename'),
      { customerId: 'gone' },
      { customerId: 'acme' },
    ]);
    expect(codes.filter((code) => code !== 'accepted')).toEqual([
      'INPUT_INVALID',
      'CUSTOMER_NOT_FOUND',
      'CUSTOMER_NOT_FOUND',
      'CUSTOMER_NOT_FOUND',
      'ARCHIVED',
    ]);
  });

  test('is made by writers, revoked by administrators, and neither by readers or customers', async () => {
    const token = await tokenOf(server, 'acme');
    const make = (key: string) => tryMutation(server, 'createCustomerToken', { customerId: 'acme' }, 'token', key);
    const revoke = (key: string) => tryMutation(server, 'revokeCustomerTokens', { customerId: 'other' }, '__typename', key);
    const { ADMIN, WRITER, READER } = server.keys;
    expect([codeOf(await make(ADMIN)), codeOf(await make(WRITER)), codeOf(await make(READER))]).toEqual([undefined, undefined, 'FORBIDDEN']);
    expect([codeOf(await revoke(ADMIN)), codeOf(await revoke(WRITER)), codeOf(await revoke(READER))]).toEqual([undefined, 'FORBIDDEN', 'FORBIDDEN']);
    const document = 'mutation { createCustomerToken(input: { customerId: "acme" }) { token } }';
    const answer = await askWithToken(server, token, document);
    expect([answer.status, codeOf(answer), answer.data]).toEqual([403, 'FORBIDDEN', undefined]);
  });

  test('of another environment’s customer of the same id opens what is there, and nothing here', async () => {
    const there = await otherEnvironment();
    await mutate(there, 'createCustomer', { id: 'acme', name: 'the other acme' }, '__typename');
    expect((await me(await tokenOf(there, 'acme'))).data).toEqual({ customer: { id: 'acme', name: 'the other acme' } });
    const token = await tokenOf(server, 'acme');
    expect((await me(token)).data).toEqual({ customer: { id: 'acme', name: 'acme' } });
    await expectUnauthenticated(me(await signed(token, await secretOf(there.key))));
    await expectUnauthenticated(me(await signed(token, await secretOf(server.key), { aud: there.id })));
  });

  test.each<[string, (token: string, secret: Uint8Array) => Promise<string> | string]>([
    ['that is cut', (token) => token.slice(0, -1)],
    ['without a signature', (token) => token.split('.').slice(0, 2).join('.') + '.'],
    ['with the algorithm none', (token) => new UnsecuredJWT(partsOf(token).claims).encode()],
    ['that names the algorithm none', (token) => `${encoded({ ...partsOf(token).header, alg: 'none' })}.${token.split('.')[1]}.`],
    ['with a longer algorithm', (token, secret) => signed(token, new Uint8Array([...secret, ...secret]), {}, { alg: 'HS512' })],
    ['signed with another secret', (token) => signed(token, randomBytes(TOKEN_SECRET_BYTES))],
    ['signed with nothing', (token) => signed(token, new Uint8Array(TOKEN_SECRET_BYTES))],
    ['with another customer put into it', (token) => withClaims(token, { sub: 'rival' })],
    ['with a later end put into it', (token) => withClaims(token, { exp: partsOf(token).claims.exp + 60 })],
    ['of another issuer', (token, secret) => signed(token, secret, { iss: 'someone' })],
    ['of several audiences', (token, secret) => signed(token, secret, { aud: [server.id, 'other'] })],
    ['without an end', (token, secret) => signed(token, secret, { exp: undefined })],
    ['of an older generation', (token, secret) => signed(token, secret, {}, { kid: '0' })],
    ['of another epoch', (token, secret) => signed(token, secret, { epoch: 7 })],
    ['with an epoch that is no number', (token, secret) => signed(token, secret, { epoch: '0' })],
    ['of nobody', (token, secret) => signed(token, secret, { sub: 'nobody' })],
    ['with NUL in its customer', (token, secret) => signed(token, secret, { sub: 'ac\0me' })],
    ['that is an API key', () => server.keys.ADMIN],
    ['that is no JSON', () => 'eyJ.eyJ.eyJ'],
    ['that is longer than any', () => 'x'.repeat(10_000)],
  ])('%s is none', async (_what, forged) => {
    const token = await tokenOf(server, 'acme');
    const secret = await secretOf(server.key);
    expect((await me(await signed(token, secret))).status).toBe(200); // what is signed like it is like it
    await expectUnauthenticated(me(await forged(token, secret)));
  });

  test('is looked for in Authorization alone, after Bearer, and an API key comes first', async () => {
    const token = await tokenOf(server, 'acme');
    const body = JSON.stringify({ query: ME, variables: { id: 'rival' } });
    const ask = async (headers: Record<string, string>) => {
      const { status, data } = await server.post(body, headers);
      return [status, data?.customer?.id ?? null];
    };
    expect(await ask({ authorization: `bearer ${token}` })).toEqual([200, null]);
    expect(await ask({ authorization: `Bearer ${token}`, 'x-api-key': server.keys.READER })).toEqual([200, 'rival']);
    expect(await ask({ authorization: 'Basic YTpi', 'x-api-key': server.keys.READER })).toEqual([200, 'rival']);
    expect(await ask({ authorization: token })).toEqual([401, null]);
    expect(await ask({ 'x-api-key': token })).toEqual([401, null]);
    expect(await ask({ authorization: `Bearer ${token}`, 'x-api-key': 'dd_nobody' })).toEqual([401, null]);
  });

  test('is kept nowhere and not logged, and neither is the secret that signs it', async () => {
    const token = await tokenOf(server, 'acme');
    const signature = token.split('.')[2]!;
    await askWithToken(server, token, '{ nothing }');
    await askWithToken(server, `${token}x`, ME, { id: 'acme' });
    const { rows } = await server.database.pool.query<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
    for (const { name } of rows) {
      const { rowCount } = await server.database.pool.query(`SELECT FROM "${name}" t WHERE t::text LIKE $1`, [`%${signature}%`]);
      expect([name, rowCount]).toEqual([name, 0]);
    }
    const secret = Buffer.from(await secretOf(server.key));
    for (const text of [token, signature, secret.toString('base64'), secret.toString('hex')]) expect(server.logged.join('')).not.toContain(text);
  });
});

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Other claims under the same signature. */
function withClaims(token: string, claims: object): string {
  const [header, , signature] = token.split('.');
  return [header, encoded({ ...partsOf(token).claims, ...claims }), signature].join('.');
}

describe('Tokens end', () => {
  test('those of one customer within seconds of their revocation, while others stay, and new ones are valid', async () => {
    const [acme, rival] = [await tokenOf(server, 'acme'), await tokenOf(server, 'rival')];
    expect((await me(acme)).status).toBe(200);
    expect(await mutate(server, 'revokeCustomerTokens', { customerId: 'acme' }, 'customer { id }')).toEqual({ customer: { id: 'acme' } });
    await after(STALE_MS);
    await expectUnauthenticated(me(acme));
    expect((await me(rival, 'rival')).data.customer).toEqual({ id: 'rival', name: 'rival' });
    expect((await me(await tokenOf(server, 'acme'))).data.customer).toEqual({ id: 'acme', name: 'acme' });
    expect(codeOf(await tryMutation(server, 'revokeCustomerTokens', { customerId: 'nobody' }))).toBe('CUSTOMER_NOT_FOUND');
  });

  test('those of all customers of the environment, which gets another secret, and of no other environment', async () => {
    const there = await otherEnvironment();
    await mutate(there, 'createCustomer', { id: 'acme', name: 'there' }, '__typename');
    expect(await mutate(there, 'revokeCustomerTokens', {}, 'customer { id }')).toEqual({ customer: null }); // where there never was one
    const tokens = [await tokenOf(server, 'acme'), await tokenOf(server, 'rival'), await tokenOf(there, 'acme')];
    const before = await secretOf(server.key);
    await mutate(server, 'revokeCustomerTokens', {}, '__typename');
    expect(await secretOf(server.key)).not.toEqual(before);
    await after(STALE_MS);
    const answers = await Promise.all(tokens.map((token) => me(token)));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 200]);
    await expectUnauthenticated(me(await signed(tokens[0]!, before, {}, { kid: '2' })));
  });

  test('with the archiving of the customer, and of the environment', async () => {
    const there = await otherEnvironment();
    for (const id of ['acme', 'brief']) await mutate(there, 'createCustomer', { id, name: id }, '__typename');
    const [acme, brief] = [await tokenOf(there, 'acme'), await tokenOf(there, 'brief')];
    await mutate(there, 'archiveCustomer', { id: 'brief' }, '__typename');
    await expectUnauthenticated(me(brief, 'brief'));
    expect((await me(acme)).status).toBe(200);
    await server.database.pool.query('UPDATE environment SET archived_at = now() WHERE key = $1', [there.key]);
    await after(STALE_MS);
    await expectUnauthenticated(me(acme));
  });
});

describe('Over WebSocket a token', () => {
  const input = { currencyId: 'credits' };

  /** A client that shows the token in the payload of connection_init, and how its connection ended. */
  function connected(token: string) {
    const client = websocketClient(server, null, false, { authorization: `Bearer ${token}` });
    const closed = new Promise<number>((resolve) => client.on('closed', (event) => resolve((event as { code: number }).code)));
    return { client, closed };
  }

  test('is taken from connection_init, and opens the changes of its own usage alone', async () => {
    const { client } = connected(await tokenOf(server, 'acme'));
    const foreign = subscribeWith(client, CHANGED, { input: { ...input, customerId: 'rival' } });
    expect(codeOf((await foreign.next()) as Answer)).toBe('CUSTOMER_NOT_FOUND');
    const closedField = subscribeWith(
      client,
      'subscription ($input: CreditUsageInput!) { creditUsageChanged(input: $input) { series { rates { rate { planVersion { rates { id } } } } } } }',
      { input },
    );
    await expect(closedField.next()).rejects.toEqual([expect.objectContaining({ extensions: expect.objectContaining({ code: 'FORBIDDEN' }) })]);
  });

  test('that has expired or was revoked ends its subscriptions with 4401, and leaves others', async () => {
    const brief = connected(await tokenOf(server, 'acme', { expiresIn: 60 }));
    const revoked = connected(await tokenOf(server, 'rival'));
    const other = connected(await tokenOf(server, 'other'));
    const told = [brief, revoked, other].map(({ client }) =>
      subscribeWith(client, CHANGED, { input })
        .next()
        .catch((error: unknown) => error),
    );
    await after(500); // for the connections to be there
    clock = new Date(START.getTime() + 60_000);
    expect(await brief.closed).toBe(4401);
    await mutate(server, 'revokeCustomerTokens', { customerId: 'rival' }, '__typename');
    expect(await revoked.closed).toBe(4401);
    expect(await Promise.race([other.closed, after(100).then(() => 'open')])).toBe('open');
    await other.client.dispose();
    await Promise.all(told);
  });
});

describe('Exports', () => {
  const exported = async (path: string, token: string, body: object) =>
    exportedFrom(
      await fetch(`${server.url}/export/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      }),
    );

  test('take a token, for what is its own', async () => {
    await mutate(server, 'grantCredits', { customerId: 'acme', currencyId: 'credits', amount: '5', category: 'PAID' }, '__typename');
    await mutate(server, 'grantCredits', { customerId: 'rival', currencyId: 'credits', amount: '7', category: 'PAID' }, '__typename');
    const token = await tokenOf(server, 'acme');
    const ledger = await exported('credit-ledger', token, { input: { customerId: 'acme' }, format: 'NDJSON' });
    expect([ledger.status, ledger.lines().map(({ amount }) => amount)]).toEqual([200, ['5']]);
    const usage = await exported('credit-usage', token, { input: { currencyId: 'credits' } });
    expect([usage.status, usage.headers.get('content-disposition')]).toEqual([200, expect.stringContaining('credit-usage_acme_credits')]);
    for (const [path, columns] of [
      ['credit-ledger', 'DRAWDOWN'],
      ['credit-usage', 'DRAWDOWN'],
      ['credit-usage', 'FOCUS'],
    ] as const) {
      const foreign = await exported(path, token, {
        input: { customerId: 'rival', ...(path === 'credit-usage' ? { currencyId: 'credits' } : {}) },
        columns,
      });
      expect([foreign.status, foreign.error().extensions.code]).toEqual([404, 'CUSTOMER_NOT_FOUND']);
    }
    const none = await exported('credit-ledger', `${token}x`, { input: { customerId: 'acme' } });
    expect([none.status, none.error().extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  });
});
