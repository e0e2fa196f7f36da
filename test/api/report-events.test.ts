import { beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, mutate, publishDraft, tryMutation } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testEnvironment, testServer, type TestServer } from '../support/server';
import { written } from '../support/written';

const NOW = new Date('2026-03-01T12:00:00.000Z');
let server: TestServer;
let seller: Seller;
let keys = 0;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => NOW });
  seller = new Seller(server);
  await seller.sell({ calls: '0.5', tokens: '0.001 * value', images: 'size == "large" ? 4 : 1', odd: '10 / (1 - odd)', unpriced: '1' });
  await meter('calls', { eventName: 'completion' });
  await meter('tokens', {
    eventName: 'completion',
    filters: [{ not: { key: 'model', prefix: 'free-' } }],
    valueDimension: 'tokens',
  });
  await meter('images', { eventName: 'image', filters: [{ key: 'n', atLeast: 1, atMost: 3 }] });
  await meter('odd', { eventName: 'odd' });
  await seller.customer('ada');
  await seller.grant('ada', '100');
});

const meter = (id: string, given: object | null) => mutate(server, 'updateFeature', { id, meter: given }, '__typename');

const SELECTION = `acceptedCount unmatchedCount duplicateCount refusedCount results {
  duplicate featureId error { code } unmatchedEvent { id eventName }
  events { id eventName idempotencyKey value feature { id } currency { id } dimensions timestamp receivedAt resourceId
           charge { cost balanceAfter parameters { name value } draws { amount } rate { mode } } } }`;

const nextKey = () => `raw-${(keys += 1)}`;
const event = (eventName: string, more: object = {}) => ({ customerId: 'ada', eventName, idempotencyKey: nextKey(), ...more });

async function report(...events: object[]) {
  return mutate(server, 'reportEvents', { events }, SELECTION);
}

const codes = ({ results }: { results: { error: { code: string } | null }[] }) => results.map(({ error }) => error?.code ?? 'accepted');

