import type { Page, PageRequest } from '../domain/paging';
import { listPools, loadAccounts, type ListedPool } from '../store/balances';
import type { Database } from '../store/database';
import type { Context } from './context';
import { balanceOf, type PoolBalance } from './credit-balance';
import { requireCustomer } from './lookups';

export type ListedBalance = PoolBalance & Pick<ListedPool, 'currencyId'>;

/** The balances of all pools of a customer as they are now. Refuses: CUSTOMER_NOT_FOUND. */
export async function creditBalances(database: Database, context: Context, customerId: string, request: PageRequest): Promise<Page<ListedBalance>> {
  const customer = await requireCustomer(database, context, customerId);
  const { items, ...page } = await listPools(database.pool, customer.key, request);
  const accounts = new Map((await loadAccounts(database.pool, items)).map((account) => [account.poolKey, account]));
  const balances = items.map(async ({ customerKey, poolKey, currencyKey, currencyId, resourceId }) => {
    const balance = await balanceOf(database, accounts.get(poolKey)!, null, context.now);
    return { ...balance, customerKey, currencyKey, currencyId, resourceId };
  });
  return { ...page, items: await Promise.all(balances) };
}
