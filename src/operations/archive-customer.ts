import { requireFound, requireUnarchived, requireUnused } from '../domain/catalog-input';
import type { Customer } from '../domain/customer';
import { changeCatalog } from '../store/catalog';
import { poolsHolding } from '../store/catalog-users';
import { changeCustomer, findCustomer, lockCustomer } from '../store/customers';
import type { Database } from '../store/database';
import type { Context } from './context';
import { settlePools } from './settle-pools';

/**
 * Takes a customer out of use, unless it has a balance, an overdraft or a grant that has not ended. What is due by now happens first.
 * In this order: CUSTOMER_NOT_FOUND; ARCHIVED; IN_USE.
 */
export async function archiveCustomer(database: Database, context: Context, id: string): Promise<Customer> {
  const { key } = requireFound('CUSTOMER_NOT_FOUND', 'customer', id, await findCustomer(database, context.environmentKey, id));
  await settlePools(database, context, key);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const customer = requireFound('CUSTOMER_NOT_FOUND', 'customer', id, await findCustomer(catalog, context.environmentKey, id));
    requireUnarchived(`customer ${id}`, customer);
    await lockCustomer(catalog, key);
    requireUnused(`customer ${id}`, await poolsHolding(catalog, { customerKey: key }, context.now));
    return changeCustomer(catalog, key, { archivedAt: context.now });
  });
}
