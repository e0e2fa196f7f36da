import { beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, fieldsOf } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

const NOW = new Date('2026-03-10T12:34:56.789Z');
const PAGE = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const KEYS = `query ($input: CreditUsageDimensionsInput!, $first: Int, $after: String, $last: Int, $before: String) {
  creditUsageDimensions(input: $input, first: $first, after: $after, last: $last, before: $before) {
    edges { node { dimension key eventCount types loose distinctValues { count isEstimate } } } ${PAGE} } }`;
const VALUES = `query ($input: CreditUsageDimensionValuesInput!, $first: Int, $after: String, $last: Int, $before: String) {
  creditUsageDimensionValues(input: $input, first: $first, after: $after, last: $last, before: $before) {
    edges { node { value type usage { credits value eventCount } } } total { credits value eventCount } valueCount ${PAGE} } }`;
const USAGE = `query ($input: CreditUsageInput!) { creditUsage(input: $input, first: 100) {
  edges { node { groups { value type } credits value eventCount } } total { credits value eventCount } seriesCount } }`;

let server: TestServer;
let seller: Seller;

/** Usage of two customers in two currencies; in March, but for one event of February. */
beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => NOW });
  seller = new Seller(server);
  await seller.sell({ chat: 'coalesce(tokens, 1) * 0.5', image: '2.5' });
  await seller.sell({ gem: '1' }, 'gems', 'gem-plan');
  await seller.customer('acme');
  await seller.customer('globex', 'gem-plan');
  const event = (featureId: string, dimensions: object, more: object = {}) => ({
    customerId: 'acme',
    featureId,
    timestamp: '2026-03-05T00:00:00Z',
    dimensions,
    ...more,
  });
  await seller.reportAll([
    event('chat', { user: 'ann', tokens: 4, team: 'red' }),
    event('chat', { user: 'ann', tokens: 10 }),
    event('chat', { user: 'amy', tokens: 4 }, { value: '9' }),
    event('chat', { user: 'bob', tokens: 99, old: true }, { timestamp: '2026-02-20T00:00:00Z' }),
    event('image', { featureId: 'mine', mixed: '4', user: 'A' }, { value: '2' }),
    event('image', { mixed: 4 }),
    event('gem', { user: 'gus', cut: 'round' }, { customerId: 'globex' }),
  ]);
});

const MARCH = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };
const acme = { customerId: 'acme', ...MARCH };
const keys = async (input: object = acme, page: object = {}): Promise<any> => (await seller.ask(KEYS, { input, ...page })).creditUsageDimensions;
const counts = (answer: any) => answer.edges.map(({ node }: any) => [node.dimension, node.eventCount]);

