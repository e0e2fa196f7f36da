import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { endRateOverride } from '../operations/end-rate-override';
import { setRateOverride } from '../operations/set-rate-override';
import { listOverrides } from '../store/rate-overrides';
import type { ApiContext } from './context';
import { Customer } from './customer.types';
import { decodeId, encodeId } from './global-id';
import { ConnectionArgs, pageRequest, toConnection } from './paging';
import { Rate } from './plan.types';
import {
  EndRateOverrideInput,
  EndRateOverridePayload,
  RateOverride,
  RateOverrideConnection,
  SetRateOverrideInput,
  SetRateOverridePayload,
} from './rate-override.types';

const LIST = 'customer.rateOverrides';

@Resolver(() => RateOverride)
export class RateOverrideResolver {
  @Authorized('ADMIN')
  @Mutation(() => SetRateOverridePayload, {
    description:
      'Gives a customer a price of its own for a feature. Overrides of one customer and feature never overlap. Refuses, in this order: INPUT_INVALID, ' +
      'AMOUNT_INVALID, FORMULA_INVALID, CUSTOMER_NOT_FOUND, ARCHIVED (customer), FEATURE_NOT_FOUND, CURRENCY_NOT_FOUND, ARCHIVED (feature, currency), ' +
      'RATE_OVERRIDE_CONFLICT, USAGE_CHARGED. Role: ADMIN.',
  })
  setRateOverride(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => SetRateOverrideInput, { description: 'The price.' }) input: SetRateOverrideInput,
  ): Promise<SetRateOverridePayload> {
    return setRateOverride(services.database, context, input);
  }

  @Authorized('ADMIN')
  @Mutation(() => EndRateOverridePayload, {
    description:
      'Ends an override, or takes back one that has not begun. Refuses, in this order: INPUT_INVALID, RATE_OVERRIDE_NOT_FOUND, RATE_OVERRIDE_ENDED ' +
      '(also where it ends by that instant anyway). Role: ADMIN.',
  })
  async endRateOverride(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => EndRateOverrideInput, { description: 'Which, and when.' }) { id, validTo }: EndRateOverrideInput,
  ): Promise<EndRateOverridePayload> {
    const key = decodeId('RateOverride', id)?.[0] ?? '';
    const rateKey = /^\d{1,9}$/.test(key) ? Number(key) : null;
    return { rateOverride: await endRateOverride(services.database, context, { rateKey, validTo }) };
  }

  @FieldResolver(() => ID, { description: 'Given when it was set.' })
  id(@Root() { rate }: RateOverride): string {
    return encodeId('RateOverride', rate.key);
  }

  @FieldResolver(() => Customer, { description: 'Whose price it is.' })
  customer(@Root() { customerKey }: RateOverride, @Ctx() { loaders }: ApiContext) {
    return loaders.customerByKey.load(customerKey);
  }
}

@Resolver(() => Customer)
export class CustomerRateOverridesResolver {
  @FieldResolver(() => RateOverrideConnection, { description: 'Its prices of its own, past and scheduled ones among them, those set last first.' })
  async rateOverrides(@Root() { key }: Customer, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() { services }: ApiContext) {
    const page = await listOverrides(services.database, key, pageRequest(args, LIST, ['whole']));
    return toConnection(page, LIST, ({ rate }) => [rate.key.toString()]);
  }
}

@Resolver(() => Rate)
export class OverridingRateResolver {
  @FieldResolver(() => RateOverride, {
    nullable: true,
    description: 'The override of a customer that it belongs to; null: it belongs to a plan version.',
  })
  override(@Root() { key, customerKey }: Rate, @Ctx() { loaders }: ApiContext) {
    return customerKey === null ? null : loaders.overrideByRate.load(key);
  }
}
