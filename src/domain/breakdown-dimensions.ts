import { groupKey, labelValue } from './breakdown';
import { keyProblems, readDimensionFilters, type DimensionFilter, type DimensionFilterInput } from './dimension-filter';
import type { DimensionValue } from './dimensions';
import { DrawdownError, type Problem } from './errors';
import { isStorableText } from './ids';

/** A dimension key that a customer's events have had, and what kinds of values. */
export interface DimensionSeen {
  readonly dimension: string;
  readonly hasText: boolean;
  readonly hasBoolean: boolean;
  readonly hasNumber: boolean;
  /** Some of its values are with the events alone. */
  readonly loose: boolean;
}

/** The dimension that a key means, written as in groupBy; null, with a problem added, where it means a field of the events. */
export function dimensionOfKey(field: string, key: string, problems: Problem[]): string | null {
  const named = groupKey(key);
  if ('dimension' in named) return named.dimension;
  problems.push({ field, message: `is a field and not a dimension; a dimension of this name is written dimensions.${key}.` });
  return null;
}

/** Reads filters where fields have arguments of their own: a key can only mean a dimension. Puts what is wrong into `problems`. */
export function readEventFilters(field: string, inputs: readonly DimensionFilterInput[], problems: Problem[]): DimensionFilter[] {
  const readKey = (at: string, key: string) => {
    problems.push(...keyProblems(at, key));
    return dimensionOfKey(at, key, problems) ?? key;
  };
  return readDimensionFilters(field, inputs, readKey, problems);
}

const NUMBER_LABEL = /^-?\d{1,60}(?:\.\d{1,60})?$/;

/** The value in a cursor of a list of values; see `valueLabel`. Refuses: CURSOR_INVALID. */
export function valueOfCursor(label: string): DimensionValue {
  if (label === 'true' || label === 'false' || NUMBER_LABEL.test(label) || isTextLabel(label)) return labelValue(label)!;
  throw new DrawdownError('CURSOR_INVALID');
}

function isTextLabel(label: string): boolean {
  if (!label.startsWith('"')) return false;
  try {
    const text: unknown = JSON.parse(label);
    return typeof text === 'string' && isStorableText(text);
  } catch {
    return false;
  }
}
