import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Credits } from '../domain/credits';
import { relativeChange, sumOfImpacts, type ImpactSums } from '../domain/impact';
import { customerImpactPlace, listCustomerImpacts, loadDistribution } from '../store/impact';
import type { ApiContext } from './context';
import { Currency } from './currency.types';
import { Customer } from './customer.types';
import { Feature } from './feature.types';
import {
  CreditImpact,
  CurrencyImpact,
  CustomerImpact,
  CustomerImpactConnection,
  FeatureImpact,
  ImpactDistribution,
  MoversArgs,
  RefusalImpact,
} from './impact.types';
import { pageRequest, toConnection } from './paging';
import { CreditsScalar } from './scalars';

const LIST = 'movers';

@Resolver(() => CreditImpact)
export class CreditImpactResolver {
  @FieldResolver(() => CreditsScalar, { description: 'New minus old.' })
  change(@Root() { oldCredits, newCredits }: ImpactSums): Credits {
    return newCredits - oldCredits;
  }

  @FieldResolver(() => CreditsScalar, {
    nullable: true,
    description: 'The change as a part of what was charged: "0.1" is a tenth more. Rounded half-even at 12 decimals; null where nothing was charged.',
  })
  relativeChange(@Root() sums: ImpactSums): string | null {
    return relativeChange(sums);
  }
}

@Resolver(() => CurrencyImpact)
export class CurrencyImpactResolver {
  @FieldResolver(() => Currency, { description: 'The currency.' })
  currency(@Root() { currencyKey }: CurrencyImpact, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load(currencyKey);
  }

  @FieldResolver(() => CreditImpact, { description: 'The sums of all features.' })
  total(@Root() { features }: CurrencyImpact): ImpactSums {
    return sumOfImpacts(features.map(({ impact }) => impact));
  }

  @FieldResolver(() => ImpactDistribution, { description: 'How the change is spread over customers.' })
  distribution(@Root() { source, currencyKey }: CurrencyImpact, @Ctx() { services }: ApiContext): Promise<ImpactDistribution> {
    return loadDistribution(services.database.pool, source, currencyKey);
  }

  @FieldResolver(() => CustomerImpactConnection, {
    description: 'Whose sums change most, in credits. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID.',
  })
  async movers(@Root() { source, currencyKey }: CurrencyImpact, @Args(() => MoversArgs) args: MoversArgs, @Ctx() { services }: ApiContext) {
    const request = pageRequest(args, LIST, ['text', 'whole']);
    const page = await listCustomerImpacts(services.database.pool, source, currencyKey, args.direction ?? null, request);
    return toConnection(page, LIST, customerImpactPlace);
  }
}

@Resolver(() => FeatureImpact)
export class FeatureImpactResolver {
  @FieldResolver(() => Feature, { description: 'The feature.' })
  feature(@Root() { featureKey }: FeatureImpact, @Ctx() { loaders }: ApiContext) {
    return loaders.featureByKey.load(featureKey);
  }
}

@Resolver(() => CustomerImpact)
export class CustomerImpactResolver {
  @FieldResolver(() => Customer, { description: 'The customer.' })
  customer(@Root() { customerKey }: CustomerImpact, @Ctx() { loaders }: ApiContext) {
    return loaders.customerByKey.load(customerKey);
  }
}

@Resolver(() => RefusalImpact)
export class RefusalImpactResolver {
  @FieldResolver(() => Feature, { description: 'The feature.' })
  feature(@Root() { featureKey }: RefusalImpact, @Ctx() { loaders }: ApiContext) {
    return loaders.featureByKey.load(featureKey);
  }

  @FieldResolver(() => Currency, { description: 'The currency in which they were charged.' })
  currency(@Root() { currencyKey }: RefusalImpact, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load(currencyKey);
  }
}
