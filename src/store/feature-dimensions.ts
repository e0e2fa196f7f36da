import { BASE_ROLLUP, ROLLUP_DAYS } from '../domain/rollup';
import type { Queryable } from './database';
import { plainArray } from './sql-arrays';

/** How many customers, and how many of each one's cells, are looked through at most: the cost has a bound whatever the environment's size. */
const MOST_CUSTOMERS = 200;
const MOST_BLOCKS = 200;
const LARGEST_BLOCK_DAYS = ROLLUP_DAYS.at(-1)!;

interface NameRow {
  readonly feature_key: number;
  readonly name: string;
  readonly loose: boolean;
}

/** Names of dimensions: those that were rolled up in events of the feature, and those loose in any event of the customers who used it. */
export interface NamesSeen {
  readonly rolledUp: ReadonlySet<string>;
  readonly loose: ReadonlySet<string>;
}

/** The dimension names seen in the events of features, by their keys, from the largest blocks of the base rollups; empty where a feature has no events there. */
export async function dimensionNamesOfFeatures(
  queryable: Queryable,
  environmentKey: number,
  featureKeys: readonly number[],
): Promise<ReadonlyMap<number, NamesSeen>> {
  const { rows } = await queryable.query<NameRow>(
    `WITH seen AS (
       SELECT DISTINCT rate.feature_key, recent.customer_key, recent.set_key
       FROM (SELECT key FROM customer WHERE environment_key = $1 ORDER BY key LIMIT ${MOST_CUSTOMERS}) AS looked_at
       CROSS JOIN LATERAL (
         SELECT customer_key, set_key, rate_key FROM usage_rollup
         WHERE customer_key = looked_at.key AND rollup_key = ${BASE_ROLLUP.key} AND days = ${LARGEST_BLOCK_DAYS} ORDER BY start DESC LIMIT ${MOST_BLOCKS}
       ) AS recent
       JOIN rate ON rate.key = recent.rate_key
       WHERE rate.feature_key = ANY ($2::int4[])
     )
<<<<<<< HEAD
     SELECT feature_key, jsonb_object_keys(dimensions) AS name, false AS loose FROM used JOIN dimension_set s ON s.customer_key = used.customer_key AND s.key = used.set_key
     UNION
     SELECT u.feature_key, k.name, true FROM (SELECT DISTINCT feature_key, customer_key FROM used) AS u
     JOIN dimension_key k ON k.customer_key = u.customer_key AND k.loose`,
=======
     SELECT DISTINCT seen.feature_key, jsonb_object_keys(s.dimensions -> 0) AS name
     FROM seen JOIN dimension_set s ON s.customer_key = seen.customer_key AND s.key = seen.set_key`,
>>>>>>> 76fdb67 (Keep rollups per customer and keys, where they are asked for and pay)
    [environmentKey, plainArray(featureKeys)],
  );
  const names = new Map(featureKeys.map((key) => [key, { rolledUp: new Set<string>(), loose: new Set<string>() }]));
  for (const { feature_key, name, loose } of rows) names.get(feature_key)![loose ? 'loose' : 'rolledUp'].add(name);
  return names;
}
