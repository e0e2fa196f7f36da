import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { archiveCustomer } from '../operations/archive-customer';
import { createCustomer } from '../operations/create-customer';
import { listPlanPeriods } from '../operations/list-plan-periods';
import { findSeenCustomer } from '../operations/lookups';
import { updateCustomer } from '../operations/update-customer';
import { listCustomers } from '../store/customers';
import { CatalogListArgs } from './catalog-list.types';
import type { ApiContext } from './context';
import {
  Customer,
  CustomerConnection,
  CustomerOverdraftPolicy,
  CustomerPlanPeriodConnection,
  ArchiveCustomerInput,
  ArchiveCustomerPayload,
  CreateCustomerInput,
  CreateCustomerPayload,
  UpdateCustomerInput,
  UpdateCustomerPayload,
} from './customer.types';
import { ConnectionArgs, pageRequest, toConnection } from './paging';
import { PlanVersion } from './plan.types';

const LIST = 'customers';
const HISTORY = 'customer.planHistory';

@Resolver(() => Customer)
export class CustomerResolver {
  @Authorized('CUSTOMER')
  @Query(() => Customer, {
    nullable: true,
    description: 'One customer, archived or not; null where there is none of this id. Role: READER or above, or a customer token.',
  })
  customer(@Arg('id', () => ID, { description: 'The id of the customer.' }) id: string, @Ctx() { services, context }: ApiContext) {
    return findSeenCustomer(services.database, context, id);
  }

  @Authorized('READER')
  @Query(() => CustomerConnection, {
    description: 'The customers of the environment, by id. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID. Role: READER or above.',
  })
  async customers(@Args(() => CatalogListArgs) args: CatalogListArgs, @Ctx() { services, context }: ApiContext) {
    const page = await listCustomers(services.database, context.environmentKey, args, pageRequest(args, LIST, ['text']));
    return toConnection(page, LIST, ({ id }) => [id]);
  }

  @Authorized('ADMIN')
  @Mutation(() => CreateCustomerPayload, {
    description:
      'Adds a customer. Refuses, in this order: ID_INVALID, INPUT_INVALID, PLAN_NOT_FOUND, ARCHIVED, PLAN_NOT_PUBLISHED, ALREADY_EXISTS. Role: ADMIN.',
  })
  async createCustomer(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => CreateCustomerInput, { description: 'The customer.' }) input: CreateCustomerInput,
  ): Promise<CreateCustomerPayload> {
    return { customer: await createCustomer(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => UpdateCustomerPayload, {
    description: 'Changes the name or the metadata of a customer. Refuses, in this order: INPUT_INVALID, CUSTOMER_NOT_FOUND, ARCHIVED. Role: ADMIN.',
  })
  async updateCustomer(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => UpdateCustomerInput, { description: 'The changes.' }) input: UpdateCustomerInput,
  ): Promise<UpdateCustomerPayload> {
    return { customer: await updateCustomer(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => ArchiveCustomerPayload, {
    description:
      'Takes a customer out of use for good, unless it has a balance, an overdraft or a grant that has not ended. Its history stays. ' +
      'Refuses, in this order: CUSTOMER_NOT_FOUND, ARCHIVED, IN_USE. Role: ADMIN.',
  })
  async archiveCustomer(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => ArchiveCustomerInput, { description: 'Which customer.' }) { id }: ArchiveCustomerInput,
  ): Promise<ArchiveCustomerPayload> {
    return { customer: await archiveCustomer(services.database, context, id) };
  }

  @FieldResolver(() => PlanVersion, { nullable: true, description: 'The version of its plan that prices its usage now; null: it is on no plan.' })
  planVersion(@Root() { key }: Customer, @Ctx() { loaders }: ApiContext) {
    return loaders.currentPlanVersion.load(key);
  }

  @FieldResolver(() => CustomerPlanPeriodConnection, { description: 'Which versions of which plans it was, is and will be on, the latest first.' })
  async planHistory(@Root() { key }: Customer, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() { services }: ApiContext) {
    const page = await listPlanPeriods(services.database, key, pageRequest(args, HISTORY, ['instant']));
    return toConnection(page, HISTORY, ({ from }) => [from.toISOString()]);
  }

  @FieldResolver(() => [CustomerOverdraftPolicy], {
    description: 'The overdraft policies that were set, by the id of the currency. In currencies that are not here, overdraft is allowed.',
  })
  overdraftPolicies(@Root() { key }: Customer, @Ctx() { loaders }: ApiContext) {
    return loaders.overdraftPoliciesOfCustomer.load(key);
  }
}
