import { beforeAll, describe, expect, test } from '@jest/globals';
import { createFirstEnvironment } from '../../src/operations/create-first-environment';
import type { Database } from '../../src/store/database';
import { catalogSnapshot, codeOf, fieldsOf, mutate, tryMutation, walkCodes } from '../support/catalog';
import { testDatabase } from '../support/database';
import { testServer, type TestServer } from '../support/server';

/** A little more than a server remembers a key. */
const KEYS_FORGOTTEN_MS = 1100;

let database: Database;
let server: TestServer;
let other: TestServer;

beforeAll(async () => {
  database = await testDatabase();
  server = await testServer(database);
  other = await testServer(database);
});

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function ids(key?: string, args = ''): Promise<string[]> {
  const { data } = await server.graphql(`{ environments${args} { edges { node { id } } } }`, {}, key);
  return data.environments.edges.map((edge: { node: { id: string } }) => edge.node.id);
}

const CREATED = 'environment { id name archivedAt } apiKey { name role prefix revokedAt } secret';

describe('an environment', () => {
  let child: string;

  test('is created with its first admin key, whose secret is shown once and opens it', async () => {
    const created = await mutate(server, 'createEnvironment', { id: 'staging', name: 'Staging' }, CREATED);
    child = created.secret;
    expect(created).toEqual({
      environment: { id: 'staging', name: 'Staging', archivedAt: null },
      apiKey: { name: 'First admin key', role: 'ADMIN', prefix: child.slice(0, 11), revokedAt: null },
      secret: expect.stringMatching(/^dd_[A-Za-z0-9_-]{43}$/),
    });
    expect((await server.graphql('{ environment { id } }', {}, child)).data).toEqual({ environment: { id: 'staging' } });
    const { rows } = await database.pool.query<{ text: string }>('SELECT api_key::text AS text FROM api_key');
    expect(rows.some(({ text }) => text.includes(child.slice(11)))).toBe(false);
  });

  test('is seen by the administrators of the environment it was created from, by its own keys, and by nobody else', async () => {
    expect(await ids()).toEqual(['staging', server.id].sort());
    expect(await ids(server.keys.READER)).toEqual([server.id]);
    expect(await ids(child)).toEqual(['staging']);
    expect(await ids(other.keys.ADMIN)).toEqual([other.id]);
    const seen = async (id: string, key: string) =>
      (await server.graphql('query ($id: ID) { environment(id: $id) { id } }', { id }, key)).data.environment;
    expect(await seen('staging', server.keys.ADMIN)).toEqual({ id: 'staging' });
    expect(await seen('staging', server.keys.READER)).toBeNull();
    expect(await seen('staging', other.keys.ADMIN)).toBeNull();
    expect(await seen(server.id, child)).toBeNull();
  });

  test('has the same ids for other things: nothing of it is found from outside', async () => {
    for (const key of [server.keys.ADMIN, child]) await mutate(server, 'createCurrency', { id: 'same', name: key.slice(0, 11) }, '__typename', key);
    for (const key of [server.keys.ADMIN, child]) {
      expect((await server.graphql('{ currency(id: "same") { name } }', {}, key)).data).toEqual({ currency: { name: key.slice(0, 11) } });
    }
  });

  test('is renamed by its own administrator or by that of the environment it was created from', async () => {
    const renamed = await mutate(server, 'updateEnvironment', { id: 'staging', name: 'Two' }, 'environment { name }');
    expect(renamed).toEqual({ environment: { name: 'Two' } });
    expect(await mutate(server, 'updateEnvironment', { id: 'staging', name: 'Three' }, 'environment { name }', child)).toEqual({
      environment: { name: 'Three' },
    });
    expect(codeOf(await tryMutation(server, 'updateEnvironment', { id: server.id, name: 'x' }, '__typename', child))).toBe('ENVIRONMENT_NOT_FOUND');
  });

  test('is not archived by its own key, nor while an environment created from it is open', async () => {
    const own = await tryMutation(server, 'archiveEnvironment', { id: server.id });
    expect([codeOf(own), own.errors![0]!.message]).toEqual([
      'IN_USE',
      `The environment ${server.id} is still used by the API key of this very request.`,
    ]);
    await mutate(server, 'createEnvironment', { id: 'grandchild', name: 'x' }, '__typename', child);
    const parent = await tryMutation(server, 'archiveEnvironment', { id: 'staging' });
    expect([codeOf(parent), parent.errors![0]!.message]).toEqual(['IN_USE', 'The environment staging is still used by environment grandchild.']);
    await mutate(server, 'archiveEnvironment', { id: 'grandchild' }, '__typename', child);
  });

  test('has no valid key any more once it is archived, and is listed on demand', async () => {
    await mutate(server, 'archiveEnvironment', { id: 'staging' }, '__typename');
    await elapsed(KEYS_FORGOTTEN_MS);
    expect(codeOf(await server.graphql('{ environment { id } }', {}, child))).toBe('UNAUTHENTICATED');
    expect(await ids()).toEqual([server.id]);
    expect(await ids(undefined, '(includeArchived: true)')).toEqual(['staging', server.id].sort());
  });

  test('of one id is made once, however many ask at the same time, from whichever environment', async () => {
    const from = (index: number) => [server, other][index % 2]!;
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => tryMutation(from(index), 'createEnvironment', { id: 'raced', name: 'x' })),
    );
    expect(answers.map(codeOf).sort()).toEqual([...Array.from({ length: 15 }, () => 'ALREADY_EXISTS'), undefined]);
  });

  test('refuses in the documented order', async () => {
    const created = await walkCodes(server, 'createEnvironment', { id: '', name: '' }, [{}, { id: other.id }, { name: 'x' }, { id: 'order' }]);
    expect(created).toEqual(['ID_INVALID', 'INPUT_INVALID', 'ALREADY_EXISTS', 'accepted']);
    const updated = await walkCodes(server, 'updateEnvironment', { id: other.id, name: '' }, [{}, { name: 'x' }, { id: 'staging' }, { id: 'order' }]);
    expect(updated).toEqual(['INPUT_INVALID', 'ENVIRONMENT_NOT_FOUND', 'ARCHIVED', 'accepted']);
    const archived = await walkCodes(server, 'archiveEnvironment', { id: other.id }, [{}, { id: 'staging' }, { id: server.id }, { id: 'order' }]);
    expect(archived).toEqual(['ENVIRONMENT_NOT_FOUND', 'ARCHIVED', 'IN_USE', 'accepted']);
  });
});

