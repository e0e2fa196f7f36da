import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { handleProtocols, makeServer, type Server } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { DrawdownError } from '../domain/errors';
import { Authenticator, type Credential } from '../operations/authenticate';
import { credentialIn, credentialInPayload } from './authentication';
import { checkCustomerView } from './customer-view';
import { noteErrors, transportAnswer, translateError } from './errors';
import { laterContext, requestContext, type ContextOptions } from './request-context';
import { judgeSubscription, subscribe, type OperationRequest, type PreparedOperation } from './subscription';
import { WebSocketConnection, type ConnectionExtra } from './websocket-connection';

export const MOST_CONNECTIONS = 1000;
export const MOST_SUBSCRIPTIONS = 20;
const INIT_TIMEOUT_MS = 10_000;
/** How long a revoked key, or a token that has expired, can still be told things. */
const KEY_CHECK_MS = 2_000;
const CONNECTION_CHECK_MS = 15_000;
/** For the goodbyes of clients; who says none is cut off. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface WebSocketOptions extends ContextOptions {
  readonly log: FastifyBaseLogger;
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** The longest message, in bytes; a longer one ends its connection with 1009. */
  readonly mostMessageBytes: number;
}

/** Serves the subscriptions of the API at `/graphql`, by the protocol graphql-transport-ws. It must be closed before the HTTP server, which would wait for it. */
export function serveSubscriptions(app: FastifyInstance, options: WebSocketOptions): SubscriptionServer {
  const server = new SubscriptionServer(options);
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => server.upgrade(request, socket, head));
  return server;
}

export class SubscriptionServer {
  private readonly connections = new Set<WebSocketConnection>();
  private readonly authenticator: Authenticator;
  private readonly sockets: WebSocketServer;
  private readonly protocol: Server<ConnectionExtra>;
  private readonly timers: NodeJS.Timeout[];
  private isClosing = false;

  constructor(private readonly options: WebSocketOptions) {
    this.authenticator = new Authenticator(options.services.database);
    this.sockets = new WebSocketServer({ noServer: true, maxPayload: options.mostMessageBytes, perMessageDeflate: false, handleProtocols });
    this.protocol = makeServer<{ [name: string]: unknown }, ConnectionExtra>({
      connectionInitWaitTimeout: INIT_TIMEOUT_MS,
      onConnect: ({ extra, connectionParams }) => this.admit(extra.connection, connectionParams),
      onSubscribe: ({ extra, subscriptions }, _id, payload) => {
        extra.connection.operations = () => Object.keys(subscriptions).length;
        return this.prepare(extra.connection, payload as OperationRequest);
      },
      subscribe: (operation) => subscribe(operation as PreparedOperation),
      onNext: ({ extra }, _id, _payload, _operation, { errors, ...result }) =>
        errors && { ...result, errors: this.translated(extra.connection, errors) },
      onError: ({ extra }, _id, _payload, errors) => this.translated(extra.connection, errors as readonly GraphQLError[]),
    });
    const checkAll = () => this.connections.forEach((connection) => connection.check());
    this.timers = [setInterval(() => void this.dropInvalid(), KEY_CHECK_MS), setInterval(checkAll, CONNECTION_CHECK_MS)];
    for (const timer of this.timers) timer.unref();
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const requestId = randomUUID();
    const refusal = this.refusal(request);
    if (refusal) return answer(socket, refusal.status, transportAnswer(refusal.error, requestId).body);
    const credential = credentialIn(request.headers);
    this.sockets.handleUpgrade(request, socket, head, (opened) => this.open(new WebSocketConnection(opened, requestId, credential)));
  }

  /** Tells all clients to come again later, or to another server, and waits until they are gone. */
  async close(): Promise<void> {
    this.isClosing = true;
    for (const timer of this.timers) clearInterval(timer);
    const gone = [...this.connections].map(({ socket }) => new Promise((resolve) => socket.once('close', resolve)));
    for (const connection of this.connections) connection.close('STOPPING');
    const cutOff = setTimeout(() => this.connections.forEach(({ socket }) => socket.terminate()), CLOSE_TIMEOUT_MS);
    await Promise.all(gone);
    clearTimeout(cutOff);
  }

