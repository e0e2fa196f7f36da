import { requireFound, requireUnarchived } from '../domain/catalog-input';
import { DrawdownError } from '../domain/errors';
import type { Grant, PooledGrant } from '../domain/grant';
import { grantWishFrom, isSameWish, requireFutureExpiry, type GrantWish, type RawGrant } from '../domain/grant-input';
import { OpenPool } from '../domain/pool';
import type { Database, Transaction } from '../store/database';
import type { GrantRef } from '../store/grants';
import { findGrantKey, insertGrant, lockGrantee, nextGrantKey } from '../store/new-grants';
import { lockPools, type StoredPool } from '../store/pools';
import { retryingTransaction } from '../store/retrying-transaction';
import { writePools } from '../store/write-batch';
import type { Context } from './context';
import { currentGrants } from './credit-grants';

export interface GrantOutcome {
  readonly grant: PooledGrant;
  /** The same wish was granted before under the same idempotency key; nothing was added. */
  readonly duplicate: boolean;
}

/**
 * Grants credits to a pool, which is made where it is new. A grant that is effective at once settles an overdraft at once.
 *
 * In this order: ID_INVALID, AMOUNT_INVALID, INPUT_INVALID; CUSTOMER_NOT_FOUND; CURRENCY_NOT_FOUND; a repeat answers the first grant,
 * or IDEMPOTENCY_KEY_REUSED; INPUT_INVALID (expiresAt is not in the future); ARCHIVED (customer, currency); TOO_MANY_GRANTS; BALANCE_OUT_OF_RANGE.
 * TRY_AGAIN where the outcome is not known.
 */
export async function grantCredits(database: Database, context: Context, raw: RawGrant): Promise<GrantOutcome> {
  const wish = grantWishFrom(raw);
  return retryingTransaction(database, (transaction) => grantOrFind(transaction, context, wish));
}

async function grantOrFind(transaction: Transaction, context: Context, wish: GrantWish): Promise<GrantOutcome> {
  const found = await lockGrantee(transaction, context.environmentKey, wish.customerId, wish.currencyId);
  const customer = requireFound('CUSTOMER_NOT_FOUND', 'customer', wish.customerId, found.customer);
  const currency = requireFound('CURRENCY_NOT_FOUND', 'currency', wish.currencyId, found.currency);
  const earlier = wish.idempotencyKey === null ? null : await findGrantKey(transaction, customer.key, wish.idempotencyKey);
  if (earlier !== null) {
    const grant = await readGrant(transaction, context, { customerKey: customer.key, key: earlier });
    if (!isSameWish(grant, wish, currency.key)) throw reused(wish);
    return { grant, duplicate: true };
  }
  requireFutureExpiry(wish, context.now);
  requireUnarchived(`customer ${wish.customerId}`, customer);
  requireUnarchived(`currency ${wish.currencyId}`, currency);
  const [pool] = await lockPools(transaction, [{ customerKey: customer.key, currencyKey: currency.key, resourceId: wish.resourceId }]);
  const key = await addGrant(transaction, context.now, wish, pool!);
  return { grant: await readGrant(transaction, context, { customerKey: customer.key, key }), duplicate: false };
}

/** Read before COMMIT: once a grant is there, nothing but its answer can fail. */
async function readGrant(transaction: Transaction, context: Context, ref: GrantRef): Promise<PooledGrant> {
  const [grant] = await currentGrants(transaction, context, [ref]);
  return grant!;
}

async function addGrant(transaction: Transaction, now: Date, wish: GrantWish, pool: StoredPool): Promise<bigint> {
  const key = await nextGrantKey(transaction);
  const grant: Grant = {
    ...wish,
    customerKey: pool.customerKey,
    poolKey: pool.key,
    key,
    effectiveAt: wish.effectiveAt ?? now,
    remaining: wish.amount,
    createdAt: now,
    activated: false,
    closed: false,
    depletedAt: null,
    voidedAt: null,
  };
  const open = new OpenPool(pool);
  open.grant(grant, now);
  await insertGrant(transaction, grant);
  await writePools(transaction, [{ ...pool, open }]);
  return key;
}

function reused(wish: GrantWish): DrawdownError {
  const message = `The idempotency key ${JSON.stringify(wish.idempotencyKey)} was used before for another grant. Repeat the same grant, or take a new key.`;
  return new DrawdownError('IDEMPOTENCY_KEY_REUSED', message);
}
