import { beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, mutate, publishDraft } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';

const CHANGE = 'previous { credits value eventCount } current { credits value eventCount } change volumeChange priceChange mixChange';
const COMPARE = `query ($input: CompareCreditUsageInput!, $previousFrom: DateTime, $previousTo: DateTime, $first: Int, $after: String, $last: Int, $before: String) {
  compareCreditUsage(input: $input, previousFrom: $previousFrom, previousTo: $previousTo, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { groups { key value } ${CHANGE} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    total { ${CHANGE} } seriesCount from to previousFrom previousTo } }`;

let now = new Date('2026-01-05T12:00:00Z');
let server: TestServer;
let seller: Seller;

/** January by version 1, in which a token costs 1; February by version 2, in which it costs 2. Images stay at 3. */
beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => now });
  seller = new Seller(server);
  await seller.sell({ chat: '1 * tokens', image: '3' });
  await seller.customer('acme');
  const chat = (user: string, tokens: number, value = '1') => ({ customerId: 'acme', featureId: 'chat', value, dimensions: { user, tokens } });
  await seller.reportAll([
    chat('ann', 10),
    chat('ann', 20),
    chat('bob', 5),
    { customerId: 'acme', featureId: 'image', value: '2', dimensions: { user: 'ann' } },
  ]);
  now = new Date('2026-02-01T00:00:00Z');
  await mutate(server, 'createPlanDraft', { planId: 'pro' }, '__typename');
  const rate = { planId: 'pro', version: 2, featureId: 'chat', currencyId: 'credits', mode: 'FORMULA', formula: '2 * tokens' };
  await mutate(server, 'setRate', rate, '__typename');
  await publishDraft(server, 'pro');
  now = new Date('2026-02-05T12:00:00Z');
  await seller.reportAll([chat('ann', 20), chat('ann', 20), chat('ann', 20), chat('cy', 1, '0'), chat('cy', 4)]);
  now = new Date('2026-02-20T12:00:00Z');
});

const february = { customerId: 'acme', from: '2026-02-01T00:00:00Z', to: '2026-03-01T00:00:00Z' };
const january = { previousFrom: '2026-01-01T00:00:00Z', previousTo: '2026-02-01T00:00:00Z' };
const compare = async (input: object, more: object = january): Promise<any> =>
  (await seller.ask(COMPARE, { input: { ...february, ...input }, ...more })).compareCreditUsage;