describe('creditUsageDimensions', () => {
  test('lists the dimensions by name, with how many events have them, their types and how many different values', async () => {
    const exact = (count: number) => ({ count, isEstimate: false });
    expect((await keys()).edges.map(({ node }: any) => node)).toEqual([
      { dimension: 'featureId', key: 'dimensions.featureId', eventCount: 1, types: ['TEXT'], loose: false, distinctValues: exact(1) },
      { dimension: 'mixed', key: 'mixed', eventCount: 2, types: ['NUMBER', 'TEXT'], loose: true, distinctValues: exact(2) },
      { dimension: 'team', key: 'team', eventCount: 1, types: ['TEXT'], loose: false, distinctValues: exact(1) },
      { dimension: 'tokens', key: 'tokens', eventCount: 3, types: ['NUMBER'], loose: true, distinctValues: exact(2) },
      { dimension: 'user', key: 'user', eventCount: 4, types: ['TEXT'], loose: false, distinctValues: exact(3) },
    ]);
  });

  test('counts in the scope that is asked for: customers, currency, range, prefix', async () => {
    const all = [...counts(await keys()), ['cut', 1]].map(([name, count]) => [name, name === 'user' ? 5 : count]).sort();
    expect(counts(await keys(MARCH))).toEqual(all);
    expect(counts(await keys({ ...MARCH, customerIds: ['acme', 'globex'] }))).toEqual(all);
    expect(counts(await keys({ ...MARCH, currencyId: 'gems' }))).toEqual([
      ['cut', 1],
      ['user', 1],
    ]);
    expect(counts(await keys({ ...acme, currencyId: 'gems' }))).toEqual([]);
    expect(counts(await keys({ ...acme, from: '2026-02-01T00:00:00Z', to: '2026-03-01T00:00:00Z' }))).toEqual([
      ['old', 1],
      ['tokens', 1],
      ['user', 1],
    ]);
    expect(counts(await keys({ customerId: 'acme' }))).toContainEqual(['old', 1]); // the last month
    expect(counts(await keys({ ...acme, prefix: 't' }))).toEqual([
      ['team', 1],
      ['tokens', 3],
    ]);
    expect(counts(await keys({ ...acme, prefix: '%' }))).toEqual([]);
  });

  test('goes page by page in both directions', async () => {
    const first = await keys(acme, { first: 2 });
    const rest = await keys(acme, { first: 100, after: first.pageInfo.endCursor });
    expect([counts(first).length, first.pageInfo.hasNextPage, [...counts(first), ...counts(rest)]]).toEqual([2, true, counts(await keys())]);
    const last = await keys(acme, { last: 1 });
    expect([counts(last), counts(await keys(acme, { last: 1, before: last.pageInfo.startCursor }))]).toEqual([[['user', 4]], [['tokens', 3]]]);
  });

  test('judges in the order it says', async () => {
    const forged = Buffer.from(JSON.stringify(['creditUsageDimensionValues', 'x'])).toString('base64url');
    const steps: [object, object, string, string[]?][] = [
      [{ customerIds: [], prefix: '\0', timeZone: 'x' }, { first: 0, after: forged }, 'PAGE_INVALID'],
      [{ customerIds: [], prefix: '\0', timeZone: 'x' }, { after: forged }, 'CURSOR_INVALID'],
      [{ customerIds: [], prefix: '\0', timeZone: 'x' }, {}, 'INPUT_INVALID', ['customerIds', 'prefix']],
      [{ customerIds: ['nobody'], timeZone: 'x' }, {}, 'TIME_RANGE_INVALID'],
      [{ customerIds: ['acme', 'nobody'], currencyId: 'nothing' }, {}, 'CUSTOMER_NOT_FOUND'],
      [{ customerIds: ['acme', '\0'], currencyId: 'nothing' }, {}, 'CUSTOMER_NOT_FOUND'],
      [{ customerIds: ['acme'], currencyId: 'nothing' }, {}, 'CURRENCY_NOT_FOUND'],
    ];
    for (const [input, page, code, fields = []] of steps) {
      const answer = await server.graphql(KEYS, { input, ...page });
      expect([codeOf(answer), code === 'INPUT_INVALID' ? fieldsOf(answer) : []]).toEqual([code, fields]);
    }
  });
});

