import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Transaction } from '../../src/store/database';
import { readBreakdownShape } from '../../src/domain/breakdown';
import { resolveTimeRange } from '../../src/domain/time-range';
import { fillNewRollup, removeRollup } from '../../src/operations/build-rollup';
import { readBreakdown } from '../../src/operations/credit-usage';
import { Openings } from '../../src/store/openings';
import { readRegistered } from '../../src/store/rollup-building';
import type { OpenBreakdown, OpeningWish } from '../../src/store/rollup-snapshot';
import { asBuilder } from '../support/rollup-rows';
import { NOW, usageWorld, type UsageWorld } from '../support/usage-reference';

const ROLLUP = { dimensions: ['model'], byRate: false, byGrant: false };
let world: UsageWorld;
let customerKey: bigint;
let openings: Openings;

beforeAll(async () => {
  world = await usageWorld();
  const { rows } = await world.database.pool.query<{ key: bigint }>(`SELECT key FROM customer WHERE id = 'texts'`);
  customerKey = rows[0]!.key;
});

beforeEach(() => {
  openings = new Openings();
});

function wish(customerId: string | null = 'texts', asOf: Date | null = null): OpeningWish {
  const input = { currencyId: 'credits', customerId, groupBy: ['model'], asOf };
  const shape = readBreakdownShape(input, NOW);
  const scope = { environmentKey: world.context.environmentKey, currencyId: 'credits', customerIds: shape.customerIds };
  return { scope, shape, range: resolveTimeRange({}, NOW) };
}

/** What each reading was told, and what came of the last. */
async function read(asked: OpeningWish, as: (open: OpenBreakdown, transaction: Transaction) => Promise<unknown> = async () => null) {
  const told: OpenBreakdown[] = [];
  const { open, answer } = await world.database.snapshot((transaction) =>
    openings.readAs(transaction, asked, async (opened) => {
      told.push(opened);
      return as(opened, transaction);
    }),
  );
  return { told, open, answer };
}

async function build(): Promise<void> {
  const first = { state: 'FILLING' as const, size: 0, eventCount: 0n };
  await asBuilder(world.database, async () =>
    expect(await fillNewRollup(world.database, { customerKey, ...ROLLUP }, first, () => false)).toBe('BUILT'),
  );
}

async function remove(): Promise<void> {
  const [rollup] = await readRegistered(world.database.pool, customerKey);
  await asBuilder(world.database, () => removeRollup(world.database, customerKey, rollup!));
}

const keyRead = async ({ sources }: OpenBreakdown) => sources[0]!.rollup?.key ?? null;

describe('a breakdown of one customer', () => {
  test('is read as the last one opened, which is not said to be any snapshot, and once', async () => {
    const first = await read(wish());
    expect(first.told).toEqual([first.open]);
    const second = await read(wish());
    expect(second.told).toEqual([{ ...first.open, snapshot: '' }]);
    expect(second.open).toEqual({ ...first.open, snapshot: second.open.snapshot });
    expect(second.open.snapshot).toMatch(/^\d+:\d+:/);
  });

  test('is read again where it opens differently, and that answer counts', async () => {
    expect(await read(wish(), keyRead)).toMatchObject({ answer: null });
    await build();
    const built = await read(wish(), keyRead);
    expect(built.told).toHaveLength(2);
    expect(built.answer).toBe(built.open.sources[0]!.rollup!.key);
    expect((await read(wish(), keyRead)).told).toHaveLength(1);
    await remove();
    expect(await read(wish(), keyRead)).toMatchObject({ answer: null, told: [{}, {}] });
  });

  test('is read again where the outdated reading fails, and fails where the present one does', async () => {
    await read(wish());
    await build();
    const failsWithout = async ({ sources }: OpenBreakdown, transaction: Transaction) =>
      (await transaction.query(`SELECT 1 / ${sources[0]!.rollup ? 1 : 0} AS one`)).rows;
    expect(await read(wish(), failsWithout)).toMatchObject({ answer: [{ one: 1 }], told: [{}, {}] });
    await remove();
    await read(wish());
    await expect(read(wish(), failsWithout)).rejects.toThrow('division by zero');
  });
});

test('a state that was is known to be the same until one of the customers reports', async () => {
  const { open } = await read(wish());
  const held = { text: open.snapshot, asOf: NOW };
  const sameAs = async () => (await read({ ...wish(), held })).open.sameAs;
  await world.seller.reportAll([{ customerId: 'mixed', featureId: 'image' }]);
  expect(await sameAs()).toBe(open.snapshot);
  await world.seller.reportAll([{ customerId: 'texts', featureId: 'image', timestamp: '2026-01-02T03:04:05Z' }]);
  expect(await sameAs()).toBeNull();
});

test('what opens by more than its name, of all customers or in the past, is opened first', async () => {
  const held = { text: '3:3:', asOf: NOW };
  for (const asked of [wish(null), wish('texts', new Date(NOW.getTime() - 86_400_000)), { ...wish(), held }]) {
    await read(asked);
    const again = await read(asked);
    expect(again.told).toEqual([again.open]);
  }
});

test('a rollup is wished for also where reading is given up', async () => {
  const input = { currencyId: 'credits', groupBy: ['model'] };
  const opening = { context: world.context, input, shape: readBreakdownShape(input, NOW), held: null };
  world.database.wishes.take();
  await expect(readBreakdown(world.database, opening, () => Promise.reject(new Error('too slow')))).rejects.toThrow('too slow');
  const wished = world.database.wishes.take().wishes;
  expect(wished.length).toBeGreaterThan(0);
  expect(wished.filter(({ dimensions }) => dimensions.join() !== 'model')).toEqual([]);
});
