import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DEFAULT_TOKEN_SECONDS, LEAST_TOKEN_SECONDS, MOST_TOKEN_SECONDS } from '../domain/customer-token';
import type { NewCustomerToken } from '../operations/create-customer-token';
import { Customer } from './customer.types';
import { DateTimeScalar } from './scalars';

@InputType({ description: 'A new token of a customer.' })
export class CreateCustomerTokenInput {
  @Field(() => ID, { description: 'The customer whose pages it opens.' })
  customerId!: string;

  @Field(() => Int, {
    defaultValue: DEFAULT_TOKEN_SECONDS,
    description: `How long it is valid, in seconds: ${LEAST_TOKEN_SECONDS} to ${MOST_TOKEN_SECONDS}, which is a day.`,
  })
  expiresIn!: number;
}

@InputType({ description: 'Whose tokens are to end.' })
export class RevokeCustomerTokensInput {
  @Field(() => ID, { nullable: true, description: 'The customer whose tokens end; absent or null: those of all customers of the environment.' })
  customerId?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What `createCustomerToken` answers.' })
export class CreateCustomerTokenPayload implements NewCustomerToken {
  @Field(() => Customer, { description: 'The customer whose pages it opens.' })
  customer!: Customer;

  @Field(() => String, {
    description:
      'The token, a JWT. It goes into the header Authorization, after `Bearer `, or into the payload of connection_init under the same name. It is kept nowhere.',
  })
  token!: string;

  @Field(() => DateTimeScalar, { description: 'From when on it is not valid any more.' })
  expiresAt!: Date;
}

@ObjectType({ simpleResolvers: true, description: 'What `revokeCustomerTokens` answers.' })
export class RevokeCustomerTokensPayload {
  @Field(() => Customer, { nullable: true, description: 'The customer whose tokens ended; null: those of all customers did.' })
  customer!: Customer | null;
}
