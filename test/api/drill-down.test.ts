import { beforeAll, describe, expect, test } from '@jest/globals';
import { creditsFromText, creditsToText } from '../../src/domain/credits';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

const NOW = new Date('2026-03-11T12:00:00Z');
const RANGE = { from: '2026-03-02T00:00:00Z', to: '2026-03-09T12:00:00Z' };

interface Cell {
  readonly groups: readonly { readonly key: string; readonly value: unknown }[];
  readonly credits: string;
}

interface LedgerPage {
  readonly edges: readonly { readonly node: { readonly amount: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

let server: TestServer;
let seller: Seller;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => NOW });
  seller = new Seller(server);
  await seller.sell({ chat: '0.5', image: '2.5' });
  await seller.customer('acme');
  await seller.grant('acme', '8', { category: 'PROMOTIONAL', expiresAt: '2026-04-01T00:00:00Z' });
  await seller.grant('acme', '9.25', { category: 'PAID' });
  await seller.grant('acme', '2.2', { category: 'RECURRING', resourceId: 'ws' });
  const users = ['ann', 'bob', undefined, true, 7, '7'];
  const reports = Array.from({ length: 60 }, (_, i) => ({
    customerId: 'acme',
    featureId: i % 3 ? 'chat' : 'image',
    resourceId: i % 4 ? null : 'ws',
    timestamp: new Date(Date.parse('2026-03-01T00:00:00Z') + i * 4 * 60 * 60 * 1000).toISOString(),
    dimensions: { user: users[i % 6], featureId: i % 5 ? 'mine' : undefined, team: 'red' },
  }));
  await seller.reportAll(reports);
});

/** A cell as arguments: fields have arguments of their own, everything else is a dimension. */
function argumentsOf({ groups }: Cell): Record<string, unknown> {
  const fields = ['featureId', 'resourceId', 'grantId', 'grantCategory'];
  const ofFields = groups.filter(({ key }) => fields.includes(key)).map(({ key, value }) => [key, value]);
  const dimensions = groups.filter(({ key }) => !fields.includes(key)).map(({ key, value }) => ({ key, equals: value }));
  return { ...Object.fromEntries(ofFields), ...(dimensions.length > 0 ? { dimensions } : {}) };
}

const TYPES: Record<string, string> = {
  featureId: 'ID',
  resourceId: 'ID',
  grantId: 'ID',
  grantCategory: 'GrantCategory',
  dimensions: '[DimensionFilterInput!]',
};

/** What the entries of a cell took, added up over pages of 7. */
async function consumedBy(cell: Cell): Promise<string> {
  const given = { ...argumentsOf(cell), ...{ usageFrom: RANGE.from, usageTo: RANGE.to } };
  const names = Object.keys(given);
  const typed = names.map((name) => `, $${name}: ${TYPES[name] ?? 'DateTime'}`).join('');
  const document = `query ($after: String${typed}) { creditLedger(customerId: "acme", currencyId: "credits", kinds: [CONSUMED], first: 7, after: $after${names
    .map((name) => `, ${name}: $${name}`)
    .join('')}) { edges { node { amount } } pageInfo { hasNextPage endCursor } } }`;
  let sum = 0n;
  for (let after: string | null = null, more = true; more;) {
    const { edges, pageInfo }: LedgerPage = (await seller.ask(document, { ...given, after })).creditLedger;
    for (const { node } of edges) sum -= creditsFromText(node.amount)!;
    ({ endCursor: after, hasNextPage: more } = pageInfo);
  }
  return creditsToText(sum);
}

async function cellsOf(groupBy: readonly string[]): Promise<Cell[]> {
  const document = `query ($input: CreditUsageInput!) { creditUsage(input: $input, first: 100) { edges { node { groups { key value } credits } } } }`;
  const { creditUsage } = await seller.ask(document, { input: { currencyId: 'credits', customerId: 'acme', ...RANGE, groupBy } });
  return creditUsage.edges.map(({ node }: { node: Cell }) => node);
}

describe('A cell of a breakdown', () => {
  test.each([
    [['user']],
    [['user', 'resourceId']],
    [['grantId']],
    [['grantCategory', 'featureId']],
    [['featureId', 'dimensions.featureId', 'dimensions.user', 'resourceId', 'grantId', 'grantCategory']],
  ])('by %j leads to the ledger entries that add up to it', async (groupBy) => {
    const cells = await cellsOf(groupBy);
    expect(cells.length).toBeGreaterThan(2);
    for (const cell of cells) expect([cell.groups, await consumedBy(cell)]).toEqual([cell.groups, cell.credits]);
  });

  test('may be of what has no user, no resource and no grant', async () => {
    const cells = await cellsOf(['user', 'resourceId', 'grantId']);
    expect(cells.map(({ groups }) => groups.map(({ value }) => value))).toContainEqual([null, null, null]);
  });
});
