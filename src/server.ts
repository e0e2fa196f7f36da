import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import fastify, { LogController, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

export interface ServerOptions {
  readonly log: Logger;
  /** Why requests cannot be served properly at the moment; empty when they can. */
  readonly readinessProblems: () => Promise<readonly string[]>;
  /** What is answered to an error; one with a `statusCode` below 500 is the caller's. */
  readonly answerError: (error: Error & { readonly statusCode?: number }, requestId: string) => ErrorAnswer;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export const MOST_BODY_BYTES = 2 * 1024 * 1024;
const REQUEST_ID_HEADER = 'x-request-id';
const REQUEST_ID = /^[\w.:/=+-]{1,128}$/;
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;
const CONNECTIONS_CHECK_MS = 5_000;
/** Longer than the usual load balancer keeps a connection, so that it is the balancer that closes it. */
const KEEP_ALIVE_MS = 75_000;

/** The HTTP server without its topics: ids, logs, limits, health. What it serves beyond is registered by the caller. */
export function createServer(options: ServerOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    // What still comes while we stop is answered, and its connection closed.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => sendError(options, error, request as FastifyRequest, reply as FastifyReply),
    clientErrorHandler: (error, socket) => refuseBytes(options, error, socket),
    // Slow headers are only noticed when connections are looked at, which Node does every 30 s unless told otherwise.
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CONNECTIONS_CHECK_MS },
  }) as unknown as FastifyInstance;
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    logResponse(request, reply);
    done();
  });
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(options, error, request, reply));
  app.setNotFoundHandler((request, reply) => sendError(options, withStatus(404), request, reply));
  addHealth(app, options);
  app.get('/', (_request, reply) => reply.redirect('/app'));
  return app as unknown as FastifyInstance;
}

/** The caller's own id where it is a plain one, so that logs of several services can be joined. */
function requestId(request: { headers: NodeJS.Dict<string | string[]> }): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Never the body, the query string or a header: they may hold secrets. */
function logResponse(request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split('?', 1)[0];
  const level = reply.statusCode >= 500 ? 'error' : path === '/health' || path === '/ready' ? 'debug' : 'info';
  request.log[level]({ method: request.method, path, status: reply.statusCode, milliseconds: Math.round(reply.elapsedTime) }, 'request');
}

function addHealth(app: FastifyInstance, { readinessProblems }: ServerOptions): void {
  app.get('/health', () => ({ status: 'alive' }));
  app.get('/ready', async (_request, reply) => {
    const problems = await readinessProblems();
    return problems.length === 0 ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', problems });
  });
}

function sendError({ answerError }: ServerOptions, error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body } = answerError(error, request.id);
  if (status >= 500) request.log.error({ requestId: request.id, err: error }, 'a request failed');
  void reply.code(status).headers(headers).send(body);
}

function withStatus(statusCode: number, message = STATUS_CODES[statusCode]!): Error & { readonly statusCode: number } {
  return Object.assign(new Error(message), { statusCode });
}

const BYTES_REFUSED: Record<string, [status: number, message: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers are too long.'],
};

/** Answers what has not become a request: there is nothing but the socket to answer on. */
function refuseBytes({ answerError }: ServerOptions, { code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const error = withStatus(...(BYTES_REFUSED[code] ?? [400, 'This is not HTTP.']));
  const { status, body } = answerError(error, randomUUID());
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  socket.end(`${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${text}`);
}
