import type { Queryable } from './database';
import { plainArray } from './sql-arrays';

/** How many customers a publication would be about, and how many of them have an override of a feature that it changes. */
export interface CustomerCounts {
  readonly customerCount: number;
  readonly overriddenCustomerCount: number;
}

/** Of the customers that are on the plan at `now` or will be later, unless archived: all, those whose time on it begins then, and those listed. */
export interface PublicationReach {
  readonly all: CustomerCounts;
  readonly new: CustomerCounts;
  readonly listed: CustomerCounts;
}

interface ReachRow {
  readonly all_customers: bigint;
  readonly all_overridden: bigint;
  readonly new_customers: bigint;
  readonly new_overridden: bigint;
  readonly listed_customers: bigint;
  readonly listed_overridden: bigint;
}

/** `featureKeys`: those whose price would change. */
export async function readPublicationReach(
  queryable: Queryable,
  planKey: number,
  now: Date,
  featureKeys: readonly number[],
  listedKeys: readonly bigint[],
): Promise<PublicationReach> {
  const { rows } = await queryable.query<ReachRow>(
    `WITH reached AS (
       SELECT a.customer_key, bool_or(a.valid_from >= $2) AS is_new, a.customer_key = ANY ($4::int8[]) AS is_listed,
         EXISTS (
           SELECT FROM rate_override o JOIN rate r ON r.key = o.rate_key
           WHERE o.customer_key = a.customer_key AND r.feature_key = ANY ($3::int4[]) AND (o.valid_to IS NULL OR o.valid_to > greatest(o.valid_from, $2))
         ) AS is_overridden
       FROM customer_plan a JOIN customer c ON c.key = a.customer_key
       WHERE a.plan_key = $1 AND c.archived_at IS NULL AND NOT EXISTS (
         SELECT FROM customer_plan later WHERE later.customer_key = a.customer_key AND later.valid_from > a.valid_from AND later.valid_from <= $2)
       GROUP BY a.customer_key
     )
     SELECT count(*) AS all_customers, count(*) FILTER (WHERE is_overridden) AS all_overridden,
       count(*) FILTER (WHERE is_new) AS new_customers, count(*) FILTER (WHERE is_new AND is_overridden) AS new_overridden,
       count(*) FILTER (WHERE is_listed) AS listed_customers, count(*) FILTER (WHERE is_listed AND is_overridden) AS listed_overridden
     FROM reached`,
    [planKey, now, plainArray(featureKeys), plainArray(listedKeys)],
  );
  const row = rows[0]!;
  const counts = (customers: bigint, overridden: bigint) => ({ customerCount: Number(customers), overriddenCustomerCount: Number(overridden) });
  return {
    all: counts(row.all_customers, row.all_overridden),
    new: counts(row.new_customers, row.new_overridden),
    listed: counts(row.listed_customers, row.listed_overridden),
  };
}
