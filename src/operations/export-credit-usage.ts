import type { BreakdownInput, BreakdownQuery } from '../domain/breakdown';
import { bucketSpans, resolveTimeRange } from '../domain/time-range';
import type { Database } from '../store/database';
import { readForExport, type ExportPace } from '../store/export-session';
import { readAllSeries, type UsageRow } from '../store/usage-export';
import type { Context } from './context';
import { openQuery } from './credit-usage';
import { readShape } from './customer-scope';
import { begun } from './export-begin';

export interface UsageExportWish {
  readonly input: BreakdownInput;
  /** A row for each series and bucket that has usage, instead of one for each series. */
  readonly points: boolean;
}

export interface UsageExport<Row> {
  readonly query: BreakdownQuery;
  readonly batches: AsyncGenerator<readonly Row[]>;
}

/**
 * All series of the breakdown that `creditUsage` pages through, or all of their points, to the last digit, as of one moment. Nothing is read ahead.
 *
 * In this order: ID_INVALID (resourceId), GROUP_BY_INVALID, INPUT_INVALID (customerIds, filters, asOf), TIME_RANGE_INVALID, CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND,
 * CURRENCY_REQUIRED.
 */
export async function exportCreditUsage(
  database: Database,
  context: Context,
  { input, points }: UsageExportWish,
  pace: ExportPace,
  signal: AbortSignal,
): Promise<UsageExport<UsageRow>> {
  const shape = readShape(context, input);
  const range = resolveTimeRange(input, context.now);
  const buckets = points ? bucketSpans(range) : [range];
  let query: BreakdownQuery | null = null;
  const batches = readForExport<UsageRow>(
    database,
    async (transaction, count) => {
      const opened = await openQuery(transaction, context, input, shape, range);
      query = { ...opened.query, snapshot: query?.snapshot ?? opened.query.snapshot };
      return readAllSeries(transaction, query, opened.open, buckets, count);
    },
    pace,
    signal,
  );
  return { batches: await begun(batches), query: query! };
}
