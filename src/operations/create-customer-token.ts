import { randomBytes } from 'node:crypto';
import { refuseInput, requireUnarchived } from '../domain/catalog-input';
import type { Customer } from '../domain/customer';
import { expiresInProblems, TOKEN_SECRET_BYTES, tokenExpiry, type TokenSubject } from '../domain/customer-token';
import { DrawdownError } from '../domain/errors';
import { addTokenSecret, findTokenSubjects } from '../store/customer-tokens';
import type { Database } from '../store/database';
import type { Context } from './context';
import { signCustomerToken } from './customer-token';
import { requireCustomer } from './lookups';

/** The token is told this once, and kept nowhere. */
export interface NewCustomerToken {
  readonly customer: Customer;
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * Makes a token through which one customer sees what is its own. Nothing is written, but the environment's secret where it has none yet.
 * In this order: INPUT_INVALID (expiresIn), CUSTOMER_NOT_FOUND, ARCHIVED.
 */
export async function createCustomerToken(
  database: Database,
  context: Context,
  { customerId, expiresIn }: { readonly customerId: string; readonly expiresIn: number },
): Promise<NewCustomerToken> {
  refuseInput(['INPUT_INVALID', expiresInProblems('expiresIn', expiresIn)]);
  const customer = await requireCustomer(database, context, customerId);
  requireUnarchived(`customer ${customerId}`, customer);
  const expiresAt = tokenExpiry(context.now, expiresIn);
  return { customer, token: await signCustomerToken(await subjectOf(database, context, customerId), context.now, expiresAt), expiresAt };
}

async function subjectOf(database: Database, { environmentKey, environmentId, now }: Context, customerId: string): Promise<TokenSubject> {
  const [known] = await findTokenSubjects(database, [{ environmentId, customerId }]);
  if (known) return known;
  await addTokenSecret(database, environmentKey, randomBytes(TOKEN_SECRET_BYTES), now);
  const [subject] = await findTokenSubjects(database, [{ environmentId, customerId }]);
  if (!subject) throw new DrawdownError('ARCHIVED', `The customer ${customerId} was archived just now.`);
  return subject;
}
