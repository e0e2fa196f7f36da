import { beforeAll, describe, expect, test } from '@jest/globals';
import { ROLES, type Role } from '../../src/domain/role';
import { mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { testServer, type TestServer } from '../support/server';

const VIEWER = '{ viewer { role environment { id name archivedAt } customer { id } } }';
let server: TestServer;

beforeAll(async () => {
  server = await testServer(await testDatabase());
});

describe('the viewer', () => {
  test.each(Object.keys(ROLES) as Role[])('is told its role, %s, and its environment', async (role) => {
    const { data } = await server.graphql(VIEWER, {}, server.keys[role]);
    expect(data).toEqual({ viewer: { role, environment: { id: server.id, name: server.id, archivedAt: null }, customer: null } });
  });

  test('is told, with a customer token, which customer it is of', async () => {
    await mutate(server, 'createCustomer', { id: 'acme', name: 'Acme' }, 'customer { id }');
    const { token } = await mutate(server, 'createCustomerToken', { customerId: 'acme' }, 'token');
    const body = JSON.stringify({ query: '{ viewer { role customer { id name } } }' });
    expect((await server.post(body, { authorization: `Bearer ${token}` })).data).toEqual({
      viewer: { role: null, customer: { id: 'acme', name: 'Acme' } },
    });
  });

  test('is nobody without a key', async () => {
    const { status, errors } = await server.graphql(VIEWER, {}, null);
    expect([status, errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  });
});
