import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Authorized, Ctx, FieldResolver, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { pointsWithoutSeries, quotientOf, shareOf, zeroFilled, type BreakdownQuery, type UsageSeries, type UsageSums } from '../domain/breakdown';
import { BREAKDOWN_SOURCES, type BreakdownSource } from '../domain/breakdown-cover';
import { breakdownCursor, type HeldPage } from '../domain/breakdown-cursor';
import { bucketSpans, INTERVALS, type Interval } from '../domain/time-range';
import { creditUsage, type Breakdown } from '../operations/credit-usage';
import { creditUsageEntries } from '../operations/credit-usage-entries';
import type { Context } from '../operations/context';
import type { Database } from '../store/database';
import type { UsageCell } from '../store/series-entries';
import type { ApiContext } from './context';
import { groupsOf, withKeys } from './credit-usage-groups';
import {
  CreditUsageConnection,
  CreditUsageEntryConnection,
  CreditUsageGroup,
  CreditUsageInput,
  CreditUsageOther,
  CreditUsageOtherPoint,
  CreditUsagePoint,
  CreditUsageRate,
  CreditUsageSeries,
  CreditUsageSums,
} from './credit-usage.types';
import { writeSequence } from './credit-usage-changed.types';
import { ConnectionArgs, pageRequest, toConnection, type Connection, type CursorKind } from './paging';
import { DateTimeScalar } from './scalars';
import { selects } from './selection';

const HELD: readonly CursorKind[] = ['text', 'text', 'instant', 'instant', 'instant'];
export const BREAKDOWN_CURSOR_KINDS: readonly CursorKind[] = [...HELD, 'whole'];
const ENTRY_CURSOR_KINDS: readonly CursorKind[] = [...HELD, 'instant', 'whole', 'whole', 'whole'];
const ENTRIES =
  'The ledger entries that the credits are made of, to the last digit; the newest usage first. Pages show what the first of them saw. Refuses: PAGE_INVALID, CURSOR_INVALID.';

/** Asked for with the page, they are read in one go with it. */
const POINTS_OF_PAGE = ['edges', 'node', 'points'];
const ZERO_FILL = 'Whether to give points without usage, too.';

/** A connection that knows the breakdown it is a page of. */
interface UsageConnection extends Connection<CreditUsageSeries> {
  readonly breakdown: Breakdown;
}

@Resolver(() => CreditUsageConnection)
export class CreditUsageResolver {
  @Authorized('CUSTOMER')
  @Query(() => CreditUsageConnection, {
    description:
      'Breaks the credits consumed down by any keys. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID (no cursor of this list), ID_INVALID (resourceId), GROUP_BY_INVALID, ' +
      'INPUT_INVALID (customerIds, filters, asOf), CURSOR_INVALID (of another input, or older than a day), TIME_RANGE_INVALID, CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND, ' +
      'CURRENCY_REQUIRED (left out, and there are several). Role: READER or above, or a customer token.',
  })
  async creditUsage(
    @Ctx() { context, services, loaders }: ApiContext,
    @Arg('input', () => CreditUsageInput, { description: 'Whose usage, when, and how it is broken down.' }) input: CreditUsageInput,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<UsageConnection> {
    const request = pageRequest(args, 'creditUsage', BREAKDOWN_CURSOR_KINDS);
    const breakdown = await creditUsage(services.database, context, withKeys(input), request, selects(info, POINTS_OF_PAGE));
    const connection = usageConnection(breakdown);
    breakdown.points?.forEach((points, index) => loaders.usagePoints.prime(connection.edges[index]!.node, points));
    return connection;
  }

  @FieldResolver(() => CreditUsageSums, { description: 'The sums of all series, not only of this page.' })
  total(@Root() { breakdown }: UsageConnection): CreditUsageSums {
    return breakdown.total;
  }

  @FieldResolver(() => CreditUsageOther, { description: 'The sums of all series that are not on this page: the total without the page.' })
  other(@Root() { breakdown, edges }: UsageConnection): CreditUsageOther {
    const { other, series, seriesCount } = breakdown;
    return { ...other, seriesCount: seriesCount - series.length, all: seriesOfAll(breakdown), onPage: edges.map(({ node }) => node) };
  }

  @FieldResolver(() => Int, { description: 'The number of series on all pages.' })
  seriesCount(@Root() { breakdown }: UsageConnection): number {
    return breakdown.seriesCount;
  }

  @FieldResolver(() => INTERVALS, { description: 'The width of the points.' })
  interval(@Root() { breakdown }: UsageConnection): Interval {
    return breakdown.query.range.interval;
  }

  @FieldResolver(() => DateTimeScalar, { description: 'The first instant of the range.' })
  from(@Root() { breakdown }: UsageConnection): Date {
    return breakdown.query.range.from;
  }

  @FieldResolver(() => DateTimeScalar, { description: 'The first instant after the range.' })
  to(@Root() { breakdown }: UsageConnection): Date {
    return breakdown.query.range.to;
  }

  @FieldResolver(() => String, { description: 'The time zone in which the points begin.' })
  timeZone(@Root() { breakdown }: UsageConnection): string {
    return breakdown.query.range.timeZone;
  }

  @FieldResolver(() => BREAKDOWN_SOURCES, {
    description: 'How this answer was computed. The sums are equally exact; what differs is how long they take.',
  })
  computedFrom(@Root() { breakdown }: UsageConnection): BreakdownSource {
    return breakdown.computedFrom;
  }

  @FieldResolver(() => DateTimeScalar, {
    description:
      'What is known when: the instant asked for, or that at which the first of these pages was taken. Usage that came later is on none of them.',
  })
  asOf(@Root() { breakdown }: UsageConnection): Date {
    return breakdown.query.knownAt ?? breakdown.query.snapshot.asOf;
  }

  @FieldResolver(() => String, {
    description:
      'The state that these pages show, for `after` of creditUsageChanged with the same input, which then tells all that is committed later.',
  })
  sequence(@Root() { breakdown }: UsageConnection): string {
    return writeSequence(breakdown.digest, heldPageOf(breakdown.query));
  }
}

@Resolver(() => CreditUsageOther)
export class CreditUsageOtherResolver {
  @FieldResolver(() => [CreditUsageOtherPoint], {
    description: 'What is not on this page over time, oldest first: the points of the total without those of the page, as the page sees them.',
  })
  async points(
    @Root() { all, onPage }: CreditUsageOther,
    @Ctx() { loaders }: ApiContext,
    @Arg('zeroFill', () => Boolean, { defaultValue: false, description: ZERO_FILL }) zeroFill: boolean,
  ): Promise<CreditUsageOtherPoint[]> {
    const [points, ofPage] = await Promise.all([
      loaders.usagePoints.load(all),
      Promise.all(onPage.map((series) => loaders.usagePoints.load(series))),
    ]);
    const rest = pointsWithoutSeries(points, ofPage);
    return zeroFill ? zeroFilled(rest, bucketSpans(all.query.range)) : rest;
  }
}

@Resolver(() => CreditUsageGroup)
export class CreditUsageGroupResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: 'The name of the customer or feature that the value is the id of; null for other keys.',
  })
  async name(@Root() { key, value }: CreditUsageGroup, @Ctx() { loaders }: ApiContext): Promise<string | null> {
    if (typeof value !== 'string') return null;
    if (key === 'customerId') return (await loaders.customerById.load(value)).name;
    return key === 'featureId' ? (await loaders.featureById.load(value)).name : null;
  }
}

