import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PLAN_VERSION_STATUSES, type Plan as DomainPlan, type PlanVersion as DomainPlanVersion, type PlanVersionStatus } from '../domain/plan';
import type { Pricing, Rate as DomainRate } from '../domain/rate';
import { decodeId, encodeId } from './global-id';
import { FormulaTestInput, MOST_TESTS_TEXT } from './formula-test.types';
import { connectionType } from './paging';
import { RateInput } from './pricing.types';
import { Problem } from './problem.types';
import { DateTimeScalar } from './scalars';
import { Warning } from './warning.types';

registerEnumType(PLAN_VERSION_STATUSES, {
  name: 'PlanVersionStatus',
  description: 'Whether a version of a plan can still be edited.',
  valuesConfig: {
    DRAFT: { description: 'Being edited; it prices nothing.' },
    PUBLISHED: { description: 'It never changes any more.' },
  },
});

/** versions, draft, publishedVersion and publications are added in plan.resolver. */
@ObjectType({ simpleResolvers: true, description: 'What customers are put on. Its prices are in its versions.' })
export class Plan implements DomainPlan {
  key!: number;

  @Field(() => ID, { description: 'Chosen at creation; unique in the environment, forever.' })
  id!: string;

  @Field(() => String, { description: 'For people.' })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was archived; null: it is in use.' })
  archivedAt!: Date | null;
}

export const PlanConnection = connectionType(Plan, 'Plans, by id.');

/** plan and rates are added in plan-version.resolver. */
@ObjectType({
  simpleResolvers: true,
  description: 'The prices of a plan. From when on they are in force, and for whom, is said by the publications.',
})
export class PlanVersion implements DomainPlanVersion {
  key!: number;
  planKey!: number;
  planId!: string;

  @Field(() => Int, { description: 'Counts up from 1 within the plan.' })
  number!: number;

  @Field(() => PLAN_VERSION_STATUSES, { description: 'Whether it can still be edited.' })
  status!: PlanVersionStatus;

  @Field(() => DateTimeScalar, { description: 'When the draft was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was published for the first time; null: it is a draft.' })
  publishedAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Of a draft: rises with each of its changes; `publishPlan` and `savePlanDraft` are told which one was seen. Null: it is published.',
  })
  revision!: number | null;
}

export const PlanVersionConnection = connectionType(PlanVersion, 'Versions of a plan, the newest first.');

/** All fields are added in rate.resolver; any domain Rate can stand where this type is asked for. */
@ObjectType({ simpleResolvers: true, description: 'How the usage of one feature turns into credits: in one version of a plan, or for one customer.' })
export class Rate implements DomainRate {
  key!: number;
  planId!: string | null;
  planVersion!: number | null;
  customerKey!: bigint | null;
  featureKey!: number;
  featureId!: string;
  currencyKey!: number;
  currencyId!: string;
  pricing!: Pricing;
  aliases?: DomainRate['aliases'];
  tests?: DomainRate['tests'];
}

export function rateId(key: number): string {
  return encodeId('Rate', key);
}

/** The key in the id of a rate, as text; null where it is no such id. */
export function rateKeyText(id: string): string | null {
  return decodeId('Rate', id)?.[0] ?? null;
}

@ObjectType({ simpleResolvers: true, description: 'What is wrong and what is doubtful in a version of a plan.' })
export class PlanVersionValidation {
  @Field(() => Boolean, { description: 'Whether it can be published: there are no problems.' })
  valid!: boolean;

  @Field(() => [Problem], { description: 'What stands against publishing; `field` is `rates.FEATURE.formula`, `.feature` or `.currency`.' })
  problems!: readonly Problem[];

  @Field(() => [Warning], { description: 'What may not be meant, but can be published.' })
  warnings!: readonly Warning[];
}

@InputType({ description: 'A new plan.' })
export class CreatePlanInput {
  @Field(() => ID, { description: '1 to 255 characters from A-Z a-z 0-9 _ . : @ $ -.' })
  id!: string;

  @Field(() => String, { description: 'For people, 1 to 255 characters.' })
  name!: string;
}

@InputType({ description: 'What is to change of a plan; what is absent or null stays.' })
export class UpdatePlanInput {
  @Field(() => ID, { description: 'The plan.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'For people, 1 to 255 characters.' })
  name?: string | null;
}

@InputType({ description: 'The plan to archive.' })
export class ArchivePlanInput {
  @Field(() => ID, { description: 'The plan.' })
  id!: string;
}

@InputType({ description: 'The plan to make a draft of.' })
export class CreatePlanDraftInput {
  @Field(() => ID, { description: 'The plan.' })
  planId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The number of the version whose rates the draft begins with; absent: the one published last, where there is one.',
  })
  fromVersion?: number | null;
}

