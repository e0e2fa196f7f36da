import type { CandidateRates } from './candidate-rates';
import { refuseProblems } from './errors';
import { instantProblems } from './instant';
import { MOST_RANGE_YEARS, type Span } from './time-range';

export const BACKTEST_STATES = { QUEUED: 'QUEUED', RUNNING: 'RUNNING', DONE: 'DONE', FAILED: 'FAILED', CANCELLED: 'CANCELLED' } as const;
export type BacktestState = keyof typeof BACKTEST_STATES;

/** Rates that are tried on the usage of a range: of the customers that were on the plan at the time of the usage. */
export interface Backtest {
  readonly key: bigint;
  readonly planKey: number;
  /** Of the plan, whose rates are tried; null: the rate of one feature. */
  readonly version: number | null;
  /** As they were when it was asked for. */
  readonly rates: CandidateRates;
  readonly from: Date;
  readonly to: Date;
  /** Empty: all customers of the plan. */
  readonly customerKeys: readonly bigint[];
  readonly state: BacktestState;
  readonly createdAt: Date;
  /** Usage counts that was committed by then. Null: it has not begun. */
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly eventsDone: number;
  /** Null: not counted yet. */
  readonly eventsTotal: number | null;
  /** Why it failed. */
  readonly failure: string | null;
}

/** Finished back-tests of a plan that are kept. */
export const MOST_BACKTESTS = 100;
/** Back-tests of an environment that may wait. */
export const MOST_QUEUED_BACKTESTS = 20;
export const MOST_BACKTEST_CUSTOMERS = 1_000;
/** Of a feature and code. */
export const MOST_REFUSED_EVENTS = 100;
/** Of them, those of one customer, so that one customer does not hide all others. */
export const MOST_REFUSED_EVENTS_OF_CUSTOMER = 5;

const DEFAULT_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface BacktestRangeInput {
  readonly from?: Date | null;
  readonly to?: Date | null;
}

/** The 30 days before an end, which is now where none is given. Refuses: TIME_RANGE_INVALID. */
export function backtestRange({ from, to }: BacktestRangeInput, now: Date): Span {
  refuseProblems('TIME_RANGE_INVALID', [...instantProblems('from', from), ...instantProblems('to', to)]);
  const end = to ?? now;
  const span = { from: from ?? new Date(end.getTime() - DEFAULT_DAYS * DAY_MS), to: end };
  const years = (span.to.getTime() - span.from.getTime()) / (366 * DAY_MS);
  const problem =
    span.from >= span.to ? 'must be after from.' : years > MOST_RANGE_YEARS ? `must be at most ${MOST_RANGE_YEARS} years after from.` : null;
  refuseProblems('TIME_RANGE_INVALID', problem ? [{ field: 'to', message: problem }] : []);
  return span;
}

export function isSettled(state: BacktestState): boolean {
  return state !== 'QUEUED' && state !== 'RUNNING';
}
