import { keysOfShape, type BreakdownScope, type BreakdownShape } from '../domain/breakdown';
import { isId } from '../domain/ids';
import type { Span } from '../domain/time-range';
import type { Transaction } from './database';

/** What one transaction sees, and how a breakdown has to be read in it. */
export interface OpenBreakdown {
  /** The currency that was asked for, or the first two of the environment where none was; empty: there is no such thing. */
  readonly currencyKeys: readonly number[];
  /** Their ids. */
  readonly currencyIds: readonly string[];
  /** Those of the customers asked for that there are. */
  readonly customerKeys: ReadonlyMap<string, bigint>;
  /** PostgreSQL's text of what this transaction sees. */
  readonly snapshot: string;
  /** From the events alone: a key has loose values somewhere in the scope, which are only there, or it is about a state so old that most is not part of it. */
  readonly byEvents: boolean;
  /** The scope has pools of another currency, or they were not looked for. */
  readonly hasOtherPools: boolean;
  /** Some amount or sum in the scope needs more than 64 bits of 10^-9. */
  readonly hasLarge: boolean;
}

interface OpenRow {
  currency_keys: number[];
  currency_ids: string[];
  customer_keys: string[];
  customer_ids: string[];
  snapshot: string;
  has_loose: boolean;
  has_other_pools: boolean;
  has_large: boolean;
}

/**
 * Room for the hash tables of a hundred thousand dimension sets; more than that goes to disk.
 * Compiling costs more than it saves, and so do parallel workers, which would each sum up all sets.
 */
export const BREAKDOWN_SETTINGS = `SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '64MB'`;

/** Looks the scope up, and what kinds of values its keys have. */
export async function openBreakdown(transaction: Transaction, scope: BreakdownScope, shape: BreakdownShape, range: Span): Promise<OpenBreakdown> {
  const dimensions = keysOfShape(shape).flatMap((key) => ('dimension' in key ? [key.dimension] : []));
  const ids = scope.customerIds?.filter(isId) ?? null;
  const { rows } = await transaction.query<OpenRow>({
    text: `WITH asked AS MATERIALIZED (SELECT key, id FROM customer WHERE environment_key = $1 AND id = ANY ($3::text[])),
             scope AS MATERIALIZED (SELECT key FROM asked UNION ALL SELECT key FROM customer WHERE environment_key = $1 AND $3::text[] IS NULL),
             currency_asked AS MATERIALIZED (SELECT key, id FROM currency WHERE environment_key = $1 AND ($2::text IS NULL OR id = $2) ORDER BY key LIMIT 2)
           SELECT ARRAY(SELECT key FROM currency_asked) AS currency_keys, ARRAY(SELECT id FROM currency_asked) AS currency_ids, ARRAY(SELECT key FROM asked ORDER BY key)::text[] AS customer_keys,
             ARRAY(SELECT id FROM asked ORDER BY key) AS customer_ids,
             pg_current_snapshot()::text AS snapshot,
             EXISTS (SELECT FROM dimension_key k WHERE k.customer_key IN (SELECT key FROM scope) AND k.name = ANY ($4::text[]) AND k.loose) AS has_loose,
             $3::text[] IS NULL OR EXISTS (
               SELECT FROM pool p WHERE p.customer_key IN (SELECT key FROM asked) AND p.currency_key NOT IN (SELECT key FROM currency_asked)
             ) AS has_other_pools,
             EXISTS (
               SELECT FROM usage_rollup r WHERE r.customer_key IN (SELECT key FROM scope) AND (r.credits_large IS NOT NULL OR r.value_large IS NOT NULL)
             ) AS has_large`,
    values: [scope.environmentKey, scope.currencyId !== null && !isId(scope.currencyId) ? '' : scope.currencyId, ids, dimensions],
  });
  const row = rows[0]!;
  const byEvents = row.has_loose || isLongAgo(shape.knownAt, range);
  return {
    currencyKeys: row.currency_keys,
    currencyIds: row.currency_ids,
    customerKeys: new Map(row.customer_ids.map((id, index) => [id, BigInt(row.customer_keys[index]!)])),
    snapshot: row.snapshot,
    byEvents,
    hasOtherPools: row.has_other_pools,
    hasLarge: row.has_large,
  };
}

/** Whether fewer events were known at the instant than came in since: then it is cheaper to add up the former than to take off the latter. */
function isLongAgo(knownAt: Date | null, { from, to }: Span): boolean {
  if (knownAt === null) return false;
  return knownAt.getTime() - from.getTime() < to.getTime() - knownAt.getTime();
}

/** Whether PostgreSQL would read the text as a snapshot: `xmin:xmax:xip,…`, ascending, within its bounds. */
export function isSnapshotText(text: string): boolean {
  const [, xmin, xmax, xips] = /^(\d{1,18}):(\d{1,18}):((?:\d{1,18}(?:,\d{1,18})*)?)$/.exec(text) ?? [];
  if (xmin === undefined || xmax === undefined) return false;
  const running = xips ? xips.split(',').map(BigInt) : [];
  const isAscending = running.every((xid, index) => xid >= (running[index - 1] ?? BigInt(xmin)) && xid < BigInt(xmax));
  return isAscending && BigInt(xmin) > 0n && BigInt(xmin) <= BigInt(xmax);
}
