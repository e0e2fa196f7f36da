import type { RollupsByCustomer } from '../domain/dimension-placement';
import { BASE_ROLLUP, type Rollup } from '../domain/rollup';
import type { Queryable, Transaction } from './database';
import { plainArray } from './sql-arrays';

interface RollupRow {
  customer_key: bigint;
  key: number;
  dimensions: string;
  by_rate: boolean;
  by_grant: boolean;
}

/** As JSON, which is read faster than PostgreSQL's own form of arrays. */
const ROLLUP_COLUMNS = 'customer_key, key, to_json(dimensions)::text AS dimensions, by_rate, by_grant';

/**
 * The rollups of customers that usage is added to, besides the base rollup. Whoever reports asks this by a statement of its own once it holds the locks of
 * its pools: a rollup is registered under the locks of all pools of its customer, so that whoever commits after that has seen it.
 */
export async function readRollups(transaction: Transaction, customerKeys: readonly bigint[]): Promise<RollupsByCustomer> {
  const { rows } = await transaction.query<RollupRow>({
    name: 'rollups',
    text: `SELECT ${ROLLUP_COLUMNS} FROM rollup WHERE customer_key = ANY ($1::int8[]) AND state IN ('FILLING', 'READY')`,
    values: [plainArray([...new Set(customerKeys)])],
  });
  const rollups = new Map<bigint, Rollup[]>();
  for (const row of rows) {
    const ofCustomer = rollups.get(row.customer_key);
    if (ofCustomer) ofCustomer.push(rollupFrom(row));
    else rollups.set(row.customer_key, [rollupFrom(row)]);
  }
  return rollups;
}

/** Those that hold all of the customer's usage, the base rollup first. */
export async function readReadyRollups(queryable: Queryable, customerKey: bigint): Promise<Rollup[]> {
  const { rows } = await queryable.query<RollupRow>(`SELECT ${ROLLUP_COLUMNS} FROM rollup WHERE customer_key = $1 AND state = 'READY' ORDER BY key`, [
    customerKey,
  ]);
  return [BASE_ROLLUP, ...rows.map(rollupFrom)];
}

export function rollupFrom({ key, dimensions, by_rate, by_grant }: Omit<RollupRow, 'customer_key'>): Rollup {
  return { key, dimensions: JSON.parse(dimensions) as string[], byRate: by_rate, byGrant: by_grant };
}
