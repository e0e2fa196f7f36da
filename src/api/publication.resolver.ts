import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { PUBLICATION_STATUSES, publicationStatus, replacementOf, type PublicationStatus } from '../domain/publication';
import { cancelPublication } from '../operations/cancel-publication';
import { publishPlan } from '../operations/publish-plan';
import { listCustomersOfPublication } from '../store/customers';
import type { ApiContext } from './context';
import { CustomerConnection } from './customer.types';
import { ConnectionArgs, pageRequest, toConnection } from './paging';
import { Plan, PlanVersion } from './plan.types';
import {
  CancelPublicationInput,
  CancelPublicationPayload,
  Publication,
  publicationId,
  publicationKey,
  PublishPlanInput,
  PublishPlanPayload,
} from './publication.types';
import { DateTimeScalar } from './scalars';

const CUSTOMER_LIST = 'publication.customers';

@Resolver(() => Publication)
export class PublicationResolver {
  @Authorized('ADMIN')
  @Mutation(() => PublishPlanPayload, {
    description:
      'Puts a version of a plan into force: the draft, which never changes from then on, or an older version again. It prices the usage of those whom it ' +
      'affects from an instant on, by the timestamps of the events: a late event is still charged by what was in force at its time. ' +
      'Refuses, in this order: INPUT_INVALID, PLAN_NOT_FOUND, ARCHIVED (plan), of the draft DRAFT_NOT_FOUND, DRAFT_CHANGED, of an older version ' +
      'PLAN_VERSION_NOT_FOUND, VERSION_NOT_PUBLISHED; then CUSTOMER_NOT_FOUND, FORMULA_INVALID, FORMULA_TEST_FAILED, ARCHIVED (features, currencies). Role: ADMIN.',
  })
  publishPlan(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => PublishPlanInput, { description: 'What, for whom and from when on.' }) input: PublishPlanInput,
  ): Promise<PublishPlanPayload> {
    return publishPlan(services.database, context, input);
  }

  @Authorized('ADMIN')
  @Mutation(() => CancelPublicationPayload, {
    description:
      'Takes back a publication that is scheduled. Its version stays, and can be published again. A plan that customers are on keeps at least one ' +
      'publication. Refuses, in this order: PUBLICATION_NOT_FOUND, PUBLICATION_CANCELLED, PUBLICATION_EFFECTIVE, IN_USE. Role: ADMIN.',
  })
  async cancelPublication(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => CancelPublicationInput, { description: 'Which publication.' }) { id }: CancelPublicationInput,
  ): Promise<CancelPublicationPayload> {
    return { publication: await cancelPublication(services.database, context, publicationKey(id)) };
  }

  @FieldResolver(() => ID, { description: 'Given when it was published.' })
  id(@Root() { key }: Publication): string {
    return publicationId(key);
  }

  @FieldResolver(() => Plan, { description: 'The plan.' })
  plan(@Root() { planKey }: Publication, @Ctx() { loaders }: ApiContext) {
    return loaders.planByKey.load(planKey);
  }

  @FieldResolver(() => PlanVersion, { description: 'The version that it puts into force.' })
  planVersion(@Root() { planId, versionNumber: number }: Publication, @Ctx() { loaders }: ApiContext) {
    return loaders.planVersionByName.load({ planId, number });
  }

  @FieldResolver(() => PUBLICATION_STATUSES, { description: 'What it is now.' })
  status(@Root() publication: Publication, @Ctx() { context }: ApiContext): PublicationStatus {
    return publicationStatus(publication, context.now);
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      'Since when another publication of the plan, to all customers, prices the usage of everybody in its place; null: none does, or it is scheduled or ' +
      'cancelled itself. Usage of its own time is still priced by it.',
  })
  async replacedAt(@Root() publication: Publication, @Ctx() { loaders, context }: ApiContext): Promise<Date | null> {
    const ordered = await loaders.publicationsOfPlan.load(publication.planKey);
    return replacementOf(ordered, publication, context.now)?.effectiveAt ?? null;
  }

  @FieldResolver(() => CustomerConnection, { description: 'The customers that it names, with the scope CUSTOMERS; with the others, none.' })
  async customers(@Root() { key }: Publication, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() { services }: ApiContext) {
    const page = await listCustomersOfPublication(services.database, key, pageRequest(args, CUSTOMER_LIST, ['text']));
    return toConnection(page, CUSTOMER_LIST, ({ id }) => [id]);
  }
}
