import { Authorized, Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { findCustomer } from '../store/customers';
import { findVisibleEnvironment } from '../store/environments';
import type { ApiContext } from './context';
import { Customer } from './customer.types';
import { Environment } from './environment.types';
import { Viewer } from './viewer.types';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Authorized('CUSTOMER')
  @Query(() => Viewer, {
    description:
      'Who asks: the role of the own API key and its environment, or the customer of the own token. Role: READER or above, or a customer token.',
  })
  viewer(@Ctx() { role }: ApiContext): Viewer {
    return { role: role === 'CUSTOMER' ? null : role };
  }

  @FieldResolver(() => Environment, { description: 'The environment that the API key opens. Not for customer tokens.' })
  environment(@Ctx() { services, context }: ApiContext) {
    return findVisibleEnvironment(services.database, context.environmentKey, false, context.environmentId);
  }

  @FieldResolver(() => Customer, { nullable: true, description: 'The customer whose token it is, the only one it opens; null: it is an API key.' })
  customer(@Ctx() { services, context }: ApiContext) {
    return context.onlyCustomer ? findCustomer(services.database, context.environmentKey, context.onlyCustomer.id) : null;
  }
}
