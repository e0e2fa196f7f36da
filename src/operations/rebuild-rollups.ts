import { blockStart, ROLLUP_DAYS, sameSums, type RollupCell, type RollupDifference } from '../domain/rollup';
import type { Database, Transaction } from '../store/database';
import { lockPoolsByKey } from '../store/pools';
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
 * Compares all cells of a customer with what events and draws add up to, and hands on the differences, some at a time, smaller blocks first.
 * Each run of 64 days is compared as of one moment, without locks, however long that takes. Memory does not grow with the events.
 */
export async function compareRollups(
  database: Database,
  customerKey: bigint,
  take: (differences: readonly RollupDifference[]) => Promise<void>,
): Promise<void> {
  for (let from = FIRST_DAY; ;) {
    const day = await database.snapshot((transaction) => nextRollupDay(transaction, customerKey, from));
    if (day === null) return;
    const start = blockStart(day, LARGEST_BLOCK);
    const scope = { customerKey, span: { from: start, to: start + LARGEST_BLOCK } };
    await database.snapshot(async (transaction) => {
      for await (const differences of rollupDifferences(transaction, scope, CELLS_AT_ONCE)) await take(differences);
    }, COMPARISON_SETTINGS);
    from = scope.span.to;
  }
}

/**
 * Repairs cells that `compareRollups` found, in the order in which it found them, and gives those that it changed. It holds the locks of their
 * pools for a moment only: what is to be written is known, and just what was reported to in between, which a report always shows in the cell, is
 * summed up anew. Whoever calls is the only one who repairs. Refuses (TRY_AGAIN) where the outcome of the transaction is unknown.
 */
export async function repairRollups(database: Database, customerKey: bigint, found: readonly RollupDifference[]): Promise<RollupDifference[]> {
  return retryingTransaction(database, (transaction) => repairLocked(transaction, customerKey, found), REPAIR_SETTINGS);
}

async function repairLocked(transaction: Transaction, customerKey: bigint, differences: readonly RollupDifference[]): Promise<RollupDifference[]> {
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
async function compareDays(transaction: Transaction, customerKey: bigint, moved: readonly RollupDifference[]): Promise<RollupDifference[]> {
  const wanted = new Set(moved.map(({ cell }) => cellText(cell)));
  const differences: RollupDifference[] = [];
  for (const day of unique(moved, ({ start }) => start)) {
    const ofDay = moved.filter(({ cell }) => cell.start === day);
    const of = { setKeys: unique(ofDay, ({ setKey }) => setKey), poolKeys: unique(ofDay, ({ poolKey }) => poolKey) };
    const found = await findRollupDifferences(transaction, { customerKey, span: { from: day, to: day + 1 }, size: 1, of }, null);
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
