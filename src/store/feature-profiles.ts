import { profileOf, type FeatureProfile, type ProfileEvent } from '../domain/analysis/feature-profile';
import { creditsFromNumeric, creditsToDecimal } from '../domain/credits';
import { underTodaysNames, type DimensionAliases } from '../domain/declared-dimensions';
import type { Queryable } from './database';
import { dimensionsFromJson } from './dimensions';
import { dimensionNamesOfFeatures } from './feature-dimensions';
import { plainArray } from './sql-arrays';

/** What is looked at has a bound whatever the environment's size: of so many customers, so many of those with the latest usage, so many events each. */
const MOST_CUSTOMERS = 500;
const MOST_ACTIVE_CUSTOMERS = 40;
const MOST_LATEST_EVENTS = 300;
const MOST_EARLIER_EVENTS = 60;
/** Events older than this are looked at beside the latest: what was usual before. */
const EARLIER_DAYS = 30;
/** Of one feature, and of all features asked for together. */
const MOST_EVENTS = 1000;
const MOST_EVENTS_TOGETHER = 20_000;
const FEWEST_EVENTS = 40;

interface SampleRow {
  readonly feature_key: number;
  readonly at: Date;
  readonly value: string;
  readonly set_text: string;
  readonly loose_text: string | null;
}

/**
 * Profiles of features by their keys, each given with the names its dimensions have had, from samples of their events: the latest of each of the customers with the latest usage, some of a month
 * before, and the first. Every search goes by an index and ends at a limit.
 */
export async function loadFeatureProfiles(
  queryable: Queryable,
  environmentKey: number,
  aliases: ReadonlyMap<number, DimensionAliases>,
  now: Date,
): Promise<ReadonlyMap<number, FeatureProfile>> {
  const featureKeys = [...aliases.keys()];
  if (featureKeys.length === 0) return new Map();
  const most = Math.max(FEWEST_EVENTS, Math.min(MOST_EVENTS, Math.floor(MOST_EVENTS_TOGETHER / featureKeys.length)));
  const earlier = new Date(now.getTime() - EARLIER_DAYS * 86_400_000).toISOString();
  const { rows } = await queryable.query<SampleRow>(SAMPLE, [environmentKey, plainArray(featureKeys), earlier, most]);
  const events = new Map<number, ProfileEvent[]>(featureKeys.map((key) => [key, []]));
  for (const { feature_key, at, value, set_text, loose_text } of rows) {
    const dimensions = underTodaysNames(dimensionsFromJson(set_text, loose_text), aliases.get(feature_key)!);
    events.get(feature_key)!.push({ at, value: creditsToDecimal(creditsFromNumeric(value)), dimensions });
  }
  const names = await dimensionNamesOfFeatures(queryable, environmentKey, featureKeys);
  return new Map(featureKeys.map((key) => [key, profileOf(events.get(key)!, names.get(key)!)]));
}

/** Round by round, one event of each customer, so that no single customer stands for all. */
const SAMPLE = `
WITH looked_at AS (
  (SELECT key FROM customer WHERE environment_key = $1 ORDER BY id LIMIT ${MOST_CUSTOMERS})
  UNION (SELECT key FROM customer WHERE environment_key = $1 ORDER BY id DESC LIMIT ${MOST_CUSTOMERS})
), active AS MATERIALIZED (
  SELECT p.customer_key FROM looked_at CROSS JOIN LATERAL (SELECT customer_key, last_entry_at FROM pool WHERE customer_key = looked_at.key OFFSET 0) p
  GROUP BY p.customer_key ORDER BY max(p.last_entry_at) DESC NULLS LAST LIMIT ${MOST_ACTIVE_CUSTOMERS}
), found AS (
  SELECT e.*, row_number() OVER (PARTITION BY e.feature_key, e.customer_key, e.is_latest ORDER BY e.place) AS round
  FROM active a CROSS JOIN LATERAL (
    (SELECT customer_key, key, feature_key, at, value, set_key, loose_dimensions, true AS is_latest, -key AS place
     FROM usage_event WHERE customer_key = a.customer_key ORDER BY key DESC LIMIT ${MOST_LATEST_EVENTS})
    UNION ALL
    (SELECT customer_key, key, feature_key, at, value, set_key, loose_dimensions, false, 0
     FROM usage_event WHERE customer_key = a.customer_key AND at < $3::timestamptz ORDER BY at DESC, key DESC LIMIT ${MOST_EARLIER_EVENTS})
    UNION ALL
    (SELECT customer_key, key, feature_key, at, value, set_key, loose_dimensions, false, 1
     FROM usage_event WHERE customer_key = a.customer_key ORDER BY at, key LIMIT ${MOST_EARLIER_EVENTS})
  ) e WHERE e.feature_key = ANY ($2::int4[])
), once AS (
  SELECT DISTINCT ON (customer_key, key) * FROM found ORDER BY customer_key, key, is_latest DESC, round
), chosen AS (
  SELECT *, row_number() OVER (PARTITION BY feature_key, is_latest ORDER BY round, at DESC, customer_key, key) AS number FROM once
)
SELECT c.feature_key, c.at, c.value, s.dimensions::text AS set_text, c.loose_dimensions::text AS loose_text
FROM chosen c CROSS JOIN LATERAL (
  SELECT dimensions FROM dimension_set WHERE customer_key = c.customer_key AND key = c.set_key OFFSET 0
) s WHERE c.number <= CASE WHEN c.is_latest THEN $4::int4 ELSE $4::int4 / 3 END`;
