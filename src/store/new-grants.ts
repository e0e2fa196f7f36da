import { creditsToText } from '../domain/credits';
import type { Grant } from '../domain/grant';
import type { Transaction } from './database';

/**
 * Who is granted what. The customer is locked against archiving and against another grant at the same time, the currency against archiving.
 * Null where the environment has none of that id.
 */
export interface Grantee {
  readonly customer: { readonly key: bigint; readonly archivedAt: Date | null } | null;
  readonly currency: { readonly key: number; readonly archivedAt: Date | null } | null;
}

export async function lockGrantee(transaction: Transaction, environmentKey: number, customerId: string, currencyId: string): Promise<Grantee> {
  const customers = await transaction.query<{ key: bigint; archivedAt: Date | null }>(
    `SELECT key, archived_at AS "archivedAt" FROM customer WHERE environment_key = $1 AND id = $2 FOR NO KEY UPDATE`,
    [environmentKey, customerId],
  );
  const currencies = await transaction.query<{ key: number; archivedAt: Date | null }>(
    `SELECT key, archived_at AS "archivedAt" FROM currency WHERE environment_key = $1 AND id = $2 FOR SHARE`,
    [environmentKey, currencyId],
  );
  return { customer: customers.rows[0] ?? null, currency: currencies.rows[0] ?? null };
}

/** The key of the customer's grant that was made under the idempotency key. */
export async function findGrantKey(transaction: Transaction, customerKey: bigint, idempotencyKey: string): Promise<bigint | null> {
  const { rows } = await transaction.query<{ key: bigint }>(`SELECT key FROM credit_grant WHERE customer_key = $1 AND idempotency_key = $2`, [
    customerKey,
    idempotencyKey,
  ]);
  return rows[0]?.key ?? null;
}

export async function nextGrantKey(transaction: Transaction): Promise<bigint> {
  const { rows } = await transaction.query<{ key: bigint }>(`SELECT nextval(pg_get_serial_sequence('credit_grant', 'key')) AS key`);
  return rows[0]!.key;
}

/** Adds the grant as scheduled; its activation is a change of the pool like any other. */
export async function insertGrant(transaction: Transaction, grant: Grant): Promise<void> {
  await transaction.query(
    `INSERT INTO credit_grant (customer_key, key, pool_key, idempotency_key, amount, remaining, category, priority, effective_at, expires_at,
                               cost_basis, reason, metadata, created_at)
     VALUES ($1, $2, $3, $4, $5, $5, $6::"GrantCategory", $7, $8, $9, $10, $11, $12, $13)`,
    [
      grant.customerKey,
      grant.key,
      grant.poolKey,
      grant.idempotencyKey,
      creditsToText(grant.amount),
      grant.category,
      grant.priority,
      grant.effectiveAt,
      grant.expiresAt,
      grant.costBasis === null ? null : creditsToText(grant.costBasis),
      grant.reason,
      JSON.stringify(grant.metadata),
      grant.createdAt,
    ],
  );
}
