import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { testDatabase } from '../support/database';
import { exporter, type Exporter } from '../support/exporter';
import { Seller } from '../support/seller';
import { testEnvironment, testServer, type TestServer } from '../support/server';

const NOW = new Date('2026-03-11T12:00:00Z');
const RANGE = { from: '2026-03-01T00:00:00Z', to: '2026-03-05T00:00:00Z' };
/** What a spreadsheet, a CSV reader or a JSON reader might take for something else. */
const HOSTILE = [
  '=cmd|\' /C calc\'!A0',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  ' =1+1',
  '＝1',
  '\r\n=1',
  "'quoted'",
  'a "quote"',
  'comma, and\nnewline',
  '😀é',
  '',
  ' ',
  '3',
  '3.0',
  'true',
  'null',
  '\u2028',
];

let server: TestServer;
let seller: Seller;
let exported: Exporter;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => NOW });
  exported = exporter(server);
  seller = new Seller(server);
  await seller.sell({ chat: '0.5 * coalesce(tokens, 1)', image: '2.5' });
  for (const id of ['acme', 'globex', 'empty']) await seller.customer(id);
  await seller.grant('acme', '8', { category: 'PROMOTIONAL' });
  await seller.grant('acme', '1000');
  await seller.grant('acme', '5', { resourceId: 'ws-1' });
  const users = ['ann', 'bob', undefined, true, 7, '7', 12345678901234567890n];
  await seller.reportAll(
    Array.from({ length: 42 }, (_, i) => ({
      customerId: i % 7 ? 'acme' : 'globex',
      featureId: i % 3 ? 'chat' : 'image',
      resourceId: i % 4 ? null : 'ws-1',
      value: String(1 + (i % 3) / 8),
      timestamp: new Date(Date.parse(RANGE.from) + i * 2 * 60 * 60 * 1000).toISOString(),
      dimensions: { user: typeof users[i % 7] === 'bigint' ? 12.5 : users[i % 7], tokens: i % 5 ? i / 8 : undefined, credits: i % 2 ? 'red' : undefined },
    })),
  );
  await seller.reportAll(
    HOSTILE.map((user, i) => ({
      customerId: 'acme',
      featureId: 'chat',
      timestamp: RANGE.from,
      idempotencyKey: `h${i}${user.replace(/[\r\n\t]/g, '')}`,
      dimensions: { user, [`key ${i} ${user}`]: user },
    })),
  );
});

const USAGE = `query ($input: CreditUsageInput!, $after: String) { creditUsage(input: $input, first: 7, after: $after) {
  edges { node { groups { key value } credits value eventCount share points { from to credits value eventCount } } } from to total { credits }
  pageInfo { hasNextPage endCursor } } }`;

/** All series of all pages. */
async function allSeries(input: object): Promise<any[]> {
  const series = [];
  for (let after: string | null = null, more = true; more;) {
    const { creditUsage }: any = await seller.ask(USAGE, { input, after });
    series.push(...creditUsage.edges.map(({ node }: any) => ({ ...node, range: { from: creditUsage.from, to: creditUsage.to } })));
    ({ hasNextPage: more, endCursor: after } = creditUsage.pageInfo);
  }
  return series;
}

/** A cell of CSV as the value that was written; cells of columns with values of all types. */
function valueOf(cell: string): unknown {
  if (cell === '') return null;
  if (cell.startsWith("'")) return cell.slice(1);
  return /^(true|false|-?[0-9.]+)$/.test(cell) ? JSON.parse(cell) : cell;
}

describe('POST /export/credit-usage', () => {
  test.each([
    ['by a dimension with values of all types', { groupBy: ['user'] }],
    ['by several keys', { groupBy: ['featureId', 'user', 'resourceId'], customerId: 'acme' }],
    ['by grant', { groupBy: ['grantId', 'grantCategory', 'user'], customerId: 'acme' }],
    ['without a key', {}],
    ['filtered, in another order', { groupBy: ['user', 'customerId'], orderBy: { field: 'KEY', direction: 'DESC' }, filters: [{ key: 'user', in: ['ann', 7, null] }] }],
    ['of a resource, by the fewest events', { groupBy: ['user'], resourceId: 'ws-1', orderBy: { field: 'EVENT_COUNT', direction: 'ASC' } }],
  ])('gives all series of all pages of creditUsage, in their order, %s', async (_name, more) => {
    const input = { currencyId: 'credits', ...RANGE, ...more };
    const series = await allSeries(input);
    expect(series.length).toBeGreaterThan('groupBy' in more ? 2 : 0);
    const expected = series.map(({ groups, credits, value, eventCount, share, range }) => ({
      ...Object.fromEntries(groups.map((group: any) => [group.key, group.value])),
      ...{ credits, value, eventCount, share, ...range, currencyId: 'credits' },
    }));
    const ndjson = await exported.usage({ input, format: 'NDJSON' });
    expect(ndjson.lines()).toEqual(expected);
    const csv = await exported.usage({ input });
    const names = Object.keys(expected[0]!);
    const [head, ...rows] = parse(csv.text, { record_delimiter: '\r\n' }) as string[][];
    expect(head).toEqual(names);
    const dimensions = names.map((name) => name === 'user');
    expect(rows.map((row) => row.map((cell, i) => (dimensions[i] ? valueOf(cell) : cell === '' ? null : cell)))).toEqual(
      expected.map((row) => Object.values(row).map((value, i) => (dimensions[i] || value === null ? value : String(value)))),
    );
  });
});

describe('environments', () => {
  test('x', async () => {
    const other = await testEnvironment(server.database);
    expect((await exported.usage({ input: { currencyId: 'credits' } }, other.keys.READER)).status).toBe(404);
  });
});
