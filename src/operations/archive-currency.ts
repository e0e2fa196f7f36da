import { requireFound, requireUnarchived, requireUnused } from '../domain/catalog-input';
import type { Currency } from '../domain/currency';
import { changeCatalog } from '../store/catalog';
import { poolsHolding, versionsWithRateOf } from '../store/catalog-users';
import { changeCurrency, findCurrency, lockCurrency } from '../store/currencies';
import type { Database } from '../store/database';
import type { Context } from './context';

/**
 * Takes a currency out of use, unless a current or draft version of a plan charges in it, or a pool of it still holds something.
 * In this order: CURRENCY_NOT_FOUND; ARCHIVED; IN_USE.
 */
export async function archiveCurrency(database: Database, context: Context, id: string): Promise<Currency> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const currency = requireFound('CURRENCY_NOT_FOUND', 'currency', id, await findCurrency(catalog, context.environmentKey, id));
    requireUnarchived(`currency ${id}`, currency);
    await lockCurrency(catalog, currency.key);
    const thing = { currencyKey: currency.key };
    requireUnused(`currency ${id}`, [...(await versionsWithRateOf(catalog, thing)), ...(await poolsHolding(catalog, thing, context.now))]);
    return changeCurrency(catalog, currency.key, { archivedAt: context.now });
  });
}
