import type { BreakdownQuery, UsagePoint, UsageRate } from '../domain/breakdown';
import { creditUsagePoints, creditUsageRates } from '../operations/credit-usage';
import type { Database } from '../store/database';
import type { CreditUsageSeries } from './credit-usage.types';

/** The points of the series, in their order. */
export function loadUsagePoints(database: Database, series: readonly CreditUsageSeries[]): Promise<UsagePoint[][]> {
  return byPage(series, (query, ofPage) => creditUsagePoints(database, query, ofPage));
}

/** The rates that priced the series, in their order. */
export function loadUsageRates(database: Database, series: readonly CreditUsageSeries[]): Promise<UsageRate[][]> {
  return byPage(series, (query, ofPage) => creditUsageRates(database, query, ofPage));
}

/** Asks for the series of one page at once; pages share the object of their query. */
async function byPage<T>(
  series: readonly CreditUsageSeries[],
  ask: (query: BreakdownQuery, ofPage: readonly CreditUsageSeries[]) => Promise<T[]>,
): Promise<T[]> {
  const found = new Map<CreditUsageSeries, T>();
  for (const query of new Set(series.map((one) => one.query))) {
    const ofPage = series.filter((one) => one.query === query);
    const answers = await ask(query, ofPage);
    ofPage.forEach((one, index) => found.set(one, answers[index]!));
  }
  return series.map((one) => found.get(one)!);
}
