import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Database } from '../../src/store/database';
import { testDatabaseUrl } from '../support/database';
import { commitProxy, type CommitProxy } from '../support/proxy';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';
import { codeOf, mutate, tryMutation } from '../support/catalog';

let proxy: CommitProxy;
let database: Database;
let server: TestServer;

beforeAll(async () => {
  proxy = await commitProxy(await testDatabaseUrl());
  database = new Database({ connectionString: proxy.connectionString, connections: 4 });
  server = await testServer(database);
  const seller = new Seller(server);
  await seller.sell({ calls: '0.5' });
  await seller.customer('ada');
  await seller.grant('ada', '10');
});

afterAll(async () => {
  await database.close();
  await proxy.close();
});

const input = (idempotencyKey: string) => ({ customerId: 'ada', featureId: 'calls', idempotencyKey, value: '3' });
const outcome = 'duplicate event { id receivedAt charge { cost balanceAfter draws { amount grant { id } } } }';

test('a connection lost during commit answers "try again", and the retry gives the first outcome', async () => {
  proxy.loseNextCommit();
  expect(codeOf(await tryMutation(server, 'reportUsage', input('k'), outcome))).toBe('TRY_AGAIN');
  const retried = await mutate(server, 'reportUsage', input('k'), outcome);
  expect(retried).toMatchObject({ duplicate: true, event: { charge: { cost: '1.5', balanceAfter: '8.5' } } });
  expect(await mutate(server, 'reportUsage', input('k'), outcome)).toEqual(retried);
});

test('in a batch each event says so, and the retry of the batch deducts nothing twice', async () => {
  const events = [input('b1'), input('b2'), { ...input('b3'), value: '-1' }];
  proxy.loseNextCommit();
  const selection = 'acceptedCount duplicateCount results { duplicate error { code } event { charge { balanceAfter } } }';
  const first = await mutate(server, 'reportUsageBatch', { events }, selection);
  expect(first.results.slice(0, 2).map((result: { error: { code: string } }) => result.error.code)).toEqual(['TRY_AGAIN', 'TRY_AGAIN']);
  const second = await mutate(server, 'reportUsageBatch', { events }, selection);
  expect(second).toMatchObject({ acceptedCount: 0, duplicateCount: 2 });
  expect(second.results[1].event.charge.balanceAfter).toBe('5.5');
  expect(second.results[2].error.code).toBe('CHARGE_OUT_OF_RANGE');
});