  private refusal({ url = '' }: IncomingMessage): { status: number; error: Error } | null {
    if (url.split('?', 1)[0] !== '/graphql') return { status: 404, error: Object.assign(new Error(), { statusCode: 404 }) };
    if (this.isClosing) return { status: 503, error: new DrawdownError('TRY_AGAIN', 'The server is stopping; connect again.') };
    if (this.connections.size < MOST_CONNECTIONS) return null;
    return { status: 503, error: new DrawdownError('TRY_AGAIN', `The server has ${MOST_CONNECTIONS} connections already; connect again later.`) };
  }

  private open(connection: WebSocketConnection): void {
    const { log } = this.options;
    const { requestId, socket } = connection;
    const openedAt = performance.now();
    this.connections.add(connection);
    socket.on('close', (code: number) => {
      this.connections.delete(connection);
      log.info({ requestId, path: '/graphql', code, milliseconds: Math.round(performance.now() - openedAt) }, 'websocket');
    });
    connection.serve(this.protocol, (error) => log.error({ requestId, err: error }, 'a websocket failed'));
  }

  /** The key or token is that of the header or, as browsers cannot set one, of the same name in the payload of connection_init. */
  private async admit(connection: WebSocketConnection, parameters: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
    const credential = connection.headerCredential ?? credentialInPayload(parameters);
    try {
      const { role } = await requestContext(this.options, this.authenticator, credential, connection.requestId);
      if (role) connection.credential = credential;
      else connection.close('UNAUTHENTICATED');
      return role !== null;
    } catch (error) {
      this.options.log.error({ requestId: connection.requestId, err: error }, 'an API key or token could not be looked up');
      connection.close('TRY_AGAIN');
      return false;
    }
  }

  private async prepare(connection: WebSocketConnection, request: OperationRequest): Promise<readonly GraphQLError[] | PreparedOperation> {
    const { schema, introspection } = this.options;
    if (connection.operations() > MOST_SUBSCRIPTIONS) return [tooManySubscriptions()];
    const judged = judgeSubscription(schema, introspection, request);
    if (!('document' in judged)) return judged;
    try {
      const context = await requestContext(this.options, this.authenticator, connection.credential, connection.requestId);
      if (context.role === 'CUSTOMER') checkCustomerView(schema, judged.document);
      return { ...judged, contextValue: context, newContext: () => laterContext(this.options, context) };
    } catch (error) {
      return [new GraphQLError('', { originalError: error as Error })];
    }
  }

  private translated({ requestId }: WebSocketConnection, errors: readonly GraphQLError[]): GraphQLFormattedError[] {
    noteErrors(errors, requestId, this.options.log);
    return errors.map((error) => translateError(error.toJSON(), error));
  }

  /** While keys and tokens cannot be looked up, nobody can be told anything either. */
  private async dropInvalid(): Promise<void> {
    const { now } = this.options;
    const credentials = [...this.connections].flatMap(({ credential }) => credential ?? []);
    const invalid = await this.authenticator.noLongerValid(credentials, now()).catch(() => new Set<Credential>());
    for (const connection of this.connections) if (connection.credential && invalid.has(connection.credential)) connection.close('UNAUTHENTICATED');
  }
}

function tooManySubscriptions(): GraphQLError {
  const message = `The connection has ${MOST_SUBSCRIPTIONS} subscriptions already; end one of them first, or open another connection.`;
  return new GraphQLError(message, { originalError: new DrawdownError('TRY_AGAIN', message) });
}

/** There is nothing but the socket to answer on. */
function answer(socket: Duplex, status: number, body: object): void {
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  socket.on('error', () => undefined);
  socket.end(`${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${text}`);
}
