import { requireFound, requireUnarchived, requireUnused } from '../domain/catalog-input';
import type { Currency } from '../domain/currency';
import { changeCatalog } from '../store/catalog';
import { customersWithOverrideOf, poolsHolding, versionsWithRateOf } from '../store/catalog-users';
import { changeCurrency, findCurrency, lockCurrency } from '../store/currencies';
import type { Database } from '../store/database';
import type { Context } from './context';

/**
 * Takes a currency out of use, unless a version of a plan that is not over, a draft or an override charges in it, or a pool of it still holds something.
 * In this order: CURRENCY_NOT_FOUND; ARCHIVED; IN_USE.
 */
export async function archiveCurrency(database: Database, context: Context, id: string): Promise<Currency> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const currency = requireFound('CURRENCY_NOT_FOUND', 'currency', id, await findCurrency(catalog, context.environmentKey, id));
    requireUnarchived(`currency ${id}`, currency);
    await lockCurrency(catalog, currency.key);
    const thing = { currencyKey: currency.key };
    const versions = await versionsWithRateOf(catalog, thing, context.now);
    const overrides = await customersWithOverrideOf(catalog, thing, context.now);
    requireUnused(`currency ${id}`, [...versions, ...overrides, ...(await poolsHolding(catalog, thing, context.now))]);
    return changeCurrency(catalog, currency.key, { archivedAt: context.now });
  });
}
