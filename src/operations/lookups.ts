import { requireFound } from '../domain/catalog-input';
import type { Currency } from '../domain/currency';
import type { Customer } from '../domain/customer';
import type { Feature } from '../domain/feature';
import { findCurrency } from '../store/currencies';
import { findCustomer } from '../store/customers';
import type { Database } from '../store/database';
import { findFeature } from '../store/features';
import type { Context } from './context';

type GivenId = string | null | undefined;

function isGiven(id: GivenId): id is string {
  return id !== null && id !== undefined;
}

/** Refuses: CUSTOMER_NOT_FOUND. An archived one is found, too: its history stays readable. */
export async function requireCustomer(database: Database, context: Context, id: string): Promise<Customer> {
  return requireFound('CUSTOMER_NOT_FOUND', 'customer', id, await findCustomer(database, context.environmentKey, id));
}

/** Null where no id is given. Refuses: CUSTOMER_NOT_FOUND. */
export async function customerIfGiven(database: Database, context: Context, id: GivenId): Promise<Customer | null> {
  return isGiven(id) ? requireCustomer(database, context, id) : null;
}

/** Refuses: CURRENCY_NOT_FOUND. */
export async function requireCurrency(database: Database, context: Context, id: string): Promise<Currency> {
  return requireFound('CURRENCY_NOT_FOUND', 'currency', id, await findCurrency(database, context.environmentKey, id));
}

/** Null where no id is given. Refuses: CURRENCY_NOT_FOUND. */
export async function currencyIfGiven(database: Database, context: Context, id: GivenId): Promise<Currency | null> {
  return isGiven(id) ? requireCurrency(database, context, id) : null;
}

/** Null where no id is given. Refuses: FEATURE_NOT_FOUND. */
export async function featureIfGiven(database: Database, context: Context, id: GivenId): Promise<Feature | null> {
  if (!isGiven(id)) return null;
  return requireFound('FEATURE_NOT_FOUND', 'feature', id, await findFeature(database, context.environmentKey, id));
}
