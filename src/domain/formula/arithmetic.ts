import { Decimal } from '../decimal';
import { DrawdownError } from '../errors';
import { positionOf } from './problem';

/**
 * The operations that can grow a number or fail. Every product, quotient, power and remainder must be 0 or lie between 1e-100 and 1e101 in size:
 * with 160 digits that keeps each step's error, where there is one at all, under 1e-59, and no step takes long.
 */
const MOST_MAGNITUDE = 100;
export const MOST_EXPONENT = 64;
/** More decimals than this no number in an event has. */
export const MOST_ROUND_DECIMALS = 38;

/** The place a refusal points to. */
export interface Where {
  readonly text: string;
  readonly at: number;
}

function refusal(code: 'DIVISION_BY_ZERO' | 'CHARGE_OUT_OF_RANGE', where: Where, what: string): DrawdownError {
  const { line, column } = positionOf(where.text, where.at);
  return new DrawdownError(code, `${what} (formula line ${line}, column ${column}).`, [{ field: 'formula', message: `${what}.`, line, column }]);
}

function bounded(result: Decimal, where: Where): Decimal {
  if (result.e > MOST_MAGNITUDE || result.e < -MOST_MAGNITUDE)
    throw refusal('CHARGE_OUT_OF_RANGE', where, `An intermediate value is ${result.e > 0 ? 'too large' : 'too close to 0'} to be kept exact`);
  return result;
}

export function multiply(a: Decimal, b: Decimal, where: Where): Decimal {
  return bounded(a.times(b), where);
}

export function divide(a: Decimal, b: Decimal, where: Where): Decimal {
  if (b.isZero()) throw refusal('DIVISION_BY_ZERO', where, 'The formula divides by zero');
  return bounded(a.div(b), where);
}

/** What is left of a after taking b away as often as it goes in whole; it has the sign of a: -7 % 3 is -1. */
export function remainder(a: Decimal, b: Decimal, where: Where): Decimal {
  if (b.isZero()) throw refusal('DIVISION_BY_ZERO', where, 'The formula takes a remainder by zero');
  if (a.e - b.e > MOST_MAGNITUDE) throw refusal('CHARGE_OUT_OF_RANGE', where, 'The sides of % are too far apart in size');
  return a.mod(b);
}

/** 0 ^ 0 is 1. */
export function power(base: Decimal, exponent: Decimal, where: Where): Decimal {
  if (!isExponent(exponent)) throw refusal('CHARGE_OUT_OF_RANGE', where, `An exponent must be a whole number from 0 to ${MOST_EXPONENT}`);
  return bounded(base.pow(exponent), where);
}

export function isExponent(exponent: Decimal): boolean {
  return exponent.isInteger() && !exponent.lt(0) && exponent.lte(MOST_EXPONENT);
}

/** Half away from zero, as PostgreSQL's and a spreadsheet's round: 2.5 becomes 3 and -2.5 becomes -3. */
export function roundHalfAway(x: Decimal, decimals: Decimal, where: Where): Decimal {
  if (!isRoundDecimals(decimals))
    throw refusal('CHARGE_OUT_OF_RANGE', where, `The decimals of round must be a whole number from 0 to ${MOST_ROUND_DECIMALS}`);
  return x.toDecimalPlaces(decimals.toNumber(), Decimal.ROUND_HALF_UP);
}

export function roundToWhole(x: Decimal): Decimal {
  return x.toDecimalPlaces(0, Decimal.ROUND_HALF_UP);
}

export function isRoundDecimals(decimals: Decimal): boolean {
  return decimals.isInteger() && !decimals.lt(0) && decimals.lte(MOST_ROUND_DECIMALS);
}

/** Bounds and rates of `tiered` and `volume`; there is one rate more than bounds. */
export interface Tiers {
  readonly bounds: readonly Decimal[];
  readonly rates: readonly Decimal[];
}

/** The arguments after x: upTo1, rate1, …, rateN. */
export function tiersOf(values: readonly Decimal[]): Tiers {
  const last = values.length - 1;
  return {
    bounds: values.filter((_, index) => index % 2 === 0 && index < last),
    rates: values.filter((_, index) => index % 2 === 1 || index === last),
  };
}

export function checkRising(bounds: readonly Decimal[], where: Where): void {
  const falling = bounds.some((bound, index) => bound.lt(0) || (index > 0 && bound.lte(bounds[index - 1]!)));
  if (falling) throw refusal('CHARGE_OUT_OF_RANGE', where, 'The bounds of tiers must be at least 0 and rise');
}

/** Which tier x falls into; a bound belongs to the tier it ends. */
export function tierOf(x: Decimal, bounds: readonly Decimal[]): number {
  let tier = 0;
  while (tier < bounds.length && x.gt(bounds[tier]!)) tier += 1;
  return tier;
}

/** The whole of x at the rate of the tier it falls into; a negative x falls into the first. */
export function volumeCharge(x: Decimal, { bounds, rates }: Tiers, where: Where): Decimal {
  return multiply(x, rates[tierOf(x, bounds)]!, where);
}

/** What all of the tiers before each tier cost together. */
export function costsBefore({ bounds, rates }: Tiers, where: Where): Decimal[] {
  const costs = [new Decimal(0)];
  bounds.forEach((bound, index) => {
    const width = index === 0 ? bound : bound.minus(bounds[index - 1]!);
    costs.push(costs[index]!.plus(multiply(width, rates[index]!, where)));
  });
  return costs;
}

/** Each part of x at the rate of the tier it lies in; a negative x is all in the first. */
export function tieredCharge(x: Decimal, { bounds, rates }: Tiers, before: readonly Decimal[], where: Where): Decimal {
  const tier = tierOf(x, bounds);
  if (tier === 0) return multiply(x, rates[0]!, where);
  return before[tier]!.plus(multiply(x.minus(bounds[tier - 1]!), rates[tier]!, where));
}
