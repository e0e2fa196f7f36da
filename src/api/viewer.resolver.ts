import { Authorized, Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { findVisibleEnvironment } from '../store/environments';
import type { ApiContext } from './context';
import { Environment } from './environment.types';
import { Viewer } from './viewer.types';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Authorized('READER')
  @Query(() => Viewer, { description: 'Who asks: the role of the own API key and the environment it opens. Role: READER or above.' })
  viewer(@Ctx() { role }: ApiContext): Viewer {
    return { role: role! };
  }

  @FieldResolver(() => Environment, { description: 'The environment that the key opens.' })
  environment(@Ctx() { services, context }: ApiContext) {
    return findVisibleEnvironment(services.database, context.environmentKey, false, context.environmentId);
  }
}
