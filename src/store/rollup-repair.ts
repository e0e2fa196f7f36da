import type { Credits } from '../domain/credits';
import type { RollupCell, RollupDifference, RollupSums } from '../domain/rollup';
import type { Database, Transaction } from './database';
import { sumsFrom, sumsRow, type SumsRow } from './rollup-differences';
import { addUpCells, sumColumns, type SumName } from './rollup-sums';
import { plainColumn } from './sql-arrays';

/** Every statement looks some cells up by their keys, while reports wait for the pools: plans that read whole tables are ruled out. */
export const REPAIR_SETTINGS =
  'SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off';

/** The number means nothing but this. */
const REBUILD_LOCK = 7_233_002;

/**
 * Does the work as the only one who builds or rebuilds rollups in this database; false, with nothing done, where another is under way. Of two, one could repair a cell that
 * the other had compared, and a report then make it look as it was compared.
 */
export async function asOnlyRebuild({ background }: Pick<Database, 'background'>, work: () => Promise<void>): Promise<boolean> {
  const client = await background.pool.connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1::bigint) AS locked', [REBUILD_LOCK]);
    if (rows[0]!.locked) await work();
    return rows[0]!.locked;
  } finally {
    client.release(true); // the lock goes with the connection
  }
}

/** `$1` is the customer; the others are the cells, numbered from 1 by `nth`. */
const WANTED = `unnest($2::int2[], $3::int2[], $4::int4[], $5::int8[], $6::int4[], $7::int8[], $8::int8[])
       WITH ORDINALITY AS k (rollup_key, days, start, set_key, rate_key, pool_key, grant_key, nth)`;
const IS_OF_SET = `r.customer_key = $1 AND r.rollup_key = k.rollup_key AND r.set_key = k.set_key AND r.rate_key = k.rate_key AND r.pool_key = k.pool_key AND r.grant_key = k.grant_key`;

/** The cells as they are now, in the order asked for; null where there is none. */
export async function readRollupCells(transaction: Transaction, customerKey: bigint, cells: readonly RollupCell[]): Promise<(RollupSums | null)[]> {
  const { rows } = await transaction.query<{ nth: bigint; sums: SumsRow }>(
    `SELECT k.nth, ${sumsRow('r')} AS sums FROM ${WANTED} JOIN usage_rollup r ON ${IS_OF_SET} AND r.days = k.days AND r.start = k.start`,
    [customerKey, ...cellColumns(cells)],
  );
  return inOrder(cells, rows);
}

/** What the cells of single days make of larger ones, in the order asked for; null where they make nothing. */
export async function sumRollupDays(transaction: Transaction, customerKey: bigint, cells: readonly RollupCell[]): Promise<(RollupSums | null)[]> {
  const { rows } = await transaction.query<{ nth: bigint; sums: SumsRow }>(
    `SELECT nth, ${sumsRow('block')} AS sums FROM (
       SELECT nth, ${summedUp('credits')}, ${summedUp('value')}, event_count FROM (
         SELECT k.nth, ${addUpCells('r', 'credits')}, ${addUpCells('r', 'value')}, sum(r.event_count)::int8 AS event_count
         FROM ${WANTED} CROSS JOIN LATERAL generate_series(k.start, k.start + k.days - 1) AS day
         JOIN usage_rollup r ON ${IS_OF_SET} AND r.days = 1 AND r.start = day GROUP BY 1
       ) AS added
     ) AS block`,
    [customerKey, ...cellColumns(cells)],
  );
  return inOrder(cells, rows);
}

/** Makes the cells what is expected of them: adds, changes or removes them. Whoever calls has locked their pools. */
export async function writeRollupCells(transaction: Transaction, customerKey: bigint, differences: readonly RollupDifference[]): Promise<void> {
  if (differences.length === 0) return;
  const cells = differences.map(({ cell }) => cell);
  const wanted = differences.map(({ expected }) => expected);
  await transaction.query(
    `MERGE INTO usage_rollup r
     USING (
       SELECT k.*, c.* FROM ${WANTED}
       JOIN unnest($9::int8[], $10::numeric[], $11::int8[], $12::numeric[], $13::int8[])
            WITH ORDINALITY AS c (credits_small, credits_large, value_small, value_large, event_count, n) ON c.n = k.nth
     ) k
     ON ${IS_OF_SET} AND r.days = k.days AND r.start = k.start
     WHEN MATCHED AND k.event_count IS NULL THEN DELETE
     WHEN MATCHED THEN UPDATE SET credits_small = k.credits_small, credits_large = k.credits_large,
                                  value_small = k.value_small, value_large = k.value_large, event_count = k.event_count
     WHEN NOT MATCHED AND k.event_count IS NOT NULL THEN INSERT (customer_key, rollup_key, days, start, set_key, rate_key, pool_key, grant_key,
                                                                 credits_small, credits_large, value_small, value_large, event_count)
     VALUES ($1, k.rollup_key, k.days, k.start, k.set_key, k.rate_key, k.pool_key, k.grant_key,
             k.credits_small, k.credits_large, k.value_small, k.value_large, k.event_count)`,
    [
      customerKey,
      ...cellColumns(cells),
      plainColumn(wanted, (sums) => sums && sums.credits.small),
      largeColumn(wanted, (sums) => sums.credits.large),
      plainColumn(wanted, (sums) => sums && sums.value.small),
      largeColumn(wanted, (sums) => sums.value.large),
      plainColumn(wanted, (sums) => sums && sums.eventCount),
    ],
  );
}

function cellColumns(cells: readonly RollupCell[]): string[] {
  const names = ['rollupKey', 'days', 'start', 'setKey', 'rateKey', 'poolKey', 'grantKey'] as const;
  return names.map((name) => plainColumn(cells, (cell) => cell[name]));
}

function summedUp(name: SumName): string {
  const { small, large } = sumColumns({ small: `${name}_small`, large: `${name}_large`, holdsLarge: `(${name}_large IS NOT NULL)` });
  return `${small} AS ${name}_small, ${large} AS ${name}_large`;
}

function inOrder(cells: readonly RollupCell[], rows: readonly { nth: bigint; sums: SumsRow }[]): (RollupSums | null)[] {
  const sums = new Map(rows.map((row) => [Number(row.nth), sumsFrom(row.sums)]));
  return cells.map((_, index) => sums.get(index + 1) ?? null);
}

/** Amounts of a numeric column; null becomes NULL. */
function largeColumn(wanted: readonly (RollupSums | null)[], of: (sums: RollupSums) => Credits | null): string {
  return plainColumn(wanted, (sums) => {
    const large = sums && of(sums);
    return large === null ? null : `${large}e-12`;
  });
}
