import { Decimal } from './decimal';
import { dimensionProblems, isNumber, MOST_TEXT_LENGTH, type DimensionValue } from './dimensions';
import type { Problem } from './errors';
import { isStorableText } from './ids';

export const MOST_FILTERS = 64;
export const MOST_FILTER_DEPTH = 8;
export const MOST_FILTER_VALUES = 100;

/** How a number is compared with another. */
export const COMPARISONS = { greaterThan: '>', atLeast: '>=', lessThan: '<', atMost: '<=' } as const;
export type Comparison = keyof typeof COMPARISONS;

/** What the value of one key must be. A value of another type, or none, does not pass a prefix or a bound. */
export type FilterTest =
  /** One of these; null among them stands for the absent value. */
  | { readonly values: readonly (DimensionValue | null)[] }
  /** A text that begins so. */
  | { readonly prefix: string }
  /** A number within all of these bounds. */
  | { readonly bounds: readonly { readonly comparison: Comparison; readonly number: Decimal }[] };

/** Keeps what passes. `Key` is what tells keys apart. */
export type Filter<Key> =
  | { readonly key: Key; readonly test: FilterTest }
  | { readonly and: readonly Filter<Key>[] }
  | { readonly or: readonly Filter<Key>[] }
  | { readonly not: Filter<Key> };

export type DimensionFilter = Filter<string>;

/** A filter as a caller wrote it: `and`, `or`, `not`, or a key with one test, where bounds together are one. undefined: not given; a null value: absent. */
export interface DimensionFilterInput {
  readonly key?: string | null;
  readonly equals?: DimensionValue | null;
  readonly in?: readonly (DimensionValue | null)[] | null;
  readonly prefix?: string | null;
  readonly exists?: boolean | null;
  readonly greaterThan?: DimensionValue | null;
  readonly atLeast?: DimensionValue | null;
  readonly lessThan?: DimensionValue | null;
  readonly atMost?: DimensionValue | null;
  readonly and?: readonly DimensionFilterInput[] | null;
  readonly or?: readonly DimensionFilterInput[] | null;
  readonly not?: DimensionFilterInput | null;
}

/** Judges a key where it stands, and puts what is wrong with it into `problems`. */
export type KeyReader<Key> = (field: string, key: string, problems: Problem[]) => Key;

/** Reads filters, all of which must hold, and puts what is wrong with them into `problems`. */
export function readDimensionFilters<Key>(
  field: string,
  inputs: readonly DimensionFilterInput[],
  readKey: KeyReader<Key>,
  problems: Problem[],
): Filter<Key>[] {
  const counted = countFilters(inputs);
  if (counted.count <= MOST_FILTERS && counted.depth <= MOST_FILTER_DEPTH)
    return inputs.flatMap((input, index) => readFilter(`${field}.${index}`, input, readKey, problems) ?? []);
  problems.push({
    field,
    message: `must have at most ${MOST_FILTERS} filters, those within others included, nested at most ${MOST_FILTER_DEPTH} deep.`,
  });
  return [];
}

/** Looks no further than the limits. */
function countFilters(inputs: readonly DimensionFilterInput[]): { count: number; depth: number } {
  let [count, depth] = [0, 0];
  for (let level = inputs; level.length > 0 && count <= MOST_FILTERS && depth <= MOST_FILTER_DEPTH; depth += 1) {
    count += level.length;
    level = level.flatMap(({ and, or, not }) => [...(and ?? []), ...(or ?? []), ...(not ? [not] : [])]);
  }
  return { count, depth };
}

const TESTS = ['equals', 'in', 'prefix', 'exists', 'greaterThan', 'atLeast', 'lessThan', 'atMost'] as const;
type TestName = (typeof TESTS)[number];

