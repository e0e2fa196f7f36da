import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { createPlanDraft } from '../operations/create-plan-draft';
import { discardPlanDraft } from '../operations/discard-plan-draft';
import { publishPlanVersion } from '../operations/publish-plan-version';
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
  PublishPlanVersionInput,
  PublishPlanVersionPayload,
  Rate,
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
    const { formulaProblems, archivedProblems, warnings } = await validatePlanVersion(services.database, context, { planId, version });
    const problems = [...formulaProblems, ...archivedProblems];
    return { valid: problems.length === 0, problems, warnings };
  }

  @Authorized('ADMIN')
  @Mutation(() => CreatePlanDraftPayload, {
    description:
      'Begins the next version of a plan, with the rates of the latest. A plan has one draft at most. ' +
      'Refuses, in this order: PLAN_NOT_FOUND, ARCHIVED, DRAFT_EXISTS. Role: ADMIN.',
  })
  async createPlanDraft(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => CreatePlanDraftInput, { description: 'Which plan.' }) { planId }: CreatePlanDraftInput,
  ): Promise<CreatePlanDraftPayload> {
    return { planVersion: await createPlanDraft(services.database, context, planId) };
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
  @Mutation(() => PublishPlanVersionPayload, {
    description:
      'Makes a draft final. From now on it prices the usage of all customers of the plan. Refuses, in this order: ' +
      'PLAN_NOT_FOUND, PLAN_VERSION_NOT_FOUND, ARCHIVED (plan), VERSION_PUBLISHED, FORMULA_INVALID, ARCHIVED (features, currencies). Role: ADMIN.',
  })
  publishPlanVersion(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => PublishPlanVersionInput, { description: 'Which draft.' }) input: PublishPlanVersionInput,
  ): Promise<PublishPlanVersionPayload> {
    return publishPlanVersion(services.database, context, input);
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