describe('compareCreditUsage', () => {
  test('shows both ranges, the largest change first, with what is only in one of them', async () => {
    const answer = await compare({ groupBy: ['user'] });
    expect(answer.edges.map(({ node }: any) => [node.groups[0].value, node.previous, node.current, node.change])).toEqual([
      ['ann', { credits: '36', value: '4', eventCount: 3 }, { credits: '120', value: '3', eventCount: 3 }, '84'],
      ['cy', { credits: '0', value: '0', eventCount: 0 }, { credits: '10', value: '1', eventCount: 2 }, '10'],
      ['bob', { credits: '5', value: '1', eventCount: 1 }, { credits: '0', value: '0', eventCount: 0 }, '-5'],
    ]);
    expect(answer).toMatchObject({ seriesCount: 3, total: { previous: { credits: '41' }, current: { credits: '130' }, change: '89' } });
    expect(answer).toMatchObject({
      from: '2026-02-01T00:00:00.000Z',
      previousFrom: '2026-01-01T00:00:00.000Z',
      previousTo: '2026-02-01T00:00:00.000Z',
    });
  });

  test('splits a change into volume, price and mix by feature', async () => {
    const { edges } = await compare({ groupBy: ['user'] });
    const parts = edges.map(({ node }: any) => [node.groups[0].value, node.volumeChange, node.priceChange, node.mixChange]);
    // ann: chat was 15 a request; one request more, at a new rate that took 120 for 3 of them. The images are gone.
    expect(parts).toEqual([
      ['ann', '9', '75', '0'],
      ['cy', '10', '0', '0'],
      ['bob', '-5', '0', '0'],
    ]);
  });

  test('counts dearer requests at the same rate as mix', async () => {
    const input = { from: '2026-02-05T00:00:00Z', to: '2026-02-06T00:00:00Z', filters: [{ key: 'user', equals: 'ann' }] };
    await seller.report('acme', 'chat', { timestamp: '2026-02-06T00:00:00Z', dimensions: { user: 'ann', tokens: 50 } });
    const { total } = await compare({ ...input, from: '2026-02-06T00:00:00Z', to: '2026-02-07T00:00:00Z' }, {});
    expect(total).toMatchObject({ change: '-20', volumeChange: '-80', priceChange: '0', mixChange: '60' });
  });

  test('adds up in every series and in the total, whatever the keys', async () => {
    for (const groupBy of [[], ['featureId'], ['user', 'tokens'], ['rateId', 'user']]) {
      const { edges, total } = await compare({ groupBy });
      const sum = (of: (node: any) => string) => edges.reduce((all: number, { node }: any) => all + Number(of(node)), 0);
      for (const node of [...edges.map((edge: any) => edge.node), total])
        expect(Number(node.volumeChange) + Number(node.priceChange) + Number(node.mixChange)).toBe(Number(node.change));
      expect([sum((node) => node.previous.credits), sum((node) => node.current.credits), sum((node) => node.change)]).toEqual(
        [total.previous.credits, total.current.credits, total.change].map(Number),
      );
    }
  });

  test('compares with as long a range directly before, unless told otherwise', async () => {
    const answer = await compare({ from: '2026-02-05T00:00:00Z', to: '2026-02-08T00:00:00Z' }, {});
    expect(answer).toMatchObject({ previousFrom: '2026-02-02T00:00:00.000Z', previousTo: '2026-02-05T00:00:00.000Z' });
  });

  test('pages through all series once, in both directions', async () => {
    const input = { groupBy: ['user'] };
    const all = (await compare(input)).edges.map(({ node }: any) => node);
    const forward: unknown[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { edges, pageInfo } = await compare(input, { ...january, first: 1, after });
      forward.push(...edges.map(({ node }: any) => node));
      ({ endCursor: after, hasNextPage: more } = pageInfo);
    }
    expect(forward).toEqual(all);
    const last = await compare(input, { ...january, last: 2 });
    expect(last.edges.map(({ node }: any) => node)).toEqual(all.slice(1));
    expect((await compare(input, { ...january, last: 2, before: last.pageInfo.startCursor })).edges.map(({ node }: any) => node)).toEqual(
      all.slice(0, 1),
    );
  });

  test('of nothing is nothing', async () => {
    expect(await compare({ customerId: 'acme', from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' }, {})).toMatchObject({
      edges: [],
      seriesCount: 0,
      total: { change: '0', volumeChange: '0', priceChange: '0', mixChange: '0', previous: { credits: '0' } },
    });
  });

  test('judges in the order it says', async () => {
    const foreign = (await compare({ groupBy: ['featureId'] })).pageInfo.startCursor;
    const filters = [{ key: 'a' }];
    const steps: [object, object, string][] = [
      [{}, { first: 101 }, 'PAGE_INVALID'],
      [{ groupBy: ['a', 'a'], filters }, { after: foreign }, 'GROUP_BY_INVALID'],
      [{ filters }, { after: foreign }, 'INPUT_INVALID'],
      [{ orderBy: { field: 'CREDITS', direction: 'ASC' } }, {}, 'BAD_USER_INPUT'],
      [{ interval: 'DAY' }, {}, 'BAD_USER_INPUT'],
      [{}, { after: foreign, previousTo: null }, 'CURSOR_INVALID'],
      [{ groupBy: ['featureId'] }, { ...january, previousTo: '2026-01-31T00:00:00Z', after: foreign }, 'CURSOR_INVALID'],
      [{ customerId: 'nobody' }, { previousFrom: '2026-01-01T00:00:00Z', previousTo: null }, 'TIME_RANGE_INVALID'],
      [{ customerId: 'nobody' }, { previousFrom: '2026-02-01T00:00:00Z', previousTo: '2026-01-01T00:00:00Z' }, 'TIME_RANGE_INVALID'],
      [{ customerId: 'nobody', currencyId: 'nothing' }, {}, 'CUSTOMER_NOT_FOUND'],
      [{ currencyId: 'nothing' }, {}, 'CURRENCY_NOT_FOUND'],
    ];
    for (const [input, more, code] of steps)
      expect(codeOf(await server.graphql(COMPARE, { input: { ...february, ...input }, ...january, ...more }))).toBe(code);
    expect(codeOf(await server.graphql(COMPARE, { input: february }, null))).toBe('UNAUTHENTICATED');
  });
});