/** undefined, with a problem added, where it cannot be read. */
function readFilter<Key>(field: string, input: DimensionFilterInput, readKey: KeyReader<Key>, problems: Problem[]): Filter<Key> | undefined {
  const forms = (['key', 'and', 'or', 'not'] as const).filter((form) => input[form] !== undefined && input[form] !== null);
  const tests = TESTS.filter((name) => isGiven(input, name));
  if (forms.length !== 1 || (tests.length > 0 && forms[0] !== 'key')) {
    problems.push({ field, message: 'must have exactly one of and, or, not, and key with its test.' });
    return undefined;
  }
  if (input.and) return { and: readList(`${field}.and`, input.and, readKey, problems) };
  if (input.or) return { or: readList(`${field}.or`, input.or, readKey, problems) };
  if (input.not) return negated(readFilter(`${field}.not`, input.not, readKey, problems));
  const key = readKey(`${field}.key`, input.key!, problems);
  if (tests.length === 0 || (tests.length > 1 && !tests.every(isComparison))) {
    problems.push({ field, message: 'must have exactly one of equals, in, prefix, exists and bounds (greaterThan, atLeast, lessThan, atMost).' });
    return undefined;
  }
  if (input.exists === true) return { not: { key, test: { values: [null] } } };
  return { key, test: readTest(field, input, tests, problems) };
}

function negated<Key>(filter: Filter<Key> | undefined): Filter<Key> | undefined {
  return filter && { not: filter };
}

function readList<Key>(field: string, inputs: readonly DimensionFilterInput[], readKey: KeyReader<Key>, problems: Problem[]): Filter<Key>[] {
  if (inputs.length === 0) problems.push({ field, message: 'must not be empty.' });
  return inputs.flatMap((input, index) => readFilter(`${field}.${index}`, input, readKey, problems) ?? []);
}

/** Null is a value for `equals` alone. */
function isGiven(input: DimensionFilterInput, name: TestName): boolean {
  return name === 'equals' ? input.equals !== undefined : input[name] !== undefined && input[name] !== null;
}

function isComparison(name: string): name is Comparison {
  return Object.hasOwn(COMPARISONS, name);
}

function readTest(field: string, input: DimensionFilterInput, tests: readonly TestName[], problems: Problem[]): FilterTest {
  const comparisons = tests.filter(isComparison);
  if (comparisons.length > 0)
    return { bounds: comparisons.map((comparison) => readBound(`${field}.${comparison}`, comparison, input[comparison]!, problems)) };
  if (tests[0] === 'prefix') return readPrefix(`${field}.prefix`, input.prefix!, problems);
  if (tests[0] === 'in' && (input.in!.length < 1 || input.in!.length > MOST_FILTER_VALUES))
    problems.push({ field: `${field}.in`, message: `must have 1 to ${MOST_FILTER_VALUES} values.` });
  const values = tests[0] === 'in' ? input.in!.slice(0, MOST_FILTER_VALUES) : [input.equals ?? null];
  for (const value of values) if (value !== null) problems.push(...dimensionProblems(field, new Map([['value', value]])));
  return { values };
}

function readBound(field: string, comparison: Comparison, bound: DimensionValue, problems: Problem[]) {
  if (isNumber(bound)) problems.push(...dimensionProblems(field, new Map([['value', bound]])));
  else problems.push({ field, message: 'must be a number.' });
  return { comparison, number: isNumber(bound) ? bound : new Decimal(0) };
}

function readPrefix(field: string, prefix: string, problems: Problem[]): FilterTest {
  if (prefix.length > MOST_TEXT_LENGTH || !isStorableText(prefix))
    problems.push({ field, message: `must be a text of at most ${MOST_TEXT_LENGTH} characters, without NUL or half of a surrogate pair.` });
  return { prefix };
}

/** Looser than for a reported dimension: a reserved name is simply one that no event has. */
export function keyProblems(field: string, key: string): Problem[] {
  return key.length <= MOST_TEXT_LENGTH && isStorableText(key)
    ? []
    : [{ field, message: `must be a text of at most ${MOST_TEXT_LENGTH} characters.` }];
}

/** The keys that a filter looks at. */
export function keysOfFilter<Key>(filter: Filter<Key>): Key[] {
  if ('key' in filter) return [filter.key];
  if ('not' in filter) return keysOfFilter(filter.not);
  return ('and' in filter ? filter.and : filter.or).flatMap(keysOfFilter);
}

/** The values of a test by where they can be kept: all of them with the events, texts and booleans in the dimension sets, too. */
export function partsOfValues(values: readonly (DimensionValue | null)[]): {
  given: DimensionValue[];
  inSets: (string | boolean)[];
  absent: boolean;
} {
  const given = values.filter((value): value is DimensionValue => value !== null);
  return {
    given,
    inSets: given.filter((value): value is string | boolean => !isNumber(value)),
    absent: given.length < values.length,
  };
}
