import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import type { Credits } from '../domain/credits';
import { GRANT_CATEGORIES, type GrantCategory } from '../domain/grant';
import { LEDGER_ENTRY_KINDS, type LedgerEntryKind, type PoolEntry } from '../domain/ledger-entry';
import { RATE_MODES, type RateMode } from '../domain/rate';
import { TIME_ORDERS, type TimeOrder } from '../domain/time-order';
import type { Parameter as DomainParameter, UsageEvent } from '../domain/usage-event';
import { DimensionFilterInput } from './dimension-filter.types';
import { encodeId } from './global-id';
import { connectionType, ConnectionArgs } from './paging';
import { Rate } from './plan.types';
import { CreditsScalar, DateTimeScalar } from './scalars';
import { Parameter } from './usage-event.types';

/** steps is added in ledger-entry.resolver. */
@ObjectType({ simpleResolvers: true, description: 'How the cost of the event behind a ledger entry was computed.' })
export class LedgerCalculation {
  usage!: UsageEvent;

  @Field(() => Rate, { description: 'The rate that priced it, with the version of the plan it belongs to.' })
  rate!: Rate;

  @Field(() => RATE_MODES, { description: 'How the rate turns usage into credits.' })
  mode!: RateMode;

  @Field(() => CreditsScalar, { nullable: true, description: 'Credits per unit of the reported value; only with FLAT.' })
  creditsPerUnit!: Credits | null;

  @Field(() => String, { nullable: true, description: 'The text of the formula; only with FORMULA.' })
  formula!: string | null;

  @Field(() => [Parameter], { description: 'The values it was computed from, in the order of the formula.' })
  parameters!: readonly DomainParameter[];

  @Field(() => CreditsScalar, { description: 'The cost of the whole event, which may have been drawn from several grants, with one entry each.' })
  cost!: Credits;
}

/** id, sequence, currency, resourceId, balanceBefore, grant, event and calculation are added in ledger-entry.resolver. */
@ObjectType({ simpleResolvers: true, description: 'One line of a pool. Lines are only ever added.' })
export class LedgerEntry implements PoolEntry {
  customerKey!: bigint;
  poolKey!: bigint;
  grantKey!: bigint | null;
  eventKey!: bigint | null;
  sequence!: bigint;

  @Field(() => DateTimeScalar, { description: 'When it took effect; never earlier than the entry before it in the pool.' })
  at!: Date;

  @Field(() => LEDGER_ENTRY_KINDS, { description: 'Why the balance changed.' })
  kind!: LedgerEntryKind;

  @Field(() => CreditsScalar, { description: 'The change of the balance: negative where credits went.' })
  amount!: Credits;

  @Field(() => CreditsScalar, { description: 'The balance of the pool after this entry; negative while overdrawn.' })
  balanceAfter!: Credits;
}

export const LedgerEntryConnection = connectionType(LedgerEntry, 'Ledger entries, by time, pool and sequence.');

@ArgsType()
export class CreditLedgerArgs extends ConnectionArgs {
  @Field(() => ID, { description: 'Whose ledger.' })
  customerId!: string;

  @Field(() => ID, { nullable: true, description: 'Only entries of pools of this currency.' })
  currencyId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only entries of the pools of this resource; null: of the customer’s own pools; absent: of all pools.',
  })
  resourceId?: string | null;

  @Field(() => [LEDGER_ENTRY_KINDS], { nullable: true, description: 'Only entries of these kinds.' })
  kinds?: LedgerEntryKind[] | null;

  @Field(() => ID, { nullable: true, description: 'Only usage of this feature.' })
  featureId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only entries of this grant; null: only those without a grant, which are what overdraft paid or owed; absent: both.',
  })
  grantId?: string | null;

  @Field(() => GRANT_CATEGORIES, {
    nullable: true,
    description: 'Only entries of grants of this category; null: only those without a grant; absent: all.',
  })
  grantCategory?: GrantCategory | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only entries at this instant or later.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only entries before this instant, which must be after `from`.' })
  to?: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Only usage that happened at this instant or later, whenever it was received: the time that breakdowns go by.',
  })
  usageFrom?: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Only usage that happened before this instant, which must be after `usageFrom`, whenever it was received.',
  })
  usageTo?: Date | null;

  @Field(() => [DimensionFilterInput], {
    nullable: true,
    description: 'Only usage whose dimensions pass all of these filters. Fields such as featureId have arguments of their own.',
  })
  dimensions?: DimensionFilterInput[] | null;

  @Field(() => TIME_ORDERS, { defaultValue: TIME_ORDERS.NEWEST_FIRST, description: 'By the entries’ own time.' })
  order!: TimeOrder;
}

export function ledgerEntryId(entry: PoolEntry): string {
  return encodeId('LedgerEntry', entry.customerKey, entry.poolKey, entry.sequence);
}
