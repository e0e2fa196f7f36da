import type { Transaction } from './database';
import { plainArray } from './sql-arrays';

/*
 * The idempotency keys of a customer are one space, but stand in two tables: those of what was charged in usage_event, those of raw events that nothing
 * matched in unmatched_event. Each table's own constraint keeps a key from being there twice. What keeps it from being in both is a lock on its part of
 * the space: whoever adds to usage_event shares it, whoever adds to unmatched_event has it alone. It is taken before the keys are looked up and
 * before pools are locked, in ascending order, and held until the commit.
 */

/** The number means nothing but this. */
const KEY_SPACE_LOCKS = 7_233_003;

/** SQL that shares these key spaces, to be sent with BEGIN. */
export function sharedKeySpaces(spaces: readonly number[]): string {
  return `SELECT pg_advisory_xact_lock_shared(${KEY_SPACE_LOCKS}, space) FROM unnest('${plainArray(inOrder(spaces))}'::int4[]) AS space;`;
}

export async function lockKeySpaces(transaction: Transaction, spaces: readonly number[], mode: 'SHARED' | 'ALONE'): Promise<void> {
  const lock = mode === 'ALONE' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await transaction.query(`SELECT ${lock}(${KEY_SPACE_LOCKS}, space) FROM unnest($1::int4[]) AS space`, [plainArray(inOrder(spaces))]);
}

function inOrder(spaces: readonly number[]): number[] {
  return [...new Set(spaces)].sort((a, b) => a - b);
}
