import { Arg, Args, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { shareOf, valueType, zeroFilled, type BreakdownQuery, type GroupKey, type GroupValue } from '../domain/breakdown';
import { BREAKDOWN_SOURCES, type BreakdownSource } from '../domain/breakdown-cover';
import { breakdownCursor } from '../domain/breakdown-cursor';
import { bucketSpans, INTERVALS, type Interval } from '../domain/time-range';
import { creditUsage, type Breakdown } from '../operations/credit-usage';
import type { ApiContext } from './context';
import { creditGrantId, creditGrantKeys } from './credit-grant.types';
import {
  CreditUsageConnection,
  CreditUsageInput,
  CreditUsageOther,
  CreditUsagePoint,
  CreditUsageSeries,
  CreditUsageSums,
  type CreditUsageGroup,
} from './credit-usage.types';
import type { DimensionFilterInput } from './dimension-filter.types';
import { ConnectionArgs, pageRequest, toConnection, type Connection, type CursorKind } from './paging';
import { DateTimeScalar } from './scalars';

const CURSOR_KINDS: readonly CursorKind[] = ['text', 'text', 'instant', 'instant', 'instant', 'whole'];

/** A connection that knows the breakdown it is a page of. */
interface UsageConnection extends Connection<CreditUsageSeries> {
  readonly breakdown: Breakdown;
}

@Resolver(() => CreditUsageConnection)
export class CreditUsageResolver {
  @Authorized('READER')
  @Query(() => CreditUsageConnection, {
    description:
      'Breaks the credits consumed down by any keys. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID (no cursor of this list), ID_INVALID (resourceId), GROUP_BY_INVALID, ' +
      'INPUT_INVALID (filters), CURSOR_INVALID (of another input, or older than a day), TIME_RANGE_INVALID, CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND. Role: READER or above.',
  })
  async creditUsage(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => CreditUsageInput, { description: 'Whose usage, when, and how it is broken down.' }) input: CreditUsageInput,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<UsageConnection> {
    const request = pageRequest(args, 'creditUsage', CURSOR_KINDS);
    return usageConnection(await creditUsage(services.database, context, withGrantKeys(input), request));
  }

  @FieldResolver(() => CreditUsageSums, { description: 'The sums of all series, not only of this page.' })
  total(@Root() { breakdown }: UsageConnection): CreditUsageSums {
    return breakdown.total;
  }

  @FieldResolver(() => CreditUsageOther, { description: 'The sums of all series that are not on this page: the total without the page.' })
  other(@Root() { breakdown: { other, series, seriesCount } }: UsageConnection): CreditUsageOther {
    return { ...other, seriesCount: seriesCount - series.length };
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

  @FieldResolver(() => DateTimeScalar, { description: 'When the first of these pages was taken. Usage that was committed later is on none of them.' })
  asOf(@Root() { breakdown }: UsageConnection): Date {
    return breakdown.query.snapshot.asOf;
  }
}

@Resolver(() => CreditUsageSeries)
export class CreditUsageSeriesResolver {
  @FieldResolver(() => [CreditUsagePoint], { description: 'The series over time, oldest first. The points add up to the series.' })
  async points(
    @Root() series: CreditUsageSeries,
    @Ctx() { loaders }: ApiContext,
    @Arg('zeroFill', () => Boolean, { defaultValue: false, description: 'Whether to give points without usage, too.' }) zeroFill: boolean,
  ): Promise<CreditUsagePoint[]> {
    const points = await loaders.usagePoints.load(series);
    return [...(zeroFill ? zeroFilled(points, bucketSpans(series.query.range)) : points)];
  }
}

function usageConnection(breakdown: Breakdown): UsageConnection {
  const { query, digest, total, hasPreviousPage, hasNextPage } = breakdown;
  const held = { snapshot: query.snapshot, from: query.range.from, to: query.range.to };
  const items = breakdown.series.map((series) => ({
    ...series,
    query,
    groups: groupsOf(query, series.values),
    share: shareOf(series.credits, total.credits),
  }));
  const page = { items, hasPreviousPage, hasNextPage };
  return { ...toConnection(page, 'creditUsage', ({ position }) => breakdownCursor(digest, held, position)), breakdown };
}

function groupsOf({ groupBy }: BreakdownQuery, values: readonly GroupValue[]): CreditUsageGroup[] {
  return groupBy.map((key, index) => ({ key: key.name, value: withGrantId(key, values[index]!), type: valueType(values[index]!) }));
}

/** The breakdown knows grants by `customer:grant`, callers by opaque ids. */
function withGrantId(key: GroupKey, value: GroupValue): GroupValue {
  if (!('field' in key) || key.field !== 'grantId' || typeof value !== 'string') return value;
  const [customerKey, grantKey] = value.split(':').map(BigInt) as [bigint, bigint];
  return creditGrantId(customerKey, grantKey);
}

function withGrantKeys(input: CreditUsageInput): CreditUsageInput {
  return { ...input, filters: input.filters?.map((filter) => (filter.key === 'grantId' ? grantFilter(filter) : filter)) };
}

function grantFilter({ key, equals, ...filter }: DimensionFilterInput): DimensionFilterInput {
  return { key, ...(equals === undefined ? {} : { equals: grantText(equals) }), ...(filter.in ? { in: filter.in.map(grantText) } : {}) };
}

/** What is no id of a grant is left as it is: no grant has it. */
function grantText(value: GroupValue): GroupValue {
  const keys = typeof value === 'string' ? creditGrantKeys(value) : null;
  return keys ? `${keys.customerKey}:${keys.key}` : value;
}
