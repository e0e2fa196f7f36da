import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { GRANT_CATEGORIES, type GrantCategory, type PooledGrant } from '../domain/grant';
import type { RawGrant } from '../domain/grant-input';
import { CreditGrant } from './credit-grant.types';
import { CreditsScalar, DateTimeScalar, MetadataScalar } from './scalars';

@InputType({ description: 'A block of credits to grant.' })
export class GrantCreditsInput implements RawGrant {
  @Field(() => ID, { description: 'Who gets the credits.' })
  customerId!: string;

  @Field(() => ID, { description: 'The currency of the credits.' })
  currencyId!: string;

  @Field(() => ID, { nullable: true, description: 'The resource whose own pool gets them; absent: the customer’s pool.' })
  resourceId?: string | null;

  @Field(() => CreditsScalar, { description: 'How many credits; above 0.' })
  amount!: string;

  @Field(() => GRANT_CATEGORIES, { description: 'Where the credits come from.' })
  category!: GrantCategory;

  @Field(() => Int, { nullable: true, description: '0 to 1,000,000, lower burns first; absent: 0.' })
  priority?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when on they can be drawn; absent: now. In the future: the grant is scheduled.' })
  effectiveAt?: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From when on what is left is forfeited, in the future and after effectiveAt; absent: never.',
  })
  expiresAt?: Date | null;

  @Field(() => CreditsScalar, { nullable: true, description: 'What one credit cost the customer, in the seller’s own money.' })
  costBasis?: string | null;

  @Field(() => String, { nullable: true, description: 'Why, in 1 to 1,000 characters.' })
  reason?: string | null;

  @Field(() => MetadataScalar, { nullable: true, description: 'The caller’s own data.' })
  metadata?: unknown;

  @Field(() => String, {
    nullable: true,
    description:
      '1 to 255 characters, unique for the customer’s grants forever: a repeat answers the first grant, also after its expiry. Absent: every call grants anew.',
  })
  idempotencyKey?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'The outcome of granting credits.' })
export class GrantCreditsPayload {
  @Field(() => CreditGrant, { description: 'The grant.' })
  grant!: PooledGrant;

  @Field(() => Boolean, { description: 'Whether it had been granted before under the same idempotency key; then nothing was added.' })
  duplicate!: boolean;
}

@InputType({ description: 'A grant to take back.' })
export class VoidCreditGrantInput {
  @Field(() => ID, { description: 'The grant.' })
  grantId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'The outcome of taking back a grant.' })
export class VoidCreditGrantPayload {
  @Field(() => CreditGrant, { description: 'The grant, with nothing left.' })
  grant!: PooledGrant;
}
