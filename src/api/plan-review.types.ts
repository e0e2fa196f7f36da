import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Credits } from '../domain/credits';
import type { Problem as DomainProblem } from '../domain/errors';
import { PUBLICATION_SCOPES, type PublicationScope } from '../domain/publication';
import type { Rate as DomainRate } from '../domain/rate';
import { RATE_CHANGE_KINDS, type RateChangeKind } from '../domain/rate-change';
import type { Warning as DomainWarning } from '../domain/warning';
import type {
  FeatureUsage as DomainFeatureUsage,
  RatesReview as DomainRatesReview,
  ReviewedChange,
  ScopeImpact as DomainScopeImpact,
} from '../operations/compare-rates';
import type { PlanReview as DomainPlanReview, PlanReviewInput } from '../operations/review-plan';
import type { RatesReviewInput } from '../operations/review-rates';
import { DraftRateInput, Plan, PlanVersion, Rate } from './plan.types';
import { Problem } from './problem.types';
import { CreditsScalar, DateTimeScalar } from './scalars';
import { Warning } from './warning.types';

registerEnumType(RATE_CHANGE_KINDS, {
  name: 'RateChangeKind',
  description: 'What becomes of the price of a feature.',
  valuesConfig: {
    ADDED: { description: 'The feature had no price, so that usage of it was refused.' },
    CHANGED: { description: 'The feature has another price, or one in another currency.' },
    REMOVED: { description: 'The feature has no price any more, so that usage of it will be refused.' },
  },
});

@InputType({ description: 'Which version to review, and against which other.' })
export class ReviewPlanInput implements PlanReviewInput {
  @Field(() => ID, { description: 'The plan.' })
  planId!: string;

  @Field(() => Int, { nullable: true, description: 'The number of the version that is to be published again; absent: the draft.' })
  version?: number | null;

  @Field(() => Int, { nullable: true, description: 'The number of the version it is compared with; absent: the plan’s `publishedVersion`.' })
  against?: number | null;

  @Field(() => [ID], { nullable: true, description: 'At most 1,000 customers that may be named in `affects`: the impact then tells of them, too.' })
  customerIds?: string[] | null;
}

@InputType({ description: 'Rates to review that are saved nowhere yet.' })
export class ReviewRatesInput implements RatesReviewInput {
  @Field(() => ID, { description: 'The plan.' })
  planId!: string;

  @Field(() => [DraftRateInput], {
    description:
      'All rates that the plan is to have, at most 500, as savePlanDraft would be told them; tests that are absent are those of the draft.',
  })
  rates!: DraftRateInput[];

  @Field(() => [ID], { nullable: true, description: 'At most 1,000 customers that may be named in `affects`: the impact then tells of them, too.' })
  customerIds?: string[] | null;
}

/** currency is added in plan-review.resolver. */
@ObjectType({ simpleResolvers: true, description: 'What rates of the plan have charged for one feature in one currency.' })
export class FeatureUsage implements DomainFeatureUsage {
  currencyKey!: number;

  @Field(() => Int, { description: 'How many events.' })
  eventCount!: number;

  @Field(() => CreditsScalar, { description: 'The sum of the reported values.' })
  value!: Credits;

  @Field(() => CreditsScalar, { description: 'The credits that were charged.' })
  credits!: Credits;
}

/** feature is added in plan-review.resolver, for those that extend it. */
@ObjectType({ simpleResolvers: true, description: 'Never stands in the schema itself.' })
abstract class ChangeUnderReview implements ReviewedChange {
  featureKey!: number;
  featureId!: string;
  newRate!: DomainRate | null;

  @Field(() => RATE_CHANGE_KINDS, { description: 'What becomes of it.' })
  kind!: RateChangeKind;

  @Field(() => Rate, { nullable: true, description: 'The price until now; null: there is none.' })
  oldRate!: DomainRate | null;

  @Field(() => String, { description: 'The change as a sentence, for people.' })
  sentence!: string;

  @Field(() => [FeatureUsage], {
    description: 'What rates of the plan, of any version, have charged for the feature from `usageFrom` to `usageTo`, by currency; empty: nothing.',
  })
  usage!: readonly DomainFeatureUsage[];
}

@ObjectType({ simpleResolvers: true, description: 'What becomes of the price of one feature.' })
export class RateChange extends ChangeUnderReview {
  @Field(() => Rate, { nullable: true, description: 'The price from then on; null: there is none.' })
  override newRate!: DomainRate | null;
}

@ObjectType({ simpleResolvers: true, description: 'What would become of the price of one feature by a rate that is saved nowhere yet.' })
export class UnsavedRateChange extends ChangeUnderReview {}

@ObjectType({ simpleResolvers: true, description: 'How many customers a publication would affect, with one choice of `affects`.' })
export class ScopeImpact implements DomainScopeImpact {
  @Field(() => PUBLICATION_SCOPES, { description: 'The choice.' })
  scope!: PublicationScope;

  @Field(() => Int, {
    description: 'The customers, not archived, that are on the plan or will be, and that it would affect if it was effective now.',
  })
  customerCount!: number;

  @Field(() => Int, { description: 'Those of them with an override of a feature that changes: there, it goes on counting for them.' })
  overriddenCustomerCount!: number;
}

@ObjectType({ simpleResolvers: true, description: 'Never stands in the schema itself.' })
abstract class Review implements Omit<DomainRatesReview, 'changes'> {
  @Field(() => Plan, { description: 'The plan.' })
  plan!: Plan;

  @Field(() => PlanVersion, {
    nullable: true,
    description: 'The version it is compared with; null: none was published yet, all its rates are added.',
  })
  against!: PlanVersion | null;

  @Field(() => [Warning], { description: 'What may not be meant, but can be published.' })
  warnings!: readonly DomainWarning[];

  @Field(() => [ScopeImpact], { description: 'How many customers each choice of `affects` would affect.' })
  impact!: readonly DomainScopeImpact[];

  @Field(() => DateTimeScalar, { description: 'From when on usage is told: 30 days ago.' })
  usageFrom!: Date;

  @Field(() => DateTimeScalar, { description: 'Until when usage is told: now.' })
  usageTo!: Date;

  problems!: readonly DomainProblem[];
}

@ObjectType({ simpleResolvers: true, description: 'What publishing a version of a plan would change.' })
export class PlanReview extends Review implements DomainPlanReview {
  @Field(() => PlanVersion, { description: 'The version that is reviewed.' })
  planVersion!: PlanVersion;

  @Field(() => Int, { nullable: true, description: 'What `publishPlan` is to be told to publish exactly this draft; null: it is no draft.' })
  revision!: number | null;

  @Field(() => [RateChange], { description: 'Every difference, by the id of the feature; empty: there is none.' })
  changes!: readonly RateChange[];

  @Field(() => [Problem], { description: 'What stands against publishing; `field` is `rates.FEATURE.formula`, `.feature` or `.currency`.' })
  override problems!: readonly DomainProblem[];
}

@ObjectType({ simpleResolvers: true, description: 'What publishing rates would change that are saved nowhere yet.' })
export class RatesReview extends Review implements DomainRatesReview {
  @Field(() => [UnsavedRateChange], { description: 'Every difference, by the id of the feature; empty: there is none.' })
  changes!: readonly UnsavedRateChange[];

  @Field(() => [Problem], {
    description: 'What stands against publishing: tests that fail; `field` is a path into the input, such as `rates.2.tests.0`.',
  })
  override problems!: readonly DomainProblem[];
}
