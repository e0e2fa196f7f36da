import { Arg, Args, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { archiveCurrency } from '../operations/archive-currency';
import { createCurrency } from '../operations/create-currency';
import { updateCurrency } from '../operations/update-currency';
import { findCurrency, listCurrencies } from '../store/currencies';
import { CatalogListArgs } from './catalog-list.types';
import type { ApiContext } from './context';
import {
  Currency,
  CurrencyConnection,
  ArchiveCurrencyInput,
  ArchiveCurrencyPayload,
  CreateCurrencyInput,
  CreateCurrencyPayload,
  UpdateCurrencyInput,
  UpdateCurrencyPayload,
} from './currency.types';
import { pageRequest, toConnection } from './paging';

const LIST = 'currencies';

@Resolver(() => Currency)
export class CurrencyResolver {
  @Authorized('READER')
  @Query(() => Currency, {
    nullable: true,
    description: 'One currency, archived or not; null where there is none of this id. Role: READER or above.',
  })
  currency(@Arg('id', () => ID, { description: 'The id of the currency.' }) id: string, @Ctx() { services, context }: ApiContext) {
    return findCurrency(services.database, context.environmentKey, id);
  }

  @Authorized('READER')
  @Query(() => CurrencyConnection, {
    description: 'The currencies of the environment, by id. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID. Role: READER or above.',
  })
  async currencies(@Args(() => CatalogListArgs) args: CatalogListArgs, @Ctx() { services, context }: ApiContext) {
    const page = await listCurrencies(services.database, context.environmentKey, args, pageRequest(args, LIST, ['text']));
    return toConnection(page, LIST, ({ id }) => [id]);
  }

  @Authorized('ADMIN')
  @Mutation(() => CreateCurrencyPayload, {
    description: 'Adds a currency. Refuses, in this order: ID_INVALID, INPUT_INVALID, ALREADY_EXISTS. Role: ADMIN.',
  })
  async createCurrency(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => CreateCurrencyInput, { description: 'The currency.' }) input: CreateCurrencyInput,
  ): Promise<CreateCurrencyPayload> {
    return { currency: await createCurrency(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => UpdateCurrencyPayload, {
    description: 'Changes what a currency is called. Refuses, in this order: INPUT_INVALID, CURRENCY_NOT_FOUND, ARCHIVED. Role: ADMIN.',
  })
  async updateCurrency(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => UpdateCurrencyInput, { description: 'The changes.' }) input: UpdateCurrencyInput,
  ): Promise<UpdateCurrencyPayload> {
    return { currency: await updateCurrency(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => ArchiveCurrencyPayload, {
    description:
      'Takes a currency out of use for good, unless a draft, a version of a plan that is or can come into force, or a rate override charges in it, or a pool of it still holds something. ' +
      'Refuses, in this order: CURRENCY_NOT_FOUND, ARCHIVED, IN_USE. Role: ADMIN.',
  })
  async archiveCurrency(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => ArchiveCurrencyInput, { description: 'Which currency.' }) { id }: ArchiveCurrencyInput,
  ): Promise<ArchiveCurrencyPayload> {
    return { currency: await archiveCurrency(services.database, context, id) };
  }
}
