import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import type { Credits } from '../domain/credits';
import { GRANT_CATEGORIES, GRANT_STATUSES, type GrantCategory, type GrantStatus, type PooledGrant } from '../domain/grant';
import { decodeId, encodeId } from './global-id';
import { connectionType, ConnectionArgs } from './paging';
import { CreditsScalar, DateTimeScalar, MetadataScalar } from './scalars';

/** id, customer, currency and status are added in credit-grant.resolver; any domain PooledGrant can stand where this type is asked for. */
@ObjectType({
  simpleResolvers: true,
  description: 'A block of credits in a pool. It burns from its effective instant until nothing is left, it expires or is voided.',
})
export class CreditGrant implements PooledGrant {
  customerKey!: bigint;
  key!: bigint;
  poolKey!: bigint;
  currencyKey!: number;
  activated!: boolean;
  closed!: boolean;
  /** The instant of `status`; absent: now. */
  statusAt?: Date;

  @Field(() => ID, { nullable: true, description: 'The resource whose pool it is in; null: the customer’s own pool.' })
  resourceId!: string | null;

  @Field(() => CreditsScalar, { description: 'The credits granted.' })
  amount!: Credits;

  @Field(() => CreditsScalar, { description: 'What is left now; the whole amount while scheduled, nothing once expired or voided.' })
  remaining!: Credits;

  @Field(() => GRANT_CATEGORIES, { description: 'Where the credits come from.' })
  category!: GrantCategory;

  @Field(() => Int, { description: 'Grants with a lower priority burn first.' })
  priority!: number;

  @Field(() => DateTimeScalar, { description: 'From when on it can be drawn from.' })
  effectiveAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when on what is left is forfeited; null: it never expires.' })
  expiresAt!: Date | null;

  @Field(() => CreditsScalar, { nullable: true, description: 'What one credit cost the customer, in the seller’s own money; null: not said.' })
  costBasis!: Credits | null;

  @Field(() => String, { nullable: true, description: 'Why it was granted, in the seller’s words.' })
  reason!: string | null;

  @Field(() => MetadataScalar, { description: 'The caller’s own data.' })
  metadata!: Readonly<Record<string, unknown>>;

  @Field(() => String, { nullable: true, description: 'The key under which it was granted; null: none was given.' })
  idempotencyKey!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was granted.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the last of it was used; null: something was left at its end, or is left.' })
  depletedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When what was left was taken back; null: never.' })
  voidedAt!: Date | null;
}

export const CreditGrantConnection = connectionType(CreditGrant, 'Credit grants, newest first.');

@ArgsType()
export class CreditGrantsArgs extends ConnectionArgs {
  @Field(() => ID, { description: 'Whose grants.' })
  customerId!: string;

  @Field(() => ID, { nullable: true, description: 'Only grants of this currency.' })
  currencyId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only grants to the pools of this resource; null: to the customer’s own pools; absent: to all pools.',
  })
  resourceId?: string | null;

  @Field(() => GRANT_STATUSES, { nullable: true, description: 'Only grants that have this status at `at`.' })
  status?: GrantStatus | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'The instant of `status`, in the filter and in the answer; absent: now. What was granted after it is left out. ' +
      'All other fields say what is true now: `remaining` is what is left now, not what was left then.',
  })
  at?: Date | null;
}

export function creditGrantId(customerKey: bigint, key: bigint): string {
  return encodeId('CreditGrant', customerKey, key);
}

/** The keys in the id of a grant; null where it is no such id. They may belong to another environment: look them up with it. */
export function creditGrantKeys(id: string): { customerKey: bigint; key: bigint } | null {
  return keysOf('CreditGrant', id);
}

/** As large as a key in the database can be. */
const MOST_KEY = 2n ** 63n - 1n;

/** Reads an opaque id made of a customer's key and a key of the customer's own. */
export function keysOf(type: string, id: string): { customerKey: bigint; key: bigint } | null {
  const parts = decodeId(type, id);
  if (parts?.length !== 2 || !parts.every((part) => /^\d{1,19}$/.test(part))) return null;
  const [customerKey, key] = [BigInt(parts[0]!), BigInt(parts[1]!)];
  return customerKey <= MOST_KEY && key <= MOST_KEY ? { customerKey, key } : null;
}
