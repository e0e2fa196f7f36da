import type { Rollup } from '../domain/rollup';
import {
  areTooMany,
  covers,
  isOutgrown,
  isSameWish,
  MOST_DECLINED,
  MOST_ROLLUPS,
  pays,
  prospectiveCells,
  type RollupWish,
} from '../domain/rollup-wish';
import type { Database } from '../store/database';
import { lockPoolsByKey } from '../store/pools';
import { retryingTransaction } from '../store/retrying-transaction';
import {
  addCells,
  addCellSets,
  addRollup,
  countCells,
  countEvents,
  FILL_SETTINGS,
  hasEnoughEvents,
  lockCustomerUsage,
  makeReady,
  newCells,
  readProspect,
  readRegistered,
  REGISTER_SETTINGS,
  removeRetiredCells,
  retireRollup,
  type RegisteredRollup,
} from '../store/rollup-building';
import { COMPARISON_SETTINGS } from '../store/rollup-differences';
import { REPAIR_SETTINGS } from '../store/rollup-repair';

/** Cells that are added in one transaction, while reports to their pools wait. */
const CELLS_AT_ONCE = 500;
const REMOVED_AT_ONCE = 5_000;

/** What became of a wish. */
export type WishOutcome = 'BUILT' | 'DECLINED' | 'UNNEEDED' | 'STOPPED';

/**
 * Gives a customer the rollup that a question would have liked, where it pays. Whoever calls is the only one who builds. `isStopped` is asked between steps;
 * what was begun then is removed by whoever builds next.
 */
export async function buildRollup(database: Database, wish: RollupWish, isStopped: () => boolean): Promise<WishOutcome> {
  const { customerKey } = wish;
  const [eventCount, registered] = [
    await countEvents(database.background.pool, customerKey),
    await readRegistered(database.background.pool, customerKey),
  ];
  if (!hasEnoughEvents(eventCount)) return 'UNNEEDED';
  const same = registered.find((rollup) => isSameWish(rollup, wish));
  if (same?.state === 'READY' || (same?.state === 'DECLINED' && !isOutgrown(same.eventCount, eventCount))) return 'UNNEEDED';
  const source = smallest(registered.filter((rollup) => rollup.state === 'READY' && covers(rollup, wish)));
  if (wish.unasked && source) return 'UNNEEDED';
  const prospect = await database.background.snapshot((transaction) => readProspect(transaction, wish, source), COMPARISON_SETTINGS);
  if (same) await removeRollup(database, customerKey, same);
  const others = registered.filter((rollup) => rollup !== same);
  if (!pays(prospect, source?.size ?? null, wish.unasked)) {
    if (!wish.unasked) await decline(database, wish, others, eventCount);
    return 'DECLINED';
  }
  const inTheWay = await findInTheWay(database, wish, others, prospectiveCells(prospect, eventCount), eventCount);
  if (wish.unasked && inTheWay.length > 0) return 'DECLINED';
  for (const rollup of inTheWay) await removeRollup(database, customerKey, rollup);
  const isKept = source !== null && !inTheWay.includes(source);
  return fillNewRollup(database, wish, { state: 'FILLING', size: prospect.size, eventCount }, isStopped, isKept ? source : null);
}

function smallest(rollups: readonly RegisteredRollup[]): RegisteredRollup | null {
  return [...rollups].sort((a, b) => Number(a.size - b.size))[0] ?? null;
}

/** Those that would have to go, where a new one would be one too many, or one with too many cells: what others can stand in for last, and before that what was asked for least recently. */
async function findInTheWay(
  database: Database,
  wish: RollupWish,
  registered: readonly RegisteredRollup[],
  newCellCount: bigint,
  eventCount: bigint,
): Promise<RegisteredRollup[]> {
  const cells = await countCells(database.background.pool, wish.customerKey);
  const present = registered.filter(({ state }) => state === 'READY' || state === 'FILLING');
  const answersAll = (rollup: RegisteredRollup) =>
    [...present, wish].every((one) => covers(rollup, { ...one, customerKey: wish.customerKey, byRate: false, byGrant: false }));
  const kept = [...present].sort((a, b) => Number(answersAll(a)) - Number(answersAll(b)));
  const inTheWay: RegisteredRollup[] = [];
  const cellCount = () => kept.reduce((sum, { key }) => sum + (cells.get(key) ?? 0n), newCellCount);
  while (kept.length > 0 && (kept.length >= MOST_ROLLUPS || areTooMany(cellCount(), eventCount))) inTheWay.push(kept.shift()!);
  return inTheWay;
}

async function decline(database: Database, wish: RollupWish, registered: readonly RegisteredRollup[], eventCount: bigint): Promise<void> {
  const declined = registered.filter(({ state }) => state === 'DECLINED');
  for (const rollup of declined.slice(0, Math.max(0, declined.length + 1 - MOST_DECLINED))) await removeRollup(database, wish.customerKey, rollup);
  await addRollup(database.background.pool, wish, { state: 'DECLINED', size: 0, eventCount });
}

/**
 * Registers the rollup and adds up all usage that was committed before, as of one snapshot: it is taken while nobody can report for the customer, so that
 * whatever it does not show is added by who reports it. Each cell is added to once, under its pool's lock; nothing is compared, and nothing read twice.
 * What fails on the way leaves a rollup that nobody reads. `source`: a rollup that is READY and covers the wish, whose cells are the same usage, and fewer.
 */
export async function fillNewRollup(
  database: Database,
  wish: RollupWish,
  first: Parameters<typeof addRollup>[2],
  isStopped: () => boolean,
  source: Rollup | null = null,
): Promise<WishOutcome> {
  const { background } = database;
  const { customerKey } = wish;
  return background.snapshot(async (reading) => {
    const rollup = await background.transaction(async (transaction) => {
      await lockCustomerUsage(transaction, customerKey);
      const added = await addRollup(transaction, wish, first);
      await reading.query('SELECT'); // takes the snapshot
      return added;
    }, REGISTER_SETTINGS);
    for await (const cells of newCells(reading, customerKey, rollup, source, CELLS_AT_ONCE)) {
      if (isStopped()) return 'STOPPED';
      await addCellSets(background.pool, customerKey, cells);
      await retryingTransaction(
        background,
        async (transaction) => {
          await lockPoolsByKey(transaction, customerKey, [...new Set(cells.map(({ pool_key }) => pool_key))]);
          await addCells(transaction, customerKey, rollup, cells);
        },
        REPAIR_SETTINGS,
      );
    }
    return (await makeReady(background.pool, customerKey, rollup)) ? 'BUILT' : 'STOPPED';
  }, `${COMPARISON_SETTINGS};${FILL_SETTINGS}`);
}

/** Takes a rollup from its readers and writers, and removes its cells in small steps. */
export async function removeRollup({ background }: Database, customerKey: bigint, { key }: Pick<Rollup, 'key'>): Promise<void> {
  await background.transaction(async (transaction) => {
    await lockCustomerUsage(transaction, customerKey);
    await retireRollup(transaction, customerKey, key);
  }, REGISTER_SETTINGS);
  while (!(await removeRetiredCells(background.pool, customerKey, key, REMOVED_AT_ONCE)));
}
