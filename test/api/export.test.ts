import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { testDatabase } from '../support/database';
import { creditsFromText } from '../../src/domain/credits';
import { shareOf } from '../../src/domain/breakdown';
import { exporter, type Exporter } from '../support/exporter';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

const NOW = new Date('2026-03-11T12:00:00Z');
const RANGE = { from: '2026-03-01T00:00:00Z', to: '2026-03-05T00:00:00Z' };
/** What a spreadsheet, a CSV reader or a JSON reader might take for something else. */
const HOSTILE = [
  "=cmd|' /C calc'!A0",
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
      dimensions: {
        user: typeof users[i % 7] === 'bigint' ? 12.5 : users[i % 7],
        tokens: i % 5 ? i / 8 : undefined,
        credits: i % 2 ? 'red' : undefined,
      },
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

function cellsOf(csv: string): string[][] {
  return parse(csv, { record_delimiter: '\r\n' }) as string[][];
}

const INPUTS: [string, object][] = [
  ['by a dimension with values of all types', { groupBy: ['user'] }],
  ['by several keys', { groupBy: ['featureId', 'user', 'resourceId'], customerId: 'acme' }],
  ['by grant', { groupBy: ['grantId', 'grantCategory', 'user'], customerId: 'acme' }],
  ['without a key', {}],
  [
    'filtered, in another order',
    { groupBy: ['user', 'customerId'], orderBy: { field: 'KEY', direction: 'DESC' }, filters: [{ key: 'user', in: ['ann', 7, null] }] },
  ],
  ['of a resource, by the fewest events', { groupBy: ['user'], resourceId: 'ws-1', orderBy: { field: 'EVENT_COUNT', direction: 'ASC' } }],
];

describe('An export of usage', () => {
  test.each(INPUTS)('has all series of all pages of creditUsage, in their order, %s', async (_name, more) => {
    const input = { currencyId: 'credits', ...RANGE, ...more };
    const expected = (await allSeries(input)).map(({ groups, credits, value, eventCount, share, range }) => ({
      ...Object.fromEntries(groups.map((group: any) => [group.key, group.value])),
      ...{ credits, value, eventCount, share, ...range, currencyId: 'credits' },
    }));
    expect(expected.length).toBeGreaterThan('groupBy' in more ? 2 : 0);
    await expectRows({ input }, expected);
  });

  test.each(INPUTS)('has all points of all series, %s', async (_name, more) => {
    const input = { currencyId: 'credits', ...RANGE, interval: 'DAY', ...more };
    const series = await allSeries(input);
    const total = series.reduce((sum, { credits }) => sum + creditsFromText(credits)!, 0n);
    const expected = series.flatMap(({ groups, points }) =>
      points.map(({ credits, value, eventCount, from, to }: any) => ({
        ...Object.fromEntries(groups.map((group: any) => [group.key, group.value])),
        ...{ credits, value, eventCount, share: shareOf(creditsFromText(credits)!, total), from, to, currencyId: 'credits' },
      })),
    );
    expect(expected.length).toBeGreaterThan(series.length);
    await expectRows({ input, points: true }, expected);
  });

  /** Both formats have exactly these rows. */
  async function expectRows(body: object, expected: readonly Record<string, unknown>[]): Promise<void> {
    expect((await exported.usage({ ...body, format: 'NDJSON' })).lines()).toEqual(expected);
    const [names, ...rows] = cellsOf((await exported.usage(body)).text);
    expect(names).toEqual(Object.keys(expected[0]!));
    const read = (cell: string, index: number) => (names![index] === 'user' ? valueOf(cell) : cell === '' ? null : cell);
    const written = (value: unknown, index: number) => (names![index] === 'user' || value === null ? value : String(value));
    expect(rows.map((row) => row.map(read))).toEqual(expected.map((row) => Object.values(row).map(written)));
  }

  test('is exactly this file', async () => {
    const { text, headers } = await exported.usage({
      input: { currencyId: 'credits', customerId: 'globex', ...RANGE, groupBy: ['featureId', 'credits'] },
    });
    expect(text).toBe(
      [
        'featureId,dimensions.credits,credits,value,eventCount,share,from,to,currencyId',
        'chat,,2.625,2.375,2,0.306569343066,2026-03-01T00:00:00.000Z,2026-03-05T00:00:00.000Z,credits',
        'image,red,2.5,1,1,0.29197080292,2026-03-01T00:00:00.000Z,2026-03-05T00:00:00.000Z,credits',
        'image,,2.5,1,1,0.29197080292,2026-03-01T00:00:00.000Z,2026-03-05T00:00:00.000Z,credits',
        'chat,red,0.9375,2.375,2,0.109489051095,2026-03-01T00:00:00.000Z,2026-03-05T00:00:00.000Z,credits',
        '',
      ].join('\r\n'),
    );
    expect(headers.get('content-disposition')).toBe('attachment; filename="credit-usage_globex_credits_2026-03-01_2026-03-05.csv"');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(headers.get('drawdown-as-of')).toBe(NOW.toISOString());
  });

  test('of nothing has its columns and no rows', async () => {
    const input = { currencyId: 'credits', customerId: 'empty', groupBy: ['user'] };
    expect((await exported.usage({ input })).text).toBe('user,credits,value,eventCount,share,from,to,currencyId\r\n');
    expect((await exported.usage({ input, format: 'NDJSON' })).text).toBe('');
  });

  test('writes no text so that a spreadsheet takes it for a formula, and gives every one back', async () => {
    const { text } = await exported.usage({ input: { currencyId: 'credits', customerId: 'acme', ...RANGE, groupBy: ['user'] } });
    const cells = cellsOf(text)
      .slice(1)
      .map(([cell]) => cell!);
    for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
    expect(cells.map(valueOf)).toEqual(expect.arrayContaining(HOSTILE));
  });

  test.each(HOSTILE)('may be by a key like %j', async (user) => {
    const key = `key ${HOSTILE.indexOf(user)} ${user}`;
    const input = { currencyId: 'credits', customerId: 'acme', ...RANGE, groupBy: [key], filters: [{ key, in: [user] }] };
    const { text } = await exported.usage({ input });
    expect(cellsOf(text).map(([cell]) => valueOf(cell!))).toEqual([key, user]);
    expect((await exported.usage({ input, format: 'NDJSON' })).lines()).toEqual([expect.objectContaining({ [key]: user, eventCount: 1 })]);
  });

  test('may be a link, with the same in its address', async () => {
    const input = { currencyId: 'credits', ...RANGE, groupBy: ['user'], customerId: 'acme' };
    const address = new URLSearchParams({ input: JSON.stringify(input), format: 'NDJSON', points: 'true' });
    const answer = await fetch(`${server.url}/export/credit-usage?${address}`, { headers: { 'x-api-key': server.keys.READER } });
    expect(await answer.text()).toBe((await exported.usage({ input, format: 'NDJSON', points: true })).text);
  });
});

describe('An export of charges as FOCUS has them', () => {
  const input = { currencyId: 'credits', ...RANGE, groupBy: ['user', 'grantId'], orderBy: { field: 'KEY', direction: 'ASC' } };

  test('has a row for each customer, resource, feature and other key, which adds up to the same', async () => {
    const rows = (await exported.usage({ input, columns: 'FOCUS', format: 'NDJSON' })).lines();
    const same = await allSeries({ ...input, groupBy: [...input.groupBy, 'customerId', 'resourceId', 'featureId'] });
    const expected = same.map(({ groups, credits, value, eventCount }) => {
      const by = Object.fromEntries(groups.map((group: any) => [group.key, group.value]));
      const tags = Object.fromEntries(['user', 'grantId'].filter((key) => by[key] !== null).map((key) => [key, by[key]]));
      return { by, tags, credits: Number(credits), value: Number(value), eventCount };
    });
    expect(rows).toEqual(
      expected.map(({ by, tags, credits, value, eventCount }) => ({
        BilledCost: null,
        BillingAccountId: by.customerId,
        BillingAccountName: by.customerId,
        BillingAccountType: 'Customer',
        BillingCurrency: null,
        BillingPeriodEnd: null,
        BillingPeriodStart: null,
        ChargeCategory: 'Usage',
        ChargeClass: null,
        ChargeDescription: by.featureId,
        ChargeFrequency: 'Usage-Based',
        ChargePeriodEnd: '2026-03-05T00:00:00Z',
        ChargePeriodStart: '2026-03-01T00:00:00Z',
        ConsumedQuantity: value,
        ConsumedUnit: 'unit',
        ContractedCost: null,
        EffectiveCost: null,
        InvoiceIssuerName: null,
        ListCost: null,
        PricingCurrency: 'credits',
        PricingCurrencyEffectiveCost: credits,
        PricingQuantity: value,
        PricingUnit: 'unit',
        ProviderName: null,
        PublisherName: null,
        ServiceCategory: null,
        ServiceName: by.featureId,
        SkuId: by.featureId,
        SkuMeter: by.featureId,
        SubAccountId: by.resourceId,
        SubAccountName: by.resourceId,
        SubAccountType: by.resourceId === null ? null : 'Resource',
        Tags: tags,
        x_EventCount: eventCount,
      })),
    );
    expect(rows.length).toBeGreaterThan(20);
  });

  test('is the same in CSV', async () => {
    const [names, ...rows] = cellsOf((await exported.usage({ input, columns: 'FOCUS', points: true })).text);
    const same = (await exported.usage({ input, columns: 'FOCUS', points: true, format: 'NDJSON' })).lines();
    const cell = (value: unknown) => (value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));
    expect(rows).toEqual(same.map((row) => names!.map((name) => cell(row[name]))));
    expect(new Set(same.map((row) => row.ChargePeriodStart)).size).toBeGreaterThan(2);
  });

  test('has money and names where the seller says them, and is then whole', async () => {
    const focus = { providerName: 'Atlas Inc.', serviceCategory: 'AI and Machine Learning', billingCurrency: 'EUR', pricePerCredit: '0.02' };
    const rows = (await exported.usage({ input, columns: 'FOCUS', format: 'NDJSON', focus })).lines();
    for (const row of rows) {
      expect(row.BilledCost).toBeCloseTo(row.PricingCurrencyEffectiveCost * 0.02, 12);
      expect([row.ContractedCost, row.EffectiveCost, row.ListCost]).toEqual(Array(3).fill(row.BilledCost));
      expect(row).toMatchObject({ BillingCurrency: 'EUR', ProviderName: 'Atlas Inc.', PublisherName: 'Atlas Inc.', InvoiceIssuerName: 'Atlas Inc.' });
      expect(row).toMatchObject({ ServiceCategory: 'AI and Machine Learning', BillingPeriodStart: '2026-03-01T00:00:00Z' });
      expect(row).toMatchObject({ BillingPeriodEnd: '2026-03-05T00:00:00Z' });
    }
    expect(rows.length).toBeGreaterThan(20);
  });

  test('refuses a billing that cannot be, and a period in which the charges do not lie', async () => {
    const focus = { providerName: 'Atlas Inc.', billingCurrency: 'EUR', pricePerCredit: '0.02' };
    const fieldsOf = async (change: object) => {
      const { error } = await exported.usage({ input, columns: 'FOCUS', focus: { ...focus, ...change } });
      return [error().extensions.code, ...(error().extensions.problems as { field: string }[]).map(({ field }) => field)];
    };
    expect(await fieldsOf({ billingCurrency: 'euro', pricePerCredit: '-1' })).toEqual([
      'INPUT_INVALID',
      'focus.billingCurrency',
      'focus.pricePerCredit',
    ]);
    const period = { billingPeriodStart: '2026-03-02T00:00:00Z', billingPeriodEnd: '2026-04-01T00:00:00Z' };
    expect(await fieldsOf(period)).toEqual(['INPUT_INVALID', 'focus.billingPeriodStart']);
  });

  test('needs room for three keys of its own', async () => {
    const groupBy = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { error } = await exported.usage({ input: { ...input, groupBy }, columns: 'FOCUS' });
    const message = 'has 9 keys together with customerId, resourceId, featureId, which FOCUS needs; 8 is the most.';
    expect(error().extensions).toMatchObject({ code: 'GROUP_BY_INVALID', problems: [{ field: 'groupBy', message }] });
    expect((await exported.usage({ input: { ...input, groupBy: [...groupBy.slice(1), 'customerId'] }, columns: 'FOCUS' })).status).toBe(200);
  });
});

