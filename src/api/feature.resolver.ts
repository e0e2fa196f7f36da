import { Arg, Args, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { archiveFeature } from '../operations/archive-feature';
import { createFeature } from '../operations/create-feature';
import { updateFeature } from '../operations/update-feature';
import { findFeature, listFeatures } from '../store/features';
import { CatalogListArgs } from './catalog-list.types';
import type { ApiContext } from './context';
import {
  Feature,
  FeatureConnection,
  ArchiveFeatureInput,
  ArchiveFeaturePayload,
  CreateFeatureInput,
  CreateFeaturePayload,
  UpdateFeatureInput,
  UpdateFeaturePayload,
} from './feature.types';
import { pageRequest, toConnection } from './paging';

const LIST = 'features';

@Resolver(() => Feature)
export class FeatureResolver {
  @Authorized('READER')
  @Query(() => Feature, { nullable: true, description: 'One feature, archived or not; null where there is none of this id. Role: READER or above.' })
  feature(@Arg('id', () => ID, { description: 'The id of the feature.' }) id: string, @Ctx() { services, context }: ApiContext) {
    return findFeature(services.database, context.environmentKey, id);
  }

  @Authorized('READER')
  @Query(() => FeatureConnection, {
    description: 'The features of the environment, by id. Refuses, in this order: PAGE_INVALID, CURSOR_INVALID. Role: READER or above.',
  })
  async features(@Args(() => CatalogListArgs) args: CatalogListArgs, @Ctx() { services, context }: ApiContext) {
    const page = await listFeatures(services.database, context.environmentKey, args, pageRequest(args, LIST, ['text']));
    return toConnection(page, LIST, ({ id }) => [id]);
  }

  @Authorized('ADMIN')
  @Mutation(() => CreateFeaturePayload, {
    description:
      'Adds a feature. Refuses, in this order: ID_INVALID, INPUT_INVALID, INPUT_INVALID (too many meters of the event name), ALREADY_EXISTS. Role: ADMIN.',
  })
  async createFeature(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => CreateFeatureInput, { description: 'The feature.' }) input: CreateFeatureInput,
  ): Promise<CreateFeaturePayload> {
    return { feature: await createFeature(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => UpdateFeaturePayload, {
    description:
      'Changes a feature. Refuses, in this order: INPUT_INVALID, FEATURE_NOT_FOUND, ARCHIVED, INPUT_INVALID (a dimension would be in both lists), INPUT_INVALID (too many meters of the event name). Role: ADMIN.',
  })
  async updateFeature(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => UpdateFeatureInput, { description: 'The changes.' }) input: UpdateFeatureInput,
  ): Promise<UpdateFeaturePayload> {
    return { feature: await updateFeature(services.database, context, input) };
  }

  @Authorized('ADMIN')
  @Mutation(() => ArchiveFeaturePayload, {
    description:
      'Takes a feature out of use for good, unless a draft, a version of a plan that is or can come into force, or a rate override prices it. ' +
      'Refuses, in this order: FEATURE_NOT_FOUND, ARCHIVED, IN_USE. Role: ADMIN.',
  })
  async archiveFeature(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => ArchiveFeatureInput, { description: 'Which feature.' }) { id }: ArchiveFeatureInput,
  ): Promise<ArchiveFeaturePayload> {
    return { feature: await archiveFeature(services.database, context, id) };
  }
}