@Resolver(() => CreditUsageSeries)
export class CreditUsageSeriesResolver {
  @FieldResolver(() => [CreditUsagePoint], { description: 'The series over time, oldest first. The points add up to the series.' })
  async points(
    @Root() series: CreditUsageSeries,
    @Ctx() { loaders }: ApiContext,
    @Arg('zeroFill', () => Boolean, { defaultValue: false, description: ZERO_FILL }) zeroFill: boolean,
  ): Promise<CreditUsagePoint[]> {
    const points = await loaders.usagePoints.load(series);
    const all = zeroFill ? zeroFilled(points, bucketSpans(series.query.range)) : points;
    return all.map(({ from, to, credits, value, eventCount }) => ({ from, to, credits, value, eventCount, series }));
  }

  @FieldResolver(() => [CreditUsageRate], {
    description: 'The rates that priced it, with what each of them did; the most credits first. They add up to the series.',
  })
  async rates(@Root() series: CreditUsageSeries, @Ctx() { loaders }: ApiContext): Promise<CreditUsageRate[]> {
    const rates = await loaders.usageRates.load(series);
    return rates.map((one) => ({ ...one, creditsPerUnit: quotientOf(one.credits, one.value) }));
  }

  @FieldResolver(() => CreditUsageEntryConnection, { description: ENTRIES })
  entries(@Root() series: CreditUsageSeries, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() { context, services }: ApiContext) {
    return entryConnection(services.database, context, { ...series, span: series.query.range }, args);
  }
}

@Resolver(() => CreditUsagePoint)
export class CreditUsagePointResolver {
  @FieldResolver(() => CreditUsageEntryConnection, { description: ENTRIES })
  entries(@Root() { series, ...span }: CreditUsagePoint, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() { context, services }: ApiContext) {
    return entryConnection(services.database, context, { ...series, span }, args);
  }
}

async function entryConnection(database: Database, context: Context, cell: UsageCell & { readonly digest: string }, args: ConnectionArgs) {
  const page = await creditUsageEntries(database, context, cell, pageRequest(args, 'creditUsageEntries', ENTRY_CURSOR_KINDS));
  const { digest, held } = page;
  return toConnection(page, 'creditUsageEntries', ({ eventAt, customerKey, eventKey, sequence }) =>
    breakdownCursor(digest, held, eventAt.toISOString(), String(customerKey), String(eventKey), String(sequence)),
  );
}

function usageConnection(breakdown: Breakdown): UsageConnection {
  const { query, digest, hasPreviousPage, hasNextPage } = breakdown;
  const held = heldPageOf(query);
  const items = seriesOf(breakdown);
  const page = { items, hasPreviousPage, hasNextPage };
  return { ...toConnection(page, 'creditUsage', ({ position }) => breakdownCursor(digest, held, String(position))), breakdown };
}

export function heldPageOf({ snapshot, range: { from, to } }: BreakdownQuery): HeldPage {
  return { snapshot, from, to };
}

/** All usage of a breakdown as one series, in the same state. */
function seriesOfAll({ query, digest, total }: Breakdown): CreditUsageSeries {
  return seriesOf({ query: { ...query, groupBy: [] }, digest, series: [{ ...total, position: 1, values: [] }], total })[0]!;
}

interface SeriesOfBreakdown {
  readonly query: BreakdownQuery;
  readonly digest: string;
  readonly series: readonly UsageSeries[];
  readonly total: UsageSums;
}

export function seriesOf({ query, digest, series, total }: SeriesOfBreakdown): CreditUsageSeries[] {
  return series.map((one) => ({
    ...one,
    query,
    digest,
    groups: groupsOf(query, one.values),
    creditsPerUnit: quotientOf(one.credits, one.value),
    share: shareOf(one.credits, total.credits),
  })) as CreditUsageSeries[];
}
