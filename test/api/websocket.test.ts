import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { handleProtocols, type WebSocket as ProtocolSocket } from 'graphql-ws';
import pino from 'pino';
import { WebSocket, WebSocketServer } from 'ws';
import { createApp } from '../../src/app';
import { MOST_SUBSCRIPTIONS } from '../../src/api/websocket';
import { WebSocketConnection } from '../../src/api/websocket-connection';
import { mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';
import { subscribeWith, websocketClient, websocketUrl } from '../support/subscriber';

const CHANGED = `subscription ($input: CreditUsageInput!, $after: String) { creditUsageChanged(input: $input, after: $after) {
  series { groups { value } credits } total { eventCount } moreChanged sequence } }`;
const USAGE = 'query ($input: CreditUsageInput!) { creditUsage(input: $input) { sequence } }';

let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase());
  seller = new Seller(server);
  await seller.sell({ image: '2.5' });
  await seller.customer('acme');
});

const input = { currencyId: 'credits', customerId: 'acme', groupBy: ['user'] };
const sequenceNow = async (): Promise<string> => (await seller.ask(USAGE, { input })).creditUsage.sequence;

/** A client that speaks the protocol by hand. */
class RawClient {
  readonly received: any[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.received.push(JSON.parse(String(data))));
    socket.on('error', () => undefined);
    this.closed = once(socket, 'close').then(([code, reason]) => ({ code: Number(code), reason: String(reason) }));
  }

  static async open(to: string, key: string | null, headers: Record<string, string> = {}): Promise<RawClient> {
    const client = new RawClient(new WebSocket(to, 'graphql-transport-ws', { headers }));
    raw.push(client);
    await once(client.socket, 'open');
    client.send({ type: 'connection_init', ...(key === null ? {} : { payload: { 'x-api-key': key } }) });
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message), () => undefined);
  }

  async nextOf(type: string, id?: string): Promise<any> {
    for (;;) {
      const index = this.received.findIndex((message) => message.type === type && (id === undefined || message.id === id));
      if (index >= 0) return this.received.splice(index, 1)[0];
      await Promise.race([once(this.socket, 'message'), this.closed.then(({ code }) => Promise.reject(new Error(`closed with ${code}`)))]);
    }
  }

  /** Sends an operation and gives what comes first for it. */
  async operate(id: string, payload: object): Promise<any> {
    this.send({ id, type: 'subscribe', payload });
    for (;;) {
      const index = this.received.findIndex((message) => message.id === id);
      if (index >= 0) return this.received.splice(index, 1)[0];
      await once(this.socket, 'message');
    }
  }
}

/** The server's side of a connection whose client does not read, with a protocol that says nothing by itself. */
async function sendingServer(): Promise<{ send: (text: string) => Promise<void>; end: () => Promise<void> }> {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1000, perMessageDeflate: false, handleProtocols });
  const opened = new Promise<WebSocket>((resolve) =>
    http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => sockets.handleUpgrade(request, socket, head, resolve)),
  );
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, 'graphql-transport-ws');
  await once(client, 'open');
  client.pause();
  const side = await new Promise<ProtocolSocket>((resolve) => {
    const protocol = { opened: (socket: ProtocolSocket) => (resolve(socket), () => Promise.resolve()) };
    void opened.then((socket) => new WebSocketConnection(socket, 'id', null).serve(protocol, () => undefined));
  });
  const end = async (): Promise<void> => {
    client.resume();
    client.terminate();
    await new Promise((resolve) => http.close(resolve));
  };
  return { send: async (text) => side.send(text), end };
}

const raw: RawClient[] = [];
afterEach(() => raw.splice(0).forEach(({ socket }) => socket.terminate()));

