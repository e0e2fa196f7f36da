import { Decimal } from '../decimal';
import { isExponent } from '../formula/arithmetic';

/** Between which values a part can lie; whether 0 was ruled out by a condition. */
export interface Interval {
  readonly low: Decimal;
  readonly high: Decimal;
  readonly notZero: boolean;
}

const ZERO = new Decimal(0);
const ONE = new Decimal(1);
const INFINITE = new Decimal(Infinity);
export const ANYTHING: Interval = { low: INFINITE.neg(), high: INFINITE, notZero: false };
const NOT_NEGATIVE: Interval = { low: ZERO, high: INFINITE, notZero: false };

export function exactly(number: Decimal): Interval {
  return { low: number, high: number, notZero: !number.isZero() };
}

export function between(low: Decimal, high: Decimal): Interval {
  return { low: low.isNaN() ? ANYTHING.low : low, high: high.isNaN() ? ANYTHING.high : high, notZero: false };
}

export function canBeZero({ low, high, notZero }: Interval): boolean {
  return !notZero && low.lte(0) && high.gte(0);
}

export function sum(a: Interval, b: Interval): Interval {
  return between(a.low.plus(b.low), a.high.plus(b.high));
}

export function negated({ low, high, notZero }: Interval): Interval {
  return { low: high.neg(), high: low.neg(), notZero };
}

export function union(intervals: readonly Interval[]): Interval {
  return {
    low: Decimal.min(...intervals.map((one) => one.low)),
    high: Decimal.max(...intervals.map((one) => one.high)),
    notZero: intervals.every((one) => one.notZero),
  };
}

export function lesser(a: Interval, b: Interval): Interval {
  return { low: Decimal.min(a.low, b.low), high: Decimal.min(a.high, b.high), notZero: a.notZero && b.notZero };
}

export function greater(a: Interval, b: Interval): Interval {
  return { low: Decimal.max(a.low, b.low), high: Decimal.max(a.high, b.high), notZero: a.notZero && b.notZero };
}

export function absolute(a: Interval): Interval {
  return a.low.gte(0) ? a : { low: ZERO, high: Decimal.max(a.low.abs(), a.high.abs()), notZero: a.notZero };
}

export function roundedOutwards(a: Interval): Interval {
  return between(a.low.floor(), a.high.ceil());
}

export function product(a: Interval, b: Interval): Interval {
  const notZero = a.notZero && b.notZero;
  if (a.low.gte(0) && b.low.gte(0)) return { low: times(a.low, b.low), high: times(a.high, b.high), notZero };
  const corners = [times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)];
  return { low: Decimal.min(...corners), high: Decimal.max(...corners), notZero };
}

/** 0 times infinity is 0 here: the bound is never reached. */
function times(x: Decimal, y: Decimal): Decimal {
  return x.isZero() || y.isZero() ? ZERO : x.times(y);
}

/** Of what is left when 0 is refused. */
export function reciprocal({ low, high }: Interval): Interval {
  if (low.isZero() && high.isZero()) return NOT_NEGATIVE;
  if (low.lt(0) && high.gt(0)) return { ...ANYTHING, notZero: true };
  const ends = [low, high].map((end) => (end.isZero() ? (high.gt(0) ? INFINITE : INFINITE.neg()) : ONE.div(end)));
  return { low: Decimal.min(...ends), high: Decimal.max(...ends), notZero: true };
}

export function remainder(a: Interval, b: Interval): Interval {
  const most = Decimal.max(b.low.abs(), b.high.abs());
  return between(a.low.lt(0) ? Decimal.max(a.low, most.neg()) : ZERO, a.high.gt(0) ? Decimal.min(a.high, most) : ZERO);
}

/** Of a constant exponent; of any other nothing is known but the sign. */
export function power(base: Interval, exponent: Interval): Interval {
  if (!exponent.low.eq(exponent.high) || !isExponent(exponent.low)) return base.low.gte(0) ? NOT_NEGATIVE : ANYTHING;
  const ends = [base.low.pow(exponent.low), base.high.pow(exponent.low)];
  const even = exponent.low.mod(2).isZero();
  const low = even && base.low.lt(0) && base.high.gt(0) ? ZERO : Decimal.min(...ends);
  return { low, high: Decimal.max(...ends), notZero: base.notZero };
}
