import { creditsFromNumeric } from '../domain/credits';
import type { BurnableGrant, GrantCategory } from '../domain/grant';
import { DEFAULT_OVERDRAFT_RULE, type OverdraftPolicy, type OverdraftRule } from '../domain/overdraft';
import type { PoolState } from '../domain/pool';
import type { Queryable, Transaction } from './database';
import { plainArray, textArray } from './sql-arrays';

/** A pool by what it is for. */
export interface PoolRef {
  readonly customerKey: bigint;
  readonly currencyKey: number;
  readonly resourceId: string | null;
}

/** A pool as it stands. `rule` is what its customer and currency say of overdraft. */
export interface StoredPool extends PoolRef, PoolState {
  readonly key: bigint;
  readonly rule: OverdraftRule;
  /** It was made by this very transaction. */
  readonly isNew: boolean;
}

interface PoolRow {
  customer_key: bigint;
  key: bigint;
  currency_key: number;
  resource_id: string;
  balance: string;
  sequence: bigint;
  last_entry_at: Date | null;
  policy: OverdraftPolicy | null;
  limit: string | null;
}

export interface OpenGrantRow {
  customer_key: bigint;
  pool_key: bigint;
  key: bigint;
  category: GrantCategory;
  priority: number;
  effective_at: Date;
  expires_at: Date | null;
  created_at: Date;
  amount: string;
  remaining: string;
  activated: boolean;
}

const POOL_COLUMNS = `p.customer_key, p.key, p.currency_key, p.resource_id, p.balance, p.sequence, p.last_entry_at, o.policy, o."limit"`;
const WITH_RULE = `LEFT JOIN customer_overdraft_policy o ON o.customer_key = p.customer_key AND o.currency_key = p.currency_key`;

/** Locks the pools, those that are missing are made, and reads them with their open grants. Ascending by key, so that two who lock do not wait for each other. */
export async function lockPools(transaction: Transaction, refs: readonly PoolRef[]): Promise<StoredPool[]> {
  if (refs.length === 0) return [];
  let rows = await selectForUpdate(transaction, refs);
  const made = new Set<string>();
  if (rows.length < refs.length) {
    for (const key of await makePools(transaction, refs)) made.add(key);
    rows = await selectForUpdate(transaction, refs);
  }
  return withOpenGrants(transaction, rows, made);
}

/** Reads the pools as they are, without locking or making any; one that is missing is read as it would be made, with a key below 0. */
export async function readPools(queryable: Queryable, refs: readonly PoolRef[]): Promise<StoredPool[]> {
  if (refs.length === 0) return [];
  const { rows } = await queryable.query<PoolRow>({
    name: 'read-pools',
    text: `SELECT wanted.customer_key, coalesce(p.key, -wanted.nth) AS key, wanted.currency_key, wanted.resource_id, coalesce(p.balance, 0) AS balance,
                  coalesce(p.sequence, 0) AS sequence, p.last_entry_at, o.policy, o."limit"
           FROM unnest($1::int8[], $2::int4[], $3::text[]) WITH ORDINALITY AS wanted (customer_key, currency_key, resource_id, nth)
           LEFT JOIN pool p ON p.customer_key = wanted.customer_key AND p.currency_key = wanted.currency_key AND p.resource_id = wanted.resource_id
           LEFT JOIN customer_overdraft_policy o ON o.customer_key = wanted.customer_key AND o.currency_key = wanted.currency_key`,
    values: columns(refs),
  });
  return withOpenGrants(queryable, rows, new Set());
}

/** Locks the pool of a grant. */
export async function lockPoolOfGrant(
  transaction: Transaction,
  grant: { readonly customerKey: bigint; readonly poolKey: bigint },
): Promise<StoredPool> {
  const { rows } = await transaction.query<PoolRow>(
    `SELECT ${POOL_COLUMNS} FROM pool p ${WITH_RULE} WHERE p.customer_key = $1 AND p.key = $2 FOR NO KEY UPDATE OF p`,
    [grant.customerKey, grant.poolKey],
  );
  const [pool] = await withOpenGrants(transaction, rows, new Set());
  return pool!;
}

/** Locks pools of a customer, in the order in which everyone does. Those that do not exist are passed over. */
export async function lockPoolsByKey(transaction: Transaction, customerKey: bigint, poolKeys: readonly bigint[]): Promise<void> {
  await transaction.query('SELECT FROM pool WHERE customer_key = $1 AND key = ANY ($2::int8[]) ORDER BY key FOR NO KEY UPDATE', [
    customerKey,
    plainArray(poolKeys),
  ]);
}

/** Some pools of the customer, at most `most`, in which an activation or expiry is due that the ledger does not show yet. */
export async function findDuePools(queryable: Queryable, customerKey: bigint, now: Date, most: number): Promise<PoolRef[]> {
  const { rows } = await queryable.query<{ currencyKey: number; resourceId: string }>(
    `SELECT currency_key AS "currencyKey", resource_id AS "resourceId" FROM pool p
     WHERE customer_key = $1 AND EXISTS (
       SELECT FROM credit_grant g WHERE g.customer_key = $1 AND g.pool_key = p.key AND NOT g.closed
         AND (g.expires_at <= $2 OR (NOT g.activated AND g.effective_at <= $2)))
     LIMIT $3`,
    [customerKey, now, most],
  );
  return rows.map((row) => ({ customerKey, currencyKey: row.currencyKey, resourceId: row.resourceId || null }));
}