const LEDGER_NODE = `id sequence at kind amount balanceBefore balanceAfter resourceId currency { id } grant { id category }
  event { id idempotencyKey feature { id } timestamp receivedAt value dimensions eventName reason }
  calculation { mode formula creditsPerUnit cost parameters { name value } rate { planVersion { number plan { id } } } }`;

describe('An export of a ledger', () => {
  /** All entries of all pages, as an export has them. */
  async function allEntries(input: Record<string, unknown>): Promise<any[]> {
    const rows = [];
    const types: Record<string, string> = {
      order: 'TimeOrder',
      kinds: '[LedgerEntryKind!]',
      dimensions: '[DimensionFilterInput!]',
      usageFrom: 'DateTime',
      usageTo: 'DateTime',
    };
    const names = Object.keys(input);
    const document = `query ($after: String, ${names.map((name) => `$${name}: ${types[name] ?? 'ID'}${name === 'customerId' ? '!' : ''}`)}) {
      creditLedger(first: 9, after: $after, ${names.map((name) => `${name}: $${name}`)}) { edges { node { ${LEDGER_NODE} } } pageInfo { hasNextPage endCursor } } }`;
    for (let after: string | null = null, more = true; more;) {
      const { creditLedger }: any = await seller.ask(document, { ...input, after });
      rows.push(...creditLedger.edges.map(({ node }: any) => flat(node)));
      ({ hasNextPage: more, endCursor: after } = creditLedger.pageInfo);
    }
    return rows;
  }

  /** Where the columns of an export are in an entry of GraphQL, in the order of the columns. */
  const PLACES: Record<string, string> = {
    id: 'id',
    currencyId: 'currency.id',
    resourceId: 'resourceId',
    sequence: 'sequence',
    at: 'at',
    kind: 'kind',
    amount: 'amount',
    balanceBefore: 'balanceBefore',
    balanceAfter: 'balanceAfter',
    grantId: 'grant.id',
    grantCategory: 'grant.category',
    eventId: 'event.id',
    idempotencyKey: 'event.idempotencyKey',
    featureId: 'event.feature.id',
    timestamp: 'event.timestamp',
    receivedAt: 'event.receivedAt',
    value: 'event.value',
    dimensions: 'event.dimensions',
    planId: 'calculation.rate.planVersion.plan.id',
    planVersion: 'calculation.rate.planVersion.number',
    mode: 'calculation.mode',
    creditsPerUnit: 'calculation.creditsPerUnit',
    formula: 'calculation.formula',
    parameters: 'calculation.parameters',
    cost: 'calculation.cost',
    eventName: 'event.eventName',
    reason: 'event.reason',
  };

  function flat(entry: any) {
    const at = (place: string) => place.split('.').reduce((part, name) => part?.[name] ?? null, entry);
    return Object.fromEntries(Object.entries(PLACES).map(([column, place]) => [column, at(place)]));
  }

  test.each<[string, Record<string, unknown>]>([
    ['the newest first', { customerId: 'acme' }],
    ['the oldest first', { customerId: 'acme', order: 'OLDEST_FIRST' }],
    ['of some kinds of one resource', { customerId: 'acme', kinds: ['GRANTED', 'CONSUMED'], resourceId: 'ws-1' }],
    [
      'of a time and a dimension',
      { customerId: 'acme', usageFrom: RANGE.from, usageTo: RANGE.to, dimensions: [{ key: 'user', in: ['ann', null, 7, ...HOSTILE.slice(0, 3)] }] },
    ],
    ['of one category of grants', { customerId: 'acme', grantCategory: 'PROMOTIONAL' }],
    ['with an overdraft', { customerId: 'globex', currencyId: 'credits' }],
  ])('has all entries of all pages of creditLedger with all that they lead to, %s', async (_name, input) => {
    const { grantCategory, ...asked } = input;
    const expected = (await allEntries(asked)).filter((row) => grantCategory === undefined || row.grantCategory === grantCategory);
    expect(expected.length).toBeGreaterThan(3);
    expect((await exported.ledger({ input, format: 'NDJSON' })).lines()).toEqual(expected);
    const [names, ...rows] = cellsOf((await exported.ledger({ input })).text);
    expect(names).toEqual(Object.keys(expected[0]!));
    const read = (cell: string, index: number) => {
      if (cell === '') return null;
      const text = cell.replace(/^'/, '');
      return ['dimensions', 'parameters'].includes(names![index]!) ? JSON.parse(text) : text;
    };
    const written = (value: unknown) => (value === null || typeof value === 'object' ? value : String(value));
    expect(rows.map((row) => row.map(read))).toEqual(expected.map((row) => Object.values(row).map(written)));
  });

  test('says how it is called and of when it is', async () => {
    const { headers } = await exported.ledger({ input: { customerId: 'acme' }, format: 'NDJSON' });
    expect(headers.get('content-disposition')).toBe('attachment; filename="credit-ledger_acme_2026-03-11.ndjson"');
    expect(headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(headers.get('drawdown-as-of')).toBe(NOW.toISOString());
  });
});