describe('an API key', () => {
  const KEY = 'apiKey { id name role prefix revokedAt } secret';

  test('is created with a role, opens the environment with it, is listed without its secret and revoked', async () => {
    const { apiKey, secret } = await mutate(server, 'createApiKey', { name: 'Reports', role: 'WRITER' }, KEY);
    expect(apiKey).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      name: 'Reports',
      role: 'WRITER',
      prefix: secret.slice(0, 11),
      revokedAt: null,
    });
    expect((await server.graphql('{ environment { id } }', {}, secret)).data).toEqual({ environment: { id: server.id } });
    expect(codeOf(await tryMutation(server, 'createApiKey', { name: 'x', role: 'ADMIN' }, '__typename', secret))).toBe('FORBIDDEN');
    const listed = async (args = '') => (await server.graphql(`{ apiKeys${args} { edges { node { name revokedAt } } } }`)).data.apiKeys.edges;
    expect(await listed()).toContainEqual({ node: { name: 'Reports', revokedAt: null } });
    const revoked = await mutate(server, 'revokeApiKey', { id: apiKey.id }, 'apiKey { revokedAt }');
    expect(await mutate(server, 'revokeApiKey', { id: apiKey.id }, 'apiKey { revokedAt }')).toEqual(revoked);
    const use = () => server.graphql('{ environment { id } }', {}, secret);
    for (const forgotten = performance.now() + KEYS_FORGOTTEN_MS; performance.now() < forgotten; await elapsed(50)) await use(); // being used does not keep it
    expect(codeOf(await use())).toBe('UNAUTHENTICATED');
    expect((await listed()).map((edge: { node: { name: string } }) => edge.node.name)).not.toContain('Reports');
    expect(await listed('(includeRevoked: true)')).toContainEqual({ node: { name: 'Reports', revokedAt: revoked.apiKey.revokedAt } });
  });

  test('is refused without a name, and nothing is written', async () => {
    const before = await catalogSnapshot(database);
    const answer = await tryMutation(server, 'createApiKey', { name: 'x'.repeat(256), role: 'READER' });
    expect([codeOf(answer), fieldsOf(answer)]).toEqual(['INPUT_INVALID', ['name']]);
    expect(await catalogSnapshot(database)).toBe(before);
  });

  test('of another environment, or of none, is not found', async () => {
    const { apiKey } = await mutate(other, 'createApiKey', { name: 'x', role: 'READER' }, 'apiKey { id }');
    const before = await catalogSnapshot(database);
    for (const id of [apiKey.id, '', 'nonsense', Buffer.from('ApiKey\u001f\0').toString('base64url')])
      expect(codeOf(await tryMutation(server, 'revokeApiKey', { id }))).toBe('API_KEY_NOT_FOUND');
    expect(await catalogSnapshot(database)).toBe(before);
  });

  test('is listed in pages, the oldest first, each exactly once in both directions', async () => {
    const { secret } = await mutate(server, 'createEnvironment', { id: 'keys', name: 'x' }, 'secret');
    await Promise.all(
      Array.from({ length: 6 }, (_, index) => mutate(server, 'createApiKey', { name: `${index}`, role: 'READER' }, '__typename', secret)),
    );
    const walk = async (size: string, bound: string, cursor: string, more: string) => {
      const found: string[] = [];
      for (let place: string | null = null; ;) {
        const args: string = place === null ? size : `${size}, ${bound}: "${place}"`;
        const document = `{ apiKeys(${args}) { edges { node { id } } pageInfo { hasPreviousPage hasNextPage startCursor endCursor } } }`;
        const { edges, pageInfo } = (await server.graphql(document, {}, secret)).data.apiKeys;
        const page = edges.map((edge: { node: { id: string } }) => edge.node.id);
        if (bound === 'after') found.push(...page);
        else found.unshift(...page);
        if (!pageInfo[more]) return found;
        place = pageInfo[cursor];
      }
    };
    const forward = await walk('first: 3', 'after', 'endCursor', 'hasNextPage');
    expect(new Set(forward).size).toBe(7);
    expect(await walk('last: 3', 'before', 'startCursor', 'hasPreviousPage')).toEqual(forward);
    const forged = Buffer.from(JSON.stringify(['apiKeys', new Date().toISOString(), 'x'])).toString('base64url');
    expect(codeOf(await server.graphql(`{ apiKeys(after: "${forged}") { edges { cursor } } }`, {}, secret))).toBe('CURSOR_INVALID');
  });

  test('that is the last of an administrator stays valid, whoever revokes at the same time', async () => {
    const { secret, apiKey } = await mutate(server, 'createEnvironment', { id: 'last', name: 'x' }, 'secret apiKey { id }');
    const second = await mutate(server, 'createApiKey', { name: 'Second', role: 'ADMIN' }, 'apiKey { id }', secret);
    await mutate(server, 'createApiKey', { name: 'Writer', role: 'WRITER' }, '__typename', secret);
    const answers = await Promise.all([apiKey.id, second.apiKey.id].map((id) => tryMutation(server, 'revokeApiKey', { id }, '__typename', secret)));
    expect(answers.map(codeOf).sort()).toEqual(['LAST_ADMIN_KEY', undefined]);
  });
});

describe('the first environment', () => {
  test('is made once by processes that start at the same time, and never where there is one', async () => {
    const empty = await testDatabase();
    const now = new Date('2025-03-01T12:00:00Z');
    const made = (await Promise.all(Array.from({ length: 8 }, () => createFirstEnvironment(empty, now)))).filter((one) => one !== null);
    expect(made).toHaveLength(1);
    expect(made[0]).toMatchObject({ environment: { id: 'main', name: 'Main', parentKey: null, createdAt: now }, apiKey: { role: 'ADMIN' } });
    expect(await createFirstEnvironment(empty, now)).toBeNull();
    expect((await empty.pool.query('SELECT id FROM api_key')).rows).toHaveLength(1);
  });
});
