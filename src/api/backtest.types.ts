import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  BACKTEST_STATES,
  MOST_BACKTEST_CUSTOMERS,
  MOST_REFUSED_EVENTS,
  type Backtest as DomainBacktest,
  type BacktestState,
} from '../domain/backtest';
import type { CandidateRates } from '../domain/candidate-rates';
import type { ErrorCode } from '../domain/errors';
import { RUN_OUT_KINDS, type PoolOutcome, type RunOutKind } from '../domain/reburn';
import type { RefusedSample } from '../store/backtest-answers';
import type { ChangedPool } from '../store/backtest-results';
import { ERROR_CODE_NAMES } from './enums';
import { decodeId, encodeId } from './global-id';
import { PriceInput } from './pricing.types';
import { ConnectionArgs, connectionType } from './paging';
import { DateTimeScalar } from './scalars';

registerEnumType(BACKTEST_STATES, {
  name: 'BacktestState',
  description: 'How far a back-test is.',
  valuesConfig: {
    QUEUED: { description: 'No server has begun it, or the one that had has stopped; one will.' },
    RUNNING: { description: 'A server is doing it.' },
    DONE: { description: 'Its result is complete, and never changes.' },
    FAILED: { description: 'It could not be done: see `failure`.' },
    CANCELLED: { description: 'It was ended by `cancelBacktest`.' },
  },
});

const { NEVER: _never, SAME: _same, ...CHANGED_KINDS } = RUN_OUT_KINDS;

registerEnumType(CHANGED_KINDS, {
  name: 'RunOutKind',
  description: 'How the instant at which a pool had nothing left would have been another.',
  valuesConfig: {
    NEWLY: { description: 'It always had something left, and would have run out.' },
    SOONER: { description: 'It would have run out earlier than it did.' },
    LATER: { description: 'It would have run out later than it did.' },
    NO_LONGER: { description: 'It ran out, and would always have had something left.' },
  },
});

/** id, plan, customerIds, rates and result are added in backtest.resolver; any domain Backtest can stand where this type is asked for. */
@ObjectType({
  simpleResolvers: true,
  description:
    'Rates that are tried on past usage: on all events whose own time lies in a range, of customers that were on the plan at that time, ' +
    'that were committed before the back-test began. What they cost then is compared with what they would have cost.',
})
export class Backtest implements DomainBacktest {
  key!: bigint;
  planKey!: number;
  customerKeys!: readonly bigint[];

  @Field(() => Int, { nullable: true, description: 'The number of the version whose rates are tried; null: it is one rate of a feature.' })
  version!: number | null;

  rates!: CandidateRates;

  @Field(() => DateTimeScalar, { description: 'The first instant of the range.' })
  from!: Date;

  @Field(() => DateTimeScalar, { description: 'The first instant after the range.' })
  to!: Date;

  @Field(() => BACKTEST_STATES, { description: 'How far it is.' })
  state!: BacktestState;

  @Field(() => DateTimeScalar, { description: 'When it was asked for. The rates are those of this instant.' })
  createdAt!: Date;

  startedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was done, failed or was cancelled; null: it is not over.' })
  finishedAt!: Date | null;

  @Field(() => Int, { description: 'How many events have been priced.' })
  eventsDone!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How many there are to price; null: they have not been counted yet. Late reports may make it a few more or less.',
  })
  eventsTotal!: number | null;

  @Field(() => String, { nullable: true, description: 'Why it FAILED, for people; otherwise null.' })
  failure!: string | null;
}

export const BacktestConnection = connectionType(Backtest, 'Back-tests of a plan, the newest first. Of those that are over, the last 100 are kept.');

export function backtestId(key: bigint): string {
  return encodeId('Backtest', key);
}

/** The key in the id of a back-test, which may belong to another environment; null where it is no such id. */
export function backtestKey(id: string): bigint | null {
  const text = decodeId('Backtest', id)?.[0] ?? '';
  return /^\d{1,18}$/.test(text) ? BigInt(text) : null;
}

/** refusedEvents, runOutCounts and runOuts are added in backtest.resolver, currencies and refusals, too. */
@ObjectType({ simpleResolvers: true, description: 'What a back-test has found out.' })
export class BacktestResult {
  key!: bigint;
}

/** event is added in backtest.resolver. */
@ObjectType({ simpleResolvers: true, description: 'An event that would have been refused.' })
export class RefusedEvent implements RefusedSample {
  customerKey!: bigint;
  eventKey!: bigint;
  featureKey!: number;

