import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { POOL_CHANGE_KINDS, type PoolChange as DomainPoolChange, type PoolChangeKind } from '../domain/balance';
import type { Credits } from '../domain/credits';
import type { PoolBalance } from '../operations/credit-balance';
import { connectionType } from './paging';
import { CreditsScalar, DateTimeScalar } from './scalars';

registerEnumType(POOL_CHANGE_KINDS, {
  name: 'PoolChangeKind',
  description: 'What happens to a pool by itself.',
  valuesConfig: { GRANTED: { description: 'A grant becomes effective.' }, EXPIRED: { description: 'A grant expires.' } },
});

@InputType({ description: 'Which balance is asked for.' })
export class CreditBalanceInput {
  @Field(() => ID, { description: 'Whose balance.' })
  customerId!: string;

  @Field(() => ID, { description: 'The currency.' })
  currencyId!: string;

  @Field(() => ID, { nullable: true, description: 'The resource whose pool is meant; absent or null: the customer’s own pool.' })
  resourceId?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'An instant, past or future; absent: now. A future balance counts on what is scheduled, and on no further usage.',
  })
  at?: Date | null;
}

/** `grant` is added in credit-balance.resolver. */
@ObjectType({ simpleResolvers: true, description: 'An activation or expiry of a grant.' })
export class PoolChange implements DomainPoolChange {
  customerKey!: bigint;
  grantKey!: bigint;

  @Field(() => POOL_CHANGE_KINDS, { description: 'What happens.' })
  kind!: PoolChangeKind;

  @Field(() => DateTimeScalar, { description: 'When it happens.' })
  at!: Date;

  @Field(() => CreditsScalar, { description: 'What the balance gains (GRANTED) or, if nothing is used until then, loses (EXPIRED); positive.' })
  amount!: Credits;
}

/** customer, currency and nextChange are added in credit-balance.resolver. */
@ObjectType({ simpleResolvers: true, description: 'A pool at an instant: granted - consumed - forfeited = balance.' })
export class CreditBalance implements PoolBalance {
  customerKey!: bigint;
  currencyKey!: number;
  nextChange!: DomainPoolChange | null;

  @Field(() => ID, { nullable: true, description: 'The resource whose pool it is; null: the customer’s own pool.' })
  resourceId!: string | null;

  @Field(() => DateTimeScalar, { description: 'The instant of all that is said here.' })
  at!: Date;

  @Field(() => CreditsScalar, { description: 'What is left of the active grants, minus the overdraft; negative while overdrawn.' })
  balance!: Credits;

  @Field(() => CreditsScalar, { description: 'All that became effective until then.' })
  granted!: Credits;

  @Field(() => CreditsScalar, { description: 'All that usage cost until then, by grants or by overdraft.' })
  consumed!: Credits;

  @Field(() => CreditsScalar, { description: 'All that expired or was voided until then.' })
  forfeited!: Credits;

  @Field(() => CreditsScalar, { description: 'What usage cost beyond the grants and no grant has settled; 0 where nothing is owed.' })
  overdraft!: Credits;
}

export const CreditBalanceConnection = connectionType(
  CreditBalance,
  'Balances, by the id of the currency; the customer’s own pool before those of resources.',
);
