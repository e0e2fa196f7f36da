import { useAnswer } from '../../api/use-api';
import { PoolsOfCustomer } from '../../generated/credits';
import { poolKey, type Burnable } from './burn-order';

/** As many as the page shows, which has asked for them. */
export const MOST_POOLS = 50;

/** The balance of one pool, 0 where there is none yet; null: not known. */
export function useBalance(customerId: string, pool: Pick<Burnable, 'currency' | 'resourceId'>): string | null {
  const { data } = useAnswer(PoolsOfCustomer, { customerId, first: MOST_POOLS });
  if (!data || data.creditBalances.pageInfo.hasNextPage) return null;
  return data.creditBalances.edges.find(({ node }) => poolKey(node) === poolKey(pool))?.node.balance ?? '0';
}
