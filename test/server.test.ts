import { connect, type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { transportAnswer } from '../src/api/errors';
import { createServer } from '../src/server';

/** The server without its topics, with two routes that tell what it does with them. */
function server(problems: readonly string[] = []) {
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const app = createServer({ log, readinessProblems: () => Promise.resolve(problems), answerError: transportAnswer });
  app.post('/echo', (request) => request.body);
  app.get('/bug', () => {
    throw new Error('the password is swordfish');
  });
  return { app, logged };
}

describe('the server', () => {
  test("answers with the caller's request id where it is a plain one, and with one of its own elsewhere", async () => {
    const { app } = server();
    const idOf = async (given: string) => (await app.inject({ url: '/health', headers: { 'x-request-id': given } })).headers['x-request-id'];
    expect(await idOf('trace-1:2')).toBe('trace-1:2');
    for (const given of ['', 'a b', 'x'.repeat(129), '"}\u0007']) expect(await idOf(given)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('is alive even when it is not ready, and says why it is not', async () => {
    const { app } = server(['The database cannot be reached.']);
    expect((await app.inject('/health')).json()).toEqual({ status: 'alive' });
    const ready = await app.inject('/ready');
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'not ready', problems: ['The database cannot be reached.'] }]);
  });

  test('refuses a body of more than 2 MiB with 413', async () => {
    const answer = await server().app.inject({
      method: 'POST',
      url: '/echo',
      headers: { 'content-type': 'application/json' },
      payload: `"${'a'.repeat(2 ** 21)}"`,
    });
    expect(answer.statusCode).toBe(413);
    expect(answer.json().errors[0].extensions.code).toBe('BODY_TOO_LARGE');
  });

  test('keeps the words of a bug to itself and its log', async () => {
    const { app, logged } = server();
    const answer = await app.inject('/bug');
    expect([answer.statusCode, answer.body.includes('swordfish')]).toEqual([500, false]);
    expect(logged.join('\n')).toContain(answer.json().errors[0].extensions.requestId);
  });

  test('logs no body, no query string and no header', async () => {
    const { app, logged } = server();
    const headers = { 'x-api-key': 'swordfish', authorization: 'swordfish', cookie: 'a=swordfish' };
    await app.inject({ method: 'POST', url: '/echo?key=swordfish', headers, payload: { key: 'swordfish' } });
    expect(logged.join('\n')).toContain('"path":"/echo"');
    expect(logged.join('\n')).not.toContain('swordfish');
  });

  test('leads from / to GraphiQL', async () => {
    expect((await server().app.inject('/')).headers.location).toBe('/app');
  });

  test('answers every error in the shape of GraphQL errors, with code, kind, problems and request id', async () => {
    const { app } = server();
    const headers = { 'content-type': 'application/json' };
    const answers = [
      await app.inject('/nothing'),
      await app.inject('/%zz'),
      await app.inject({ method: 'POST', url: '/echo', headers, payload: '{' }),
      await app.inject({ method: 'POST', url: '/echo', headers: { 'content-type': 'text/csv' }, payload: 'a' }),
      await app.inject('/bug'),
    ].map((answer) => ({ status: answer.statusCode, ...answer.json() }));
    const error = (code: string, kind: string) => [
      { message: expect.any(String), extensions: { code, kind, problems: [], requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) } },
    ];
    expect(answers).toEqual([
      { status: 404, errors: error('NOT_FOUND', 'MISSING') },
      { status: 400, errors: error('BAD_REQUEST', 'MALFORMED') },
      { status: 400, errors: error('BAD_REQUEST', 'MALFORMED') },
      { status: 415, errors: error('BAD_REQUEST', 'MALFORMED') },
      { status: 500, errors: error('INTERNAL', 'BUG') },
    ]);
  });

  test.each([
    ['bytes that are no HTTP', 'hello\r\n\r\n', 400],
    ['headers that are too long', `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ])('answers %s in the same shape', async (_what, bytes, status) => {
    const { app } = server();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const text = await sendBytes((app.server.address() as AddressInfo).port, bytes);
    await app.close();
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(text.split('\r\n\r\n')[1]!)).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST', kind: 'MALFORMED', problems: [], requestId: expect.any(String) } }],
    });
  });
});

function sendBytes(port: number, bytes: string): Promise<string> {
  return new Promise((done, fail) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', fail);
    socket.on('close', () => done(text));
  });
}
