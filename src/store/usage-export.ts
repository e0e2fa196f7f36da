import { labelValue, type BreakdownQuery, type GroupValue, type UsageSums } from '../domain/breakdown';
import { creditsFromNumeric, type Credits } from '../domain/credits';
import type { Span } from '../domain/time-range';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { openCursor, type ExportReading } from './export-session';
import { factsPlan, settingsFor, withAdder, type FactsPlan } from './facts-plan';
import type { OpenBreakdown } from './rollup-snapshot';
import { labelNames, orderSql, seriesSql, sumsFrom, type SumsRow } from './rollups';

/** The sums of a series over the range, or over one bucket of it. */
export interface UsageRow extends UsageSums {
  readonly values: readonly GroupValue[];
  readonly span: Span;
  /** The credits of all series. */
  readonly total: Credits;
}

interface ExportRow extends SumsRow {
  bucket: number;
  labels: (string | null)[];
  total_credits: string;
}

const BATCH_ROWS = 1000;

/**
 * All series in the order of the list, computed once for all batches; behind the first `offset` of them. With more than one bucket each series gives a row
 * for each bucket that has usage, oldest first. The order is total, so that what is read anew on the same snapshot goes on exactly where it was.
 */
export async function readAllSeries(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  buckets: readonly Span[],
  offset: number,
): Promise<ExportReading<UsageRow>> {
  const plan = factsPlan({ query, open, buckets, byBucket: buckets.length > 1 });
  const fetch = await withAdder(transaction, settingsFor(open), (adder) =>
    openCursor<ExportRow>(transaction, rowsQuery({ ...plan, adder }, offset), BATCH_ROWS),
  );
  const rowFrom = (row: ExportRow): UsageRow => ({
    values: row.labels.map(labelValue),
    span: buckets[row.bucket - 1]!,
    total: creditsFromNumeric(row.total_credits),
    ...sumsFrom(row),
  });
  return { next: async () => (await fetch()).map(rowFrom), endsEarly: () => false };
}

/** Rows are ordered by the sums of their whole series, and then by their bucket. */
function rowsQuery(plan: FactsPlan, offset: number): { text: string; values: unknown[] } {
  const { query, columns } = plan;
  const values = new Conditions();
  const labels = labelNames(query);
  const ofSeries = `OVER (${labels.length === 0 ? '' : `PARTITION BY ${labels.join(', ')}`})`;
  const text = `WITH ${seriesSql(values, plan)}, total AS MATERIALIZED (SELECT sum(credits) AS credits FROM series), ranked AS (
  SELECT ${[columns.bucket ? 'bucket' : '1 AS bucket', ...labels].join(', ')}, credits AS row_credits, value AS row_value, event_count AS row_event_count,
         ${columns.bucket ? `sum(credits) ${ofSeries} AS credits, sum(value) ${ofSeries} AS value, sum(event_count) ${ofSeries} AS event_count` : 'credits, value, event_count'}
  FROM series
)
SELECT ranked.bucket, ranked.row_credits AS credits, ranked.row_value AS value, ranked.row_event_count AS event_count, ARRAY[${labels.join(', ')}]::text[] AS labels,
       (SELECT credits FROM total) AS total_credits
FROM ranked ORDER BY ${orderSql(query, columns, 'ranked')}, ranked.bucket OFFSET ${values.placeholder(offset)}`;
  return { text, values: values.values };
}
