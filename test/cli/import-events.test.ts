import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importCommand } from '../../src/cli/import';
import { mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';
import { onTerminal } from '../support/terminal';
import { written } from '../support/written';

let folder: string;
let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-events-'));
  server = await testServer(await testDatabase());
  seller = new Seller(server);
  await seller.sell({ calls: '2', tokens: '0.5' });
  await mutate(server, 'updateFeature', { id: 'calls', meter: { eventName: 'completion' } }, '__typename');
  await mutate(server, 'updateFeature', { id: 'tokens', meter: { eventName: 'completion', valueDimension: 'tokens' } }, '__typename');
  await seller.customer('ada');
});

afterAll(() => rm(folder, { recursive: true }));

async function importing(name: string, text: string, ...options: string[]) {
  const path = join(folder, name);
  await writeFile(path, text);
  const args = [path, '--customer', 'ada', '--url', `${server.url}/graphql`, '--key', server.keys.WRITER, ...options];
  return onTerminal((terminal) => importCommand(terminal).parseAsync(args, { from: 'user' }));
}

const LINES = `what,when,tokens,user
completion,2026-02-04 10:00:00,0.12345678901,ada
login,2026-02-04 11:00:00,7,bob
completion,2026-02-04 12:00:00,3,eve
completion,2026-02-04 13:00:00,many,eve
`;

test('lines become raw events, charged by every meter that matches; what nothing matches is told, and a second run adds nothing', async () => {
  const options = ['--event-column', 'what', '--timestamp-column', 'when'];
  const first = await importing('raw.csv', LINES, ...options);
  expect(first.code).toBe(1);
  expect(first.out).toBe(`4 lines: 3 accepted, 0 already known, 1 refused.
  No meter matches 1 of them, which are charged to no feature: unmatchedEvents lists them.
  DIMENSION_TYPE: 1
    line 5: The meter counts the dimension "tokens", which must be a number.
`);
  const data = await seller.ask(`{
    usageEvents(customerId: "ada", order: OLDEST_FIRST) { edges { node { eventName feature { id } timestamp charge { cost } dimensions } } }
    unmatchedEvents(customerId: "ada") { edges { node { eventName dimensions } } }
  }`);
  const [tokens, more] = [
    { tokens: 0.12345678901, user: 'ada' },
    { tokens: 3, user: 'eve' },
  ];
  const charged = (id: string, hour: number, cost: string, dimensions: object) => ({
    node: { eventName: 'completion', feature: { id }, timestamp: `2026-02-04T${hour}:00:00.000Z`, charge: { cost }, dimensions },
  });
  expect(data.usageEvents.edges).toEqual([
    charged('calls', 10, '2', tokens),
    charged('tokens', 10, '0.061728394505', tokens),
    charged('calls', 12, '2', more),
    charged('tokens', 12, '1.5', more),
  ]);
  expect(data.unmatchedEvents.edges).toEqual([{ node: { eventName: 'login', dimensions: { tokens: 7, user: 'bob' } } }]);
  const before = await written(server.database);
  expect((await importing('raw.csv', LINES, ...options)).out).toContain('4 lines: 0 accepted, 3 already known, 1 refused.\n');
  expect(await written(server.database)).toBe(before);
});

test('one name can be that of all lines', async () => {
  const { out, code } = await importing('named.csv', 'tokens\n1\n2\n', '--event', 'completion');
  expect({ out, code }).toEqual({ out: '2 lines: 2 accepted, 0 already known, 0 refused.\n', code: 0 });
});

test.each([
  [['--event', 'a', '--feature', 'calls'], 'Lines are usage of a feature or raw events: give --feature or --event, not both.\n'],
  [['--event', 'a', '--event-column', 'tokens'], 'Give --event or --event-column, not both.\n'],
  [['--event', 'a', '--value-column', 'tokens'], 'How much a raw event is, its meters say: leave --value-column out.\n'],
  [[], 'Usage of which feature is it? Give --feature ID or --feature-column COLUMN.\n'],
  [['--event-column', 'nothing'], expect.stringContaining('has no column nothing')],
])('%j is refused before anything is sent', async (options, message) => {
  expect(await importing('refused.csv', 'tokens\n1\n', ...options)).toMatchObject({ code: 2, err: message });
});
