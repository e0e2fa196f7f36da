import { dimensionProblems, isNumber, MOST_TEXT_LENGTH, type DimensionValue } from './dimensions';
import type { Problem } from './errors';
import { isStorableText } from './ids';

export const MOST_FILTERS = 16;
export const MOST_FILTER_VALUES = 100;

/** Keeps the events whose dimension `key` has one of these values; null among them stands for events that do not have the dimension. */
export interface DimensionFilter {
  readonly key: string;
  readonly values: readonly (DimensionValue | null)[];
}

/** A filter as a caller wrote it: `equals` one value or `in` several. undefined: not given; a null value: absent. */
export interface DimensionFilterInput {
  readonly key: string;
  readonly equals?: DimensionValue | null;
  readonly in?: readonly (DimensionValue | null)[] | null;
}

/** Reads filters, all of which must hold, and puts what is wrong with them into `problems`. */
export function readDimensionFilters(field: string, inputs: readonly DimensionFilterInput[], problems: Problem[]): DimensionFilter[] {
  if (inputs.length > MOST_FILTERS) problems.push({ field, message: `has ${inputs.length} filters; ${MOST_FILTERS} is the most.` });
  return inputs.slice(0, MOST_FILTERS).map((input, index) => readFilter(`${field}.${index}`, input, problems));
}

function readFilter(field: string, input: DimensionFilterInput, problems: Problem[]): DimensionFilter {
  const isList = input.in !== undefined && input.in !== null;
  const values = isList ? input.in! : [input.equals ?? null];
  problems.push(...keyProblems(`${field}.key`, input.key));
  if (isList === (input.equals !== undefined)) problems.push({ field, message: 'must have exactly one of equals and in.' });
  else if (values.length < 1 || values.length > MOST_FILTER_VALUES)
    problems.push({ field: `${field}.in`, message: `must have 1 to ${MOST_FILTER_VALUES} values.` });
  else problems.push(...values.flatMap((value) => (value === null ? [] : dimensionProblems(field, new Map([['value', value]])))));
  return { key: input.key, values };
}

/** Looser than for a reported dimension: a reserved name is simply one that no event has. */
function keyProblems(field: string, key: string): Problem[] {
  return key.length <= MOST_TEXT_LENGTH && isStorableText(key)
    ? []
    : [{ field, message: `must be a text of at most ${MOST_TEXT_LENGTH} characters.` }];
}

/** A filter's values by where they can be kept: all of them with the events, texts and booleans in the dimension sets, too. */
export function partsOfFilter(filter: DimensionFilter): { given: DimensionValue[]; inSets: (string | boolean)[]; absent: boolean } {
  const given = filter.values.filter((value): value is DimensionValue => value !== null);
  return {
    given,
    inSets: given.filter((value): value is string | boolean => !isNumber(value)),
    absent: given.length < filter.values.length,
  };
}
