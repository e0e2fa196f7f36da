import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { createCustomerToken } from '../operations/create-customer-token';
import { revokeCustomerTokens } from '../operations/revoke-customer-tokens';
import type { ApiContext } from './context';
import { CreateCustomerTokenInput, CreateCustomerTokenPayload, RevokeCustomerTokensInput, RevokeCustomerTokensPayload } from './customer-token.types';

@Resolver()
export class CustomerTokenResolver {
  @Authorized('WRITER')
  @Mutation(() => CreateCustomerTokenPayload, {
    description:
      'Makes a token through which a customer sees its own balance, grants, ledger and usage, and nothing else: give it to the customer’s browser. ' +
      'Refuses, in this order: INPUT_INVALID (expiresIn), CUSTOMER_NOT_FOUND, ARCHIVED. Role: WRITER or above.',
  })
  createCustomerToken(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => CreateCustomerTokenInput, { description: 'Whose token, and how long it is valid.' }) input: CreateCustomerTokenInput,
  ): Promise<CreateCustomerTokenPayload> {
    return createCustomerToken(services.database, context, input);
  }

  @Authorized('ADMIN')
  @Mutation(() => RevokeCustomerTokensPayload, {
    description:
      'Makes all tokens of a customer, or of all customers of the environment, that were made before invalid, within a second on every server. ' +
      'Refuses: CUSTOMER_NOT_FOUND. Role: ADMIN.',
  })
  async revokeCustomerTokens(
    @Ctx() { services, context }: ApiContext,
    @Arg('input', () => RevokeCustomerTokensInput, { description: 'Whose tokens.' }) { customerId }: RevokeCustomerTokensInput,
  ): Promise<RevokeCustomerTokensPayload> {
    return { customer: await revokeCustomerTokens(services.database, context, customerId) };
  }
}