describe('The WebSocket at /graphql', () => {
  test.each([
    ['no key', null],
    ['an unknown key', 'dd_nobody'],
  ])('closes with 4401 where there is %s', async (_what, key) => {
    const client = await RawClient.open(websocketUrl(server), key);
    expect(await client.closed).toEqual({ code: 4401, reason: expect.stringMatching(/^UNAUTHENTICATED/) });
    expect(client.received).toEqual([]);
  });

  test('takes the key from the header, too', async () => {
    const client = await RawClient.open(websocketUrl(server), null, { 'X-API-Key': server.keys.READER });
    expect(await client.nextOf('connection_ack')).toEqual({ type: 'connection_ack' });
  });

  test('closes with 4400 what is no message, and 1009 what is too long', async () => {
    for (const [message, code] of [
      ['{', 4400],
      ['"ping"', 4400],
      ['[]', 4400],
      [`"${'a'.repeat(2 ** 21)}"`, 1009],
    ] as const) {
      const client = await RawClient.open(websocketUrl(server), server.keys.READER);
      await client.nextOf('connection_ack');
      client.send(message);
      expect((await client.closed).code).toBe(code);
    }
  });

  test('refuses with the codes and limits of HTTP', async () => {
    const client = await RawClient.open(websocketUrl(server), server.keys.READER);
    await client.nextOf('connection_ack');
    const deep = `creditUsageChanged(input: { currencyId: "credits" }) { ${'series { '.repeat(16)} credits ${'}'.repeat(16)} }`;
    const cases: [object, string][] = [
      [{ query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
      [{ query: `subscription { ${'a '.repeat(2001)} }` }, 'GRAPHQL_PARSE_FAILED'],
      [{ query: 'subscription { nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
      [{ query: `subscription { ${deep} }` }, 'GRAPHQL_VALIDATION_FAILED'],
      [
        {
          query: `${['A', 'B'].map((name) => `subscription ${name} { creditUsageChanged(input: { currencyId: "credits" }) { seriesCount } }`).join(' ')}`,
        },
        'OPERATION_RESOLUTION_FAILURE',
      ],
      [{ query: '{ customers { pageInfo { hasNextPage } } }' }, 'BAD_REQUEST'],
      [{ query: CHANGED, variables: { input: { currencyId: 'credits', groupBy: 7 } } }, 'BAD_USER_INPUT'],
      [{ query: CHANGED, variables: {} }, 'BAD_USER_INPUT'],
      [
        {
          query: `subscription { creditUsageChanged(input: { currencyId: "credits" }) { ${Array.from({ length: 90 }, (_, i) => `s${i}: series { points { credits value } }`).join(' ')} } }`,
        },
        'GRAPHQL_VALIDATION_FAILED',
      ],
    ];
    for (const [index, [payload, code]] of cases.entries()) {
      const { type, payload: errors } = await client.operate(String(index), payload);
      expect([payload, type, errors[0].extensions]).toEqual([
        payload,
        'error',
        { code, kind: 'MALFORMED', problems: [], requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      ]);
    }
  });

  test(`lets a connection have ${MOST_SUBSCRIPTIONS} subscriptions, and another when one has ended`, async () => {
    const client = await RawClient.open(websocketUrl(server), server.keys.READER);
    await client.nextOf('connection_ack');
    const payload = { query: CHANGED, variables: { input } };
    for (let index = 0; index < MOST_SUBSCRIPTIONS; index++) client.send({ id: String(index), type: 'subscribe', payload });
    const { payload: errors } = await client.operate('more', payload);
    expect(errors[0].extensions).toMatchObject({ code: 'TRY_AGAIN', kind: 'TRY_AGAIN' });
    client.send({ id: '0', type: 'complete' });
    const after = await sequenceNow();
    client.send({ id: 'another', type: 'subscribe', payload: { query: CHANGED, variables: { input, after } } });
    await seller.report('acme', 'image', { dimensions: { user: 'limit' } });
    expect((await client.nextOf('next', 'another')).payload.data.creditUsageChanged.series[0].credits).toBe('2.5');
  });

  test('keeps all digits of numbers, in and out', async () => {
    const number = '12345678901234567890.5';
    const client = await RawClient.open(websocketUrl(server), server.keys.READER);
    await client.nextOf('connection_ack');
    const byNumber = { ...input, groupBy: ['big'] };
    const { creditUsage } = await seller.ask(USAGE, { input: { ...byNumber, filters: [{ key: 'big', equals: 1 }] } });
    expect(creditUsage.sequence).toMatch(/./);
    const texts: string[] = [];
    client.socket.on('message', (data: Buffer) => texts.push(String(data)));
    const message = JSON.stringify({
      id: 'n',
      type: 'subscribe',
      payload: { query: CHANGED, variables: { input: { ...byNumber, filters: [{ key: 'big', equals: 0 }] } } },
    });
    client.send(message.replace('"equals":0', `"equals":${number}`));
    const told = client.nextOf('next', 'n');
    // Until the subscription has begun, nothing says that it has.
    for (let count = 0; texts.length === 0; count += 1)
      await server.post(
        `{"query":"mutation ($input: ReportUsageInput!) { reportUsage(input: $input) { duplicate } }","variables":{"input":{"customerId":"acme","featureId":"image","idempotencyKey":"big-${count}","dimensions":{"big":${number}}}}}`,
      );
    expect((await told).payload.errors).toBeUndefined();
    expect(texts[0]).toContain(`"value":${number}`);
  });

  test('ends the subscriptions of a key within seconds of its revocation', async () => {
    const { apiKey, secret } = await mutate(server, 'createApiKey', { name: 'short', role: 'READER' }, 'apiKey { id } secret');
    const client = await RawClient.open(websocketUrl(server), secret);
    const other = await RawClient.open(websocketUrl(server), server.keys.READER);
    await client.nextOf('connection_ack');
    await other.nextOf('connection_ack');
    client.send({ id: '1', type: 'subscribe', payload: { query: CHANGED, variables: { input } } });
    await mutate(server, 'revokeApiKey', { id: apiKey.id }, 'apiKey { id }');
    expect((await client.closed).code).toBe(4401);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('is nowhere else, and HTTP does not serve subscriptions', async () => {
    const { port } = new URL(server.url);
    const text = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write(
          'GET /elsewhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        ),
      );
      let all = '';
      socket.on('data', (data) => (all += String(data)));
      socket.on('close', () => resolve(all));
    });
    expect(text).toMatch(/^HTTP\/1\.1 404 [\s\S]*"code":"NOT_FOUND"/);
    const answer = await server.graphql(CHANGED, { input });
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('A client that does not read', () => {
  test('is waited for: what is to be told next is not made before it has taken what was told', async () => {
    const { send, end } = await sendingServer();
    let isTaken = false;
    const sent = send(JSON.stringify('x'.repeat(64 * 1024 * 1024))).then(() => (isTaken = true));
    // Several round trips of another client: time enough for whatever does not wait.
    for (let count = 0; count < 5; count++) await sequenceNow();
    expect(isTaken).toBe(false);
    await end();
    await sent;
  });

  test('is cut off where it goes on asking', async () => {
    const client = await RawClient.open(websocketUrl(server), server.keys.READER);
    await client.nextOf('connection_ack');
    client.socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(100_000) } });
    for (let isOpen = true; isOpen;) isOpen = await new Promise((resolve) => client.socket.send(ping, (error) => resolve(!error)));
    client.socket.resume();
    expect((await client.closed).code).toBe(1006);
  });
});

describe('A server that stops', () => {
  test('closes with 1012, on which clients connect again, and the next one goes on with what was missed; the log holds no key and no query', async () => {
    const logged: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
    const app = await createApp({ database: server.database, log, introspection: true, now: () => new Date() });
    await app.server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.server.address() as AddressInfo;
    const client = await RawClient.open(`ws://127.0.0.1:${port}/graphql`, server.keys.READER);
    await client.nextOf('connection_ack');
    const after = await sequenceNow();
    client.send({ id: '1', type: 'subscribe', payload: { query: CHANGED, variables: { input, after } } });
    await seller.report('acme', 'image', { dimensions: { user: 'before the stop' } });
    const { sequence } = (await client.nextOf('next', '1')).payload.data.creditUsageChanged;
    await app.close();
    expect((await client.closed).code).toBe(1012);
    expect(logged.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining({ path: '/graphql', code: 1012, msg: 'websocket' }));
    for (const secret of [server.keys.READER, 'creditUsageChanged']) expect(logged.join('')).not.toContain(secret);
    await seller.report('acme', 'image', { dimensions: { user: 'meanwhile' } });
    const next = await subscribeWith(websocketClient(server), CHANGED, { input, after: sequence }).next();
    expect(next.data.creditUsageChanged.series).toEqual([{ groups: [{ value: 'meanwhile' }], credits: '2.5' }]);
  });
});
