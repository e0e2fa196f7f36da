import { beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { codeOf, mutate } from '../support/catalog';
import { testServer, type TestServer } from '../support/server';
import { askWithToken, tokenOf } from '../support/token';

const NOW = new Date('2026-03-10T12:34:56.789Z');
const SUMS = 'credits value eventCount';
const USAGE = `query ($input: CreditUsageInput!, $first: Int, $after: String, $last: Int, $before: String) {
  creditUsage(input: $input, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { groups { key value type } ${SUMS} share } }
    pageInfo { hasPreviousPage hasNextPage startCursor endCursor }
    total { ${SUMS} } other { ${SUMS} seriesCount } seriesCount interval from to timeZone asOf
  }
}`;

let server: TestServer;
let seller: Seller;
let promo: string;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => NOW });
  seller = new Seller(server);
  await seller.sell({ chat: 'coalesce(tokens, 1) * 0.5', image: '2.5' });
  await seller.sell({ gem: '1' }, 'gems', 'gem-plan');
  await seller.customer('acme');
  await seller.customer('globex');
  promo = await seller.grant('acme', '3', { category: 'PROMOTIONAL' });
  const chat = (user: string, tokens: unknown, timestamp: string, more = {}) => ({
    customerId: 'acme',
    featureId: 'chat',
    timestamp,
    dimensions: { user, tokens, ...more },
  });
  await seller.reportAll([
    chat('ann', 4, '2026-03-10T01:00:00Z', { team: 'red' }),
    chat('ann', 10, '2026-03-09T23:59:59.999Z'),
    chat('bob', 4.0, '2026-02-11T00:00:00Z', { team: 'blue' }),
    chat('bob', 99, '2026-02-10T23:59:59.999Z'),
    {
      customerId: 'acme',
      featureId: 'image',
      resourceId: 'ws',
      value: '2',
      timestamp: '2026-03-01T00:00:00Z',
      dimensions: { featureId: 'mine', tokens: '4', big: '12345678901234567890.5' },
    },
    { customerId: 'globex', featureId: 'image', timestamp: '2026-03-01T00:00:00Z' },
  ]);
});

const acme = { currencyId: 'credits', customerId: 'acme' };

const usage = async (input: object, page: object = {}): Promise<any> =>
  (await seller.ask(USAGE, { input: { ...acme, ...input }, ...page })).creditUsage;

const rows = (answer: any) =>
  answer.edges.map(({ node }: any) => [...node.groups.map((group: any) => group.value), node.credits, node.value, node.eventCount]);

