/** What a function takes. `same`: all its arguments have one type, and so has the result. */
export interface FunctionShape {
  readonly parameters: 'number' | 'same' | 'special';
  readonly takes: (count: number) => boolean;
  /** How to write it, for problems. */
  readonly usage: string;
}

const exactly = (wanted: number) => (count: number) => count === wanted;
const atLeastTwo = (count: number) => count >= 2;
const tiers = (count: number) => count >= 4 && count % 2 === 0;

/** The functions of the language, and no others. */
export const FUNCTIONS = {
  min: { parameters: 'number', takes: atLeastTwo, usage: 'min(a, b, …) with two or more arguments' },
  max: { parameters: 'number', takes: atLeastTwo, usage: 'max(a, b, …) with two or more arguments' },
  abs: { parameters: 'number', takes: exactly(1), usage: 'abs(x)' },
  ceil: { parameters: 'number', takes: exactly(1), usage: 'ceil(x)' },
  floor: { parameters: 'number', takes: exactly(1), usage: 'floor(x)' },
  round: { parameters: 'number', takes: (count) => count === 1 || count === 2, usage: 'round(x) or round(x, decimals)' },
  clamp: { parameters: 'number', takes: exactly(3), usage: 'clamp(x, lowest, highest)' },
  if: { parameters: 'special', takes: exactly(3), usage: 'if(condition, then, otherwise)' },
  coalesce: { parameters: 'same', takes: atLeastTwo, usage: 'coalesce(dimension, default)' },
  exists: { parameters: 'special', takes: exactly(1), usage: 'exists(dimension)' },
  dimension: { parameters: 'special', takes: exactly(1), usage: 'dimension("name")' },
  tiered: { parameters: 'number', takes: tiers, usage: 'tiered(x, upTo1, rate1, …, rateN), the last rate without a bound' },
  volume: { parameters: 'number', takes: tiers, usage: 'volume(x, upTo1, rate1, …, rateN), the last rate without a bound' },
} as const satisfies Record<string, FunctionShape>;

export type FunctionName = keyof typeof FUNCTIONS;

const NAMES: ReadonlySet<string> = new Set(Object.keys(FUNCTIONS));

export function isFunctionName(name: string): name is FunctionName {
  return NAMES.has(name);
}

/** What people write from habit, and what they mean here. */
const FAMILIAR: ReadonlyMap<string, string> = new Map([
  ['pow', 'Write x ^ y for a power.'],
  ['iff', 'Write if(condition, then, otherwise).'],
  ['switch', 'Write a ? b : c, or if(condition, then, otherwise).'],
  ['case', 'Write a ? b : c, or if(condition, then, otherwise).'],
  ['ifnull', 'Write coalesce(dimension, default).'],
  ['nvl', 'Write coalesce(dimension, default).'],
  ['default', 'Write coalesce(dimension, default).'],
  ['has', 'Write exists(dimension).'],
  ['mod', 'Write x % y for a remainder.'],
  ['sum', 'Write a + b.'],
  ['ceiling', 'Write ceil(x).'],
  ['trunc', 'Write floor(x) or ceil(x).'],
  ['roundTo', 'Write round(x, decimals).'],
]);

export function unknownFunctionMessage(name: string): string {
  const hint = FAMILIAR.get(name) ?? FAMILIAR.get(name.toLowerCase());
  const nearest = hint ? undefined : nearestName(name, NAMES);
  const known = hint ?? (nearest ? `Did you mean ${nearest}?` : `There are ${[...NAMES].join(', ')}.`);
  return `There is no function ${shortName(name)}. ${known}`;
}

export function shortName(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}

const LONGEST_COMPARED = 40;

/** The name that differs in the fewest letters, if it is close enough to be a slip of the hand. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length < 3 || name.length > LONGEST_COMPARED) return undefined;
  let best: string | undefined;
  let fewest = Math.min(4, Math.ceil(name.length / 3) + 1);
  for (const candidate of candidates) {
    if (candidate.length > LONGEST_COMPARED) continue;
    const differing = lettersDiffering(name.toLowerCase(), candidate.toLowerCase());
    if (differing >= fewest) continue;
    fewest = differing;
    best = candidate;
  }
  return best;
}

/** Letters to replace, add, drop or swap with their neighbour (Damerau and Levenshtein's distance). */
function lettersDiffering(a: string, b: string): number {
  let [before, row]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before![j - 2]! + 1 : Infinity;
      next.push(Math.min(replaced, swapped, row![j]! + 1, next[j - 1]! + 1));
    }
    [before, row] = [row, next];
  }
  return row![b.length]!;
}
