import type { Server } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Credential } from '../operations/authenticate';
import { withExactNumbers, parseJson } from './json';

/** What a connection is closed with; a client by graphql-ws connects again after 1012 and 1013, and gives up after 44xx. */
export const CLOSE_CODES = {
  IDLE: [1000, 'Nothing was asked for a while.'],
  STOPPING: [1012, 'The server is stopping; connect again.'],
  TRY_AGAIN: [1013, 'TRY_AGAIN: the API key or token could not be looked up; connect again in a moment.'],
  BAD_REQUEST: [4400, 'BAD_REQUEST: this is no message of graphql-transport-ws.'],
  UNAUTHENTICATED: [4401, 'UNAUTHENTICATED: the connection has no valid API key or customer token.'],
  INTERNAL: [4500, 'INTERNAL: something went wrong on the server.'],
} as const;

/** Of answers that a client leaves untaken. What it is told is not among them: that waits until it has taken what it was told before. */
const MOST_UNTAKEN_BYTES = 1024 * 1024;
/** Checks without an operation after which a connection is idle. */
const MOST_IDLE_CHECKS = 4;

/** What hooks know of a connection. */
export interface ConnectionExtra {
  readonly connection: WebSocketConnection;
}

/** One client. */
export class WebSocketConnection {
  /** Set when it has given a valid one. */
  credential: Credential | null = null;
  /** How many operations are under way. */
  operations: () => number = () => 0;
  private isAlive = true;
  private idleChecks = 0;

  constructor(
    readonly socket: WebSocket,
    readonly requestId: string,
    /** That of the request that opened it. */
    readonly headerCredential: Credential | null,
  ) {}

  /** `noteBug` is told of what must not happen. */
  serve(server: Server<ConnectionExtra>, noteBug: (error: unknown) => void): void {
    const { socket } = this;
    const adapter = {
      protocol: socket.protocol,
      send: (text: string) => this.send(withExactNumbers(text)),
      close: (code?: number, reason?: string) => socket.close(code, reason),
      onMessage: (take: (message: string) => Promise<void>) =>
        void socket.on('message', (data: Buffer) => {
          this.receive(data, take).catch((error: unknown) => {
            noteBug(error);
            this.close('INTERNAL');
          });
        }),
    };
    const closed = server.opened(adapter, { connection: this });
    socket.on('pong', () => (this.isAlive = true));
    socket.on('error', () => undefined); // it is closed next, with a code that says why
    socket.on('close', (code: number, reason: Buffer) => void closed(code, String(reason)).catch(noteBug));
  }

  close(why: keyof typeof CLOSE_CODES): void {
    const [code, reason] = CLOSE_CODES[why];
    this.socket.close(code, reason);
  }

  /** Cuts off a client that has not answered since the last check, and ends what nobody uses. */
  check(): void {
    if (!this.isAlive) return this.socket.terminate();
    this.isAlive = false;
    this.socket.ping();
    this.idleChecks = this.operations() > 0 ? 0 : this.idleChecks + 1;
    if (this.idleChecks > MOST_IDLE_CHECKS) this.close('IDLE');
  }

  /** Resolves when the client's side has room for it: that is what subscriptions wait for. */
  private send(text: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState !== WebSocket.OPEN) return resolve();
      this.socket.send(text, () => resolve()); // what could not be sent is followed by the close
    });
  }

  private async receive(data: Buffer, take: (message: string) => Promise<void>): Promise<void> {
    this.isAlive = true;
    if (this.socket.bufferedAmount > MOST_UNTAKEN_BYTES) return this.socket.terminate();
    let message: unknown;
    try {
      message = parseJson(String(data));
    } catch {
      return this.close('BAD_REQUEST');
    }
    // graphql-ws takes what is read already as well, and so all digits are kept. A text would be read once more.
    await take((typeof message === 'string' ? null : message) as string);
  }
}
