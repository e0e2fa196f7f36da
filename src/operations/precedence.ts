import type { Database, Transaction } from '../store/database';
import { BREAKDOWN_SETTINGS } from '../store/rollup-snapshot';

/** A question that takes longer than this goes on as one among others. */
const LONGEST_PRECEDENCE_MS = 200;
/** What is large waits this long for questions, unless it has waited for some already. */
export const LONGEST_WAIT_MS = 60;

let questions = 0;
const waiting = new Set<() => void>();

/**
 * Answers a question while large reports give way (see `giveWay`): somebody waits for a page, and what is brief is done first. Otherwise each of its steps would
 * wait for a piece of somebody's batch.
 */
export async function withPrecedence<T>(question: () => Promise<T>): Promise<T> {
  const end = begin();
  const timer = setTimeout(end, LONGEST_PRECEDENCE_MS);
  try {
    return await question();
  } finally {
    clearTimeout(timer);
    setImmediate(end); // what is written of the answer comes before
  }
}

function begin(): () => void {
  let isOver = false;
  questions += 1;
  return () => {
    if (isOver) return;
    isOver = true;
    questions -= 1;
    if (questions === 0) for (const goOn of waiting) goOn();
  };
}

/** Waits until no question is being answered, but not longer than told. */
export function giveWay(longestMs = LONGEST_WAIT_MS): Promise<void> {
  if (questions === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const goOn = (): void => {
      clearTimeout(timer);
      waiting.delete(goOn);
      resolve();
    };
    const timer = setTimeout(goOn, longestMs);
    waiting.add(goOn);
  });
}

/** Reads what somebody waits for: in one snapshot, and with precedence. */
export function ask<T>(database: Database, read: (transaction: Transaction) => Promise<T>): Promise<T> {
  return withPrecedence(() => database.snapshot(read, BREAKDOWN_SETTINGS));
}