/** Removes pools that this transaction made and then did not use. */
export async function removePools(transaction: Transaction, pools: readonly { readonly customerKey: bigint; readonly key: bigint }[]): Promise<void> {
  await transaction.query(
    `DELETE FROM pool p USING unnest($1::int8[], $2::int8[]) AS unused (customer_key, key)
     WHERE p.customer_key = unused.customer_key AND p.key = unused.key`,
    [plainArray(pools.map((pool) => pool.customerKey)), plainArray(pools.map((pool) => pool.key))],
  );
}

export function poolText(ref: PoolRef): string {
  return `${ref.customerKey}:${ref.currencyKey}:${ref.resourceId ?? ''}`;
}

async function selectForUpdate(transaction: Transaction, refs: readonly PoolRef[]): Promise<PoolRow[]> {
  const { rows } = await transaction.query<PoolRow>({
    name: 'lock-pools',
    text: `SELECT ${POOL_COLUMNS}
           FROM unnest($1::int8[], $2::int4[], $3::text[]) AS wanted (customer_key, currency_key, resource_id)
           JOIN pool p ON p.customer_key = wanted.customer_key AND p.currency_key = wanted.currency_key AND p.resource_id = wanted.resource_id
           ${WITH_RULE}
           ORDER BY p.customer_key, p.key FOR NO KEY UPDATE OF p`,
    values: columns(refs),
  });
  return rows;
}

async function makePools(transaction: Transaction, refs: readonly PoolRef[]): Promise<string[]> {
  const { rows } = await transaction.query<{ customer_key: bigint; currency_key: number; resource_id: string }>(
    `INSERT INTO pool (customer_key, currency_key, resource_id)
     SELECT * FROM unnest($1::int8[], $2::int4[], $3::text[]) AS wanted (customer_key, currency_key, resource_id) ORDER BY 1, 2, 3
     ON CONFLICT (customer_key, currency_key, resource_id) DO NOTHING
     RETURNING customer_key, currency_key, resource_id`,
    columns(refs),
  );
  return rows.map((row) => poolText({ customerKey: row.customer_key, currencyKey: row.currency_key, resourceId: row.resource_id }));
}

function columns(refs: readonly PoolRef[]): string[] {
  return [
    plainArray(refs.map((ref) => ref.customerKey)),
    plainArray(refs.map((ref) => ref.currencyKey)),
    textArray(refs.map((ref) => ref.resourceId ?? '')),
  ];
}

async function withOpenGrants(queryable: Queryable, rows: readonly PoolRow[], made: ReadonlySet<string>): Promise<StoredPool[]> {
  const { rows: grantRows } = await queryable.query<OpenGrantRow>({
    name: 'open-grants',
    text: `SELECT g.customer_key, g.pool_key, g.key, g.category, g.priority, g.effective_at, g.expires_at, g.created_at, g.amount, g.remaining, g.activated
           FROM unnest($1::int8[], $2::int8[]) AS wanted (customer_key, pool_key)
           JOIN credit_grant g ON g.customer_key = wanted.customer_key AND g.pool_key = wanted.pool_key AND NOT g.closed`,
    values: [plainArray(rows.map((row) => row.customer_key)), plainArray(rows.map((row) => row.key))],
  });
  const grants = new Map<string, BurnableGrant[]>();
  for (const row of grantRows) {
    const id = `${row.customer_key}:${row.pool_key}`;
    const ofPool = grants.get(id);
    if (ofPool) ofPool.push(openGrantFrom(row));
    else grants.set(id, [openGrantFrom(row)]);
  }
  return rows.map((row) => poolFrom(row, grants.get(`${row.customer_key}:${row.key}`) ?? [], made));
}

function poolFrom(row: PoolRow, openGrants: readonly BurnableGrant[], made: ReadonlySet<string>): StoredPool {
  const ref = { customerKey: row.customer_key, currencyKey: row.currency_key, resourceId: row.resource_id || null };
  return {
    ...ref,
    key: row.key,
    balance: creditsFromNumeric(row.balance),
    sequence: row.sequence,
    lastEntryAt: row.last_entry_at,
    openGrants,
    rule: row.policy ? { policy: row.policy, limit: row.limit === null ? null : creditsFromNumeric(row.limit) } : DEFAULT_OVERDRAFT_RULE,
    isNew: made.has(poolText(ref)),
  };
}

export function openGrantFrom(row: OpenGrantRow): BurnableGrant {
  return {
    key: row.key,
    category: row.category,
    priority: row.priority,
    effectiveAt: row.effective_at,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    amount: creditsFromNumeric(row.amount),
    remaining: creditsFromNumeric(row.remaining),
    activated: row.activated,
  };
}
