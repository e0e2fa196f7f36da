import { givenTextProblems, MOST_NAME_LENGTH, refuseInput, requireFound, requireUnarchived } from '../domain/catalog-input';
import type { Customer } from '../domain/customer';
import { metadataProblems, type Metadata } from '../domain/metadata';
import { changeCatalog } from '../store/catalog';
import { changeCustomer, findCustomer } from '../store/customers';
import type { Database } from '../store/database';
import type { Context } from './context';

export interface CustomerChange {
  readonly id: string;
  readonly name?: string | null;
  readonly metadata?: unknown;
}

/** Renames a customer, or replaces its metadata. In this order: INPUT_INVALID; CUSTOMER_NOT_FOUND; ARCHIVED. */
export async function updateCustomer(database: Database, context: Context, { id, name, metadata }: CustomerChange): Promise<Customer> {
  refuseInput(['INPUT_INVALID', [...givenTextProblems('name', name, MOST_NAME_LENGTH), ...metadataProblems('metadata', metadata ?? {})]]);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const customer = requireFound('CUSTOMER_NOT_FOUND', 'customer', id, await findCustomer(catalog, context.environmentKey, id));
    requireUnarchived(`customer ${id}`, customer);
    return changeCustomer(catalog, customer.key, { name: name ?? undefined, metadata: (metadata ?? undefined) as Metadata | undefined });
  });
}
