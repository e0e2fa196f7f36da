import { randomUUID } from 'node:crypto';
import fastify, { LogController, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

export interface ServerOptions {
  readonly log: Logger;
  /** Why requests cannot be served properly at the moment; empty when they can. */
  readonly readinessProblems: () => Promise<readonly string[]>;
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
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) => reply.code(404).send(problem('NOT_FOUND', 'There is nothing at this address.', request)));
  addHealth(app, options);
  app.get('/', (_request, reply) => reply.redirect('/graphiql'));
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

/** Errors of the transport itself. Their own words are only passed on where the caller is at fault. */
function sendError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status === 413) return reply.code(413).send(problem('BODY_TOO_LARGE', `The body is larger than ${MOST_BODY_BYTES} bytes.`, request));
  if (status < 500) return reply.code(status).send(problem('BAD_REQUEST', error.message, request));
  request.log.error({ err: error }, 'a request failed');
  return reply.code(500).send(problem('INTERNAL', 'Something went wrong on our side.', request));
}

function problem(code: string, message: string, request: FastifyRequest): object {
  return { errors: [{ message, extensions: { code, requestId: request.id } }] };
}
