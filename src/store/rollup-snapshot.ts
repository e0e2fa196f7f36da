import type { BreakdownScope, BreakdownShape } from '../domain/breakdown';
import type { Transaction } from './database';

/** What one transaction sees, and how a breakdown has to be read in it. */
export interface OpenBreakdown {
  /** Null: there is no such thing in the environment. */
  readonly currencyKey: number | null;
  readonly customerKey: bigint | null;
  /** PostgreSQL's text of what this transaction sees. */
  readonly snapshot: string;
  /** A number that no transaction seen here has reached. */
  readonly nextTransaction: string;
  /** A key has loose values somewhere in the scope: these are only with the events. */
  readonly byEvents: boolean;
  /** The scope has pools of another currency, or they were not looked for. */
  readonly hasOtherPools: boolean;
  /** Some amount or sum in the scope needs more than 64 bits of 10^-9. */
  readonly hasLarge: boolean;
}

interface OpenRow {
  currency_key: number | null;
  customer_key: bigint | null;
  snapshot: string;
  next_transaction: string;
  by_events: boolean;
  has_other_pools: boolean;
  has_large: boolean;
}

/**
 * Room for the hash tables of a hundred thousand dimension sets; more than that goes to disk.
 * Compiling costs more than it saves, and so do parallel workers, which would each sum up all sets.
 */
export const BREAKDOWN_SETTINGS = `SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '64MB'`;

/**
 * The planner cannot know how many sets remain after summing, and takes them for a few hundred. For the blocks of one customer, joining and
 * grouping by hash and reading in the order of the pages is right whatever their number.
 */
const SETTINGS_FOR_BLOCKS = `SET LOCAL enable_nestloop = off; SET LOCAL enable_sort = off; SET LOCAL enable_indexscan = off`;

/** The same of events: joined one by one, as for a few hundred, their labels would take time in proportion to events × sets. */
const SETTINGS_FOR_EVENTS = `SET LOCAL enable_nestloop = off`;

/** Looks the scope up, and what kinds of values its keys have. */
export async function openBreakdown(transaction: Transaction, scope: BreakdownScope, { groupBy, filters }: BreakdownShape): Promise<OpenBreakdown> {
  const keys = [...groupBy, ...filters.map(({ key }) => key)];
  const dimensions = keys.flatMap((key) => ('dimension' in key ? [key.dimension] : []));
  const customers = scope.customerId === null ? 'IN (SELECT key FROM customer WHERE environment_key = $1)' : '= scope.customer_key';
  const { rows } = await transaction.query<OpenRow>({
    text: `SELECT scope.currency_key, scope.customer_key, pg_current_snapshot()::text AS snapshot, pg_snapshot_xmax(pg_current_snapshot())::text AS next_transaction,
             EXISTS (SELECT FROM dimension_key k WHERE k.customer_key ${customers} AND k.name = ANY ($4::text[]) AND k.loose) AS by_events,
             $3::text IS NULL OR EXISTS (SELECT FROM pool p WHERE p.customer_key = scope.customer_key AND p.currency_key <> scope.currency_key) AS has_other_pools,
             EXISTS (SELECT FROM usage_rollup r WHERE r.customer_key ${customers} AND (r.credits_large IS NOT NULL OR r.value_large IS NOT NULL)) AS has_large
           FROM (SELECT (SELECT key FROM currency WHERE environment_key = $1 AND id = $2) AS currency_key,
                        (SELECT key FROM customer WHERE environment_key = $1 AND id = $3) AS customer_key) AS scope`,
    values: [scope.environmentKey, scope.currencyId, scope.customerId, dimensions],
  });
  const row = rows[0]!;
  if (row.by_events) await transaction.query(SETTINGS_FOR_EVENTS);
  else if (row.customer_key !== null) await transaction.query(SETTINGS_FOR_BLOCKS);
  return {
    currencyKey: row.currency_key,
    customerKey: row.customer_key,
    snapshot: row.snapshot,
    nextTransaction: row.next_transaction,
    byEvents: row.by_events,
    hasOtherPools: row.has_other_pools,
    hasLarge: row.has_large,
  };
}

/** Whether PostgreSQL would read the text as a snapshot: `xmin:xmax:xip,…`, ascending, within its bounds. */
export function isSnapshotText(text: string): boolean {
  const [, xmin, xmax, xips] = /^(\d{1,18}):(\d{1,18}):((?:\d{1,18}(?:,\d{1,18})*)?)$/.exec(text) ?? [];
  if (xmin === undefined || xmax === undefined) return false;
  const running = xips ? xips.split(',').map(BigInt) : [];
  const isAscending = running.every((xid, index) => xid >= (running[index - 1] ?? BigInt(xmin)) && xid < BigInt(xmax));
  return isAscending && BigInt(xmin) > 0n && BigInt(xmin) <= BigInt(xmax);
}
