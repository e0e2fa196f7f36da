import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { catalogSnapshot, codeOf, mutate } from '../support/catalog';
import { testDatabase } from '../support/database';
import { Seller } from '../support/seller';
import { testServer, type TestServer } from '../support/server';
import { written } from '../support/written';

let now = new Date('2026-03-01T12:00:00.000Z');
let server: TestServer;
let seller: Seller;
let customers = 0;
let keys = 0;

beforeAll(async () => {
  server = await testServer(await testDatabase(), { now: () => now });
  seller = new Seller(server);
  await seller.sell({ calls: '0.5', tokens: 'tokens / (size - 1)', images: '2 * value' });
  await mutate(server, 'updateFeature', { id: 'calls', meter: { eventName: 'call' } }, '__typename');
  await mutate(
    server,
    'updateFeature',
    { id: 'images', meter: { eventName: 'call', filters: [{ key: 'n', exists: true }], valueDimension: 'n' } },
    '__typename',
  );
});

const CHARGE = 'cost balanceAfter overdraft parameters { name value } draws { amount grant { id } } rate { id }';
const ESTIMATE = `{ duplicate featureId error { code message } charges { value feature { id } currency { id } charge { ${CHARGE} } overdraws } }`;

const estimateUsage = async (events: object[]) =>
  (await seller.ask(`query ($input: EstimateUsageInput!) { estimateUsage(input: $input) ${ESTIMATE} }`, { input: { events } })).estimateUsage;
const estimateEvents = async (events: object[]) =>
  (await seller.ask(`query ($input: EstimateEventsInput!) { estimateEvents(input: $input) ${ESTIMATE} }`, { input: { events } })).estimateEvents;

const EVENT = `{ value feature { id } currency { id } charge { ${CHARGE} } }`;
const withOverdraws = (event: any) => ({ ...event, overdraws: event.charge.draws.some((draw: any) => draw.grant === null) });

/** What reports answer, as estimates say it. */
async function reportUsage(events: object[]) {
  const { results } = await mutate(server, 'reportUsageBatch', { events }, `results { duplicate error { code message } event ${EVENT} }`);
  return results.map(({ event, ...rest }: any) => ({ ...rest, featureId: null, charges: event ? [withOverdraws(event)] : [] }));
}

async function reportEvents(events: object[]) {
  const { results } = await mutate(server, 'reportEvents', { events }, `results { duplicate featureId error { code message } events ${EVENT} }`);
  return results.map(({ events: charged, ...rest }: any) => ({ ...rest, charges: charged.map(withOverdraws) }));
}

const everything = async () => [await written(server.database), await catalogSnapshot(server.database)];

const shared = {
  resourceId: fc.constantFrom(null, 'ws'),
  customer: fc.constantFrom(true, true, true, false),
  key: fc.constantFrom('a', 'b', 'c', null),
  timestamp: fc.constantFrom(null, '2026-02-01T00:00:00Z', '2019-01-01T00:00:00Z', 'never'),
};
const usage = fc.record({
  ...shared,
  featureId: fc.constantFrom('calls', 'tokens', 'images', 'nothing'),
  value: fc.constantFrom('1', '2.5', '-1', 'x'),
  dimensions: fc.constantFrom({}, { tokens: 7, size: 3 }, { tokens: 7, size: 1 }, { tokens: 'x', size: 3 }),
});
const events = fc.record({
  ...shared,
  eventName: fc.constantFrom('call', 'other', ''),
  dimensions: fc.constantFrom({}, { n: 1.5 }, { n: -1 }, { n: 'x' }),
});
const worlds = fc.record({
  policy: fc.constantFrom({ policy: 'ALLOW' }, { policy: 'FORBID' }, { policy: 'LIMIT', limit: '3' }),
  grants: fc.array(fc.record({ amount: fc.constantFrom('1', '2.25', '5'), effectiveAt: fc.constantFrom(null, '2026-03-02T00:00:00Z') }), {
    maxLength: 3,
  }),
});

