import { Arg, Args, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { dimensionKeyName, valueType } from '../domain/breakdown';
import { breakdownCursor } from '../domain/breakdown-cursor';
import type { DistinctValues } from '../domain/breakdown-dimensions';
import type { Breakdown } from '../operations/credit-usage';
import { creditUsageDimensions, creditUsageDimensionValues } from '../operations/credit-usage-dimensions';
import type { ApiContext } from './context';
import type { CreditUsageDimensionValue } from './credit-usage-dimensions.types';
import {
  CreditUsageDimension,
  CreditUsageDimensionConnection,
  CreditUsageDimensionsInput,
  CreditUsageDimensionValueConnection,
  CreditUsageDimensionValuesInput,
  CreditUsageDistinctValues,
} from './credit-usage-dimensions.types';
import { withKeys, withOpaqueId } from './credit-usage-groups';
import { BREAKDOWN_CURSOR_KINDS, heldPageOf } from './credit-usage.resolver';
import { CreditUsageSums } from './credit-usage.types';
import { ConnectionArgs, pageRequest, toConnection, type Connection } from './paging';

const KEYS = 'creditUsageDimensions';
const VALUES = 'creditUsageDimensionValues';

@Resolver(() => CreditUsageDimension)
export class CreditUsageDimensionsResolver {
  @Authorized('CUSTOMER')
  @Query(() => CreditUsageDimensionConnection, {
    description:
      'The dimensions that events have, with how many events have them. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, INPUT_INVALID (customerIds, prefix), ' +
      'TIME_RANGE_INVALID, CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND. Role: READER or above, or a customer token.',
  })
  async creditUsageDimensions(
    @Arg('input', () => CreditUsageDimensionsInput, { description: 'Whose dimensions, and of which time.' }) input: CreditUsageDimensionsInput,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { services, context }: ApiContext,
  ) {
    const { scope, ...page } = await creditUsageDimensions(services.database, context, input, pageRequest(args, KEYS, ['text']));
    const items = page.items.map((usage) => ({ ...usage, key: dimensionKeyName(usage.dimension), scope }));
    return toConnection({ ...page, items }, KEYS, ({ dimension }) => [dimension]);
  }

  @FieldResolver(() => CreditUsageDistinctValues, {
    description:
      'How many different values it has there: counted over 100,000 events at most, the newest ones, and estimated from them where more have it.',
  })
  distinctValues(@Root() dimension: CreditUsageDimension, @Ctx() { loaders }: ApiContext): Promise<DistinctValues> {
    return loaders.distinctValues.load(dimension);
  }
}

/** A connection that knows the breakdown whose series are its values. */
interface ValueConnection extends Connection<CreditUsageDimensionValue> {
  readonly breakdown: Breakdown;
}

@Resolver(() => CreditUsageDimensionValueConnection)
export class CreditUsageDimensionValuesResolver {
  @Authorized('CUSTOMER')
  @Query(() => CreditUsageDimensionValueConnection, {
    description:
      'The values of a key, with what was used with each: the series of a breakdown by it. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID (no cursor of this list), ' +
      'INPUT_INVALID (key, prefix), and then in the order of creditUsage. Role: READER or above, or a customer token.',
  })
  async creditUsageDimensionValues(
    @Arg('input', () => CreditUsageDimensionValuesInput, { description: 'Which key, and whose values of it.' })
    input: CreditUsageDimensionValuesInput,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { services, context }: ApiContext,
  ): Promise<ValueConnection> {
    const request = pageRequest(args, VALUES, BREAKDOWN_CURSOR_KINDS);
    return valueConnection(await creditUsageDimensionValues(services.database, context, withKeys(input), request));
  }

  @FieldResolver(() => CreditUsageSums, { description: 'The sums of all values, not only of this page.' })
  total(@Root() { breakdown }: ValueConnection): CreditUsageSums {
    return breakdown.total;
  }

  @FieldResolver(() => Int, { description: 'The number of values on all pages; those events that do not have the key count as one.' })
  valueCount(@Root() { breakdown }: ValueConnection): number {
    return breakdown.seriesCount;
  }
}

function valueConnection(breakdown: Breakdown): ValueConnection {
  const { query, digest, series, hasPreviousPage, hasNextPage } = breakdown;
  const [key] = query.groupBy;
  const items = series.map(({ values: [value = null], position, ...usage }) => ({
    value: withOpaqueId(key!, value),
    type: valueType(value),
    usage,
    position,
  }));
  const connection = toConnection({ items, hasPreviousPage, hasNextPage }, VALUES, ({ position }) =>
    breakdownCursor(digest, heldPageOf(query), String(position)),
  );
  return { ...connection, breakdown };
}
