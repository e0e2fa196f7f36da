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
  @Authorized('READER')
  @Query(() => CreditGrantConnection, {
    description:
      'The grants of a customer, newest first. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, INPUT_INVALID, CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND.',
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
  async currency(@Root() grant: CreditGrant, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load((await loaders.pool.load(grant)).currencyKey);
  }

  @FieldResolver(() => ID, { nullable: true, description: 'The resource whose pool it is in; null: the customer’s own pool.' })
  async resourceId(@Root() grant: CreditGrant, @Ctx() { loaders }: ApiContext): Promise<string | null> {
    return (await loaders.pool.load(grant)).resourceId;
  }

  @FieldResolver(() => GRANT_STATUSES, { description: 'What it is now or, in a list at another instant, then.' })
  status(@Root() grant: CreditGrant, @Ctx() { context }: ApiContext): GrantStatus {
    return grantStatusAt(grant, grant.statusAt ?? context.now);
  }
}
