import { randomBytes } from 'node:crypto';
import type { Customer } from '../domain/customer';
import { TOKEN_SECRET_BYTES } from '../domain/customer-token';
import { raiseTokenEpoch, replaceTokenSecret } from '../store/customer-tokens';
import type { Database } from '../store/database';
import type { Context } from './context';
import { customerIfGiven } from './lookups';

/**
 * Makes every token of a customer invalid or, without one, of all customers of the environment, whose secret is replaced. Gives the customer; null: all.
 * Refuses: CUSTOMER_NOT_FOUND.
 */
export async function revokeCustomerTokens(database: Database, context: Context, customerId: string | null | undefined): Promise<Customer | null> {
  const customer = await customerIfGiven(database, context, customerId);
  if (customer) await raiseTokenEpoch(database, customer.key);
  else await replaceTokenSecret(database, context.environmentKey, randomBytes(TOKEN_SECRET_BYTES), context.now);
  return customer;
}