  @Field(() => ERROR_CODE_NAMES, { description: 'What it would have been refused with.' })
  code!: ErrorCode;

  @Field(() => String, { description: 'Why, in words for people.' })
  message!: string;
}

export const RefusedEventConnection = connectionType(
  RefusedEvent,
  `Some of the events that would have been refused, by feature, reason and customer: at most ${MOST_REFUSED_EVENTS} of a feature and reason.`,
);

@ObjectType({ simpleResolvers: true, description: 'How many pools would have run out at another instant than they did.' })
export class RunOutCounts {
  @Field(() => Int, { description: 'Those that always had something left, and would have run out.' })
  newly!: number;

  @Field(() => Int, { description: 'Those that would have run out earlier.' })
  sooner!: number;

  @Field(() => Int, { description: 'Those that would have run out later.' })
  later!: number;

  @Field(() => Int, { description: 'Those that ran out, and would always have had something left.' })
  noLonger!: number;
}

/** customer, currency, resourceId, oldRanOutAt, newRanOutAt, oldBalance and newBalance are added in backtest.resolver. */
@ObjectType({
  simpleResolvers: true,
  description:
    'A pool whose grants would have been used up at another instant than they were. The pool is burned again with the other costs: with the same grants, ' +
    'activations, expiries and voids, in the order and at the instants of the ledger, from the first event that counts to the last. What else it was charged meanwhile stays. ' +
    'It has run out with the receipt of the first event that counts which leaves nothing, or finds nothing. Overdraft is taken as allowed; what would be refused by the rates costs nothing; ' +
    'what would be charged in another currency is burned in no pool.',
})
export class PoolRunOut implements ChangedPool {
  customerKey!: bigint;
  poolKey!: bigint;
  old!: PoolOutcome;
  new!: PoolOutcome;

  @Field(() => CHANGED_KINDS, { description: 'How the instant would have been another.' })
  kind!: RunOutKind;
}

export const PoolRunOutConnection = connectionType(
  PoolRunOut,
  'Pools that would have run out at another instant, the soonest first; those that would not have run out at the end.',
);

@ArgsType()
export class RefusedEventsArgs extends ConnectionArgs {
  @Field(() => ID, { nullable: true, description: 'Only events of this feature.' })
  featureId?: string | null;

  @Field(() => ERROR_CODE_NAMES, { nullable: true, description: 'Only events that would have been refused with this.' })
  code?: ErrorCode | null;
}

@ArgsType()
export class RunOutsArgs extends ConnectionArgs {
  @Field(() => [CHANGED_KINDS], { nullable: true, description: 'Only pools of these kinds; absent: all.' })
  kinds?: RunOutKind[] | null;
}

@ArgsType()
export class BacktestsArgs extends ConnectionArgs {
  @Field(() => ID, { description: 'The plan.' })
  planId!: string;
}

@InputType({ description: 'One rate to try, saved nowhere, in place of those that a feature had, in whichever currency it was charged.' })
export class BacktestRateInput extends PriceInput {
  @Field(() => ID, { description: 'The feature. Usage of others does not count.' })
  featureId!: string;
}

@InputType({ description: 'Which rates to try, and on what.' })
export class BacktestPlanInput {
  @Field(() => ID, { description: 'The plan whose customers’ usage counts.' })
  planId!: string;

  @Field(() => Int, { nullable: true, description: 'The version whose rates are tried, a draft or not; absent, with `rate` absent: the draft.' })
  version?: number | null;

  @Field(() => BacktestRateInput, { nullable: true, description: 'A single rate to try, instead of those of a version.' })
  rate?: BacktestRateInput | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The first instant of the range, by the events’ own time; absent: 30 days before `to`.',
  })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The first instant after the range; absent: now.' })
  to?: Date | null;

  @Field(() => [ID], {
    nullable: true,
    description: `Only usage of these customers, 1 to ${MOST_BACKTEST_CUSTOMERS}; absent: of all that were on the plan.`,
  })
  customerIds?: string[] | null;
}

@InputType({ description: 'The back-test to end.' })
export class CancelBacktestInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What `backtestPlan` answers.' })
export class BacktestPlanPayload {
  @Field(() => Backtest, { description: 'The back-test, which waits to be done: see `backtest` and `backtestChanged`.' })
  backtest!: DomainBacktest;
}

@ObjectType({ simpleResolvers: true, description: 'What `cancelBacktest` answers.' })
export class CancelBacktestPayload {
  @Field(() => Backtest, { description: 'The cancelled back-test.' })
  backtest!: DomainBacktest;
}
