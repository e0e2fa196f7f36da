import type { BreakdownInput, BreakdownQuery, BreakdownShape } from '../domain/breakdown';
import { inputDigest, type HeldPage } from '../domain/breakdown-cursor';
import { DrawdownError, refuseProblems } from '../domain/errors';
import type { CursorValues } from '../domain/paging';
import { resolveTimeRange, type TimeRange } from '../domain/time-range';
import { heldState, MOST_CHANGED_SERIES, totalsWith, type BreakdownTotals, type UsageChange } from '../domain/usage-changes';
import type { Transaction } from '../store/database';
import { BREAKDOWN_SETTINGS, isSnapshotText, type OpenBreakdown } from '../store/rollup-snapshot';
import { loadSeries } from '../store/rollups';
import { loadChangedSeries } from '../store/usage-changes';
import { loadPoints } from '../store/usage-series';
import type { Context } from './context';
import { openQuery } from './credit-usage';
import { readShape } from './customer-scope';
import { refusalFrom } from './refusal';
import type { UsageFeed, UsageWatch } from './usage-feed';

/** A state is never left older than this, so that a sequence given by a quiet breakdown can still be used. */
const LONGEST_QUIET_MS = 10 * 60 * 1000;
/** Of the series of a breakdown, when only its totals are wanted. */
const ONE_SERIES = { size: 1, backward: false, after: null, before: null };

/** Who asked, and what for: all that stays the same. */
interface Asked {
  readonly context: Context;
  readonly input: BreakdownInput;
  readonly shape: BreakdownShape;
  readonly digest: string;
}

/** What was told last. */
interface Told extends HeldPage {
  /** Null: not known, and to be read when there is something to tell. */
  readonly totals: BreakdownTotals | null;
}

/**
 * The changes of a breakdown, from what a sequence stands for or from now on, each when it is asked for: what changed in between is one change.
 * Nothing that is committed is missed, nor told twice.
 *
 * In this order: ID_INVALID (resourceId), GROUP_BY_INVALID, INPUT_INVALID (customerIds, filters, asOf), SEQUENCE_INVALID, TIME_RANGE_INVALID,
 * TRY_AGAIN (too many ask), CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND, CURRENCY_REQUIRED.
 */
export async function creditUsageChanges(
  feed: UsageFeed,
  context: Context,
  input: BreakdownInput,
  after: CursorValues | null,
): Promise<CreditUsageChanges> {
  const shape = readShape(context, input);
  refuseProblems('INPUT_INVALID', input.asOf ? [{ field: 'asOf', message: 'must not be given: what was known then does not change.' }] : []);
  const digest = inputDigest(context.environmentKey, input, shape);
  const held = after && heldState(after, digest, context.now);
  if (held && !isSnapshotText(held.snapshot.text)) throw new DrawdownError('SEQUENCE_INVALID');
  const range = resolveTimeRange(input, context.now);
  const { query } = await feed.database.snapshot((transaction) => openQuery(transaction, context, input, shape, range), BREAKDOWN_SETTINGS);
  const told = held ?? { snapshot: query.snapshot, from: range.from, to: range.to };
  return new CreditUsageChanges(feed, { context, input, shape, digest }, { ...told, totals: null }, watch(feed, query));
}

function watch(feed: UsageFeed, { customerKeys, currencyKey }: BreakdownQuery): UsageWatch {
  return feed.watch({ customerKeys, currencyKey });
}

/** Keeps the last state that was told, and nothing that is still to be told: who asks slowly gets fewer and larger changes. */
export class CreditUsageChanges implements AsyncIterableIterator<UsageChange> {
  constructor(
    private readonly feed: UsageFeed,
    private readonly asked: Asked,
    private told: Told,
    private readonly watch: UsageWatch,
  ) {}

  async next(): Promise<IteratorResult<UsageChange, undefined>> {
    while (await this.watch.wait()) {
      const change = await this.feed.turns.take(() => this.change()).catch((error: unknown) => this.retryOrThrow(error));
      if (change && !this.watch.closed) return { value: change, done: false };
    }
    return { value: undefined, done: true };
  }

  return(): Promise<IteratorResult<UsageChange, undefined>> {
    this.watch.close();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** A database that cannot be reached for a while is no reason to end: what was told last still stands. */
  private retryOrThrow(error: unknown): null {
    if (refusalFrom(error)?.kind !== 'TRY_AGAIN') {
      this.watch.close();
      throw error;
    }
    this.watch.stirAt(this.feed.now());
    return null;
  }

  /** Null: nothing has changed. */
  private async change(): Promise<UsageChange | null> {
    if (this.watch.closed) return null;
    const { input, shape, digest } = this.asked;
    const context = { ...this.asked.context, now: this.feed.now() };
    const range = resolveTimeRange(input, context.now);
    const hasMoved = !isSameSpan(range, this.told);
    const { query, found } = await this.feed.database.snapshot(async (transaction) => {
      const { open, query } = await openQuery(transaction, context, input, shape, range);
      return { query, found: await findChange(transaction, query, open, this.told, hasMoved) };
    }, BREAKDOWN_SETTINGS);
    this.told = { snapshot: query.snapshot, from: range.from, to: range.to, totals: found ? totalsOf(found) : this.told.totals };
    this.watch.stirAt(nextDue(input, range, context.now));
    return found && { ...found, query, digest };
  }
}

function isSameSpan(one: Pick<TimeRange, 'from' | 'to'>, other: Pick<TimeRange, 'from' | 'to'>): boolean {
  return one.from.getTime() === other.from.getTime() && one.to.getTime() === other.to.getTime();
}

/** A range that ends with the present moves on when its last hour, day or month is over. */
function nextDue({ from }: BreakdownInput, { to }: TimeRange, now: Date): Date {
  const quietUntil = new Date(now.getTime() + LONGEST_QUIET_MS);
  return !from && to < quietUntil ? to : quietUntil;
}

async function findChange(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  told: Told,
  hasMoved: boolean,
): Promise<Omit<UsageChange, 'query' | 'digest'> | null> {
  const added = await loadChangedSeries(transaction, { ...query, snapshot: told.snapshot }, open, MOST_CHANGED_SERIES);
  if (added?.seriesCount === 0 && !hasMoved) return null;
  const points = added ? await loadPoints(transaction, query, open, added.series, [query.range]) : [];
  const sums = points.map((ofSeries) => ofSeries[0]!);
  const moreChanged = hasMoved || added === null || added.seriesCount > added.series.length;
  const totals = !moreChanged && told.totals ? totalsWith(told.totals, added, sums) : await loadSeries(transaction, query, open, ONE_SERIES);
  const series = sums.map(({ credits, value, eventCount }, index) => ({ ...added!.series[index]!, credits, value, eventCount }));
  return { series, ...totalsOf(totals), moreChanged };
}

function totalsOf({ total, seriesCount }: BreakdownTotals): BreakdownTotals {
  return { total, seriesCount };
}
