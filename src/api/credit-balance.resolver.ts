import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { creditBalance, type PoolBalance } from '../operations/credit-balance';
import { creditBalances } from '../operations/credit-balances';
import type { ApiContext } from './context';
import { CreditBalance, CreditBalanceConnection, CreditBalanceInput, PoolChange } from './credit-balance.types';
import { CreditGrant } from './credit-grant.types';
import { Currency } from './currency.types';
import { Customer } from './customer.types';
import { ConnectionArgs, pageRequest, toConnection } from './paging';

const LIST = 'creditBalances';

@Resolver(() => CreditBalance)
export class CreditBalanceResolver {
  @Authorized('CUSTOMER')
  @Query(() => CreditBalance, {
    description:
      'The balance of one pool, at any instant. Zero where nothing was ever granted or charged. Refuses, in this order: ID_INVALID (resourceId), INPUT_INVALID (at), CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND. Role: READER or above, or a customer token.',
  })
  creditBalance(
    @Arg('input', () => CreditBalanceInput, { description: 'Which pool, and when.' }) input: CreditBalanceInput,
    @Ctx() { services, context }: ApiContext,
  ): Promise<PoolBalance> {
    return creditBalance(services.database, context, input);
  }

  @Authorized('CUSTOMER')
  @Query(() => CreditBalanceConnection, {
    description:
      'The balances of all pools that a customer has, now: those to which something was granted or charged. ' +
      'Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, CUSTOMER_NOT_FOUND. Role: READER or above, or a customer token.',
  })
  async creditBalances(
    @Arg('customerId', () => ID, { description: 'Whose balances.' }) customerId: string,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { services, context }: ApiContext,
  ) {
    const page = await creditBalances(services.database, context, customerId, pageRequest(args, LIST, ['text', 'text']));
    return toConnection(page, LIST, ({ currencyId, resourceId }) => [currencyId, resourceId ?? '']);
  }

  @FieldResolver(() => Customer, { description: 'Whose balance.' })
  customer(@Root() balance: CreditBalance, @Ctx() { loaders }: ApiContext) {
    return loaders.customerByKey.load(balance.customerKey);
  }

  @FieldResolver(() => Currency, { description: 'The currency.' })
  currency(@Root() balance: CreditBalance, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load(balance.currencyKey);
  }

  @FieldResolver(() => PoolChange, { nullable: true, description: 'The next activation or expiry after that instant; null: there is none.' })
  nextChange(@Root() { nextChange, customerKey }: CreditBalance): PoolChange | null {
    return nextChange && { ...nextChange, customerKey };
  }
}

@Resolver(() => PoolChange)
export class PoolChangeResolver {
  @FieldResolver(() => CreditGrant, { description: 'The grant, as it is now.' })
  grant(@Root() { customerKey, grantKey }: PoolChange, @Ctx() { loaders }: ApiContext) {
    return loaders.grant.load({ customerKey, key: grantKey });
  }
}
