import type { BreakdownQuery, SeriesPage, UsagePoint } from '../domain/breakdown';
import type { SeriesWindow } from '../domain/breakdown-cursor';
import type { Span } from '../domain/time-range';
import type { Transaction } from './database';
import type { OpenBreakdown } from './rollup-snapshot';
import { loadSeries, loadSeriesWithPoints } from './rollups';
import { loadPoints } from './usage-series';

/** The series in one window of the list with the points of each, of one statement where that can be; without buckets no points. */
export async function loadPage(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  window: SeriesWindow,
  buckets: readonly Span[] | null,
): Promise<{ page: SeriesPage; points: UsagePoint[][] | null }> {
  if (!buckets) return { page: await loadSeries(transaction, query, open, window), points: null };
  const both = await loadSeriesWithPoints(transaction, query, open, window, buckets);
  if (both) return both;
  const page = await loadSeries(transaction, query, open, window);
  return { page, points: await loadPoints(transaction, query, open, page.series, buckets) };
}
