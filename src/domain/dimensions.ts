import type { Decimal } from './decimal';
import { isStorableText } from './ids';
import type { Problem } from './errors';

/** A text, a boolean, or a number with all the digits that were given. An absent dimension has no entry; there is no null. */
export type DimensionValue = string | boolean | Decimal;
export type Dimensions = ReadonlyMap<string, DimensionValue>;

export const DIMENSION_TYPES = { TEXT: 'TEXT', NUMBER: 'NUMBER', BOOLEAN: 'BOOLEAN' } as const;
export type DimensionType = keyof typeof DIMENSION_TYPES;

export const MOST_DIMENSIONS = 64;
export const MOST_KEY_LENGTH = 255;
export const MOST_TEXT_LENGTH = 1024;
/** Significant digits of a number, and how far its first digit may be from the point. */
export const MOST_NUMBER_DIGITS = 38;

/** Names that mean something to JavaScript objects: no client could read them back safely. */
const RESERVED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

export function dimensionProblems(field: string, dimensions: Dimensions): Problem[] {
  const problems: Problem[] = [];
  if (dimensions.size > MOST_DIMENSIONS) problems.push({ field, message: `has ${dimensions.size} dimensions; ${MOST_DIMENSIONS} is the most.` });
  for (const [name, value] of dimensions) {
    const message = nameProblem(name) ?? valueProblem(value);
    if (message) problems.push({ field: `${field}.${isStorableText(name) ? name.slice(0, 64) : '?'}`, message });
  }
  return problems;
}

/** Why a text cannot be the name of a dimension; undefined where it can. */
export function nameProblem(name: string): string | undefined {
  if (name.length < 1 || name.length > MOST_KEY_LENGTH) return `A dimension name must have 1 to ${MOST_KEY_LENGTH} characters.`;
  if (RESERVED_NAMES.has(name)) return 'This dimension name is reserved; choose another.';
  return isStorableText(name) ? undefined : 'A dimension name must not contain NUL or half of a surrogate pair.';
}

/** Why a value cannot be kept; undefined where it can. */
export function valueProblem(value: DimensionValue): string | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'string') {
    if (value.length > MOST_TEXT_LENGTH) return `A text must have at most ${MOST_TEXT_LENGTH} characters.`;
    return isStorableText(value) ? undefined : 'A text must not contain NUL or half of a surrogate pair.';
  }
  const fits = value.isFinite() && value.precision() <= MOST_NUMBER_DIGITS && Math.abs(value.e) < MOST_NUMBER_DIGITS;
  return fits ? undefined : `A number must have at most ${MOST_NUMBER_DIGITS} significant digits and lie between 1e-37 and 1e38 in size.`;
}

export function isNumber(value: DimensionValue): value is Decimal {
  return typeof value === 'object';
}

export function dimensionType(value: DimensionValue): DimensionType {
  if (typeof value === 'boolean') return 'BOOLEAN';
  return typeof value === 'string' ? 'TEXT' : 'NUMBER';
}

/** Whether two events carry the same dimensions: same names, same types, equal values (3 and 3.0 are equal). */
export function sameDimensions(a: Dimensions, b: Dimensions): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) {
    const other = b.get(name);
    if (other === undefined || !sameValue(value, other)) return false;
  }
  return true;
}

function sameValue(a: DimensionValue, b: DimensionValue): boolean {
  return isNumber(a) ? isNumber(b) && a.equals(b) : a === b;
}

/** Whether a dimension is kept with its event and not in a dimension set: numbers always are, others where their name is loose. */
export function isLoose(name: string, value: DimensionValue, looseNames: ReadonlySet<string>): boolean {
  return isNumber(value) || looseNames.has(name);
}

/** Dimensions as canonical JSON with sorted names. */
export interface DimensionTexts {
  /** Those that are rolled up: what a dimension set is known by. */
  readonly set: string;
  /** Those that are loose, numbers with every digit; null where there are none. */
  readonly loose: string | null;
  /** The names, with the types of their values and which of them are loose: what events of one shape have in common. */
  readonly shape: string;
}

export function dimensionTexts(dimensions: Dimensions, looseNames: ReadonlySet<string>): DimensionTexts {
  let set = '';
  let loose = '';
  let shape = '';
  for (const name of [...dimensions.keys()].sort()) {
    const value = dimensions.get(name)!;
    const label = JSON.stringify(name);
    const text = isNumber(value) ? value.toString() : JSON.stringify(value);
    shape += `${SHAPE_SIGNS[dimensionType(value)]}${label}`;
    if (isLoose(name, value, looseNames)) {
      loose += `${loose && ','}${label}:${text}`;
      shape += '~';
    } else set += `${set && ','}${label}:${text}`;
  }
  return { set: `{${set}}`, loose: loose ? `{${loose}}` : null, shape };
}

const SHAPE_SIGNS: Record<DimensionType, string> = { TEXT: '', NUMBER: '#', BOOLEAN: '?' };