describe('a raw event', () => {
  test('is charged to every feature whose meter matches, each with its own charge', async () => {
    await seller.customer('bea');
    await seller.grant('bea', '10');
    const dimensions = { model: 'gpt-4o', tokens: 1500.5, user: 'u1' };
    const given = event('completion', { customerId: 'bea', timestamp: '2026-02-03T09:00:00Z', dimensions });
    const answer = await report(given);
    const common = {
      ...{ eventName: 'completion', idempotencyKey: given.idempotencyKey, currency: { id: 'credits' }, dimensions, resourceId: null },
      ...{ timestamp: '2026-02-03T09:00:00.000Z', receivedAt: NOW.toISOString(), id: expect.any(String) },
    };
    expect(answer).toEqual({
      ...{ acceptedCount: 1, unmatchedCount: 0, duplicateCount: 0, refusedCount: 0 },
      results: [
        {
          ...{ duplicate: false, featureId: null, error: null, unmatchedEvent: null },
          events: [
            {
              ...{ ...common, value: '1', feature: { id: 'calls' } },
              charge: {
                cost: '0.5',
                balanceAfter: '9.5',
                parameters: [{ name: 'value', value: 1 }],
                draws: [{ amount: '0.5' }],
                rate: { mode: 'FLAT' },
              },
            },
            {
              ...{ ...common, value: '1500.5', feature: { id: 'tokens' } },
              charge: {
                cost: '1.5005',
                balanceAfter: '7.9995',
                parameters: [{ name: 'value', value: 1500.5 }],
                draws: [{ amount: '1.5005' }],
                rate: { mode: 'FORMULA' },
              },
            },
          ],
        },
      ],
    });
    const data = await seller.ask(`{
      usageEvents(customerId: "bea", idempotencyKey: "${given.idempotencyKey}", order: OLDEST_FIRST) { edges { node { feature { id } idempotencyKey eventName } } }
      ofName: usageEvents(customerId: "bea", eventName: "completion") { edges { node { feature { id } } } }
      ofOther: usageEvents(customerId: "bea", eventName: "image") { edges { node { id } } }
      creditLedger(customerId: "bea", kinds: [CONSUMED], order: OLDEST_FIRST) { edges { node { amount event { idempotencyKey eventName } calculation { cost formula } } } }
      creditUsage(input: { customerId: "bea", currencyId: "credits", groupBy: ["featureId", "user"], range: LAST_MONTH }) {
        total { credits eventCount } edges { node { groups { value } credits eventCount } } }
      auditLedger(input: { customerId: "bea" }) { ok eventCount differences { detail } } }`);
    const named = { idempotencyKey: given.idempotencyKey, eventName: 'completion' };
    expect(data).toEqual({
      usageEvents: { edges: ['calls', 'tokens'].map((id) => ({ node: { feature: { id }, ...named } })) },
      ofName: { edges: ['tokens', 'calls'].map((id) => ({ node: { feature: { id } } })) },
      ofOther: { edges: [] },
      creditLedger: {
        edges: [
          { node: { amount: '-0.5', event: named, calculation: { cost: '0.5', formula: null } } },
          { node: { amount: '-1.5005', event: named, calculation: { cost: '1.5005', formula: '0.001 * value' } } },
        ],
      },
      creditUsage: {
        total: { credits: '2.0005', eventCount: 2 },
        edges: [
          { node: { groups: [{ value: 'tokens' }, { value: 'u1' }], credits: '1.5005', eventCount: 1 } },
          { node: { groups: [{ value: 'calls' }, { value: 'u1' }], credits: '0.5', eventCount: 1 } },
        ],
      },
      auditLedger: { ok: true, eventCount: 2, differences: [] },
    });
  });

  test('is charged only where the filters pass', async () => {
    const features = async (...events: object[]) =>
      (await report(...events)).results.map((result: { events: { feature: { id: string } }[] }) => result.events.map(({ feature }) => feature.id));
    expect(
      await features(
        event('completion', { dimensions: { model: 'free-1' } }),
        event('completion', { dimensions: { tokens: 5 } }),
        event('image', { dimensions: { n: 3, size: 'large' } }),
        event('image', { dimensions: { n: 3.0000001, size: 'large' } }),
        event('image', { dimensions: { n: '3', size: 'large' } }),
      ),
    ).toEqual([['calls'], ['calls', 'tokens'], ['images'], [], []]);
  });

  test('of a resource is paid by its pool', async () => {
    const { results } = await report(event('completion', { resourceId: 'ws', dimensions: { tokens: 1000 } }));
    expect(results[0].events.map(({ resourceId, charge }: any) => [resourceId, charge.balanceAfter])).toEqual([
      ['ws', '-0.5'],
      ['ws', '-1.5'],
    ]);
  });

  test('may be charged in several currencies at once', async () => {
    await seller.sell({ gemmed: '2' }, 'gems', 'gem-plan');
    await mutate(server, 'createPlanDraft', { planId: 'gem-plan' }, '__typename');
    const rate = { planId: 'gem-plan', version: 2, featureId: 'unpriced', currencyId: 'credits', mode: 'FLAT', creditsPerUnit: '3' };
    await mutate(server, 'setRate', rate, '__typename');
    await publishDraft(server, 'gem-plan');
    await seller.customer('cleo', 'gem-plan');
    await meter('gemmed', { eventName: 'both' });
    await meter('unpriced', { eventName: 'both' });
    const { results } = await report(event('both', { customerId: 'cleo', timestamp: '2026-03-01T12:30:00Z' }));
    expect(results[0].events.map(({ currency, charge }: any) => [currency.id, charge.cost])).toEqual([
      ['gems', '2'],
      ['credits', '3'],
    ]);
    await meter('unpriced', null);
    expect((await seller.ask('{ auditLedger(input: { customerId: "cleo" }) { ok poolCount } }')).auditLedger).toEqual({ ok: true, poolCount: 2 });
  });
});

