import { Decimal } from '../decimal';
import { isNumber, type DimensionValue } from '../dimensions';
import { childrenOf, type Node } from '../formula/syntax-tree';
import type { VariableDomain } from './variable-domain';

/** An assignment of the variables, in the order of the domains; undefined: absent. */
export type Point = readonly (DimensionValue | undefined)[];

/** What numbers and texts of a formula say about which values matter. */
export interface Landmarks {
  readonly numbers: readonly Decimal[];
  readonly texts: readonly string[];
}

const MOST_LANDMARKS = 24;
const MOST_CANDIDATES = 40;
const OTHER_TEXT = 'another value';
/** Of what is made up; a reported value cannot have more. */
export const MOST_DECIMALS = 12;
const ONE = new Decimal(1);
const HALF = new Decimal('0.5');
/** Where nothing says how large a number can be. */
const LARGE = new Decimal(1_000_000);

export function landmarksOf(root: Node, constants: ReadonlyMap<Node, DimensionValue>): Landmarks {
  const found = new Map<string, DimensionValue>();
  const visit = (node: Node): void => {
    const constant = constants.get(node);
    if (constant !== undefined) found.set(`${typeof constant} ${constant.toString()}`, constant);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  const values = [...found.values()];
  return {
    numbers: values.filter(isNumber).slice(0, MOST_LANDMARKS),
    texts: values.filter((value) => typeof value === 'string'),
  };
}

/** A value that is usual, or at least nothing special. */
export function typicalOf(domain: VariableDomain): DimensionValue {
  const { variable, numbers, values, low, high } = domain;
  if (variable.type === 'boolean') return true;
  if (variable.type === 'number') return within(domain, numbers?.typical ?? ONE) ? (numbers?.typical ?? ONE) : high.isFinite() ? high : low;
  return values.find((value) => typeof value === 'string') ?? OTHER_TEXT;
}

/** Values of a variable that are worth trying: its ends, usual values, and those the formula mentions, with their neighbours. */
export function candidatesOf(domain: VariableDomain, landmarks: Landmarks, others: readonly VariableDomain[]): (DimensionValue | undefined)[] {
  const absent = domain.canBeMissing ? [undefined] : [];
  if (domain.variable.type === 'boolean') return [true, false, ...absent];
  if (domain.variable.type === 'number') return [...numberCandidates(domain, landmarks, others), ...absent];
  const texts = domain.closed ? domain.values : [...landmarks.texts.slice(0, MOST_CANDIDATES), ...domain.values.slice(0, 4), OTHER_TEXT];
  return [...new Set([typicalOf(domain), ...texts]), ...absent];
}

function numberCandidates(domain: VariableDomain, landmarks: Landmarks, others: readonly VariableDomain[]): Decimal[] {
  const { numbers, values } = domain;
  if (domain.closed) return values.filter(isNumber);
  const ends = [domain, ...others].flatMap(({ low, high }) => [low, high]);
  const beyond = domain.high.isFinite() ? [] : [LARGE];
  const near = landmarks.numbers.flatMap((number) => [number, number.plus(1), number.minus(1), number.plus(HALF), number.minus(HALF)]);
  const first = [typicalOf(domain) as Decimal, domain.low, domain.high, new Decimal(0), ONE, ...(numbers ? [numbers.least, numbers.greatest] : [])];
  const given = distinct([...first, ...beyond, ...near, ...ends].filter((number) => within(domain, number))).slice(0, MOST_CANDIDATES);
  const sorted = [...given].sort((a, b) => a.cmp(b));
  const middles = sorted.slice(1).map((number, index) => middle(number, sorted[index]!, domain.whole));
  return distinct([...given, ...middles]).slice(0, 2 * MOST_CANDIDATES);
}

export function middle(a: Decimal, b: Decimal, whole: boolean): Decimal {
  const half = a.plus(b).div(2);
  return whole ? half.floor() : half.toDecimalPlaces(MOST_DECIMALS);
}

export function within({ low, high, whole, closed, values }: VariableDomain, number: Decimal): boolean {
  if (closed) return values.some((value) => isNumber(value) && value.eq(number));
  return number.isFinite() && number.gte(low) && number.lte(high) && (!whole || number.isInteger());
}

function distinct(numbers: readonly Decimal[]): Decimal[] {
  return [...new Map(numbers.map((number) => [number.toString(), number])).values()];
}

/**
 * Points made of the candidates, at most `most`: all of them where they are few; else those where variables have their n-th candidate together or two
 * of them every combination, and then a mixture, always the same one.
 */
export function* pointsOf(candidates: readonly (readonly (DimensionValue | undefined)[])[], most: number): Generator<Point> {
  const all = candidates.reduce((product, list) => Math.min(product * list.length, most + 1), 1);
  let left = most;
  for (const point of all <= most ? everyPoint(candidates) : somePoints(candidates)) {
    if (left-- <= 0) return;
    yield point;
  }
}

function* everyPoint(candidates: readonly (readonly (DimensionValue | undefined)[])[]): Generator<Point> {
  const total = candidates.reduce((product, list) => product * list.length, 1);
  for (let index = 0; index < total; index++) {
    let rest = index;
    yield candidates.map((list) => {
      const value = list[rest % list.length];
      rest = Math.floor(rest / list.length);
      return value;
    });
  }
}

function* somePoints(candidates: readonly (readonly (DimensionValue | undefined)[])[]): Generator<Point> {
  const longest = Math.max(...candidates.map((list) => list.length));
  for (let index = 0; index < longest; index++) yield candidates.map((list) => list[index % list.length]);
  const usual = candidates.map((list) => list[0]);
  for (const [index, list] of candidates.entries()) for (const value of list) yield usual.with(index, value);
  const mixture = mixtureOf(candidates);
  const pairs = pairsOf(candidates, usual);
  for (;;) {
    const pair = pairs.next();
    if (!pair.done) yield pair.value;
    yield mixture();
  }
}

function* pairsOf(candidates: readonly (readonly (DimensionValue | undefined)[])[], usual: Point): Generator<Point> {
  for (const [first, ofFirst] of candidates.entries())
    for (const [second, ofSecond] of candidates.entries())
      if (first < second) for (const a of ofFirst) for (const b of ofSecond) yield usual.with(first, a).with(second, b);
}

/** A linear congruential generator: numbers that are mixed, but the same each time. */
function mixtureOf(candidates: readonly (readonly (DimensionValue | undefined)[])[]): () => Point {
  let state = 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return () => candidates.map((list) => list[next(list.length)]);
}
