import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { createPlanDraft } from '../operations/create-plan-draft';
import { discardPlanDraft } from '../operations/discard-plan-draft';
import { savePlanDraft } from '../operations/save-plan-draft';
import { validatePlanVersion } from '../operations/validate-plan-version';
import type { ApiContext } from './context';
import {
  CreatePlanDraftInput,
  CreatePlanDraftPayload,
  DiscardPlanDraftInput,
  DiscardPlanDraftPayload,
  Plan,
  PlanVersion,
  PlanVersionValidation,
  Rate,
  SavePlanDraftInput,
  SavePlanDraftPayload,
} from './plan.types';

@Resolver(() => PlanVersion)
export class PlanVersionResolver {
  @Authorized('READER')
  @Query(() => PlanVersionValidation, {
    description: 'Checks a version without changing it: every formula, feature and currency. Refuses: PLAN_VERSION_NOT_FOUND. Role: READER or above.',
  })
  async validatePlanVersion(
    @Arg('planId', () => ID, { description: 'The plan.' }) planId: string,
    @Arg('version', () => Int, { description: 'The number of the version.' }) version: number,
    @Ctx() { services, context }: ApiContext,
  ): Promise<PlanVersionValidation> {
    const { formulaProblems, testProblems, archivedProblems, warnings } = await validatePlanVersion(services.database, context, { planId, version });
    const problems = [...formulaProblems, ...testProblems, ...archivedProblems];
    return { valid: problems.length === 0, problems, warnings };
  }

  @Authorized('ADMIN')
  @Mutation(() => CreatePlanDraftPayload, {
    description:
      'Begins the next version of a plan, with the rates of the one published last, or of another. A plan has one draft at most. ' +
      'Refuses, in this order: PLAN_NOT_FOUND, ARCHIVED, DRAFT_EXISTS, PLAN_VERSION_NOT_FOUND. Role: ADMIN.',
  })
  async createPlanDraft(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => CreatePlanDraftInput, { description: 'Which plan.' }) input: CreatePlanDraftInput,
  ): Promise<CreatePlanDraftPayload> {
    return { planVersion: await createPlanDraft(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => DiscardPlanDraftPayload, {
    description: 'Deletes a draft. Refuses, in this order: PLAN_NOT_FOUND, PLAN_VERSION_NOT_FOUND, ARCHIVED, VERSION_PUBLISHED. Role: ADMIN.',
  })
  async discardPlanDraft(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => DiscardPlanDraftInput, { description: 'Which draft.' }) input: DiscardPlanDraftInput,
  ): Promise<DiscardPlanDraftPayload> {
    return { plan: await discardPlanDraft(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => SavePlanDraftPayload, {
    description:
      'Replaces all rates of the draft at once. All that is wrong with any of them is told together, with paths such as `rates.2.formula`, and then nothing ' +
      'is saved. Refuses, in this order: INPUT_INVALID (too many rates), PLAN_NOT_FOUND, ARCHIVED (plan), DRAFT_NOT_FOUND, DRAFT_CHANGED; then, of the ' +
      'rates, INPUT_INVALID, AMOUNT_INVALID, FEATURE_NOT_FOUND, CURRENCY_NOT_FOUND, FORMULA_INVALID, ARCHIVED. Role: ADMIN.',
  })
  savePlanDraft(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => SavePlanDraftInput, { description: 'The draft as it is to be.' }) input: SavePlanDraftInput,
  ): Promise<SavePlanDraftPayload> {
    return savePlanDraft(services.database, context, input);
  }

  @FieldResolver(() => Plan, { description: 'The plan it is a version of.' })
  plan(@Root() { planKey }: PlanVersion, @Ctx() { loaders }: ApiContext) {
    return loaders.planByKey.load(planKey);
  }

  @FieldResolver(() => [Rate], { description: 'Its prices, at most 500, by the id of the feature.' })
  rates(@Root() { key }: PlanVersion, @Ctx() { loaders }: ApiContext) {
    return loaders.ratesOfPlanVersion.load(key);
  }
}