describe('an event that nothing matches', () => {
  test('is stored, answered as such and listed, the newest first, by name, customer and time; pages agree', async () => {
    await seller.customer('dora');
    await seller.customer('eve');
    const hour = (n: number) => new Date(Date.UTC(2026, 1, 1, n)).toISOString();
    const dimensions = { deep: 12345.678, ok: true, text: 'é"\\' };
    const events = [
      event('login', { customerId: 'dora', timestamp: hour(1), dimensions }),
      event('logout', { customerId: 'dora', timestamp: hour(3), resourceId: 'ws' }),
      event('login', { customerId: 'eve', timestamp: hour(2) }),
      event('login', { customerId: 'dora', timestamp: hour(4) }),
    ];
    const answer = await report(...events);
    expect([answer.unmatchedCount, answer.acceptedCount, answer.results[0]]).toEqual([
      4,
      0,
      { duplicate: false, featureId: null, error: null, events: [], unmatchedEvent: { id: expect.any(String), eventName: 'login' } },
    ]);
    const list = async (args: string) =>
      (
        await seller.ask(
          `{ unmatchedEvents(${args}) { edges { cursor node { timestamp customer { id } eventName } } pageInfo { hasNextPage endCursor } } }`,
        )
      ).unmatchedEvents;
    const seen = async (args: string) =>
      (await list(args)).edges.map(({ node }: any) => `${node.customer.id} ${node.eventName} ${new Date(node.timestamp).getUTCHours()}`);
    expect(await seen('to: "2026-02-02T00:00:00Z"')).toEqual(['dora login 4', 'dora logout 3', 'eve login 2', 'dora login 1']);
    expect(await seen('customerId: "dora", eventName: "login"')).toEqual(['dora login 4', 'dora login 1']);
    expect(await seen(`from: "${hour(2)}", to: "${hour(4)}"`)).toEqual(['dora logout 3', 'eve login 2']);
    const first = await list('to: "2026-02-02T00:00:00Z", first: 2');
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect(await seen(`to: "2026-02-02T00:00:00Z", first: 2, after: "${first.pageInfo.endCursor}"`)).toEqual(['eve login 2', 'dora login 1']);
    expect(await seen(`to: "2026-02-02T00:00:00Z", last: 2, before: "${first.edges[1].cursor}"`)).toEqual(['dora login 4']);
    const whole =
      '{ unmatchedEvents(customerId: "dora", last: 1) { edges { node { id eventName resourceId idempotencyKey timestamp receivedAt dimensions } } } }';
    expect((await seller.ask(whole)).unmatchedEvents.edges[0].node).toEqual({
      ...{ id: answer.results[0].unmatchedEvent.id, eventName: 'login', resourceId: null, idempotencyKey: events[0]!.idempotencyKey, dimensions },
      ...{ timestamp: hour(1).replace('Z', 'Z'), receivedAt: NOW.toISOString() },
    });
    expect((await seller.ask('{ auditLedger(input: { customerId: "dora" }) { ok eventCount poolCount } }')).auditLedger).toEqual({
      ...{ ok: true, eventCount: 0, poolCount: 0 },
    });
  });

  test('belongs to its environment', async () => {
    const other = await testEnvironment(server.database);
    const { data } = await server.graphql('{ unmatchedEvents { edges { node { id } } } }', {}, other.keys.READER);
    expect(data.unmatchedEvents.edges).toEqual([]);
  });

  test.each([
    ['PAGE_INVALID', 'first: 0, eventName: ""'],
    ['CURSOR_INVALID', 'after: "x", eventName: ""'],
    ['INPUT_INVALID', 'eventName: "", from: "2026-02-01T00:00:00Z", to: "2026-01-01T00:00:00Z"'],
    ['TIME_RANGE_INVALID', 'customerId: "nobody", from: "2026-02-01T00:00:00Z", to: "2026-01-01T00:00:00Z"'],
    ['CUSTOMER_NOT_FOUND', 'customerId: "nobody"'],
  ])('a list that cannot be: %s', async (code, args) => {
    expect(codeOf(await server.graphql(`{ unmatchedEvents(${args}) { edges { node { id } } } }`))).toBe(code);
  });
});

