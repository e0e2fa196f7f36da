import { requireFound } from '../domain/catalog-input';
import type { Currency } from '../domain/currency';
import type { Customer } from '../domain/customer';
import type { Feature } from '../domain/feature';
import { isId } from '../domain/ids';
import { findCurrency } from '../store/currencies';
import { findCustomer, findCustomersById } from '../store/customers';
import type { Database } from '../store/database';
import { findFeature } from '../store/features';
import type { Context } from './context';
import { seesCustomer } from './customer-scope';

type GivenId = string | null | undefined;

function isGiven(id: GivenId): id is string {
  return id !== null && id !== undefined;
}

/** Null: the environment, or what the caller sees of it, has none of this id. */
export async function findSeenCustomer(database: Database, context: Context, id: string): Promise<Customer | null> {
  return seesCustomer(context, id) ? findCustomer(database, context.environmentKey, id) : null;
}

/** Refuses: CUSTOMER_NOT_FOUND. An archived one is found, too: its history stays readable. */
export async function requireCustomer(database: Database, context: Context, id: string): Promise<Customer> {
  return requireFound('CUSTOMER_NOT_FOUND', 'customer', id, await findSeenCustomer(database, context, id));
}

/** All of them, in their order. Refuses: CUSTOMER_NOT_FOUND. */
export async function requireCustomers(database: Database, context: Context, ids: readonly string[]): Promise<Customer[]> {
  const seen = ids.filter((id) => isId(id) && seesCustomer(context, id));
  const found = new Map((await findCustomersById(database, context.environmentKey, seen)).map((customer) => [customer.id, customer]));
  return ids.map((id) => requireFound('CUSTOMER_NOT_FOUND', 'customer', id, found.get(id) ?? null));
}

/** Null where no id is given, and the caller sees all customers; one who sees a single one means that. Refuses: CUSTOMER_NOT_FOUND. */
export async function customerIfGiven(database: Database, context: Context, id: GivenId): Promise<Customer | null> {
  if (isGiven(id)) return requireCustomer(database, context, id);
  return context.onlyCustomer ? requireCustomer(database, context, context.onlyCustomer.id) : null;
}

/** Refuses: CURRENCY_NOT_FOUND. */
export async function requireCurrency(database: Database, context: Context, id: string): Promise<Currency> {
  return requireFound('CURRENCY_NOT_FOUND', 'currency', id, await findCurrency(database, context.environmentKey, id));
}

/** Null where no id is given. Refuses: CURRENCY_NOT_FOUND. */
export async function currencyIfGiven(database: Database, context: Context, id: GivenId): Promise<Currency | null> {
  return isGiven(id) ? requireCurrency(database, context, id) : null;
}

/** Refuses: FEATURE_NOT_FOUND. */
export async function requireFeature(database: Database, context: Context, id: string): Promise<Feature> {
  return requireFound('FEATURE_NOT_FOUND', 'feature', id, await findFeature(database, context.environmentKey, id));
}

/** Null where no id is given. Refuses: FEATURE_NOT_FOUND. */
export async function featureIfGiven(database: Database, context: Context, id: GivenId): Promise<Feature | null> {
  return isGiven(id) ? requireFeature(database, context, id) : null;
}
