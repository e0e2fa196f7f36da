import type { QueryResult } from 'pg';
import type { Transaction } from './database';
import { plainArray, textArray } from './sql-arrays';

/**
 * Opens a transaction that prices. All its statements look rows up by keys from arrays; planned while the tables were still small, they could
 * keep to plans that read whole tables, so those are ruled out. The last result holds the catalog revisions.
 */
export function openPricing(environmentKeys: readonly number[]): string {
  return `SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off; SET LOCAL lock_timeout = '10s';
    SELECT key, catalog_revision FROM environment WHERE key IN (${environmentKeys.map(Number).join(',')})`;
}

export function catalogRevisions(opened: readonly QueryResult[]): Map<number, bigint> {
  const rows = opened.at(-1)?.rows as { key: number; catalog_revision: bigint }[];
  return new Map(rows.map((row) => [row.key, row.catalog_revision]));
}

/** The keys of the events that are stored under these idempotency keys, in the order asked for; null where there is none. */
export async function findEventKeys(
  transaction: Transaction,
  wanted: readonly { readonly customerKey: bigint; readonly idempotencyKey: string }[],
): Promise<(bigint | null)[]> {
  const { rows } = await transaction.query<{ customer_key: bigint; idempotency_key: string; key: bigint }>({
    name: 'find-event-keys',
    text: `SELECT e.customer_key, e.idempotency_key, e.key
           FROM unnest($1::int8[], $2::text[]) AS wanted (customer_key, idempotency_key)
           JOIN usage_event e ON e.customer_key = wanted.customer_key AND e.idempotency_key = wanted.idempotency_key`,
    values: [plainArray(wanted.map((one) => one.customerKey)), textArray(wanted.map((one) => one.idempotencyKey))],
  });
  const keys = new Map(rows.map((row) => [`${row.customer_key}:${row.idempotency_key}`, row.key]));
  return wanted.map((one) => keys.get(`${one.customerKey}:${one.idempotencyKey}`) ?? null);
}
