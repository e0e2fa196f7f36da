import type { Catalog } from './catalog';
import { Prisma } from './generated/client';

/** One more than is named in a refusal, to know that there are more. */
const MOST_USERS = 11;

interface VersionRow {
  readonly id: string;
  readonly number: number;
}

/**
 * The versions of plans, drafts and those that are or can still come into force for somebody, that price this feature or in this currency.
 * A publication to all customers that is effective leaves nothing of those before it. Archived plans use nothing.
 */
export async function versionsWithRateOf(catalog: Catalog, thing: { featureKey: number } | { currencyKey: number }, now: Date): Promise<string[]> {
  const used = 'featureKey' in thing ? Prisma.sql`rate.feature_key = ${thing.featureKey}` : Prisma.sql`rate.currency_key = ${thing.currencyKey}`;
  const rows = await catalog.prisma.$queryRaw<VersionRow[]>`
    SELECT DISTINCT plan.id, version.number
    FROM rate JOIN plan_version version ON version.key = rate.plan_version_key JOIN plan ON plan.key = version.plan_key
    WHERE ${used} AND plan.archived_at IS NULL AND (version.status = 'DRAFT' OR EXISTS (
      SELECT FROM plan_publication one
      WHERE one.plan_version_key = version.key AND one.cancelled_at IS NULL AND NOT EXISTS (
        SELECT FROM plan_publication other
        WHERE other.plan_key = plan.key AND other.cancelled_at IS NULL AND other.scope = 'ALL_CUSTOMERS'
          AND other.effective_at <= greatest(other.published_at, ${now})
          AND (other.effective_at, other.key) > (one.effective_at, one.key))))
    ORDER BY plan.id, version.number LIMIT ${MOST_USERS}`;
  return rows.map((row) => `version ${row.number} of plan ${row.id}`);
}

/** The customers, unless archived, with an override in force at `now` or later that prices this feature or in this currency. */
export async function customersWithOverrideOf(
  catalog: Catalog,
  thing: { featureKey: number } | { currencyKey: number },
  now: Date,
): Promise<string[]> {
  const used = 'featureKey' in thing ? Prisma.sql`rate.feature_key = ${thing.featureKey}` : Prisma.sql`rate.currency_key = ${thing.currencyKey}`;
  const rows = await catalog.prisma.$queryRaw<CustomerRow[]>`
    SELECT DISTINCT customer.id
    FROM rate JOIN rate_override override ON override.customer_key = rate.customer_key AND override.rate_key = rate.key
    JOIN customer ON customer.key = override.customer_key
    WHERE ${used} AND customer.archived_at IS NULL AND (override.valid_to IS NULL OR override.valid_to > greatest(override.valid_from, ${now}))
    ORDER BY customer.id LIMIT ${MOST_USERS}`;
  return rows.map((row) => `the rate override of customer ${row.id}`);
}

interface CustomerRow {
  readonly id: string;
}

/** The customers, unless archived, that are on the plan at `now` or will be later. */
export async function customersOnPlan(catalog: Catalog, planKey: number, now: Date): Promise<string[]> {
  const rows = await catalog.prisma.$queryRaw<CustomerRow[]>`
    SELECT DISTINCT customer.id
    FROM customer_plan assigned JOIN customer ON customer.key = assigned.customer_key
    WHERE assigned.plan_key = ${planKey} AND customer.archived_at IS NULL AND NOT EXISTS (
      SELECT FROM customer_plan later
      WHERE later.customer_key = assigned.customer_key AND later.valid_from > assigned.valid_from AND later.valid_from <= ${now})
    ORDER BY customer.id LIMIT ${MOST_USERS}`;
  return rows.map((row) => `customer ${row.id}`);
}

interface PoolRow {
  readonly customer_id: string;
  readonly currency_id: string;
  readonly resource_id: string;
}

/**
 * The pools of a customer or a currency that still hold something at `now`: a balance or overdraft, or a grant that has not ended.
 * What has expired by `now` but is not yet in the ledger counts as gone.
 */
export async function poolsHolding(catalog: Catalog, thing: { customerKey: bigint } | { currencyKey: number }, now: Date): Promise<string[]> {
  const owner = 'customerKey' in thing ? Prisma.sql`pool.customer_key = ${thing.customerKey}` : Prisma.sql`pool.currency_key = ${thing.currencyKey}`;
  const open = Prisma.sql`FROM credit_grant open WHERE open.customer_key = pool.customer_key AND open.pool_key = pool.key AND NOT open.closed`;
  const rows = await catalog.prisma.$queryRaw<PoolRow[]>`
    SELECT customer.id AS customer_id, currency.id AS currency_id, pool.resource_id
    FROM pool JOIN customer ON customer.key = pool.customer_key JOIN currency ON currency.key = pool.currency_key
    WHERE ${owner} AND (
      EXISTS (SELECT ${open} AND (open.expires_at IS NULL OR open.expires_at > ${now}))
      OR pool.balance <> (SELECT coalesce(sum(open.remaining), 0) ${open} AND open.activated AND open.expires_at <= ${now}))
    ORDER BY customer.id, currency.id, pool.resource_id LIMIT ${MOST_USERS}`;
  return rows.map(poolName);
}

function poolName(row: PoolRow): string {
  const resource = row.resource_id === '' ? '' : `, resource ${row.resource_id}`;
  return `the ${row.currency_id} pool of customer ${row.customer_id}${resource}`;
}
