import { Args, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { dimensionKeyName, valueLabel, valueType } from '../domain/breakdown';
import { creditUsageDimensions, creditUsageDimensionValues } from '../operations/credit-usage-dimensions';
import type { ApiContext } from './context';
import {
  CreditUsageDimensionConnection,
  CreditUsageDimensionsArgs,
  CreditUsageDimensionValueConnection,
  CreditUsageDimensionValuesArgs,
} from './credit-usage-dimensions.types';
import { pageRequest, toConnection } from './paging';

@Resolver()
export class CreditUsageDimensionsResolver {
  @Authorized('CUSTOMER')
  @Query(() => CreditUsageDimensionConnection, {
    description:
      'The dimensions seen for a customer. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, INPUT_INVALID, CUSTOMER_NOT_FOUND. Role: READER or above, or a customer token.',
  })
  async creditUsageDimensions(@Args(() => CreditUsageDimensionsArgs) args: CreditUsageDimensionsArgs, @Ctx() { services, context }: ApiContext) {
    const request = pageRequest(args, 'creditUsageDimensions', ['text']);
    const page = await creditUsageDimensions(services.database, context, args, request);
    const items = page.items.map((seen) => ({ ...seen, key: dimensionKeyName(seen.dimension) }));
    return toConnection({ ...page, items }, 'creditUsageDimensions', ({ dimension }) => [dimension]);
  }

  @Authorized('CUSTOMER')
  @Query(() => CreditUsageDimensionValueConnection, {
    description:
      'The values seen in one dimension of a customer. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, INPUT_INVALID, CUSTOMER_NOT_FOUND. Role: READER or above, or a customer token.',
  })
  async creditUsageDimensionValues(
    @Args(() => CreditUsageDimensionValuesArgs) args: CreditUsageDimensionValuesArgs,
    @Ctx() { services, context }: ApiContext,
  ) {
    const request = pageRequest(args, 'creditUsageDimensionValues', ['text']);
    const page = await creditUsageDimensionValues(services.database, context, args, request);
    const items = page.items.map((value) => ({ value, type: valueType(value)! }));
    return toConnection({ ...page, items }, 'creditUsageDimensionValues', ({ value }) => [valueLabel(value)]);
  }
}
