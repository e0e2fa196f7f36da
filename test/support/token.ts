import { mutate } from './catalog';
import type { Answer, TestServer } from './server';

/** A token of a customer of the server's environment, for an hour where nothing else is said. */
export async function tokenOf(server: TestServer, customerId: string, more: object = {}): Promise<string> {
  return (await mutate(server, 'createCustomerToken', { customerId, ...more }, 'token')).token;
}

/** Posts a document with a token. */
export function askWithToken(server: Pick<TestServer, 'post'>, token: string, document: string, variables: unknown = {}): Promise<Answer> {
  return server.post(JSON.stringify({ query: document, variables }), { authorization: `Bearer ${token}` });
}