@InputType({ description: 'The price of one feature in a draft that is saved as a whole; each feature has one.' })
export class DraftRateInput extends RateInput {
  @Field(() => [FormulaTestInput], {
    nullable: true,
    description: `Examples that the rate must give the right credits for, to be published. ${MOST_TESTS_TEXT}. Absent or null: those that the feature’s rate has stay.`,
  })
  tests?: FormulaTestInput[] | null;
}

@InputType({ description: 'A draft as it is to be.' })
export class SavePlanDraftInput {
  @Field(() => ID, { description: 'The plan.' })
  planId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision of the draft that was edited: one that has changed since is not overwritten. Absent: whatever it is now is replaced.',
  })
  revision?: number | null;

  @Field(() => [DraftRateInput], { description: 'All its rates, at most 500. A feature that is not here is not priced.' })
  rates!: DraftRateInput[];
}

@InputType({ description: 'The draft to discard.' })
export class DiscardPlanDraftInput {
  @Field(() => ID, { description: 'The plan.' })
  planId!: string;

  @Field(() => Int, { description: 'The number of the draft: nothing else is discarded by mistake.' })
  version!: number;
}

@InputType({ description: 'A price for one feature in a draft. It replaces the one that is there.' })
export class SetRateInput extends RateInput {
  @Field(() => ID, { description: 'The plan.' })
  planId!: string;

  @Field(() => Int, { description: 'The number of the draft.' })
  version!: number;

  @Field(() => [FormulaTestInput], {
    nullable: true,
    description: `Examples that the rate must give the right credits for, to be published. ${MOST_TESTS_TEXT}. Absent or null: those that it has stay.`,
  })
  tests?: FormulaTestInput[] | null;
}

@InputType({ description: 'The price to take out of a draft.' })
export class RemoveRateInput {
  @Field(() => ID, { description: 'The plan.' })
  planId!: string;

  @Field(() => Int, { description: 'The number of the draft.' })
  version!: number;

  @Field(() => ID, { description: 'The feature that is no longer to be priced.' })
  featureId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What `createPlan` answers.' })
export class CreatePlanPayload {
  @Field(() => Plan, { description: 'The new plan, which has no version yet.' })
  plan!: Plan;
}

@ObjectType({ simpleResolvers: true, description: 'What `updatePlan` answers.' })
export class UpdatePlanPayload {
  @Field(() => Plan, { description: 'The plan after the change.' })
  plan!: Plan;
}

@ObjectType({ simpleResolvers: true, description: 'What `archivePlan` answers.' })
export class ArchivePlanPayload {
  @Field(() => Plan, { description: 'The archived plan.' })
  plan!: Plan;
}

@ObjectType({ simpleResolvers: true, description: 'What `createPlanDraft` answers.' })
export class CreatePlanDraftPayload {
  @Field(() => PlanVersion, { description: 'The draft, with the rates of the version it was made from.' })
  planVersion!: PlanVersion;
}

@ObjectType({ simpleResolvers: true, description: 'What `discardPlanDraft` answers.' })
export class DiscardPlanDraftPayload {
  @Field(() => Plan, { description: 'The plan, which has no draft any more.' })
  plan!: Plan;
}

@ObjectType({ simpleResolvers: true, description: 'What `savePlanDraft` answers.' })
export class SavePlanDraftPayload {
  @Field(() => PlanVersion, { description: 'The draft as it is now, with its new revision.' })
  planVersion!: PlanVersion;

  @Field(() => [Warning], { description: 'What may not be meant; `field` is a path into the input, such as `rates.2.formula`.' })
  warnings!: readonly Warning[];
}

@ObjectType({ simpleResolvers: true, description: 'What `setRate` answers.' })
export class SetRatePayload {
  @Field(() => Rate, { description: 'The rate in the draft.' })
  rate!: Rate;

  @Field(() => [Warning], { description: 'What may not be meant in its formula.' })
  warnings!: readonly Warning[];
}

@ObjectType({ simpleResolvers: true, description: 'What `removeRate` answers.' })
export class RemoveRatePayload {
  @Field(() => PlanVersion, { description: 'The draft without the rate.' })
  planVersion!: PlanVersion;
}
