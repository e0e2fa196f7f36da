import type { Decimal } from '../decimal';
import { creditsFromText } from '../credits';
import { underAllNames, type DimensionAliases } from '../declared-dimensions';
import { isNumber, type Dimensions, type DimensionValue } from '../dimensions';
import { compileFormula, type Formula, type FormulaVariable } from '../formula/formula';
import { runTest, type FormulaTest } from '../formula-test';
import { BranchWatch } from './branches-taken';
import type { ProfileEvent } from './feature-profile';

export const MOST_SUGGESTIONS = 12;
/** Of any place in the order of a number, which is below 1, and of any number of variables. */
const REFUSED = 1000;
const MOST_NAME_LENGTH = 255;

/** An event as the formula sees it. */
interface Seen {
  /** What the formula sees of it; two of the same are one example. */
  readonly key: string;
  readonly value: Decimal;
  readonly dimensions: Dimensions;
  /** In the order of the formula's variables. */
  readonly given: readonly (DimensionValue | null)[];
  readonly branches: ReadonlySet<number>;
  readonly isRefused: boolean;
}

/**
 * Examples to keep with a rate, out of real events, the latest first: a typical one, one for each branch that some event takes, and the least and the
 * greatest of each number that the formula uses. They expect what the formula gives now, and have the dimensions that it uses and no others.
 */
export function suggestTests(text: string, events: readonly ProfileEvent[], aliases: DimensionAliases): FormulaTest[] {
  const formula = compileFormula(text);
  const watch = new BranchWatch(formula);
  const rate = { pricing: { mode: 'FORMULA' as const, formula: text }, aliases };
  const seen = events.map((event) => seenBy(formula, watch, event, aliases));
  const choice = new Choice();
  const typical = typicalOf(formula.variables, seen);
  if (typical) choice.add(typical, 'typical');
  const extremes = extremesOf(formula.variables, seen);
  const candidates = [...extremes.map(([one]) => one), ...seen];
  for (const { index, words } of watch.branches) {
    const taking = choice.takes(index) ? undefined : candidates.find(({ branches }) => branches.has(index));
    if (taking) choice.add(taking, words);
  }
  for (const [one, words] of extremes) choice.add(one, words);
  return choice.named().map(({ name, value, dimensions }) => {
    const test = { name, value: creditsFromText(value.toFixed())!, dimensions, expectedCredits: null, expectedError: null };
    const { credits, error } = runTest(rate, test);
    return { ...test, expectedCredits: credits, expectedError: error };
  });
}

/** What was chosen so far, each with the reasons for it. */
class Choice {
  private readonly chosen = new Map<string, { readonly one: Seen; readonly reasons: string[] }>();

  takes(branch: number): boolean {
    return [...this.chosen.values()].some(({ one }) => one.branches.has(branch));
  }

  add(one: Seen, reason: string): void {
    const before = this.chosen.get(one.key);
    if (before) before.reasons.push(reason);
    else if (this.chosen.size < MOST_SUGGESTIONS) this.chosen.set(one.key, { one, reasons: [reason] });
  }

  /** No two have one name. */
  named(): (Seen & { readonly name: string })[] {
    const names = new Set<string>();
    return [...this.chosen.values()].map(({ one, reasons }, index) => {
      const joined = [...new Set(reasons)].join('; ');
      const short = joined.length > MOST_NAME_LENGTH - 10 ? reasons[0]! : joined;
      const name = names.has(short) ? `${short} (${index + 1})` : short;
      names.add(name);
      return { ...one, name };
    });
  }
}

function seenBy(formula: Formula, watch: BranchWatch, { value, dimensions }: ProfileEvent, aliases: DimensionAliases): Seen {
  const all = underAllNames(dimensions, aliases);
  const given = formula.parameters(value, all).map((parameter) => parameter.value);
  const { branches, result } = watch.watch(value, all);
  const used = new Set(formula.variables.map(({ dimension }) => dimension));
  const isUsed = (name: string) => used.has(name) || aliases.some((names) => names.includes(name) && names.some((one) => used.has(one)));
  return {
    key: JSON.stringify(given.map((one) => (one !== null && isNumber(one) ? [one.toFixed()] : one))),
    value,
    dimensions: new Map([...dimensions].filter(([name]) => isUsed(name))),
    given,
    branches,
    isRefused: result === null || (isNumber(result) && result.lt(0)),
  };
}

/** The least and the greatest of each number, where they differ. */
function extremesOf(variables: readonly FormulaVariable[], seen: readonly Seen[]): [Seen, string][] {
  return variables.flatMap(({ name, type }, index): [Seen, string][] => {
    if (type !== 'number') return [];
    const numbered = seen.filter(({ given }) => isNumber(given[index] ?? ''));
    if (numbered.length === 0) return [];
    const numberOf = (one: Seen) => one.given[index] as Decimal;
    const least = numbered.reduce((best, one) => (numberOf(one).lt(numberOf(best)) ? one : best));
    const greatest = numbered.reduce((best, one) => (numberOf(one).gt(numberOf(best)) ? one : best));
    if (numberOf(least).eq(numberOf(greatest))) return [];
    return [
      [least, `least ${name}`],
      [greatest, `greatest ${name}`],
    ];
  });
}

/** The event that is nearest to the middle of all numbers and has the most usual of everything else; rather one that has a price. */
function typicalOf(variables: readonly FormulaVariable[], seen: readonly Seen[]): Seen | null {
  const distances = variables.map((_, index) => distanceToUsual(seen.map(({ given }) => given[index] ?? null)));
  const oddness = (one: Seen) => distances.reduce((sum, distance, index) => sum + distance(one.given[index] ?? null), one.isRefused ? REFUSED : 0);
  let best: { one: Seen; odd: number } | null = null;
  for (const one of seen) {
    const odd = oddness(one);
    if (!best || odd < best.odd) best = { one, odd };
  }
  return best?.one ?? null;
}

/** How far from usual one value of a variable is, from 0 to 1; a number by its place in their order. */
function distanceToUsual(values: readonly (DimensionValue | null)[]): (value: DimensionValue | null) => number {
  const numbers = values.filter((value) => value !== null && isNumber(value)) as Decimal[];
  if (2 * numbers.length < values.length) return distanceToMostFrequent(values);
  const sorted = [...numbers].sort((a, b) => a.cmp(b)).map((number) => number.toFixed());
  const middle = Math.floor(sorted.length / 2);
  const places = new Map<string, number>();
  sorted.forEach((text, place) => {
    const distance = Math.abs(place - middle) / sorted.length;
    places.set(text, Math.min(distance, places.get(text) ?? 1));
  });
  return (value) => (value !== null && isNumber(value) ? places.get(value.toFixed())! : 1);
}

function distanceToMostFrequent(values: readonly (DimensionValue | null)[]): (value: DimensionValue | null) => number {
  const kindOf = (value: DimensionValue | null) => (value !== null && isNumber(value) ? 'a number' : JSON.stringify(value));
  const counts = new Map<string, number>();
  for (const value of values) counts.set(kindOf(value), (counts.get(kindOf(value)) ?? 0) + 1);
  const [usual] = [...counts].sort(([, many], [, more]) => more - many)[0] ?? [];
  return (value) => (kindOf(value) === usual ? 0 : 1);
}
