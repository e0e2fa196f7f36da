import { ArgsType, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Credits } from '../domain/credits';
import type { ErrorCode } from '../domain/errors';
import {
  IMPACT_DIRECTIONS,
  type ChangeQuantile as DomainChangeQuantile,
  type CurrencyImpact as DomainCurrencyImpact,
  type CustomerImpact as DomainCustomerImpact,
  type FeatureImpact as DomainFeatureImpact,
  type HistogramBar as DomainHistogramBar,
  type ImpactDirection,
  type ImpactDistribution as DomainImpactDistribution,
  type ImpactSums,
  type RefusalImpact as DomainRefusalImpact,
} from '../domain/impact';
import type { ImpactSource } from '../store/impact';
import { ERROR_CODE_NAMES } from './enums';
import { ConnectionArgs, connectionType } from './paging';
import { CreditsScalar } from './scalars';

registerEnumType(IMPACT_DIRECTIONS, {
  name: 'ImpactDirection',
  description: 'Which way a sum changes.',
  valuesConfig: { INCREASE: { description: 'More would be charged.' }, DECREASE: { description: 'Less would be charged.' } },
});

/** change and relativeChange are added in impact.resolver. */
@ObjectType({
  simpleResolvers: true,
  description:
    'Usage that was charged, beside what other rates would have charged for it; all exact. What they would have refused counts as charged with nothing.',
})
export class CreditImpact implements ImpactSums {
  @Field(() => Int, { description: 'The number of the events, those that would have been refused included.' })
  eventCount!: number;

  @Field(() => Int, { description: 'How many of them would have been refused.' })
  refusedCount!: number;

  @Field(() => CreditsScalar, { description: 'What the ledger charged for them.' })
  oldCredits!: Credits;

  @Field(() => CreditsScalar, { description: 'What the rates under trial would have charged.' })
  newCredits!: Credits;
}

/** feature is added in impact.resolver. */
@ObjectType({ simpleResolvers: true, description: 'What other rates would have charged for the usage of one feature.' })
export class FeatureImpact implements DomainFeatureImpact {
  featureKey!: number;

  @Field(() => CreditImpact, { description: 'The sums of the feature.' })
  impact!: ImpactSums;
}

/** customer is added in impact.resolver. */
@ObjectType({ simpleResolvers: true, description: 'What other rates would have charged a customer.' })
export class CustomerImpact implements DomainCustomerImpact {
  customerKey!: bigint;

  @Field(() => CreditImpact, { description: 'The sums of the customer.' })
  impact!: ImpactSums;
}

export const CustomerImpactConnection = connectionType(
  CustomerImpact,
  'Customers by the size of their change, the largest first. All pages together add up to the total.',
);

@ObjectType({
  simpleResolvers: true,
  description: 'How many customers change by how much: by more than one bound and up to the other, seen from 0. With both bounds 0: not at all.',
})
export class HistogramBar implements DomainHistogramBar {
  @Field(() => CreditsScalar, {
    description: 'The lower bound, as a part of what was charged: "-0.25" is a quarter less. Below 0 it belongs to the bar.',
  })
  from!: string;

  @Field(() => CreditsScalar, { nullable: true, description: 'The upper bound. Above 0 it belongs to the bar. Null: there is none.' })
  to!: string | null;

  @Field(() => Int, { description: 'The number of the customers.' })
  customerCount!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A change that so many hundredths of the customers do not exceed.' })
export class ChangeQuantile implements DomainChangeQuantile {
  @Field(() => Int, { description: 'How many hundredths; 0 is the smallest change, 50 the median, 100 the largest.' })
  percent!: number;

  @Field(() => CreditsScalar, {
    description:
      'The change of a customer (the nearest rank) as a part of what it was charged: "0.1" is a tenth more. Rounded half-even at 12 decimals.',
  })
  relativeChange!: string;
}

@ObjectType({ simpleResolvers: true, description: 'How the change is spread over customers.' })
export class ImpactDistribution implements DomainImpactDistribution {
  @Field(() => Int, { description: 'The number of customers with usage.' })
  customerCount!: number;

  @Field(() => Int, { description: 'Of them, those who would be charged more.' })
  increasedCount!: number;

  @Field(() => Int, { description: 'Of them, those who would be charged the same.' })
  unchangedCount!: number;

  @Field(() => Int, { description: 'Of them, those who would be charged less.' })
  decreasedCount!: number;

  @Field(() => Int, {
    description:
      'Of those who would be charged more, those who were charged nothing: they have no relative change, and are in no bar and no quantile.',
  })
  fromNothingCount!: number;

  @Field(() => [HistogramBar], { description: 'Customers by relative change, the largest decrease first.' })
  histogram!: readonly DomainHistogramBar[];

  @Field(() => [ChangeQuantile], { description: 'For 0, 5, 25, 50, 75, 95 and 100 hundredths; empty where nobody was charged anything.' })
  quantiles!: readonly DomainChangeQuantile[];
}

/** currency, total, features, distribution and movers are added in impact.resolver. */
@ObjectType({
  simpleResolvers: true,
  description: 'What other rates would have charged in one currency. Credits of different currencies are never added.',
})
export class CurrencyImpact implements DomainCurrencyImpact {
  currencyKey!: number;
  source!: ImpactSource;

  @Field(() => [FeatureImpact], {
    description:
      'By feature, the largest change first; they add up to the total. A feature that would be charged in another currency is in both: with nothing new in one, and nothing old in the other.',
  })
  features!: readonly DomainFeatureImpact[];
}

/** feature and currency are added in impact.resolver. */
@ObjectType({ simpleResolvers: true, description: 'Events of one feature that would have been refused, for one reason.' })
export class RefusalImpact implements DomainRefusalImpact {
  featureKey!: number;
  currencyKey!: number;

  @Field(() => ERROR_CODE_NAMES, {
    description: 'What they would have been refused with; RATE_NOT_FOUND: the rates under trial have none for the feature.',
  })
  code!: ErrorCode;

  @Field(() => Int, { description: 'The number of the events.' })
  eventCount!: number;

  @Field(() => CreditsScalar, { description: 'What they were charged.' })
  oldCredits!: Credits;
}

@ArgsType()
export class MoversArgs extends ConnectionArgs {
  @Field(() => IMPACT_DIRECTIONS, {
    nullable: true,
    description: 'Only customers whose sum changes this way; absent: all, those that do not change at the end.',
  })
  direction?: ImpactDirection | null;
}
