import { Arg, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { reviewPlan } from '../operations/review-plan';
import { reviewRates } from '../operations/review-rates';
import type { ApiContext } from './context';
import { Currency } from './currency.types';
import { Feature } from './feature.types';
import { FeatureUsage, PlanReview, RateChange, RatesReview, ReviewPlanInput, ReviewRatesInput, UnsavedRateChange } from './plan-review.types';

@Resolver(() => RateChange)
export class PlanReviewResolver {
  @Authorized('READER')
  @Query(() => PlanReview, {
    description:
      'What publishing a draft, or an older version again, would change: every difference to the version in force, what stands against it or may not be ' +
      'meant, and whom it would affect. Nothing is changed by it. Refuses, in this order: INPUT_INVALID, PLAN_NOT_FOUND, DRAFT_NOT_FOUND (where no ' +
      'version is named), PLAN_VERSION_NOT_FOUND. Role: READER or above.',
  })
  reviewPlan(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => ReviewPlanInput, { description: 'Which version.' }) input: ReviewPlanInput,
  ): Promise<PlanReview> {
    return reviewPlan(services.database, context, input);
  }

  @FieldResolver(() => Feature, { description: 'The feature.' })
  feature(@Root() { featureKey }: RateChange, @Ctx() { loaders }: ApiContext) {
    return loaders.featureByKey.load(featureKey);
  }
}

@Resolver(() => UnsavedRateChange)
export class RatesReviewResolver {
  @Authorized('READER')
  @Query(() => RatesReview, {
    description:
      'What publishing rates would change, before they are saved as a draft: as reviewPlan, which see. Nothing is changed by it. Refuses, in this order: ' +
      'INPUT_INVALID (customerIds, too many rates), PLAN_NOT_FOUND; then, of the rates, INPUT_INVALID, AMOUNT_INVALID, FEATURE_NOT_FOUND, ' +
      'CURRENCY_NOT_FOUND, FORMULA_INVALID, ARCHIVED. Role: READER or above.',
  })
  reviewRates(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => ReviewRatesInput, { description: 'The rates.' }) input: ReviewRatesInput,
  ): Promise<RatesReview> {
    return reviewRates(services.database, context, input);
  }

  @FieldResolver(() => Feature, { description: 'The feature.' })
  feature(@Root() { featureKey }: UnsavedRateChange, @Ctx() { loaders }: ApiContext) {
    return loaders.featureByKey.load(featureKey);
  }
}

@Resolver(() => FeatureUsage)
export class FeatureUsageResolver {
  @FieldResolver(() => Currency, { description: 'The currency.' })
  currency(@Root() { currencyKey }: FeatureUsage, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load(currencyKey);
  }
}
