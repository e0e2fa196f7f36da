import { creditsFromNumeric } from '../domain/credits';
import type { Grant, GrantCategory, GrantStatus, PooledGrant } from '../domain/grant';
import type { Page, PageRequest } from '../domain/paging';
import { cursorText, pageOf } from './catalog';
import type { Queryable } from './database';
import { plainArray } from './sql-arrays';
import { Conditions } from './conditions';

/** A grant by its keys. */
export interface GrantRef {
  readonly customerKey: bigint;
  readonly key: bigint;
}

/** Which grants of a customer are wanted; null: any. `status` is what a grant is at `statusAt`. */
export interface GrantFilter {
  readonly customerKey: bigint;
  readonly currencyKey: number | null;
  /** undefined: in any pool; null: in the customer's own. */
  readonly resourceId: string | null | undefined;
  readonly status: GrantStatus | null;
  readonly statusAt: Date;
  /** Without those that were granted after this instant. */
  readonly madeUntil: Date | null;
}

export interface GrantRow {
  customer_key: bigint;
  key: bigint;
  pool_key: bigint;
  idempotency_key: string | null;
  amount: string;
  remaining: string;
  category: GrantCategory;
  priority: number;
  effective_at: Date;
  expires_at: Date | null;
  cost_basis: string | null;
  reason: string | null;
  metadata: Record<string, unknown>;
  created_at: Date;
  activated: boolean;
  closed: boolean;
  depleted_at: Date | null;
  voided_at: Date | null;
}

export const GRANT_COLUMNS = `g.customer_key, g.key, g.pool_key, g.idempotency_key, g.amount, g.remaining, g.category, g.priority, g.effective_at, g.expires_at,
  g.cost_basis, g.reason, g.metadata, g.created_at, g.activated, g.closed, g.depleted_at, g.voided_at`;

interface PooledGrantRow extends GrantRow {
  currency_key: number;
  resource_id: string;
}

const POOL_COLUMNS = 'p.currency_key, p.resource_id';

/** The same decision as domain/grant's grantStatusAt. */
const STATUS_AT = (instant: string) => `CASE WHEN g.voided_at <= ${instant} THEN 'VOIDED' WHEN g.depleted_at <= ${instant} THEN 'DEPLETED'
  WHEN g.expires_at <= ${instant} THEN 'EXPIRED' WHEN g.effective_at <= ${instant} THEN 'ACTIVE' ELSE 'SCHEDULED' END`;

/** Newest first. The cursor is the grant's key. */
export async function listGrants(queryable: Queryable, filter: GrantFilter, request: PageRequest): Promise<Page<PooledGrant>> {
  const where = new Conditions();
  where.add((value) => `g.customer_key = ${value(filter.customerKey)}`);
  if (filter.currencyKey !== null) where.add((value) => `p.currency_key = ${value(filter.currencyKey)}`);
  if (filter.resourceId !== undefined) where.add((value) => `p.resource_id = ${value(filter.resourceId ?? '')}`);
  if (filter.status !== null) where.add((value) => `${STATUS_AT(`${value(filter.statusAt)}::timestamptz`)} = ${value(filter.status)}`);
  if (filter.madeUntil) where.add((value) => `g.created_at <= ${value(filter.madeUntil)}`);
  if (request.after) where.add((value) => `g.key < ${value(cursorText(request.after!, 0))}`);
  if (request.before) where.add((value) => `g.key > ${value(cursorText(request.before!, 0))}`);
  const { rows } = await queryable.query<PooledGrantRow>(
    `SELECT ${GRANT_COLUMNS}, ${POOL_COLUMNS} FROM credit_grant g JOIN pool p ON p.customer_key = g.customer_key AND p.key = g.pool_key
     WHERE ${where.text} ORDER BY g.key ${request.backward ? 'ASC' : 'DESC'} LIMIT ${request.size + 1}`,
    where.values,
  );
  return pageOf(rows.map(pooledGrantFrom), request);
}

/** As they are kept: what is due and not yet written does not show. Those of other environments are left out, as those that do not exist. */
export async function loadGrants(queryable: Queryable, environmentKey: number, refs: readonly GrantRef[]): Promise<PooledGrant[]> {
  const { rows } = await queryable.query<PooledGrantRow>({
    name: 'load-grants',
    text: `SELECT ${GRANT_COLUMNS}, ${POOL_COLUMNS} FROM unnest($2::int8[], $3::int8[]) AS wanted (customer_key, key)
           JOIN credit_grant g ON g.customer_key = wanted.customer_key AND g.key = wanted.key
           JOIN pool p ON p.customer_key = g.customer_key AND p.key = g.pool_key
           JOIN customer c ON c.key = g.customer_key AND c.environment_key = $1`,
    values: [environmentKey, plainArray(refs.map((ref) => ref.customerKey)), plainArray(refs.map((ref) => ref.key))],
  });
  return rows.map(pooledGrantFrom);
}

function pooledGrantFrom(row: PooledGrantRow): PooledGrant {
  return { ...grantFrom(row), currencyKey: row.currency_key, resourceId: row.resource_id || null };
}

export function grantFrom(row: GrantRow): Grant {
  return {
    customerKey: row.customer_key,
    key: row.key,
    poolKey: row.pool_key,
    idempotencyKey: row.idempotency_key,
    amount: creditsFromNumeric(row.amount),
    remaining: creditsFromNumeric(row.remaining),
    category: row.category,
    priority: row.priority,
    effectiveAt: row.effective_at,
    expiresAt: row.expires_at,
    costBasis: row.cost_basis === null ? null : creditsFromNumeric(row.cost_basis),
    reason: row.reason,
    metadata: row.metadata,
    createdAt: row.created_at,
    activated: row.activated,
    closed: row.closed,
    depletedAt: row.depleted_at,
    voidedAt: row.voided_at,
  };
}
