import { refuseNewThing } from '../domain/catalog-input';
import { currencyProblems, type Currency } from '../domain/currency';
import { changeCatalog } from '../store/catalog';
import { insertCurrency } from '../store/currencies';
import type { Database } from '../store/database';
import type { Context } from './context';

export interface CurrencyCreation {
  readonly id: string;
  readonly name: string;
  readonly symbol?: string | null;
  readonly unitSingular: string;
  readonly unitPlural: string;
}

/** Adds a currency. In this order: ID_INVALID, INPUT_INVALID; ALREADY_EXISTS. */
export async function createCurrency(database: Database, context: Context, input: CurrencyCreation): Promise<Currency> {
  const { id, name, symbol = null, unitSingular, unitPlural } = input;
  refuseNewThing(id, currencyProblems(input));
  const currency = { id, name, symbol, unitSingular, unitPlural, createdAt: context.now };
  return changeCatalog(database, context.environmentKey, (catalog) => insertCurrency(catalog, context.environmentKey, currency));
}
