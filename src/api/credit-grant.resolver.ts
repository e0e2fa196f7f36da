import { Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { GRANT_STATUSES, grantStatusAt, type GrantStatus } from '../domain/grant';
import { creditGrants } from '../operations/credit-grants';
import type { ApiContext } from './context';
import { CreditGrant, CreditGrantConnection, creditGrantId, CreditGrantsArgs } from './credit-grant.types';
import { Currency } from './currency.types';
import { Customer } from './customer.types';
import { pageRequest, toConnection } from './paging';

const LIST = 'creditGrants';

@Resolver(() => CreditGrant)
export class CreditGrantResolver {
  @Authorized('CUSTOMER')
  @Query(() => CreditGrantConnection, {
    description:
      'The grants of a customer, newest first. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, ID_INVALID (resourceId), INPUT_INVALID (at), CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND. Role: READER or above, or a customer token.',
  })
  async creditGrants(@Args(() => CreditGrantsArgs) args: CreditGrantsArgs, @Ctx() { services, context }: ApiContext) {
    const page = await creditGrants(services.database, context, args, pageRequest(args, LIST, ['whole']));
    const items = page.items.map((grant) => ({ ...grant, statusAt: args.at ?? context.now }));
    return toConnection({ ...page, items }, LIST, (grant) => [grant.key.toString()]);
  }

  @FieldResolver(() => ID, { description: 'Given when it was granted.' })
  id(@Root() grant: CreditGrant): string {
    return creditGrantId(grant.customerKey, grant.key);
  }

  @FieldResolver(() => Customer, { description: 'Whose credits.' })
  customer(@Root() grant: CreditGrant, @Ctx() { loaders }: ApiContext) {
    return loaders.customerByKey.load(grant.customerKey);
  }

  @FieldResolver(() => Currency, { description: 'The currency of its credits.' })
  currency(@Root() { currencyKey }: CreditGrant, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load(currencyKey);
  }

  @FieldResolver(() => GRANT_STATUSES, {
    description: 'What it is now; in `creditGrants` with `at`, what it is at that instant, as far as is known now.',
  })
  status(@Root() grant: CreditGrant, @Ctx() { context }: ApiContext): GrantStatus {
    return grantStatusAt(grant, grant.statusAt ?? context.now);
  }
}
