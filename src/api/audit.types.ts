import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AUDIT_DIFFERENCE_KINDS, MOST_DIFFERENCES, type AuditDifference, type AuditDifferenceKind, type AuditPool } from '../domain/audit';
import type { LedgerAudit as AuditAnswer } from '../operations/audit-ledger';
import { DateTimeScalar } from './scalars';

registerEnumType(AUDIT_DIFFERENCE_KINDS, {
  name: 'LedgerDifferenceKind',
  description: 'Which law does not hold.',
  valuesConfig: {
    SEQUENCE: { description: 'The entries of a pool count 1, 2, 3 … without a gap, up to the number the pool has.' },
    TIME: { description: 'The entries of a pool never go back in time.' },
    BALANCE: { description: 'Every balance is the sum of all amounts so far, on each entry, event and pool.' },
    GRANT: { description: 'The entries of a grant add up to what remains of it.' },
    OVERDRAFT: { description: 'The entries without a grant add up to minus the overdraft, and nothing is left of active grants while it lasts.' },
    DRAWS: { description: 'The draws of an event are in the ledger and add up to its cost; no usage is without an event.' },
    CALCULATION: { description: 'The rate gives the same cost again; a stated cost is the stated amount.' },
    RAW_EVENT: {
      description: 'The parts of a raw event are all there and alike, and no idempotency key is that of usage and of an unmatched event.',
    },
    ROLLUP: { description: 'What breakdowns are made of adds up to the events and their draws.' },
  },
});

@InputType({ description: 'Whose ledger is to be recomputed.' })
export class AuditLedgerInput {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;
}

/** currencyId and resourceId are added in audit.resolver. */
@ObjectType({ simpleResolvers: true, description: 'Something that is not what it was recomputed to be.' })
export class LedgerDifference implements AuditDifference {
  poolKey!: bigint;
  pool!: AuditPool | null;

  @Field(() => AUDIT_DIFFERENCE_KINDS, { description: 'Which law does not hold.' })
  kind!: AuditDifferenceKind;

  @Field(() => String, { description: 'Where, and by how much.' })
  detail!: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The instant in the ledger of the entry that it was found at; null: it is of no one entry.',
  })
  at!: Date | null;
}

@ObjectType({ simpleResolvers: true, description: 'What was recomputed, and what of it was not as it is kept.' })
export class LedgerAudit implements AuditAnswer {
  @Field(() => Boolean, { description: 'Whether there is no difference at all.' })
  ok!: boolean;

  @Field(() => Int, { description: 'How many pools were recomputed.' })
  poolCount!: number;

  @Field(() => Int, { description: 'How many ledger entries were added up.' })
  entryCount!: number;

  @Field(() => Int, { description: 'How many events were priced again.' })
  eventCount!: number;

  @Field(() => [LedgerDifference], { description: `What was not as it is kept; the first ${MOST_DIFFERENCES}.` })
  differences!: LedgerDifference[];
}
