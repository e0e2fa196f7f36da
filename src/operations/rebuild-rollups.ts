import { blockStart, ROLLUP_DAYS, sameSums, type Rollup, type RollupCell, type RollupDifference } from '../domain/rollup';
import type { Database, Transaction } from '../store/database';
import { lockPoolsByKey } from '../store/pools';
import { readReadyRollups } from '../store/rollup-registry';
import { retryingTransaction } from '../store/retrying-transaction';
import { COMPARISON_SETTINGS, findRollupDifferences, nextRollupDay, rollupDifferences } from '../store/rollup-differences';
import { readRollupCells, REPAIR_SETTINGS, sumRollupDays, writeRollupCells } from '../store/rollup-repair';

/** A block of any size lies within one of these. */
const LARGEST_BLOCK = ROLLUP_DAYS.at(-1)!;
/** Cells that are repaired in one transaction, while reports to their pools wait. */
const CELLS_AT_ONCE = 500;
/** No block begins before it. */
const FIRST_DAY = -(2 ** 31);

/**
 * Compares all cells of a customer's rollups with what events and draws add up to, and hands on the differences, some at a time, smaller blocks first.
 * Each run of 64 days of a rollup is compared as of one moment, without locks, however long that takes. Memory does not grow with the events.
 * A rollup that is being filled, or given up, is not compared: no question reads it.
 */
export async function compareRollups(
  database: Database,
  customerKey: bigint,
  take: (differences: readonly RollupDifference[]) => Promise<void>,
): Promise<void> {
  for (const rollup of await readReadyRollups(database.pool, customerKey)) {
    for (let from: number | null = FIRST_DAY; from !== null;) from = await compareRun(database, customerKey, rollup, from, take);
  }
}

/** Compares the first run from a day on, and gives the day behind it; null where there is none, or the rollup has been given up. */
async function compareRun(
  database: Database,
  customerKey: bigint,
  rollup: Rollup,
  from: number,
  take: (differences: readonly RollupDifference[]) => Promise<void>,
): Promise<number | null> {
  const day = await database.snapshot((transaction) => nextRollupDay(transaction, customerKey, rollup, from));
  if (day === null) return null;
  const start = blockStart(day, LARGEST_BLOCK);
  const scope = { customerKey, rollup, span: { from: start, to: start + LARGEST_BLOCK } };
  const isThere = await database.snapshot(async (transaction) => {
    const ready = await readReadyRollups(transaction, customerKey);
    if (!ready.some(({ key }) => key === rollup.key)) return false;
    for await (const differences of rollupDifferences(transaction, scope, CELLS_AT_ONCE)) await take(differences);
    return true;
  }, COMPARISON_SETTINGS);
  return isThere ? scope.span.to : null;
}

/**
 * Repairs cells of one rollup that `compareRollups` found, in the order in which it found them, and gives those that it changed. It holds the locks of their
 * pools for a moment only: what is to be written is known, and just what was reported to in between, which a report always shows in the cell, is
 * summed up anew. Whoever calls is the only one who repairs. Refuses (TRY_AGAIN) where the outcome of the transaction is unknown.
 */
export async function repairRollups(database: Database, customerKey: bigint, found: readonly RollupDifference[]): Promise<RollupDifference[]> {
  return retryingTransaction(database, (transaction) => repairLocked(transaction, customerKey, found), REPAIR_SETTINGS);
}

async function repairLocked(transaction: Transaction, customerKey: bigint, differences: readonly RollupDifference[]): Promise<RollupDifference[]> {
  const rollup = (await readReadyRollups(transaction, customerKey)).find(({ key }) => key === differences[0]?.cell.rollupKey);
  if (!rollup) return [];
  await lockPoolsByKey(
    transaction,
    customerKey,
    unique(differences, ({ poolKey }) => poolKey),
  );
  const present = await readRollupCells(transaction, customerKey, cellsOf(differences));
  const isAsFound = differences.map(({ found }, index) => sameSums(found, present[index]!));
  const asFound = differences.filter((_, index) => isAsFound[index]);
  const moved = differences.filter((_, index) => !isAsFound[index]);
  const days = await compareDays(
    transaction,
    customerKey,
    rollup,
    moved.filter(({ cell }) => cell.days === 1),
  );
  await writeRollupCells(transaction, customerKey, [...asFound, ...days]);
  const blocks = await compareBlocks(
    transaction,
    customerKey,
    moved.filter(({ cell }) => cell.days > 1),
  );
  await writeRollupCells(transaction, customerKey, blocks);
  return [...asFound, ...days, ...blocks];
}

/** Those of the cells, each of a single day, that are not what the day's events add up to. */
async function compareDays(
  transaction: Transaction,
  customerKey: bigint,
  rollup: Rollup,
  moved: readonly RollupDifference[],
): Promise<RollupDifference[]> {
  const wanted = new Set(moved.map(({ cell }) => cellText(cell)));
  const differences: RollupDifference[] = [];
  for (const day of unique(moved, ({ start }) => start)) {
    const ofDay = moved.filter(({ cell }) => cell.start === day);
    const of = { setKeys: unique(ofDay, ({ setKey }) => setKey), poolKeys: unique(ofDay, ({ poolKey }) => poolKey) };
    const found = await findRollupDifferences(transaction, { customerKey, rollup, span: { from: day, to: day + 1 }, size: 1, of }, null);
    differences.push(...found.filter(({ cell }) => wanted.has(cellText(cell))));
  }
  return differences;
}

/** Those of the larger cells that are not what the cells of their days, which are right by now, add up to. */
async function compareBlocks(transaction: Transaction, customerKey: bigint, moved: readonly RollupDifference[]): Promise<RollupDifference[]> {
  const cells = cellsOf(moved);
  const [found, expected] = [await readRollupCells(transaction, customerKey, cells), await sumRollupDays(transaction, customerKey, cells)];
  const compared = cells.map((cell, index) => ({ cell, found: found[index]!, expected: expected[index]! }));
  return compared.filter((one) => !sameSums(one.found, one.expected));
}

function cellsOf(differences: readonly RollupDifference[]): RollupCell[] {
  return differences.map(({ cell }) => cell);
}

function cellText({ days, start, setKey, rateKey, poolKey, grantKey }: RollupCell): string {
  return [days, start, setKey, rateKey, poolKey, grantKey].join(':');
}

function unique<T>(differences: readonly RollupDifference[], of: (cell: RollupCell) => T): T[] {
  return [...new Set(differences.map(({ cell }) => of(cell)))];
}
