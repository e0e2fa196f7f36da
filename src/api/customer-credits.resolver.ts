import { Args, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { customerCursor } from '../domain/customer-credits';
import { customerCredits, type CustomerCreditsPage } from '../operations/customer-credits';
import type { ApiContext } from './context';
import { Currency } from './currency.types';
import { CustomerCredits, CustomerCreditsArgs, CustomerCreditsConnection } from './customer-credits.types';
import { Customer } from './customer.types';
import { pageRequest, toConnection } from './paging';
import { DateTimeScalar } from './scalars';

const LIST = 'customerCredits';

type ConnectionOf = { readonly page: CustomerCreditsPage };

@Resolver(() => CustomerCredits)
export class CustomerCreditsResolver {
  @Authorized('READER')
  @Query(() => CustomerCreditsConnection, {
    description:
      'The customers of the environment with their balance and what they consumed in the last month, in one currency. ' +
      'Refuses, in this order: PAGE_INVALID, CURSOR_INVALID (no cursor of this list), INPUT_INVALID (search), TIME_RANGE_INVALID (timeZone), CURRENCY_NOT_FOUND, CURRENCY_REQUIRED (left out, and there are several), ' +
      'CURSOR_INVALID (of another order). Role: READER or above.',
  })
  async customerCredits(@Args(() => CustomerCreditsArgs) args: CustomerCreditsArgs, @Ctx() { services, context }: ApiContext) {
    const page = await customerCredits(services.database, context, args, pageRequest(args, LIST, ['text', 'text', 'text', 'text']));
    return { ...toConnection(page, LIST, (customer) => customerCursor(customer, page.order)), page };
  }

  @FieldResolver(() => Customer, { description: 'The customer.' })
  customer(@Root() { customerKey }: CustomerCredits, @Ctx() { loaders }: ApiContext) {
    return loaders.customerByKey.load(customerKey);
  }
}

@Resolver(() => CustomerCreditsConnection)
export class CustomerCreditsConnectionResolver {
  @FieldResolver(() => Currency, { description: 'The currency of all amounts.' })
  currency(@Root() { page }: ConnectionOf, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load(page.currencyKey);
  }

  @FieldResolver(() => Int, { description: 'The number of customers on all pages.' })
  customerCount(@Root() { page }: ConnectionOf): number {
    return page.customerCount;
  }

  @FieldResolver(() => DateTimeScalar, { description: 'The first instant of what was consumed.' })
  from(@Root() { page }: ConnectionOf): Date {
    return page.from;
  }

  @FieldResolver(() => DateTimeScalar, { description: 'The first instant after it.' })
  to(@Root() { page }: ConnectionOf): Date {
    return page.to;
  }
}
