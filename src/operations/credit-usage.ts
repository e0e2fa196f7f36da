import {
  withoutSeries,
  type BreakdownInput,
  type BreakdownQuery,
  type BreakdownScope,
  type BreakdownShape,
  type GroupKey,
  type SeriesPage,
  type UsagePoint,
  type UsageRate,
  type UsageSeries,
  type UsageSums,
} from '../domain/breakdown';
import type { BreakdownSource } from '../domain/breakdown-cover';
import { heldPage, inputDigest, seriesWindow, type HeldPage, type SeriesWindow } from '../domain/breakdown-cursor';
import { requireFound } from '../domain/catalog-input';
import { MOST_CLOCK_SKEW_MS } from '../domain/clock-skew';
import { DrawdownError } from '../domain/errors';
import type { PageRequest } from '../domain/paging';
import { bucketSpans, resolveTimeRange, type TimeRange } from '../domain/time-range';
import { MOST_TIMESTAMP_LEAD_MS } from '../domain/usage-event';
import type { Database, Transaction } from '../store/database';
import { isSnapshotText, openBreakdown, type OpenBreakdown, type OpeningWish } from '../store/rollup-snapshot';
import { loadPage } from '../store/usage-page';
import { BY_RATE, loadUsageRates } from '../store/usage-rates';
import { loadPoints } from '../store/usage-series';
import type { Context } from './context';
import { customersInScope, readShape, seesCustomer } from './customer-scope';
import { ask } from './precedence';

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
  /** The points of the series of the page, in their order; null where they were not asked for, or each is its series. */
  readonly points: UsagePoint[][] | null;
}

/**
 * Breaks the credits consumed in a range down by any keys. Every page taken with a cursor shows what its first page showed.
 *
 * In this order: ID_INVALID (resourceId), GROUP_BY_INVALID, INPUT_INVALID (customerIds, filters, asOf), CURSOR_INVALID, TIME_RANGE_INVALID,
 * TRY_AGAIN (too many ask), CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND, CURRENCY_REQUIRED.
 */
export async function creditUsage(
  database: Database,
  context: Context,
  input: BreakdownInput,
  request: PageRequest,
  withPoints = false,
): Promise<Breakdown> {
  const shape = readShape(context, input);
  const digest = inputDigest(context.environmentKey, input, shape);
  const window = seriesWindow(request);
  const opening = { context, input, shape, held: heldState(request, digest, context) };
  const { query, open, answer } = await readBreakdown(database, opening, (transaction, present, opened) => {
    const buckets = withPoints ? bucketSpans(present.range) : [];
    return loadPage(transaction, present, opened, window, buckets.length > 1 ? buckets : null);
  });
  const { page, points } = answer;
  return {
    ...page,
    query,
    computedFrom: open.computedFrom,
    digest,
    points,
    other: withoutSeries(page.total, page.series),
    ...neighbours(page, window),
  };
}

/** What earlier pages showed; null for a first page. Refuses: CURSOR_INVALID. */
export function heldState(request: PageRequest, digest: string, { now }: Context): HeldPage | null {
  const held = heldPage(request, digest, now);
  if (held && !isSnapshotText(held.snapshot.text)) throw new DrawdownError('CURSOR_INVALID');
  return held;
}

/** All that a breakdown begins with. */
export interface Opening {
  readonly context: Context;
  readonly input: BreakdownInput;
  readonly shape: BreakdownShape;
  readonly held: HeldPage | null;
  /** What is told apart besides the keys of the input. */
  readonly moreKeys?: readonly GroupKey[];
}

/** What was read, and what it was read as. */
export interface Reading<T> {
  readonly query: BreakdownQuery;
  readonly open: OpenBreakdown;
  readonly answer: T;
}

/**
 * Resolves the range, looks the scope up and reads, all in one snapshot. In the order of creditUsage, from TIME_RANGE_INVALID on. `read` may be called twice, with
 * what was foreseen and with what is.
 */
export async function readBreakdown<T>(
  database: Database,
  { context, input, shape, held, moreKeys = [] }: Opening,
  read: (transaction: Transaction, query: BreakdownQuery, open: OpenBreakdown) => Promise<T>,
): Promise<Reading<T>> {
  const range = resolveTimeRange(input, context.now, held);
  const wish = { scope: scopeOf(context, input, shape), shape, range, moreKeys, held: held && held.snapshot };
  return ask(database, async (transaction) => {
    const { open, answer } = await database.openings.readAs(transaction, wish, async (opened) => {
      if (!shape.knownAt) database.wishes.note(opened); // also where reading takes so long that it is given up: above all then
      return read(transaction, queryOf(context, wish, opened), opened);
    });
    return { query: queryOf(context, wish, open), open, answer };
  });
}

