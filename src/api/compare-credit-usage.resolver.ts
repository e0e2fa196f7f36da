import { Arg, Args, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { breakdownCursor } from '../domain/breakdown-cursor';
import { compareCreditUsage, type UsageComparison } from '../operations/compare-credit-usage';
import type { CreditUsageComparison } from './compare-credit-usage.types';
import { CompareCreditUsageInput, CreditUsageComparedSums, CreditUsageComparisonConnection } from './compare-credit-usage.types';
import type { ApiContext } from './context';
import { groupsOf, withKeys } from './credit-usage-groups';
import { BREAKDOWN_CURSOR_KINDS } from './credit-usage.resolver';
import { ConnectionArgs, pageRequest, toConnection, type Connection } from './paging';
import { DateTimeScalar } from './scalars';

const LIST = 'compareCreditUsage';

/** A connection that knows the comparison it is a page of. */
interface ComparisonConnection extends Connection<CreditUsageComparison> {
  readonly comparison: UsageComparison;
}

@Resolver(() => CreditUsageComparisonConnection)
export class CompareCreditUsageResolver {
  @Authorized('CUSTOMER')
  @Query(() => CreditUsageComparisonConnection, {
    description:
      'Compares a breakdown with the same of another range. Refuses in the order of creditUsage; ' +
      'TIME_RANGE_INVALID also where the previous range is empty or half given. Role: READER or above, or a customer token.',
  })
  async compareCreditUsage(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => CompareCreditUsageInput, { description: 'Whose usage, when, and how it is broken down.' }) input: CompareCreditUsageInput,
    @Arg('previousFrom', () => DateTimeScalar, {
      nullable: true,
      description: 'The first instant of the range to compare with. Absent, with previousTo: as long a range, directly before.',
    })
    previousFrom: Date | null,
    @Arg('previousTo', () => DateTimeScalar, { nullable: true, description: 'The first instant after it. Together with previousFrom.' })
    previousTo: Date | null,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<ComparisonConnection> {
    const request = pageRequest(args, LIST, BREAKDOWN_CURSOR_KINDS);
    return comparisonConnection(await compareCreditUsage(services.database, context, { ...withKeys(input), previousFrom, previousTo }, request));
  }

  @FieldResolver(() => CreditUsageComparedSums, { description: 'The change of all series together, not only of this page.' })
  total(@Root() { comparison }: ComparisonConnection): CreditUsageComparedSums {
    return comparison.total;
  }

  @FieldResolver(() => Int, { description: 'The number of series on all pages.' })
  seriesCount(@Root() { comparison }: ComparisonConnection): number {
    return comparison.seriesCount;
  }

  @FieldResolver(() => DateTimeScalar, { description: 'The first instant of the range.' })
  from(@Root() { comparison }: ComparisonConnection): Date {
    return comparison.query.range.from;
  }

  @FieldResolver(() => DateTimeScalar, { description: 'The first instant after the range.' })
  to(@Root() { comparison }: ComparisonConnection): Date {
    return comparison.query.range.to;
  }

  @FieldResolver(() => DateTimeScalar, { description: 'The first instant of the previous range.' })
  previousFrom(@Root() { comparison }: ComparisonConnection): Date {
    return comparison.previous.from;
  }

  @FieldResolver(() => DateTimeScalar, { description: 'The first instant after the previous range.' })
  previousTo(@Root() { comparison }: ComparisonConnection): Date {
    return comparison.previous.to;
  }
}

function comparisonConnection(comparison: UsageComparison): ComparisonConnection {
  const { query, digest, series, hasPreviousPage, hasNextPage } = comparison;
  const held = { snapshot: query.snapshot, from: query.range.from, to: query.range.to };
  const items = series.map((one) => ({ ...one, groups: groupsOf(query, one.values) }));
  const places = new Map(items.map((item) => [item as CreditUsageComparison, item.position]));
  const page = { items: items as CreditUsageComparison[], hasPreviousPage, hasNextPage };
  return { ...toConnection(page, LIST, (item) => breakdownCursor(digest, held, String(places.get(item)))), comparison };
}