describe('an event that is refused', () => {
  test('for one feature is not charged to the others; it leaves its key free and the other events alone', async () => {
    await seller.customer('finn');
    const before = await written(server.database);
    const bad = event('completion', { customerId: 'finn', dimensions: { tokens: 'many' } });
    const refused = await report(bad);
    expect(refused.results).toEqual([{ duplicate: false, events: [], unmatchedEvent: null, error: { code: 'DIMENSION_TYPE' }, featureId: 'tokens' }]);
    expect(await written(server.database)).toBe(before);
    const mixed = await report(
      event('login', { customerId: 'finn' }),
      bad,
      event('completion', { customerId: 'finn', dimensions: { model: 'free-1' } }),
    );
    expect([codes(mixed), mixed.acceptedCount, mixed.unmatchedCount, mixed.refusedCount]).toEqual([
      ['accepted', 'DIMENSION_TYPE', 'accepted'],
      1,
      1,
      1,
    ]);
    expect((await report({ ...bad, dimensions: { tokens: 1 } })).results[0]).toMatchObject({ duplicate: false, events: [{}, {}] });
  });

  test('because a pool does not cover all of its charges together is not charged at all', async () => {
    await seller.customer('gus');
    await seller.grant('gus', '1');
    await mutate(server, 'setOverdraftPolicy', { customerId: 'gus', currencyId: 'credits', policy: 'FORBID' }, '__typename');
    const before = await written(server.database);
    const given = event('completion', { customerId: 'gus', dimensions: { tokens: 501 } });
    expect((await report(given)).results[0]).toMatchObject({ error: { code: 'INSUFFICIENT_CREDITS' }, featureId: 'tokens', events: [] });
    expect(await written(server.database)).toBe(before);
    expect((await report({ ...given, dimensions: { tokens: 500 } })).results[0]).toMatchObject({
      error: null,
      events: [{}, { charge: { balanceAfter: '0' } }],
    });
  });

  test('has the first of the documented codes', async () => {
    await meter('unpriced', { eventName: 'order' });
    await meter('images', { eventName: 'order', valueDimension: 'count' });
    const known = event('login', { idempotencyKey: 'known' });
    await report(known);
    await seller.customer('gone');
    await mutate(server, 'archiveCustomer', { id: 'gone' }, '__typename');
    const none = { customerId: '', eventName: '', idempotencyKey: '', timestamp: 'x', dimensions: 5 };
    const fixes: object[] = [
      {},
      { customerId: 'nobody' },
      { eventName: 'order', idempotencyKey: 'known' },
      { timestamp: '2019-01-01T00:00:00Z' },
      { dimensions: {} },
      { customerId: 'ada' },
      { customerId: 'gone', idempotencyKey: 'order' },
      { customerId: 'ada' },
      { timestamp: '2026-01-01T00:00:00Z' },
      { dimensions: { count: 'x' } },
      { dimensions: { count: 0.0000000000001 } },
      { dimensions: { count: 1 } },
      { dimensions: { count: 1, size: 3 } },
      { dimensions: { count: 1, size: 'large' } },
    ];
    const found: unknown[] = [];
    let input: object = none;
    for (const fix of fixes) {
      const before = await written(server.database);
      const { results } = await report((input = { ...input, ...fix }));
      found.push([results[0].error?.code, results[0].featureId]);
      if (results[0].error) expect(await written(server.database)).toBe(before);
    }
    expect(found).toEqual([
      ['ID_INVALID', null],
      ['INPUT_INVALID', null],
      ['TIMESTAMP_INVALID', null],
      ['DIMENSION_INVALID', null],
      ['CUSTOMER_NOT_FOUND', null],
      ['IDEMPOTENCY_KEY_REUSED', null],
      ['ARCHIVED', null],
      ['RATE_NOT_FOUND', 'images'],
      ['DIMENSION_MISSING', 'images'],
      ['DIMENSION_TYPE', 'images'],
      ['AMOUNT_INVALID', 'images'],
      ['DIMENSION_MISSING', 'images'],
      ['DIMENSION_TYPE', 'images'],
      [undefined, null],
    ]);
    expect(codes(await report(event('odd', { dimensions: { odd: 1 } }), event('odd', { dimensions: { odd: 2 } })))).toEqual([
      'DIVISION_BY_ZERO',
      'CHARGE_OUT_OF_RANGE',
    ]);
  });

  test('as a batch of none, or of more than 1,000', async () => {
    for (const size of [0, 1001]) {
      const events = Array.from({ length: size }, () => event('login'));
      expect(codeOf(await tryMutation(server, 'reportEvents', { events }, 'refusedCount'))).toBe('BATCH_SIZE_INVALID');
    }
    expect(codeOf(await tryMutation(server, 'reportEvents', { events: [event('login')] }, 'refusedCount', server.keys.READER))).toBe('FORBIDDEN');
  });
});

