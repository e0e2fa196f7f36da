import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Credits } from '../domain/credits';
import { overdraftOf } from '../domain/overdraft';
import { parametersOf, stepsOf } from '../domain/price';
import type { Draw as DomainDraw, Parameter as DomainParameter, UsageEvent as DomainUsageEvent } from '../domain/usage-event';
import { usageEvents, usageEventsByKey } from '../operations/usage-events';
import type { ApiContext } from './context';
import { CreditGrant } from './credit-grant.types';
import { Currency } from './currency.types';
import { Customer } from './customer.types';
import { Feature } from './feature.types';
import { FormulaStep } from './formula.types';
import { pageRequest, toConnection } from './paging';
import { CreditsScalar } from './scalars';
import { Charge, Draw, Parameter, UsageEvent, UsageEventConnection, usageEventId, usageEventKeys, UsageEventsArgs } from './usage-event.types';

const LIST = 'usageEvents';

@Resolver(() => UsageEvent)
export class UsageEventResolver {
  @Authorized('CUSTOMER')
  @Query(() => UsageEvent, {
    nullable: true,
    description: 'One event; null where there is none of this id. Role: READER or above, or a customer token.',
  })
  async usageEvent(@Arg('id', () => ID, { description: 'The id of the event.' }) id: string, @Ctx() { services, context }: ApiContext) {
    const keys = usageEventKeys(id);
    const [event] = keys ? await usageEventsByKey(services.database, context, [keys]) : [];
    return event ?? null;
  }

  @Authorized('CUSTOMER')
  @Query(() => UsageEventConnection, {
    description:
      'The accepted events of a customer, or of all, by their own time. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID, ID_INVALID (resourceId), INPUT_INVALID (idempotencyKey, eventName, dimensions), TIME_RANGE_INVALID, CUSTOMER_NOT_FOUND, FEATURE_NOT_FOUND, CURRENCY_NOT_FOUND. Role: READER or above, or a customer token.',
  })
  async usageEvents(@Args(() => UsageEventsArgs) args: UsageEventsArgs, @Ctx() { services, context }: ApiContext) {
    const page = await usageEvents(services.database, context, args, pageRequest(args, LIST, ['instant', 'whole', 'whole']));
    return toConnection(page, LIST, (event) => [event.at.toISOString(), event.customerKey.toString(), event.key.toString()]);
  }

  @FieldResolver(() => ID, { description: 'Given when it was accepted.' })
  id(@Root() event: DomainUsageEvent): string {
    return usageEventId(event.customerKey, event.key);
  }

  @FieldResolver(() => Customer, { description: 'Who used.' })
  customer(@Root() event: DomainUsageEvent, @Ctx() { loaders }: ApiContext) {
    return loaders.customerByKey.load(event.customerKey);
  }

  @FieldResolver(() => Feature, { nullable: true, description: 'What was used; null: the amount was stated (consumeCredits).' })
  feature(@Root() { featureKey }: DomainUsageEvent, @Ctx() { loaders }: ApiContext) {
    return featureKey === null ? null : loaders.featureByKey.load(featureKey);
  }

  @FieldResolver(() => Currency, { description: 'The currency it was charged in.' })
  currency(@Root() event: DomainUsageEvent, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load(event.currencyKey);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The name of the raw event it was reported as (reportEvents); null: it was reported in another way.',
  })
  eventName(@Root() { rawEvent }: DomainUsageEvent): string | null {
    return rawEvent && rawEvent.name;
  }

  @FieldResolver(() => Charge, { description: 'How it was priced and paid.' })
  charge(@Root() event: DomainUsageEvent): Charge {
    return { ...event.charge, event };
  }
}

@Resolver(() => Charge)
export class ChargeResolver {
  @FieldResolver(() => [Draw], { description: 'What paid it, in burn order; the amounts add up to the cost. Empty where the cost is 0.' })
  draws(@Root() { draws, event: { customerKey } }: Charge): Draw[] {
    return draws.map((draw) => ({ ...draw, customerKey }));
  }

  @FieldResolver(() => [Parameter], { description: 'What the cost was computed from, in the order of the formula; empty where it was stated.' })
  parameters(@Root() { event }: Charge): readonly DomainParameter[] {
    return parametersOf(event);
  }

  @FieldResolver(() => [FormulaStep], {
    description: 'Every intermediate value of the formula, inner parts first; the branch not taken has none. Empty with FLAT.',
  })
  steps(@Root() { event }: Charge) {
    return stepsOf(event);
  }

  @FieldResolver(() => CreditsScalar, { description: 'What the pool owed right after this charge; 0 where it owed nothing.' })
  overdraft(@Root() { balanceAfter }: Charge): Credits {
    return overdraftOf(balanceAfter);
  }
}

@Resolver(() => Draw)
export class DrawResolver {
  @FieldResolver(() => CreditGrant, { nullable: true, description: 'The grant it was taken from; null: from overdraft.' })
  grant(@Root() { grantKey, customerKey }: DomainDraw & { customerKey: bigint }, @Ctx() { loaders }: ApiContext) {
    return grantKey === null ? null : loaders.grant.load({ customerKey, key: grantKey });
  }
}
