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
}

/** The dimension names seen in the events of features, by their keys, from the largest blocks of the base rollups; empty where a feature has no events there. */
export async function dimensionNamesOfFeatures(
  queryable: Queryable,
  environmentKey: number,
  featureKeys: readonly number[],
): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
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
     SELECT DISTINCT seen.feature_key, jsonb_object_keys(s.dimensions -> 0) AS name
     FROM seen JOIN dimension_set s ON s.customer_key = seen.customer_key AND s.key = seen.set_key`,
    [environmentKey, plainArray(featureKeys)],
  );
  const names = new Map(featureKeys.map((key) => [key, new Set<string>()]));
  for (const { feature_key, name } of rows) names.get(feature_key)!.add(name);
  return names;
}
