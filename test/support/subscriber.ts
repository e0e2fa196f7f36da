import { afterAll } from '@jest/globals';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { TestServer } from './server';

export interface Told {
  readonly data?: any;
  readonly errors?: readonly { message: string; extensions: { code: string; kind: string; problems: unknown[]; requestId?: string } }[];
}

/** One subscription of a client. */
export interface Subscription {
  /** The next thing told; waits for it. Throws what ended the subscription. */
  next(): Promise<Told>;
  stop(): Promise<void>;
}

const clients: Client[] = [];
afterAll(async () => {
  for (const client of clients) await client.dispose();
});

export function websocketUrl({ url }: Pick<TestServer, 'url'>): string {
  return `${url.replace('http', 'ws')}/graphql`;
}

/** A client by graphql-ws that does not connect again by itself, with its key as browsers give it, or in the header; `more` goes with what browsers give. */
export function websocketClient(
  server: TestServer,
  key: string | null = server.keys.ADMIN,
  inHeader = false,
  more: Record<string, string> = {},
): Client {
  const headers: Record<string, string> = inHeader && key !== null ? { 'x-api-key': key } : {};
  class WithHeaders extends WebSocket {
    constructor(address: string, protocols?: string | string[]) {
      super(address, protocols, { headers });
    }
  }
  const connectionParams = { ...more, ...(inHeader || key === null ? {} : { 'X-API-Key': key }) };
  const client = createClient({ url: websocketUrl(server), webSocketImpl: WithHeaders, connectionParams, retryAttempts: 0, lazyCloseTimeout: 0 });
  clients.push(client);
  return client;
}

export function subscribeWith(client: Client, query: string, variables: object = {}): Subscription {
  const told = client.iterate<any>({ query, variables: variables as Record<string, unknown> });
  return {
    async next() {
      const { value, done } = await told.next();
      if (done) throw new Error('The subscription is over.');
      return value as Told;
    },
    stop: async () => void (await told.return?.()),
  };
}
