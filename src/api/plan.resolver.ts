import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { draftOf } from '../domain/plan';
import { archivePlan } from '../operations/archive-plan';
import { createPlan } from '../operations/create-plan';
import { updatePlan } from '../operations/update-plan';
import { listPlanVersions } from '../store/plan-versions';
import { findPlan, listPlans } from '../store/plans';
import { listPublications } from '../store/publications';
import { CatalogListArgs } from './catalog-list.types';
import type { ApiContext } from './context';
import {
  Plan,
  PlanConnection,
  PlanVersion,
  PlanVersionConnection,
  ArchivePlanInput,
  ArchivePlanPayload,
  CreatePlanInput,
  CreatePlanPayload,
  UpdatePlanInput,
  UpdatePlanPayload,
} from './plan.types';
import { ConnectionArgs, pageRequest, toConnection } from './paging';
import { PublicationConnection } from './publication.types';

const LIST = 'plans';
const VERSION_LIST = 'plan.versions';
const PUBLICATION_LIST = 'plan.publications';

@Resolver(() => Plan)
export class PlanResolver {
  @Authorized('READER')
  @Query(() => Plan, { nullable: true, description: 'One plan, archived or not; null where there is none of this id. Role: READER or above.' })
  plan(@Arg('id', () => ID, { description: 'The id of the plan.' }) id: string, @Ctx() { services, context }: ApiContext) {
    return findPlan(services.database, context.environmentKey, id);
  }

  @Authorized('READER')
  @Query(() => PlanConnection, {
    description: 'The plans of the environment, by id. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID. Role: READER or above.',
  })
  async plans(@Args(() => CatalogListArgs) args: CatalogListArgs, @Ctx() { services, context }: ApiContext) {
    const page = await listPlans(services.database, context.environmentKey, args, pageRequest(args, LIST, ['text']));
    return toConnection(page, LIST, ({ id }) => [id]);
  }

  @Authorized('ADMIN')
  @Mutation(() => CreatePlanPayload, {
    description: 'Adds a plan. Refuses, in this order: ID_INVALID, INPUT_INVALID, ALREADY_EXISTS. Role: ADMIN.',
  })
  async createPlan(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => CreatePlanInput, { description: 'The plan.' }) input: CreatePlanInput,
  ): Promise<CreatePlanPayload> {
    return { plan: await createPlan(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => UpdatePlanPayload, {
    description: 'Changes what a plan is called. Refuses, in this order: INPUT_INVALID, PLAN_NOT_FOUND, ARCHIVED. Role: ADMIN.',
  })
  async updatePlan(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => UpdatePlanInput, { description: 'The changes.' }) input: UpdatePlanInput,
  ): Promise<UpdatePlanPayload> {
    return { plan: await updatePlan(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => ArchivePlanPayload, {
    description:
      'Takes a plan out of use for good, unless a customer is on it now or will be later. It still prices late reports of times when customers were on it. ' +
      'Refuses, in this order: PLAN_NOT_FOUND, ARCHIVED, IN_USE. Role: ADMIN.',
  })
  async archivePlan(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => ArchivePlanInput, { description: 'Which plan.' }) { id }: ArchivePlanInput,
  ): Promise<ArchivePlanPayload> {
    return { plan: await archivePlan(services.database, context, id) };
  }

  @FieldResolver(() => PlanVersionConnection, { description: 'Its versions, the newest first.' })
  async versions(@Root() { key }: Plan, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() { services }: ApiContext) {
    const page = await listPlanVersions(services.database, key, pageRequest(args, VERSION_LIST, ['whole']));
    return toConnection(page, VERSION_LIST, ({ number }) => [number.toString()]);
  }

  @FieldResolver(() => PlanVersion, { nullable: true, description: 'The version being edited; null: none is.' })
  async draft(@Root() { key }: Plan, @Ctx() { loaders }: ApiContext) {
    return draftOf(await loaders.versionsOfPlan.load(key));
  }

  @FieldResolver(() => PlanVersion, {
    nullable: true,
    description:
      'The version that a customer is priced by that is put on the plan now. Customers who are on it already may be on another one, where a publication ' +
      'affects only some: `Customer.planVersion`. Null: none was published yet.',
  })
  publishedVersion(@Root() { key }: Plan, @Ctx() { loaders }: ApiContext) {
    return loaders.publishedVersionOfPlan.load(key);
  }

  @FieldResolver(() => PublicationConnection, {
    description:
      'Every act of publishing a version of it, the latest first: which version, by whom, when, for whom, from when on, and whether it was cancelled.',
  })
  async publications(@Root() { key }: Plan, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() { services }: ApiContext) {
    const page = await listPublications(services.database, key, pageRequest(args, PUBLICATION_LIST, ['whole']));
    return toConnection(page, PUBLICATION_LIST, (publication) => [publication.key.toString()]);
  }
}
