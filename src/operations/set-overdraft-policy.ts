import { readAmount, refuseInput, requireFound, requireUnarchived } from '../domain/catalog-input';
import type { CustomerOverdraftPolicy } from '../domain/customer';
import type { Problem } from '../domain/errors';
import type { OverdraftPolicy, OverdraftRule } from '../domain/overdraft';
import { changeCatalog } from '../store/catalog';
import { findCurrency } from '../store/currencies';
import { findCustomer } from '../store/customers';
import type { Database } from '../store/database';
import { putOverdraftPolicy } from '../store/overdraft-policies';
import type { Context } from './context';

export interface OverdraftPolicyInput {
  readonly customerId: string;
  readonly currencyId: string;
  readonly policy: OverdraftPolicy;
  readonly limit?: string | null;
}

/**
 * Says what happens when usage of a customer exceeds its grants of one currency. It holds from now on; a deficit that is there stays.
 * In this order: INPUT_INVALID, AMOUNT_INVALID; CUSTOMER_NOT_FOUND; CURRENCY_NOT_FOUND; ARCHIVED (customer, currency).
 */
export async function setOverdraftPolicy(database: Database, context: Context, input: OverdraftPolicyInput): Promise<CustomerOverdraftPolicy> {
  const { customerId, currencyId } = input;
  const rule = readRule(input);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const customer = requireFound('CUSTOMER_NOT_FOUND', 'customer', customerId, await findCustomer(catalog, context.environmentKey, customerId));
    const currency = requireFound('CURRENCY_NOT_FOUND', 'currency', currencyId, await findCurrency(catalog, context.environmentKey, currencyId));
    requireUnarchived(`customer ${customerId}`, customer);
    requireUnarchived(`currency ${currencyId}`, currency);
    return putOverdraftPolicy(catalog, customer.key, currency.key, rule);
  });
}

function readRule({ policy, limit: text }: OverdraftPolicyInput): OverdraftRule {
  const given = text !== null && text !== undefined;
  const wrong: Problem[] = given === (policy === 'LIMIT') ? [] : [{ field: 'limit', message: 'must be given with the policy LIMIT, and only then.' }];
  const unreadable: Problem[] = [];
  const limit = given ? readAmount('limit', text, unreadable) : null;
  refuseInput(['INPUT_INVALID', wrong], ['AMOUNT_INVALID', unreadable]);
  return { policy, limit };
}
