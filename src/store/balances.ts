import type { PoolSums } from '../domain/balance';
import { creditsFromNumeric, type Credits } from '../domain/credits';
import type { BurnableGrant } from '../domain/grant';
import type { CursorValues, Page, PageRequest } from '../domain/paging';
import type { PoolState } from '../domain/pool';
import { cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Queryable } from './database';
import { openGrantFrom, type OpenGrantRow } from './pools';
import { plainArray } from './sql-arrays';

/** A pool by its keys. */
export interface PoolKeys {
  readonly customerKey: bigint;
  readonly poolKey: bigint;
}

export interface PoolAccount extends PoolKeys, PoolState {}

interface AccountRow extends Omit<OpenGrantRow, 'key'> {
  /** Null, with all else of the grant: the pool has no open one. */
  key: bigint | null;
  balance: string;
  sequence: bigint;
  last_entry_at: Date | null;
}

/** One statement, so that pool and grants are of the same moment. */
const ACCOUNTS = `SELECT p.customer_key, p.key AS pool_key, p.balance, p.sequence, p.last_entry_at,
    g.key, g.category, g.priority, g.effective_at, g.expires_at, g.created_at, g.amount, g.remaining, g.activated
  FROM pool p LEFT JOIN credit_grant g ON g.customer_key = p.customer_key AND g.pool_key = p.key AND NOT g.closed`;

/** The pool of customer × currency × resource (null: none); null where nothing was ever granted or charged to it. */
export async function findAccount(
  queryable: Queryable,
  customerKey: bigint,
  currencyKey: number,
  resourceId: string | null,
): Promise<PoolAccount | null> {
  const { rows } = await queryable.query<AccountRow>(`${ACCOUNTS} WHERE p.customer_key = $1 AND p.currency_key = $2 AND p.resource_id = $3`, [
    customerKey,
    currencyKey,
    resourceId ?? '',
  ]);
  return accountsFrom(rows)[0] ?? null;
}

/** A pool of a list by what its place in the list is. */
export interface ListedPool extends PoolKeys {
  readonly currencyKey: number;
  readonly currencyId: string;
  readonly resourceId: string | null;
}

/** One page of a customer's pools by the id of the currency, the customer's own pool before those of resources. */
export async function listPools(queryable: Queryable, customerKey: bigint, request: PageRequest): Promise<Page<ListedPool>> {
  const { size, backward, after, before } = request;
  const where = new Conditions();
  const place = (cursor: CursorValues): string =>
    `(${where.placeholder(cursorText(cursor, 0))}::text COLLATE "C", ${where.placeholder(cursorText(cursor, 1))}::text COLLATE "C")`;
  const conditions = [`p.customer_key = ${where.placeholder(customerKey)}`];
  if (after) conditions.push(`(c.id COLLATE "C", p.resource_id COLLATE "C") > ${place(after)}`);
  if (before) conditions.push(`(c.id COLLATE "C", p.resource_id COLLATE "C") < ${place(before)}`);
  const direction = backward ? 'DESC' : 'ASC';
  const { rows } = await queryable.query<{ key: bigint; currency_key: number; currency_id: string; resource_id: string }>(
    `SELECT p.key, p.currency_key, c.id AS currency_id, p.resource_id FROM pool p JOIN currency c ON c.key = p.currency_key
     WHERE ${conditions.join(' AND ')}
     ORDER BY c.id COLLATE "C" ${direction}, p.resource_id COLLATE "C" ${direction} LIMIT ${size + 1}`,
    where.values,
  );
  const pools = rows.map((row) => ({
    customerKey,
    poolKey: row.key,
    currencyKey: row.currency_key,
    currencyId: row.currency_id,
    resourceId: row.resource_id || null,
  }));
  return pageOf(pools, request);
}

export async function loadAccounts(queryable: Queryable, pools: readonly PoolKeys[]): Promise<PoolAccount[]> {
  const { rows } = await queryable.query<AccountRow>(
    `${ACCOUNTS} JOIN (SELECT DISTINCT * FROM unnest($1::int8[], $2::int8[]) AS wanted (customer_key, key)) wanted
       ON wanted.customer_key = p.customer_key AND wanted.key = p.key`,
    [plainArray(pools.map((pool) => pool.customerKey)), plainArray(pools.map((pool) => pool.poolKey))],
  );
  return accountsFrom(rows);
}

/** The pools of one currency of these customers. */
export async function loadAccountsOfCustomers(queryable: Queryable, customerKeys: readonly bigint[], currencyKey: number): Promise<PoolAccount[]> {
  const { rows } = await queryable.query<AccountRow>(`${ACCOUNTS} WHERE p.customer_key = ANY ($1::int8[]) AND p.currency_key = $2`, [
    plainArray(customerKeys),
    currencyKey,
  ]);
  return accountsFrom(rows);
}