describe('an idempotency key', () => {
  test('answers the first outcome even where meters have changed since, and is refused with other content', async () => {
    const [matched, unmatched] = [event('later', { dimensions: { n: 1 } }), event('never', { dimensions: { n: 1.5 } })];
    await meter('calls', { eventName: 'later' });
    const first = await report(matched, unmatched);
    await meter('calls', { eventName: 'never' });
    await meter('tokens', { eventName: 'later' });
    const second = await report(matched, unmatched, { ...unmatched, dimensions: { n: 1.5, m: null } });
    expect(second.duplicateCount).toBe(3);
    const repeated = first.results.map((result: object) => ({ ...result, duplicate: true }));
    expect(second.results).toEqual([...repeated, repeated[1]]);
    const others = [
      { ...matched, eventName: 'never' },
      { ...matched, dimensions: { n: 2 } },
      { ...matched, resourceId: 'ws' },
      { ...matched, timestamp: '2026-01-01T00:00:00Z' },
      { ...unmatched, eventName: 'later' },
      { ...unmatched, dimensions: {} },
      { ...unmatched, resourceId: 'ws' },
      { ...unmatched, timestamp: '2026-01-01T00:00:00Z' },
    ];
    expect(new Set(codes(await report(...others)))).toEqual(new Set(['IDEMPOTENCY_KEY_REUSED']));
  });

  test('is one for all ways to report', async () => {
    const amount = { customerId: 'ada', currencyId: 'credits', amount: '1' };
    const usage = { customerId: 'ada', featureId: 'unpriced' };
    const reported = async (idempotencyKey: string) => [
      codeOf(await tryMutation(server, 'reportUsage', { ...usage, idempotencyKey }, 'duplicate')),
      codes(await report({ ...event('login'), idempotencyKey }))[0],
      codeOf(await tryMutation(server, 'consumeCredits', { ...amount, idempotencyKey }, 'duplicate')),
    ];
    await report(event('login', { idempotencyKey: 'of-unmatched' }), event('later', { idempotencyKey: 'of-matched' }));
    await mutate(server, 'reportUsage', { ...usage, idempotencyKey: 'of-usage' }, 'duplicate');
    await mutate(server, 'consumeCredits', { ...amount, idempotencyKey: 'of-amount' }, 'duplicate');
    const reused = 'IDEMPOTENCY_KEY_REUSED';
    expect(await reported('of-unmatched')).toEqual([reused, 'accepted', reused]);
    expect(await reported('of-matched')).toEqual([reused, reused, reused]);
    expect(await reported('of-usage')).toEqual([undefined, reused, reused]);
    expect(await reported('of-amount')).toEqual([reused, reused, undefined]);
  });

  test('twice in one batch is charged, or stored, once', async () => {
    const [matched, unmatched] = [event('later'), event('login')];
    const { results, duplicateCount } = await report(matched, matched, unmatched, unmatched, { ...unmatched, eventName: 'later' });
    expect(duplicateCount).toBe(2);
    expect(results[1]).toEqual({ ...results[0], duplicate: true });
    expect(results[3]).toEqual({ ...results[2], duplicate: true });
    expect(results[4].error).toEqual({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });
});
