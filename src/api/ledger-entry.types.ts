import { Field, ObjectType } from 'type-graphql';
import type { Credits } from '../domain/credits';
import { LEDGER_ENTRY_KINDS, type LedgerEntryKind, type PoolEntry } from '../domain/ledger-entry';
import { RATE_MODES, type RateMode } from '../domain/rate';
import type { Parameter as DomainParameter } from '../domain/usage-event';
import { encodeId } from './global-id';
import { connectionType } from './paging';
import { CreditsScalar, DateTimeScalar } from './scalars';
import { Parameter } from './usage-event.types';

/** `planVersion` is added in ledger-entry.resolver. */
@ObjectType({ simpleResolvers: true, description: 'How the cost of the event behind a ledger entry was computed.' })
export class LedgerCalculation {
  rate!: { planId: string; planVersion: number };

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

/** id, currency, resourceId, balanceBefore, grant, event and calculation are added in ledger-entry.resolver. */
@ObjectType({ simpleResolvers: true, description: 'One line of a pool. Lines are only ever added.' })
export class LedgerEntry implements PoolEntry {
  customerKey!: bigint;
  poolKey!: bigint;
  grantKey!: bigint | null;
  eventKey!: bigint | null;

  @Field(() => String, { description: 'Its number in the pool, as decimal text: 1, 2, 3 … without a gap.' })
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

export function ledgerEntryId(entry: PoolEntry): string {
  return encodeId('LedgerEntry', entry.customerKey, entry.poolKey, entry.sequence);
}
