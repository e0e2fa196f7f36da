import type { UsagePoint } from '../domain/breakdown';
import { creditUsagePoints } from '../operations/credit-usage';
import type { Database } from '../store/database';
import type { CreditUsageSeries } from './credit-usage.types';

/** The points of the series, in their order. Those of one page are read at once; pages share the object of their query. */
export async function loadUsagePoints(database: Database, series: readonly CreditUsageSeries[]): Promise<UsagePoint[][]> {
  const found = new Map<CreditUsageSeries, UsagePoint[]>();
  for (const query of new Set(series.map((one) => one.query))) {
    const ofPage = series.filter((one) => one.query === query);
    const points = await creditUsagePoints(database, query, ofPage);
    ofPage.forEach((one, index) => found.set(one, points[index]!));
  }
  return series.map((one) => found.get(one)!);
}