/** What was granted and forfeited by the pool's entries up to a sequence; an index of the entries that are no usage answers it. */
export async function sumsUntil(queryable: Queryable, { customerKey, poolKey }: PoolKeys, sequence: bigint): Promise<PoolSums> {
  const { rows } = await queryable.query<{ granted: string; forfeited: string }>(
    `SELECT coalesce(sum(amount) FILTER (WHERE kind = 'GRANTED'), 0) AS granted,
            coalesce(-sum(amount) FILTER (WHERE kind IN ('EXPIRED', 'VOIDED')), 0) AS forfeited
     FROM ledger_entry WHERE customer_key = $1 AND pool_key = $2 AND sequence <= $3 AND kind <> 'CONSUMED'`,
    [customerKey, poolKey, sequence],
  );
  return { granted: creditsFromNumeric(rows[0]!.granted), forfeited: creditsFromNumeric(rows[0]!.forfeited) };
}

/** The balance after the last entry that is not later than the instant, and that entry's sequence; zeros where there is none. */
export async function balanceAfterLastEntry(queryable: Queryable, pool: PoolKeys, at: Date): Promise<{ sequence: bigint; balance: Credits }> {
  const { rows } = await queryable.query<{ sequence: bigint; balance_after: string }>(
    `SELECT sequence, balance_after FROM ledger_entry
     WHERE customer_key = $1 AND pool_key = $2 AND sequence = (SELECT ledger_sequence_at($1, $2, $3))`,
    [pool.customerKey, pool.poolKey, at],
  );
  const row = rows[0];
  return row ? { sequence: row.sequence, balance: creditsFromNumeric(row.balance_after) } : { sequence: 0n, balance: 0n };
}

/** The first activation or expiry after a sequence that is in the ledger. */
export async function nextMilestone(queryable: Queryable, { customerKey, poolKey }: PoolKeys, sequence: bigint) {
  const { rows } = await queryable.query<{ kind: 'GRANTED' | 'EXPIRED'; at: Date; amount: string; grant_key: bigint }>(
    `SELECT kind, at, abs(amount) AS amount, grant_key FROM ledger_entry
     WHERE customer_key = $1 AND pool_key = $2 AND sequence > $3 AND kind <> 'CONSUMED' AND kind IN ('GRANTED', 'EXPIRED')
     ORDER BY sequence LIMIT 1`,
    [customerKey, poolKey, sequence],
  );
  const row = rows[0];
  return row ? { kind: row.kind, at: row.at, amount: creditsFromNumeric(row.amount), grantKey: row.grant_key } : null;
}

function accountsFrom(rows: readonly AccountRow[]): PoolAccount[] {
  const accounts = new Map<string, PoolAccount & { openGrants: BurnableGrant[] }>();
  for (const row of rows) {
    const id = `${row.customer_key}:${row.pool_key}`;
    const account = accounts.get(id) ?? accountFrom(row);
    if (row.key !== null) account.openGrants.push(openGrantFrom({ ...row, key: row.key }));
    accounts.set(id, account);
  }
  return [...accounts.values()];
}

function accountFrom(row: AccountRow): PoolAccount & { openGrants: BurnableGrant[] } {
  const balance = creditsFromNumeric(row.balance);
  return { customerKey: row.customer_key, poolKey: row.pool_key, balance, sequence: row.sequence, lastEntryAt: row.last_entry_at, openGrants: [] };
}

/** What a pool is for. */
export interface PoolPurpose extends PoolKeys {
  readonly currencyKey: number;
  readonly resourceId: string | null;
}

export async function loadPoolPurposes(queryable: Queryable, pools: readonly PoolKeys[]): Promise<PoolPurpose[]> {
  const { rows } = await queryable.query<{ customer_key: bigint; key: bigint; currency_key: number; resource_id: string }>({
    name: 'load-pool-purposes',
    text: `SELECT p.customer_key, p.key, p.currency_key, p.resource_id FROM unnest($1::int8[], $2::int8[]) AS wanted (customer_key, key)
           JOIN pool p ON p.customer_key = wanted.customer_key AND p.key = wanted.key`,
    values: [plainArray(pools.map((pool) => pool.customerKey)), plainArray(pools.map((pool) => pool.poolKey))],
  });
  return rows.map((row) => ({ customerKey: row.customer_key, poolKey: row.key, currencyKey: row.currency_key, resourceId: row.resource_id || null }));
}