async function newCustomer({
  policy,
  grants,
}: {
  policy: object;
  grants: readonly { amount: string; effectiveAt: string | null }[];
}): Promise<string> {
  now = new Date('2026-03-01T12:00:00.000Z');
  const id = `customer-${(customers += 1)}`;
  await seller.customer(id);
  await mutate(server, 'setOverdraftPolicy', { customerId: id, currencyId: 'credits', ...policy }, '__typename');
  for (const grant of grants) await seller.grant(id, grant.amount, grant);
  now = new Date('2026-03-03T12:00:00.000Z'); // grants have become effective since
  return id;
}

function inputs<Given extends { customer: boolean; key: string | null }>(customerId: string, given: readonly Given[]) {
  return given.map(({ customer, key, ...rest }) => ({
    customerId: customer ? customerId : 'nobody',
    idempotencyKey: key ?? `key-${(keys += 1)}`,
    ...rest,
  }));
}

describe('an estimate', () => {
  test('of usage is what the report then answers, refusals and repeats included, and writes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.array(usage, { minLength: 1, maxLength: 8 }), async (world, given) => {
        const asked = inputs(await newCustomer(world), given);
        for (const some of [asked, asked.slice(0, 3)]) {
          const before = await everything();
          const estimate = await estimateUsage(some);
          expect(await everything()).toEqual(before);
          expect(estimate).toEqual(await reportUsage(some));
        }
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  test('of raw events is what the report then answers, and writes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.array(events, { minLength: 1, maxLength: 8 }), async (world, given) => {
        const asked = inputs(await newCustomer(world), given);
        for (const some of [asked, asked.slice(0, 3)]) {
          const before = await everything();
          const estimate = await estimateEvents(some);
          expect(await everything()).toEqual(before);
          expect(estimate).toEqual(await reportEvents(some));
        }
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  test('without a key is of a new report, each time', async () => {
    const customerId = await newCustomer({ policy: { policy: 'ALLOW' }, grants: [{ amount: '1', effectiveAt: null }] });
    const event = { customerId, featureId: 'calls' };
    const balances = async () =>
      (await estimateUsage([event, event, event])).map((one: any) => [one.duplicate, one.charges[0].charge.balanceAfter, one.charges[0].overdraws]);
    const expected = [
      [false, '0.5', false],
      [false, '0', false],
      [false, '-0.5', true],
    ];
    expect([await balances(), await balances()]).toEqual([expected, expected]);
  });

  test('waits for no lock: a pool that is being charged can be estimated', async () => {
    const customerId = await newCustomer({ policy: { policy: 'ALLOW' }, grants: [{ amount: '1', effectiveAt: null }] });
    await server.database.transaction(async (transaction) => {
      await transaction.query('SELECT FROM pool FOR UPDATE');
      expect(await estimateUsage([{ customerId, featureId: 'calls' }])).toMatchObject([
        { error: null, charges: [{ charge: { balanceAfter: '0.5' } }] },
      ]);
    });
  });

  test('is for readers, of 1 to 1,000 reports', async () => {
    const ask = (name: string, more: object, size: number) =>
      server.graphql(
        `query ($events: [${name === 'estimateUsage' ? 'EstimatedUsageInput' : 'EstimatedEventInput'}!]!) { ${name}(input: { events: $events }) { duplicate } }`,
        { events: Array.from({ length: size }, () => ({ customerId: 'nobody', ...more })) },
        server.keys.READER,
      );
    for (const [name, more] of [
      ['estimateUsage', { featureId: 'calls' }],
      ['estimateEvents', { eventName: 'call' }],
    ] as const) {
      expect([codeOf(await ask(name, more, 0)), codeOf(await ask(name, more, 1001))]).toEqual(['BATCH_SIZE_INVALID', 'BATCH_SIZE_INVALID']);
      expect((await ask(name, more, 1000)).data[name]).toHaveLength(1000);
    }
  });
});