describe('creditUsage', () => {
  test('answers series, total, other, range and asOf', async () => {
    const answer = await usage({ groupBy: ['user'] }, { first: 2 });
    const cursors = answer.edges.map(({ cursor }: { cursor: string }) => cursor);
    expect(answer).toEqual({
      edges: [
        {
          cursor: cursors[0],
          node: { groups: [{ key: 'user', value: 'ann', type: 'TEXT' }], credits: '7', value: '2', eventCount: 2, share: '0.5' },
        },
        {
          cursor: cursors[1],
          node: { groups: [{ key: 'user', value: null, type: null }], credits: '5', value: '2', eventCount: 1, share: '0.357142857143' },
        },
      ],
      pageInfo: { hasPreviousPage: false, hasNextPage: true, startCursor: cursors[0], endCursor: cursors[1] },
      total: { credits: '14', value: '5', eventCount: 4 },
      other: { credits: '2', value: '1', eventCount: 1, seriesCount: 1 },
      seriesCount: 3,
      interval: 'DAY',
      from: '2026-02-11T00:00:00.000Z',
      to: '2026-03-11T00:00:00.000Z',
      timeZone: 'UTC',
      asOf: NOW.toISOString(),
    });
  });

  test('has points of what is not on the page, which add up with those of the page to those of all', async () => {
    const POINTS = `query ($input: CreditUsageInput!, $first: Int, $after: String, $zeroFill: Boolean!) { creditUsage(input: $input, first: $first, after: $after) {
      edges { cursor node { points(zeroFill: $zeroFill) { from to credits value eventCount } } } other { credits points(zeroFill: $zeroFill) { from to credits value eventCount } } } }`;
    const input = { ...acme, groupBy: ['user'] };
    const ask = async (change: object) => (await seller.ask(POINTS, { input, zeroFill: false, ...change })).creditUsage;
    const whole = await ask({ first: 100 });
    const pointsOf = (answer: any) => answer.edges.flatMap(({ node }: any) => node.points);
    expect([whole.other.points, pointsOf(whole).length]).toEqual([[], expect.any(Number)]);
    const second = await ask({ first: 1, after: (await ask({ first: 1 })).edges[0].cursor });
    const sums = new Map<string, number[]>();
    for (const { from, credits, value, eventCount } of pointsOf(whole)) {
      const sum = sums.get(from) ?? [0, 0, 0];
      sums.set(from, [sum[0]! + Number(credits), sum[1]! + Number(value), sum[2]! + eventCount]);
    }
    for (const { from, credits, value, eventCount } of [...pointsOf(second), ...second.other.points]) {
      const sum = sums.get(from)!;
      sums.set(from, [sum[0]! - Number(credits), sum[1]! - Number(value), sum[2]! - eventCount]);
    }
    expect([...sums.values()].flat().filter((rest) => rest !== 0)).toEqual([]);
    expect(second.other.points.length).toBeGreaterThan(0);
    const filled = (await ask({ first: 1, zeroFill: true })).other.points;
    expect([filled.length, new Set(filled.map(({ from }: any) => from)).size]).toEqual([28, 28]);
  });

  test('without keys gives one series, without a customer everyone’s', async () => {
    expect(rows(await usage({}))).toEqual([['14', '5', 4]]);
    expect(rows(await usage({ customerId: null }))).toEqual([['16.5', '6', 5]]);
    expect(rows(await usage({ customerId: null, groupBy: ['customerId'], orderBy: { field: 'KEY', direction: 'DESC' } }))).toEqual([
      ['globex', '2.5', '1', 1],
      ['acme', '14', '5', 4],
    ]);
  });

  test('calls customers and features by their names, for customer tokens too, and nothing else', async () => {
    await mutate(server, 'updateCustomer', { id: 'acme', name: 'Acme Ltd' }, 'customer { id }');
    await mutate(server, 'updateFeature', { id: 'image', name: 'Images' }, 'feature { id }');
    const NAMES = `query ($input: CreditUsageInput!) { creditUsage(input: $input) { edges { node { groups { value name } } } } }`;
    const groups = { groupBy: ['customerId', 'featureId', 'dimensions.featureId', 'planId'], filters: [{ key: 'featureId', equals: 'image' }] };
    const { creditUsage } = await seller.ask(NAMES, { input: { ...acme, ...groups } });
    const named = [
      { value: 'acme', name: 'Acme Ltd' },
      { value: 'image', name: 'Images' },
      { value: 'mine', name: null },
      { value: 'pro', name: null },
    ];
    expect(creditUsage.edges).toEqual([{ node: { groups: named } }]);
    const own = await askWithToken(server, await tokenOf(server, 'acme'), NAMES, { input: { ...acme, ...groups } });
    expect(own.data.creditUsage).toEqual(creditUsage);
  });

  test('groups by fields, and by dimensions that have their names', async () => {
    expect(rows(await usage({ groupBy: ['featureId', 'dimensions.featureId', 'resourceId'] }))).toEqual([
      ['chat', null, null, '9', '3', 3],
      ['image', 'mine', 'ws', '5', '2', 1],
    ]);
  });

  test('tells numbers from texts, and takes 4 and 4.0 for one', async () => {
    const answer = await usage({ groupBy: ['tokens'], orderBy: { field: 'KEY', direction: 'ASC' } });
    expect(answer.edges.map(({ node }: { node: { groups: unknown[] } }) => node.groups[0])).toEqual([
      { key: 'tokens', value: 4, type: 'NUMBER' },
      { key: 'tokens', value: 10, type: 'NUMBER' },
      { key: 'tokens', value: '4', type: 'TEXT' },
    ]);
    expect(rows(await usage({ filters: [{ key: 'tokens', equals: 4 }] }))).toEqual([['4', '2', 2]]);
    expect(rows(await usage({ filters: [{ key: 'tokens', equals: '4' }] }))).toEqual([['5', '2', 1]]);
  });

  test('groups by the grants that paid, filters by their ids, and counts an event with its first draw', async () => {
    expect(rows(await usage({ groupBy: ['grantId', 'grantCategory'] }))).toEqual([
      [null, null, '11', '3', 2],
      [promo, 'PROMOTIONAL', '3', '2', 2],
    ]);
    expect(rows(await usage({ filters: [{ key: 'grantId', equals: promo }] }))[0][0]).toBe('3');
    expect(rows(await usage({ filters: [{ key: 'grantId', equals: null }] }))[0][0]).toBe('11');
    expect((await usage({ filters: [{ key: 'grantId', equals: 'nonsense' }] })).seriesCount).toBe(0);
  });

  test('filters by absence, by several values, and by resource', async () => {
    expect(rows(await usage({ filters: [{ key: 'team', equals: null }] }))).toEqual([['10', '3', 2]]);
    expect(
      rows(
        await usage({
          filters: [
            { key: 'team', in: ['red', null] },
            { key: 'featureId', equals: 'chat' },
          ],
        }),
      ),
    ).toEqual([['7', '2', 2]]);
    expect(rows(await usage({ resourceId: 'ws' }))).toEqual([['5', '2', 1]]);
    expect(rows(await usage({ resourceId: null }))).toEqual([['9', '3', 3]]);
    expect(await usage({ resourceId: 'nobody' })).toMatchObject({ edges: [], seriesCount: 0, total: { credits: '0', value: '0', eventCount: 0 } });
  });

  test('takes a range from any millisecond, half-open', async () => {
    const to = '2026-03-10T01:00:00.000Z';
    expect(rows(await usage({ from: '2026-03-09T23:59:59.999Z', to }))).toEqual([['5', '1', 1]]);
    expect(rows(await usage({ from: '2026-03-09T23:59:59.999+00:00', to: '2026-03-10T01:00:00.001Z' }))).toEqual([['7', '2', 2]]);
  });

  test('answers points in the zone asked for, with zeros on demand', async () => {
    const POINTS = `query ($input: CreditUsageInput!) { creditUsage(input: $input) { edges { node { points { from credits } all: points(zeroFill: true) { from to credits eventCount } } } } }`;
    const input = { ...acme, range: 'LAST_WEEK', timeZone: 'America/New_York' };
    const [{ node }] = (await seller.ask(POINTS, { input })).creditUsage.edges;
    expect(node.points).toEqual([{ from: '2026-03-09T04:00:00.000Z', credits: '7' }]);
    expect(node.all).toHaveLength(7);
    expect(node.all.slice(3)).toEqual([
      { from: '2026-03-07T05:00:00.000Z', to: '2026-03-08T05:00:00.000Z', credits: '0', eventCount: 0 },
      { from: '2026-03-08T05:00:00.000Z', to: '2026-03-09T04:00:00.000Z', credits: '0', eventCount: 0 },
      { from: '2026-03-09T04:00:00.000Z', to: '2026-03-10T04:00:00.000Z', credits: '7', eventCount: 2 },
      { from: '2026-03-10T04:00:00.000Z', to: '2026-03-11T04:00:00.000Z', credits: '0', eventCount: 0 },
    ]);
  });

  test('pages forward and backward through all series exactly once', async () => {
    const input = { groupBy: ['user', 'tokens', 'featureId'] };
    const all = rows(await usage(input));
    const forward: unknown[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { edges, pageInfo } = await usage(input, { first: 1, after });
      forward.push(...rows({ edges }));
      ({ endCursor: after, hasNextPage: more } = pageInfo);
    }
    expect(forward).toEqual(all);
    const last = await usage(input, { last: 2 });
    expect(rows(last)).toEqual(all.slice(-2));
    expect(rows(await usage(input, { last: 10, before: last.pageInfo.startCursor }))).toEqual(all.slice(0, -2));
  });

  test('adds up exactly beyond 64 bits of 10^-9, though each cell of the rollups fits', async () => {
    await seller.customer('giant');
    const report = { customerId: 'giant', featureId: 'image', timestamp: '2026-03-01T00:00:00Z' };
    await seller.reportAll(Array.from({ length: 12 }, (_, index) => ({ ...report, dimensions: { [`key-${index}`]: true } })));
    // As thousands of reports would have left them.
    await server.database.pool.query(`UPDATE usage_rollup r SET credits_small = 999999999999999999, value_small = 900000000000000001
      FROM customer c WHERE c.id = 'giant' AND r.customer_key = c.key`);
    const input = { customerId: 'giant', interval: 'DAY' };
    expect(rows(await usage(input))).toEqual([['11999999999.999999988', '10800000000.000000012', 12]]);
    const POINTS = `query ($input: CreditUsageInput!) { creditUsage(input: $input) { edges { node { points { credits } } } } }`;
    const answer = await seller.ask(POINTS, { input: { ...acme, ...input } });
    expect(answer.creditUsage.edges[0].node.points).toEqual([{ credits: '11999999999.999999988' }]);
  });

  test('is open to readers, and another environment’s things are not there', async () => {
    expect((await server.graphql(USAGE, { input: acme }, server.keys.READER)).errors).toBeUndefined();
    const stranger = await testServer(server.database, { now: () => NOW });
    expect(codeOf(await stranger.graphql(USAGE, { input: acme }))).toBe('CUSTOMER_NOT_FOUND');
    expect(codeOf(await stranger.graphql(USAGE, { input: { currencyId: 'credits' } }))).toBe('CURRENCY_NOT_FOUND');
    expect(codeOf(await server.graphql(USAGE, { input: acme }, null))).toBe('UNAUTHENTICATED');
  });

  test('judges in the order it says', async () => {
    const foreign = (await usage({ groupBy: ['user'] })).pageInfo.startCursor;
    const steps: [object, object, string][] = [
      [{}, { first: 0 }, 'PAGE_INVALID'],
      [{}, { after: 'nonsense' }, 'CURSOR_INVALID'],
      [{ customerId: 'nobody', resourceId: 'no such', groupBy: ['a', 'a'] }, { after: foreign }, 'ID_INVALID'],
      [{ customerId: 'nobody', groupBy: ['a', 'a'], filters: [{ key: 'a' }] }, { after: foreign }, 'GROUP_BY_INVALID'],
      [{ customerId: 'nobody', filters: [{ key: 'a' }], timeZone: 'x' }, { after: foreign }, 'INPUT_INVALID'],
      [{ customerIds: ['nobody'], timeZone: 'x' }, { after: foreign }, 'INPUT_INVALID'],
      [{ customerId: 'nobody', asOf: NOW, timeZone: 'x' }, { after: foreign }, 'INPUT_INVALID'],
      [{ customerId: 'nobody', timeZone: 'x' }, { after: foreign }, 'CURSOR_INVALID'],
      [{ customerId: 'nobody', timeZone: 'x' }, {}, 'TIME_RANGE_INVALID'],
      [{ customerId: 'nobody', from: 'yesterday', to: '2026-02-30T00:00:00Z' }, {}, 'TIME_RANGE_INVALID'],
      [{ customerId: 'nobody', currencyId: '\u0000' }, {}, 'CUSTOMER_NOT_FOUND'],
      [{ customerId: '\u0000' }, {}, 'CUSTOMER_NOT_FOUND'],
      [{ currencyId: '\u0000' }, {}, 'CURRENCY_NOT_FOUND'],
      [{ currencyId: 'nothing' }, {}, 'CURRENCY_NOT_FOUND'],
      [{ customerId: undefined, customerIds: ['acme', 'nobody'], currencyId: undefined }, {}, 'CUSTOMER_NOT_FOUND'],
      [{ currencyId: undefined }, {}, 'CURRENCY_REQUIRED'],
    ];
    for (const [input, page, code] of steps) expect(codeOf(await server.graphql(USAGE, { input: { ...acme, ...input }, ...page }))).toBe(code);
  });

  test('answers for several customers together', async () => {
    const input = { customerId: undefined, customerIds: ['globex', 'acme', 'globex'], groupBy: ['customerId', 'planId', 'currencyId'] };
    expect(rows(await usage(input))).toEqual([
      ['acme', 'pro', 'credits', '14', '5', 4],
      ['globex', 'pro', 'credits', '2.5', '1', 1],
    ]);
    expect(rows(await usage({ ...input, customerIds: ['globex'] }))).toEqual([['globex', 'pro', 'credits', '2.5', '1', 1]]);
  });

  test('filters by any tests, also on fields, and orders by value', async () => {
    const either = {
      or: [
        { key: 'featureId', prefix: 'im' },
        { key: 'user', equals: 'bob' },
      ],
    };
    const orderBy = { field: 'VALUE', direction: 'ASC' };
    expect(rows(await usage({ groupBy: ['user'], filters: [either, { not: { key: 'team', exists: false } }] }))).toEqual([['bob', '2', '1', 1]]);
    expect(rows(await usage({ groupBy: ['user'], filters: [either], orderBy }))).toEqual([
      ['bob', '2', '1', 1],
      [null, '5', '2', 1],
    ]);
    expect(rows(await usage({ filters: [{ key: 'tokens', atLeast: 4, lessThan: 10 }] }))).toEqual([['4', '2', 2]]);
    expect(rows(await usage({ filters: [{ not: { key: 'grantId', in: [promo] } }] }))).toEqual([['11', '3', 2]]);
  });

  test('says what a unit cost, and by which rates', async () => {
    const RATES = `query ($input: CreditUsageInput!) { creditUsage(input: $input) { edges { node { groups { value } creditsPerUnit
      rates { rate { id planVersion { number } feature { id } } credits value eventCount creditsPerUnit } } } } }`;
    const ask = async (input: object): Promise<any[]> =>
      (await seller.ask(RATES, { input: { ...acme, ...input } })).creditUsage.edges.map((edge: any) => edge.node);
    const [all] = await ask({});
    expect(all).toMatchObject({
      creditsPerUnit: '2.8',
      rates: [
        { rate: { planVersion: { number: 1 }, feature: { id: 'chat' } }, credits: '9', value: '3', eventCount: 3, creditsPerUnit: '3' },
        { rate: { feature: { id: 'image' } }, credits: '5', value: '2', eventCount: 1, creditsPerUnit: '2.5' },
      ],
    });
    expect((await ask({ groupBy: ['user'], range: 'LAST_YEAR' })).map(({ rates }) => rates.map(({ credits }: any) => credits))).toEqual([
      ['51.5'],
      ['7'],
      ['5'],
    ]);
    const image = all.rates[1].rate.id;
    expect(await ask({ groupBy: ['rateId'], filters: [{ key: 'rateId', equals: image }] })).toMatchObject([
      { groups: [{ value: image }], rates: [{ credits: '5' }] },
    ]);
    expect(codeOf(await server.graphql(RATES, { input: { ...acme, filters: [{ key: 'rateId', prefix: image }] } }))).toBe('INPUT_INVALID');
  });

  test('leads from a series and from a point to the ledger entries behind it, and from there to the calculation', async () => {
    const ENTRIES = `query ($input: CreditUsageInput!, $after: String) { creditUsage(input: $input, first: 1) { edges { node { credits
      entries(first: 1, after: $after) { edges { cursor node { amount kind event { value } grant { id } calculation { formula parameters { name value } cost } } } pageInfo { hasNextPage endCursor } }
      points { from entries(first: 5) { edges { node { amount } } } } } } } }`;
    const input = { ...acme, filters: [{ key: 'user', equals: 'ann' }], groupBy: ['featureId'] };
    const first = (await seller.ask(ENTRIES, { input })).creditUsage.edges[0].node;
    expect(first).toMatchObject({
      credits: '7',
      entries: {
        edges: [
          {
            node: {
              amount: '-2',
              kind: 'CONSUMED',
              grant: { id: promo },
              calculation: { formula: 'coalesce(tokens, 1) * 0.5', parameters: [{ name: 'tokens', value: 4 }], cost: '2' },
            },
          },
        ],
        pageInfo: { hasNextPage: true },
      },
      points: [
        { from: '2026-03-09T00:00:00.000Z', entries: { edges: [{ node: { amount: '-4' } }, { node: { amount: '-1' } }] } },
        { from: '2026-03-10T00:00:00.000Z', entries: { edges: [{ node: { amount: '-2' } }] } },
      ],
    });
    const { endCursor: after } = first.entries.pageInfo;
    const second = (await seller.ask(ENTRIES, { input, after })).creditUsage.edges[0].node;
    expect(second.entries.edges[0].node.amount).toBe('-4');
    expect(codeOf(await server.graphql(ENTRIES, { input: { ...input, groupBy: ['user'] }, after }))).toBe('CURSOR_INVALID');
    expect(codeOf(await server.graphql(ENTRIES, { input, after: 'nonsense' }))).toBe('CURSOR_INVALID');
  });

  test('asks for what was known, and says when that was', async () => {
    const answer = await usage({ asOf: '2026-03-10T12:00:00Z' });
    expect(answer).toMatchObject({ asOf: '2026-03-10T12:00:00.000Z', total: { credits: '0', eventCount: 0 }, seriesCount: 0 });
  });

  test('filters nested beyond measure are refused like any others', async () => {
    const codes = [];
    for (const depth of [9, 30, 20_000]) {
      const filter = `${'{"not":'.repeat(depth)}{"key":"user","exists":true}${'}'.repeat(depth)}`;
      const variables = `{"input":{"currencyId":"credits","filters":[${filter}]}}`;
      const { errors } = await server.post(`{"query":${JSON.stringify(USAGE)},"variables":${variables}}`);
      codes.push(errors?.[0]?.extensions.kind);
    }
    expect(codes).toEqual(['MALFORMED', 'MALFORMED', 'MALFORMED']);
  });

  test('says how it was computed: from events where no rollup tells the keys apart, from rollups otherwise', async () => {
    const SOURCE = `query ($input: CreditUsageInput!) { creditUsage(input: $input) { computedFrom } }`;
    const source = async (input: object) => (await seller.ask(SOURCE, { input: { ...acme, ...input } })).creditUsage.computedFrom;
    expect(await source({ groupBy: ['featureId', 'grantId', 'never'] })).toBe('ROLLUPS');
    expect(await source({ groupBy: ['user', 'tokens'] })).toBe('EVENTS');
    expect(await source({ filters: [{ key: 'tokens', equals: '4' }] })).toBe('EVENTS');
  });

  test('keys of hostile names are names like any other', async () => {
    for (const key of ['__proto__', 'constructor', "'; DROP TABLE usage_event; --", '$1', 'g0', '\u{1F600}'])
      expect(rows(await usage({ groupBy: [key], filters: [{ key, equals: null }] }))).toEqual([[null, '14', '5', 4]]);
  });
});