/** The query as of what the transaction sees. Refuses: CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND, CURRENCY_REQUIRED. */
export async function openQuery(
  transaction: Transaction,
  context: Context,
  input: BreakdownInput,
  shape: BreakdownShape,
  range: TimeRange,
): Promise<{ open: OpenBreakdown; query: BreakdownQuery }> {
  const wish = { scope: scopeOf(context, input, shape), shape, range };
  const open = await openBreakdown(transaction, wish);
  return { open, query: queryOf(context, wish, open) };
}

function queryOf(context: Context, { scope, shape, range, held }: OpeningWish & { readonly range: TimeRange }, open: OpenBreakdown): BreakdownQuery {
  const snapshot = held ?? { text: open.snapshot, asOf: context.now };
  return { ...shape, scope, ...keysOf(context, scope, open), range, emptyFrom: emptyFrom(context), snapshot };
}

function scopeOf(context: Context, { currencyId }: BreakdownInput, { customerIds }: BreakdownShape): BreakdownScope {
  return { environmentKey: context.environmentKey, currencyId: currencyId ?? null, customerIds: customersInScope(context, customerIds) };
}

function keysOf(
  context: Context,
  { customerIds, currencyId }: BreakdownScope,
  open: OpenBreakdown,
): Pick<BreakdownQuery, 'customerKeys' | 'currencyKey' | 'currencyId'> {
  const keyOf = (id: string) => (seesCustomer(context, id) ? open.customerKeys.get(id) : undefined) ?? null;
  const customerKeys = customerIds && customerIds.map((id) => requireFound('CUSTOMER_NOT_FOUND', 'customer', id, keyOf(id)));
  const [currencyKey, other] = open.currencyKeys;
  if (other !== undefined) throw new DrawdownError('CURRENCY_REQUIRED');
  if (currencyKey === undefined)
    throw new DrawdownError('CURRENCY_NOT_FOUND', currencyId === null ? undefined : `There is no currency ${currencyId}.`);
  return { customerKeys, currencyKey, currencyId: open.currencyIds[0]! };
}

/** No event is at or after it. */
export function emptyFrom({ now }: Context): Date {
  return new Date(now.getTime() + MOST_TIMESTAMP_LEAD_MS + MOST_CLOCK_SKEW_MS);
}

/** Whether the list has series before and after the page; an empty page lies where its cursors say. */
export function neighbours(
  { series, seriesCount }: Pick<SeriesPage, 'seriesCount'> & { readonly series: readonly { readonly position: number }[] },
  { after, before }: SeriesWindow,
): Pick<Breakdown, 'hasPreviousPage' | 'hasNextPage'> {
  const [first, last] = [series[0], series.at(-1)];
  if (first && last) return { hasPreviousPage: first.position > 1, hasNextPage: last.position < seriesCount };
  return { hasPreviousPage: after !== null && seriesCount > 0, hasNextPage: before !== null && before <= seriesCount };
}

/** The rates that priced the series of one page, in the order of the series; they add up to the series. */
export async function creditUsageRates(database: Database, query: BreakdownQuery, series: readonly UsageSeries[]): Promise<UsageRate[][]> {
  return ask(database, async (transaction) => {
    const open = await openBreakdown(transaction, { ...wishOf(query), moreKeys: [BY_RATE] });
    if (!query.knownAt) database.wishes.note(open);
    return loadUsageRates(transaction, query, open, series);
  });
}

/** To read more of what a page showed. */
function wishOf(query: BreakdownQuery): OpeningWish {
  return { scope: query.scope, shape: query, range: query.range, held: query.snapshot };
}

/** The points of series of one page, in the order of the series; they add up to the series to the last digit. Buckets without usage are left out. */
export async function creditUsagePoints(database: Database, query: BreakdownQuery, series: readonly UsageSeries[]): Promise<UsagePoint[][]> {
  const buckets = bucketSpans(query.range);
  if (buckets.length === 1) return series.map(({ credits, value, eventCount }) => [{ ...buckets[0]!, credits, value, eventCount }]);
  return ask(database, async (transaction) => {
    const open = await openBreakdown(transaction, wishOf(query));
    return loadPoints(transaction, query, open, series, buckets);
  });
}