describe('creditUsageDimensionValues', () => {
  const scope = { ...acme, currencyId: 'credits' };
  const values = async (input: object, page: object = {}): Promise<any> =>
    (await seller.ask(VALUES, { input: { ...scope, ...input }, ...page })).creditUsageDimensionValues;
  const list = (answer: any) => answer.edges.map(({ node }: any) => node.value);
  const BY_KEY = { field: 'KEY', direction: 'ASC' };

  test.each(['user', 'tokens', 'mixed', 'dimensions.featureId', 'featureId', 'grantId', 'never'])(
    'of %s are the series of a breakdown by it, and add up with it',
    async (key) => {
      for (const orderBy of [undefined, BY_KEY, { field: 'VALUE', direction: 'DESC' }, { field: 'EVENT_COUNT', direction: 'ASC' }]) {
        const { creditUsage } = await seller.ask(USAGE, { input: { ...scope, groupBy: [key], orderBy } });
        const answer = await values({ key, orderBy }, { first: 100 });
        const series = creditUsage.edges.map(({ node: { groups, ...usage } }: any) => ({ ...groups[0], usage }));
        expect(answer.edges.map(({ node }: any) => node)).toEqual(series);
        expect([answer.total, answer.valueCount]).toEqual([creditUsage.total, creditUsage.seriesCount]);
        expect(answer.valueCount).toBeGreaterThan(0);
      }
    },
  );

  test('are found by how they begin, filtered, and ordered by credits or by themselves', async () => {
    expect(list(await values({ key: 'user' }))).toEqual(['ann', 'A', null, 'amy']);
    expect(list(await values({ key: 'user', orderBy: BY_KEY }))).toEqual(['A', 'amy', 'ann', null]);
    expect(list(await values({ key: 'user', prefix: 'a' }))).toEqual(['ann', 'amy']);
    expect(list(await values({ key: 'user', prefix: 'a', filters: [{ key: 'tokens', greaterThan: 4 }] }))).toEqual(['ann']);
    expect(list(await values({ key: 'mixed', orderBy: BY_KEY }))).toEqual([4, '4', null]);
    expect(list(await values({ key: 'mixed', prefix: '4' }))).toEqual(['4']);
    expect(list(await values({ key: 'featureId', prefix: 'i' }))).toEqual(['image']);
  });

  test('go page by page in both directions, as the first page saw them', async () => {
    const first = await values({ key: 'user' }, { first: 2 });
    await seller.report('acme', 'image', { value: '1000', timestamp: '2026-03-06T00:00:00Z', dimensions: { user: 'late' } });
    const rest = await values({ key: 'user' }, { first: 2, after: first.pageInfo.endCursor });
    expect([list(rest), rest.valueCount, rest.total, rest.pageInfo.hasNextPage]).toEqual([[null, 'amy'], 4, first.total, false]);
    expect(list(await values({ key: 'user' }, { last: 1, before: rest.pageInfo.startCursor }))).toEqual(['A']);
    expect(list(await values({ key: 'user' }))[0]).toBe('late');
  });

  test('judge in the order they say', async () => {
    const { startCursor: foreign } = (await values({ key: 'user' })).pageInfo;
    const steps: [object, object, string, string[]?][] = [
      [{ key: '', prefix: '\0', resourceId: 'no such' }, { first: 101 }, 'PAGE_INVALID'],
      [{ key: '', prefix: '\0', resourceId: 'no such' }, { after: 'x' }, 'CURSOR_INVALID'],
      [{ key: '', prefix: '\0', resourceId: 'no such' }, {}, 'INPUT_INVALID', ['key', 'prefix']],
      [{ key: 'user', resourceId: 'no such', filters: [{ key: 'a' }] }, { after: foreign }, 'ID_INVALID'],
      [{ key: 'dimensions.', filters: [{ key: 'a' }] }, { after: foreign }, 'GROUP_BY_INVALID'],
      [{ key: 'grantId', prefix: 'a' }, {}, 'INPUT_INVALID', ['filters']],
      [{ key: 'tokens', timeZone: 'x' }, { after: foreign }, 'CURSOR_INVALID'],
      [{ key: 'user', customerId: 'nobody', timeZone: 'x' }, {}, 'TIME_RANGE_INVALID'],
      [{ key: 'user', customerId: 'nobody', currencyId: 'nothing' }, {}, 'CUSTOMER_NOT_FOUND'],
      [{ key: 'user', currencyId: 'nothing' }, {}, 'CURRENCY_NOT_FOUND'],
      [{ key: 'user', currencyId: null }, {}, 'CURRENCY_REQUIRED'],
    ];
    for (const [input, page, code, fields = []] of steps) {
      const answer = await server.graphql(VALUES, { input: { ...scope, ...input }, ...page });
      expect([code, codeOf(answer), code === 'INPUT_INVALID' ? fieldsOf(answer) : []]).toEqual([code, code, fields]);
    }
  });
});
