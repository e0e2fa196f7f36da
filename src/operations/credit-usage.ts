import {
  readBreakdownShape,
  withoutSeries,
  type BreakdownInput,
  type BreakdownQuery,
  type SeriesPage,
  type UsagePoint,
  type UsageSeries,
  type UsageSums,
} from '../domain/breakdown';
import type { BreakdownSource } from '../domain/breakdown-cover';
import { heldPage, inputDigest, seriesWindow, type HeldPage, type SeriesWindow } from '../domain/breakdown-cursor';
import { requireFound } from '../domain/catalog-input';
import { MOST_CLOCK_SKEW_MS } from '../domain/clock-skew';
import { DrawdownError } from '../domain/errors';
import { isId } from '../domain/ids';
import type { PageRequest } from '../domain/paging';
import { bucketSpans, resolveTimeRange } from '../domain/time-range';
import { MOST_TIMESTAMP_LEAD_MS } from '../domain/usage-event';
import type { Database } from '../store/database';
import { BREAKDOWN_SETTINGS, isSnapshotText, openBreakdown, type OpenBreakdown } from '../store/rollup-snapshot';
import { loadSeries } from '../store/rollups';
import { loadPoints } from '../store/usage-series';
import type { Context } from './context';

/** A page of a breakdown, with what is true of the whole. */
export interface Breakdown extends SeriesPage {
  readonly query: BreakdownQuery;
  readonly computedFrom: BreakdownSource;
  /** What a cursor of this list must hold besides a position. */
  readonly digest: string;
  /** All series that are not on this page. */
  readonly other: UsageSums;
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
}

/**
 * Breaks the credits consumed in a range down by any keys. Every page taken with a cursor shows what its first page showed.
 *
 * In this order: ID_INVALID (resourceId), GROUP_BY_INVALID, INPUT_INVALID (filters), CURSOR_INVALID, TIME_RANGE_INVALID, TRY_AGAIN (too many ask),
 * CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND.
 */
export async function creditUsage(database: Database, context: Context, input: BreakdownInput, request: PageRequest): Promise<Breakdown> {
  const shape = readBreakdownShape(input);
  const digest = inputDigest(context.environmentKey, input, shape);
  const held = heldPage(request, digest, context.now);
  if (held && !isSnapshotText(held.snapshot.text)) throw new DrawdownError('CURSOR_INVALID');
  const window = seriesWindow(request);
  const range = resolveTimeRange(input, context.now, held);
  const { query, page, computedFrom } = await database.snapshot(async (transaction) => {
    const scope = {
      environmentKey: context.environmentKey,
      currencyId: soughtId(input.currencyId),
      customerId: input.customerId == null ? null : soughtId(input.customerId),
    };
    const open = await openBreakdown(transaction, scope, shape);
    const query = { ...shape, scope, ...keysOf(input, open), range, emptyFrom: emptyFrom(context), snapshot: snapshotOf(held, open, context) };
    const computedFrom: BreakdownSource = open.byEvents ? 'EVENTS' : 'ROLLUPS';
    return { query, page: await loadSeries(transaction, query, open, window), computedFrom };
  }, BREAKDOWN_SETTINGS);
  return { ...page, query, computedFrom, digest, other: withoutSeries(page.total, page.series), ...neighbours(page, window) };
}

function keysOf(input: BreakdownInput, { customerKey, currencyKey }: OpenBreakdown): Pick<BreakdownQuery, 'customerKey' | 'currencyKey'> {
  if (input.customerId != null) requireFound('CUSTOMER_NOT_FOUND', 'customer', input.customerId, customerKey);
  return { customerKey, currencyKey: requireFound('CURRENCY_NOT_FOUND', 'currency', input.currencyId, currencyKey) };
}

/** What cannot be an id is looked for as the empty one, which nothing has. */
function soughtId(id: string): string {
  return isId(id) ? id : '';
}

function emptyFrom({ now }: Context): Date {
  return new Date(now.getTime() + MOST_TIMESTAMP_LEAD_MS + MOST_CLOCK_SKEW_MS);
}

function snapshotOf(held: HeldPage | null, open: OpenBreakdown, context: Context): BreakdownQuery['snapshot'] {
  return held?.snapshot ?? { text: open.snapshot, asOf: context.now };
}

/** Whether the list has series before and after the page; an empty page lies where its cursors say. */
function neighbours({ series, seriesCount }: SeriesPage, { after, before }: SeriesWindow): Pick<Breakdown, 'hasPreviousPage' | 'hasNextPage'> {
  const [first, last] = [series[0], series.at(-1)];
  if (first && last) return { hasPreviousPage: first.position > 1, hasNextPage: last.position < seriesCount };
  return { hasPreviousPage: after !== null && seriesCount > 0, hasNextPage: before !== null && before <= seriesCount };
}

/** The points of series of one page, in the order of the series; they add up to the series to the last digit. Buckets without usage are left out. */
export async function creditUsagePoints(database: Database, query: BreakdownQuery, series: readonly UsageSeries[]): Promise<UsagePoint[][]> {
  const buckets = bucketSpans(query.range);
  if (buckets.length === 1) return series.map(({ credits, value, eventCount }) => [{ ...buckets[0]!, credits, value, eventCount }]);
  return database.snapshot(async (transaction) => {
    const open = await openBreakdown(transaction, query.scope, query);
    return loadPoints(transaction, query, open, series, buckets);
  }, BREAKDOWN_SETTINGS);
}
