import type { BreakdownQuery, UsagePoint, UsageSeries } from '../domain/breakdown';
import type { Span } from '../domain/time-range';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { factsPlan, querySums, settingsFor, type FactsPlan } from './facts-plan';
import type { OpenBreakdown } from './rollup-snapshot';
import { labelNames, seriesSql, sumsFrom, type SumsRow } from './rollups';
import { sameLabels, soughtCellSets, wantedSql } from './sought-sets';

interface PointRow extends SumsRow {
  series: number;
  bucket: number;
}

/** The points of some series of a breakdown, in the order of the series; buckets without usage are left out. */
export async function loadPoints(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  series: readonly UsageSeries[],
  buckets: readonly Span[],
): Promise<UsagePoint[][]> {
  const labels = series.map(({ values }) => values);
  const setKeys = await soughtCellSets(transaction, query, open, labels);
  const plan = factsPlan({ query, open, buckets, byBucket: true, setKeys });
  const rows = await querySums<PointRow>(transaction, settingsFor(open), (adder) => pointsQuery({ ...plan, adder }, series));
  const points: UsagePoint[][] = series.map(() => []);
  for (const row of rows) points[row.series - 1]!.push({ ...buckets[row.bucket - 1]!, ...sumsFrom(row) });
  return points;
}

function pointsQuery(plan: FactsPlan, series: readonly UsageSeries[]): { text: string; values: unknown[] } {
  const { query } = plan;
  const values = new Conditions();
  const text = `WITH ${seriesSql(values, plan)}
SELECT w.series, s.bucket, s.credits, s.value, s.event_count
FROM series s JOIN ${wantedSql(
    values,
    query,
    series.map((one) => one.values),
  )} ON ${sameLabels(labelNames(query))}
ORDER BY w.series, s.bucket`;
  return { text, values: values.values };
}
