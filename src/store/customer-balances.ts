import { balanceAhead, NOTHING } from '../domain/balance';
import { creditsFromNumeric, type Credits } from '../domain/credits';
import type { Queryable } from './database';
import { loadAccounts, type PoolKeys } from './balances';

/** Which customers are wanted, and the currency of their pools. */
export interface CustomerBalanceFilter {
  readonly environmentKey: number;
  readonly currencyKey: number;
  /** In the id or the name, in capitals or not; null: all. */
  readonly search: string | null;
  readonly includeArchived: boolean;
}

/** All pools of a customer in one currency, taken together. */
export interface CustomerBalance {
  readonly customerKey: bigint;
  readonly id: string;
  readonly name: string;
  readonly balance: Credits;
  readonly overdraft: Credits;
}

interface BalanceRow {
  key: bigint;
  id: string;
  name: string;
  balance: string;
  overdraft: string;
}

/** The sums that pools keep, in one statement; what is due but not written yet is made good for the few pools that have it. */
export async function loadCustomerBalances(queryable: Queryable, filter: CustomerBalanceFilter, now: Date): Promise<CustomerBalance[]> {
  const { environmentKey, currencyKey, search, includeArchived } = filter;
  const { rows } = await queryable.query<BalanceRow>(
    `SELECT c.key, c.id, c.name, coalesce(sum(p.balance), 0)::text AS balance, coalesce(-sum(p.balance) FILTER (WHERE p.balance < 0), 0)::text AS overdraft
     FROM customer c LEFT JOIN pool p ON p.customer_key = c.key AND p.currency_key = $2
     WHERE c.environment_key = $1 AND ($3 OR c.archived_at IS NULL)
       AND ($4::text IS NULL OR position(lower($4) IN lower(c.id)) > 0 OR position(lower($4) IN lower(c.name)) > 0)
     GROUP BY c.key, c.id, c.name`,
    [environmentKey, currencyKey, includeArchived, search],
  );
  const due = await dueCorrections(queryable, filter, now);
  return rows.map(({ key, id, name, balance, overdraft }) => {
    const { balance: more, overdraft: owedMore } = due.get(key) ?? { balance: 0n, overdraft: 0n };
    return { customerKey: key, id, name, balance: creditsFromNumeric(balance) + more, overdraft: creditsFromNumeric(overdraft) + owedMore };
  });
}

/** By customer: how much what is due changes the sums. */
async function dueCorrections(queryable: Queryable, { environmentKey, currencyKey }: CustomerBalanceFilter, now: Date) {
  const { rows } = await queryable.query<{ customer_key: bigint; pool_key: bigint }>(
    `SELECT DISTINCT g.customer_key, g.pool_key
     FROM credit_grant g JOIN pool p ON p.customer_key = g.customer_key AND p.key = g.pool_key AND p.currency_key = $2
       JOIN customer c ON c.key = g.customer_key AND c.environment_key = $1
     WHERE NOT g.closed AND (g.expires_at <= $3 OR (NOT g.activated AND g.effective_at <= $3))`,
    [environmentKey, currencyKey, now],
  );
  const pools: PoolKeys[] = rows.map((row) => ({ customerKey: row.customer_key, poolKey: row.pool_key }));
  const corrections = new Map<bigint, { balance: Credits; overdraft: Credits }>();
  for (const account of await loadAccounts(queryable, pools)) {
    const at = account.lastEntryAt && account.lastEntryAt > now ? account.lastEntryAt : now;
    const { balance, overdraft } = balanceAhead(account, NOTHING, at);
    const sum = corrections.get(account.customerKey) ?? { balance: 0n, overdraft: 0n };
    const owed = account.balance < 0n ? -account.balance : 0n;
    corrections.set(account.customerKey, { balance: sum.balance + balance - account.balance, overdraft: sum.overdraft + overdraft - owed });
  }
  return corrections;
}
