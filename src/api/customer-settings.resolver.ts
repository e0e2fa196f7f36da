import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { assignPlan } from '../operations/assign-plan';
import { setOverdraftPolicy } from '../operations/set-overdraft-policy';
import { unassignPlan } from '../operations/unassign-plan';
import type { ApiContext } from './context';
import { Currency } from './currency.types';
import {
  AssignPlanInput,
  AssignPlanPayload,
  CustomerOverdraftPolicy,
  SetOverdraftPolicyInput,
  SetOverdraftPolicyPayload,
  UnassignPlanInput,
  UnassignPlanPayload,
} from './customer.types';

@Resolver(() => CustomerOverdraftPolicy)
export class CustomerSettingsResolver {
  @Authorized('ADMIN')
  @Mutation(() => AssignPlanPayload, {
    description:
      'Puts a customer on a plan, from an instant on; it then moves from version to version as they are published. Refuses, in this order: ' +
      'INPUT_INVALID, CUSTOMER_NOT_FOUND, ARCHIVED (customer), PLAN_NOT_FOUND, ARCHIVED (plan), PLAN_NOT_PUBLISHED, PLAN_HISTORY_CONFLICT. Role: ADMIN.',
  })
  async assignPlan(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => AssignPlanInput, { description: 'The customer, the plan and from when on.' }) input: AssignPlanInput,
  ): Promise<AssignPlanPayload> {
    return { customer: await assignPlan(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => UnassignPlanPayload, {
    description:
      'Takes a customer off its plan, from an instant on: its usage then has no rate. ' +
      'Refuses, in this order: INPUT_INVALID, CUSTOMER_NOT_FOUND, ARCHIVED, PLAN_HISTORY_CONFLICT. Role: ADMIN.',
  })
  async unassignPlan(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => UnassignPlanInput, { description: 'The customer and from when on.' }) input: UnassignPlanInput,
  ): Promise<UnassignPlanPayload> {
    return { customer: await unassignPlan(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => SetOverdraftPolicyPayload, {
    description:
      'Says what happens when usage of a customer exceeds its grants of one currency, from now on. ' +
      'Refuses, in this order: INPUT_INVALID, AMOUNT_INVALID, CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND, ARCHIVED. Role: ADMIN.',
  })
  async setOverdraftPolicy(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => SetOverdraftPolicyInput, { description: 'The customer, the currency and the policy.' }) input: SetOverdraftPolicyInput,
  ): Promise<SetOverdraftPolicyPayload> {
    return { overdraftPolicy: await setOverdraftPolicy(services.database, context, input) };
  }

  @FieldResolver(() => Currency, { description: 'The currency it is about.' })
  currency(@Root() { currencyKey }: CustomerOverdraftPolicy, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load(currencyKey);
  }
}
