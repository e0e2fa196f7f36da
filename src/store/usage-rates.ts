import { labelValue, type BreakdownQuery, type GroupKey, type UsageRate, type UsageSeries } from '../domain/breakdown';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { loadRates } from './rate-rows';
import { factsPlan, querySums, settingsFor, type FactsPlan } from './facts-plan';
import type { OpenBreakdown } from './rollup-snapshot';
import { labelNames, seriesSql, sumsFrom, type SumsRow } from './rollups';
import { sameLabels, soughtCellSets, wantedSql } from './sought-sets';

interface RateSumsRow extends SumsRow {
  series: number;
  /** Null: stated amounts. */
  rate: string | null;
}

export const BY_RATE: GroupKey = { name: 'rateId', field: 'rateId' };

/** The rates that priced some series of a breakdown, in the order of the series; those that priced most come first. */
export async function loadUsageRates(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  series: readonly UsageSeries[],
): Promise<UsageRate[][]> {
  const labels = series.map(({ values }) => values);
  const byRate = { ...query, groupBy: [...query.groupBy, BY_RATE] };
  const setKeys = await soughtCellSets(transaction, query, open, labels);
  const plan = factsPlan({ query: byRate, open, buckets: [query.range], setKeys });
  const rows = await querySums<RateSumsRow>(transaction, settingsFor(open), (adder) => ratesQuery({ ...plan, adder }, query, series));
  const rates = await loadRates(
    transaction,
    rows.flatMap(({ rate }) => (rate === null ? [] : [rateKey(rate)])),
  );
  const found: UsageRate[][] = series.map(() => []);
  for (const row of rows) found[row.series - 1]!.push({ rate: row.rate === null ? null : rates.get(rateKey(row.rate))!, ...sumsFrom(row) });
  return found;
}

function ratesQuery(plan: FactsPlan, query: BreakdownQuery, series: readonly UsageSeries[]): { text: string; values: unknown[] } {
  const values = new Conditions();
  const wanted = series.map((one) => one.values);
  const text = `WITH ${seriesSql(values, plan)}
SELECT w.series, s.g${query.groupBy.length} AS rate, s.credits, s.value, s.event_count
FROM series s JOIN ${wantedSql(values, query, wanted)} ON ${sameLabels(labelNames(query))}
ORDER BY w.series, s.credits DESC, s.event_count DESC, rate`;
  return { text, values: values.values };
}

function rateKey(label: string): number {
  return Number(labelValue(label));
}
