import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import type { HeldPage } from '../domain/breakdown-cursor';
import { DrawdownError } from '../domain/errors';
import type { CursorValues } from '../domain/paging';
import { MOST_CHANGED_SERIES, sequenceValues } from '../domain/usage-changes';
import { CreditUsageInput, CreditUsageSeries, CreditUsageSums } from './credit-usage.types';
import { cursorValues, encodeCursor, type CursorKind } from './paging';
import { DateTimeScalar } from './scalars';

const SEQUENCE = 'creditUsageChanged';
const SEQUENCE_KINDS: readonly CursorKind[] = ['text', 'text', 'instant', 'instant', 'instant'];

export function writeSequence(digest: string, held: HeldPage): string {
  return encodeCursor(SEQUENCE, sequenceValues(digest, held));
}

/** Refuses: SEQUENCE_INVALID. */
export function readSequence(sequence: string | null | undefined): CursorValues | null {
  if (sequence === null || sequence === undefined) return null;
  const values = cursorValues(sequence, SEQUENCE, SEQUENCE_KINDS);
  if (!values) throw new DrawdownError('SEQUENCE_INVALID');
  return values;
}

@ArgsType()
export class CreditUsageChangedArgs {
  @Field(() => CreditUsageInput, {
    description: 'Whose usage, when, and how it is broken down, as for creditUsage. A `range` goes along with the present: see `moreChanged`.',
  })
  input!: CreditUsageInput;

  @Field(() => String, {
    nullable: true,
    description:
      'The `sequence` of the last change, or of a page of creditUsage, for the same input and at most a day old: begins with what was committed after it. ' +
      'Absent: begins with what is committed from now on.',
  })
  after?: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'What is new in a breakdown since the change before: the state it is in now, of which only what has changed is listed. What was committed while nobody took a change is in the next one.',
})
export class CreditUsageChange {
  @Field(() => [CreditUsageSeries], {
    description:
      `The series that have new usage, with all of their sums as they are now: they replace what was known of them. At most ${MOST_CHANGED_SERIES}, in the order of the input ` +
      'by what is new of each. Shares of other series follow from `total`.',
  })
  series!: CreditUsageSeries[];

  @Field(() => Boolean, {
    description:
      `Whether more may have changed than is listed: more than ${MOST_CHANGED_SERIES} series or too much at once, or the range has moved on, by which usage left it. ` +
      'Then ask creditUsage again; the total and the number of series are right in any case.',
  })
  moreChanged!: boolean;

  @Field(() => CreditUsageSums, { description: 'The sums of all series as they are now.' })
  total!: CreditUsageSums;

  @Field(() => Int, { description: 'The number of all series as they are now.' })
  seriesCount!: number;

  @Field(() => DateTimeScalar, { description: 'The first instant of the range.' })
  from!: Date;

  @Field(() => DateTimeScalar, { description: 'The first instant after the range.' })
  to!: Date;

  @Field(() => DateTimeScalar, { description: 'When this state was read.' })
  asOf!: Date;

  @Field(() => String, {
    description: 'This state, for `after`: whoever begins there misses nothing and is told nothing twice. It means nothing elsewhere.',
  })
  sequence!: string;
}
