import { setTimeout as sleep } from 'node:timers/promises';
import { compareRollups, repairRollups } from '../../src/operations/rebuild-rollups';
import type { RollupDifference } from '../../src/domain/rollup';
import type { Database } from '../../src/store/database';
import { asOnlyRebuild } from '../../src/store/rollup-repair';

/** Every cell, each column as PostgreSQL writes it, by the text of its key; `written` is the transaction that wrote it last. */
export async function rollupRows(database: Database): Promise<Map<string, { columns: string; written: string }>> {
  const { rows } = await database.pool.query<{ key: string; columns: string; written: string }>(
    `SELECT concat_ws(':', customer_key, rollup_key, days, start, set_key, rate_key, pool_key, grant_key) AS key, r::text AS columns, r.xmin::text AS written
     FROM usage_rollup r ORDER BY customer_key, rollup_key, days, start, set_key, rate_key, pool_key, grant_key`,
  );
  return new Map(rows.map(({ key, ...row }) => [key, row]));
}

export async function customerKeys(database: Database): Promise<bigint[]> {
  const { rows } = await database.pool.query<{ key: bigint }>('SELECT key FROM customer ORDER BY key');
  return rows.map(({ key }) => key);
}

/** Waits for its turn to build or remove rollups: servers do, too. */
export async function asBuilder(database: Database, work: () => Promise<void>): Promise<void> {
  while (!(await asOnlyRebuild(database, work))) await sleep(20);
}

/** Everything that differs, customer by customer: of all, or of some. */
export async function findDifferences(database: Database, of?: readonly bigint[]): Promise<[bigint, RollupDifference[]][]> {
  const found: [bigint, RollupDifference[]][] = [];
  for (const key of of ?? (await customerKeys(database)))
    await compareRollups(database, key, (differences) => Promise.resolve(void found.push([key, [...differences]])));
  return found;
}

/** Rebuilds the cells of every customer, or of some; the number of cells that were repaired. */
export async function rebuildAll(database: Database, of?: readonly bigint[]): Promise<number> {
  let count = 0;
  for (const key of of ?? (await customerKeys(database)))
    await compareRollups(database, key, async (differences) => void (count += (await repairRollups(database, key, differences)).length));
  return count;
}
