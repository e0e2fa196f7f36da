import { Arg, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { reviewPlan } from '../operations/review-plan';
import type { ApiContext } from './context';
import { Currency } from './currency.types';
import { Feature } from './feature.types';
import { FeatureUsage, PlanReview, RateChange, ReviewPlanInput } from './plan-review.types';

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

@Resolver(() => FeatureUsage)
export class FeatureUsageResolver {
  @FieldResolver(() => Currency, { description: 'The currency.' })
  currency(@Root() { currencyKey }: FeatureUsage, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load(currencyKey);
  }
}
