import type { BreakdownInput, BreakdownQuery } from '../domain/breakdown';
import { inputDigest, seriesWindow } from '../domain/breakdown-cursor';
import type { PageRequest } from '../domain/paging';
import { resolveTimeRange, type Span } from '../domain/time-range';
import { resolvePreviousRange, type PreviousRangeInput } from '../domain/usage-comparison';
import type { Database } from '../store/database';
import { COMPARISON_KEYS, loadComparison, type ComparisonPage } from '../store/usage-comparison';
import type { Context } from './context';
import { heldState, neighbours, readBreakdown } from './credit-usage';
import { readShape } from './customer-scope';

/** A page of two breakdowns side by side, with what is true of the whole. */
export interface UsageComparison extends ComparisonPage {
  readonly query: BreakdownQuery;
  readonly previous: Span;
  /** What a cursor of this list must hold besides a position. */
  readonly digest: string;
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
}

/**
 * Compares a breakdown with the same of another range, the largest change first.
 *
 * In the order of creditUsage; TIME_RANGE_INVALID also of the previous range. There are neither points nor an order to choose.
 */
export async function compareCreditUsage(
  database: Database,
  context: Context,
  input: Omit<BreakdownInput, 'interval' | 'orderBy'> & PreviousRangeInput,
  request: PageRequest,
): Promise<UsageComparison> {
  const shape = readShape(context, input);
  const digest = inputDigest(context.environmentKey, input, shape, 'compared', input.previousFrom ?? null, input.previousTo ?? null);
  const held = heldState(request, digest, context);
  const window = seriesWindow(request);
  const previous = resolvePreviousRange(input, resolveTimeRange(input, context.now, held));
  const opening = { context, input, shape, held, moreKeys: COMPARISON_KEYS };
  const { query, answer: page } = await readBreakdown(database, opening, (transaction, present, open) =>
    loadComparison(transaction, present, previous, open, window),
  );
  return { ...page, query, previous, digest, ...neighbours(page, window) };
}
