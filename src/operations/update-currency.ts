import { refuseInput, requireFound, requireUnarchived } from '../domain/catalog-input';
import { currencyProblems, type Currency, type CurrencyChange } from '../domain/currency';
import { changeCatalog } from '../store/catalog';
import { changeCurrency, findCurrency } from '../store/currencies';
import type { Database } from '../store/database';
import type { Context } from './context';

/** Renames a currency. In this order: INPUT_INVALID; CURRENCY_NOT_FOUND; ARCHIVED. */
export async function updateCurrency(database: Database, context: Context, input: CurrencyChange & { readonly id: string }): Promise<Currency> {
  const { id, name, symbol, unitSingular, unitPlural } = input;
  refuseInput(['INPUT_INVALID', currencyProblems(input)]);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const currency = requireFound('CURRENCY_NOT_FOUND', 'currency', id, await findCurrency(catalog, context.environmentKey, id));
    requireUnarchived(`currency ${id}`, currency);
    const change = { name: name ?? undefined, symbol, unitSingular: unitSingular ?? undefined, unitPlural: unitPlural ?? undefined };
    return changeCurrency(catalog, currency.key, change);
  });
}
