import type { QueryResult } from 'pg';

/**
 * Opens a transaction that prices. All its statements look rows up by keys from arrays; planned while the tables were still small, they could
 * keep to plans that read whole tables, so those are ruled out. `locks` are taken before anything is read. The last result holds the catalog revisions.
 */
export function openPricing(environmentKeys: readonly number[], locks: string): string {
  return `SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off; SET LOCAL lock_timeout = '10s';
    ${locks}SELECT key, catalog_revision FROM environment WHERE key IN (${environmentKeys.map(Number).join(',')})`;
}

export function catalogRevisions(opened: readonly QueryResult[]): Map<number, bigint> {
  const rows = opened.at(-1)?.rows as { key: number; catalog_revision: bigint }[];
  return new Map(rows.map((row) => [row.key, row.catalog_revision]));
}
