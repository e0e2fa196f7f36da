import type { Queryable } from './database';

/** How many customers, and how many of each one's blocks and sets, are looked through at most: the cost has a bound whatever the environment's size. */
const MOST_CUSTOMERS = 200;
const MOST_BLOCKS = 200;
const MOST_SETS = 2000;
const LARGEST_BLOCK_DAYS = 64;

interface NameRow {
  readonly name: string;
}

/**
 * The dimension names seen in a feature's events, from the largest blocks of the rollups; empty where the feature has no events there.
 * Which events a number stood in is not kept by feature: the numeric names are all those of the customers who used the feature.
 */
export async function dimensionNamesOfFeature(database: Queryable, environmentKey: number, featureKey: number): Promise<ReadonlySet<string>> {
  const { rows } = await database.query<NameRow>(
    `WITH used AS MATERIALIZED (
       SELECT block.customer_key, block.set_key
       FROM (SELECT key FROM customer WHERE environment_key = $1 ORDER BY key LIMIT ${MOST_CUSTOMERS}) AS looked_at
       CROSS JOIN LATERAL (
         SELECT recent.customer_key, recent.set_key
         FROM (
           SELECT customer_key, set_key, feature_key FROM usage_rollup
           WHERE customer_key = looked_at.key AND days = ${LARGEST_BLOCK_DAYS} ORDER BY start DESC LIMIT ${MOST_BLOCKS}
         ) AS recent
         WHERE recent.feature_key = $2
       ) AS block
       GROUP BY 1, 2 LIMIT ${MOST_SETS}
     )
     SELECT jsonb_object_keys(dimensions) AS name FROM used JOIN dimension_set s ON s.customer_key = used.customer_key AND s.key = used.set_key
     UNION
     SELECT k.name FROM dimension_key k WHERE k."numeric" AND k.customer_key IN (SELECT customer_key FROM used)`,
    [environmentKey, featureKey],
  );
  return new Set(rows.map((row) => row.name));
}
