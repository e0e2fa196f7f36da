import { Decimal } from './decimal';
import { MOST_DIMENSIONS, MOST_NUMBER_DIGITS, type Dimensions, type DimensionValue } from './dimensions';
import type { Problem } from './errors';
import { ExactNumber } from './exact-number';
import { isStorableText } from './ids';

export interface DimensionsInput {
  readonly dimensions: Dimensions;
  readonly problems: readonly Problem[];
}

const FIELD = 'dimensions';
/** A longer text of a number is not read at all: 1e9999999999999999999999999999999999999999 costs nothing that way. */
const MOST_NUMBER_TEXT = 128;
const NONE: ReadonlyMap<string, DimensionValue> = new Map();

/**
 * Reads dimensions as JSON gives them; a null is an absent dimension. Says what has not the shape of dimensions:
 * `dimensionProblems` then judges names, lengths and sizes. Never looks into a nested value, however deep.
 */
export function dimensionsFromRaw(raw: unknown): DimensionsInput {
  if (raw === null || raw === undefined) return { dimensions: NONE, problems: [] };
  if (typeof raw !== 'object' || Array.isArray(raw) || raw instanceof ExactNumber) return refused('must be a JSON object.');
  const names = Object.keys(raw);
  if (names.length > 2 * MOST_DIMENSIONS) return refused(`has ${names.length} dimensions; ${MOST_DIMENSIONS} is the most.`);
  const dimensions = new Map<string, DimensionValue>();
  const problems: Problem[] = [];
  for (const name of names) {
    const given = (raw as Record<string, unknown>)[name];
    if (given === null || given === undefined) continue;
    const value = valueFromRaw(given);
    if (value === null) problems.push({ field: `${FIELD}.${shownName(name)}`, message: wordsFor(given) });
    else dimensions.set(name, value);
  }
  return { dimensions, problems };
}

function refused(message: string): DimensionsInput {
  return { dimensions: NONE, problems: [{ field: FIELD, message }] };
}

function valueFromRaw(given: unknown): DimensionValue | null {
  if (typeof given === 'string' || typeof given === 'boolean') return given;
  if (typeof given === 'number') return Number.isFinite(given) ? new Decimal(given) : null;
  return given instanceof ExactNumber ? decimalFromText(given.text) : null;
}

/** Null where the number is written too long to be a number of at most 38 digits. */
function decimalFromText(text: string): Decimal | null {
  if (text.length > MOST_NUMBER_TEXT) return null;
  const value = new Decimal(text);
  return value.isFinite() ? value : null;
}

function wordsFor(given: unknown): string {
  return typeof given === 'number' || given instanceof ExactNumber
    ? `A number must have at most ${MOST_NUMBER_DIGITS} significant digits and lie between 1e-37 and 1e38 in size.`
    : 'A dimension must be a text, a number or a boolean; objects and lists are not kept.';
}

/** What of a name can be shown in an error: no NUL, no half of a surrogate pair. */
function shownName(name: string): string {
  const shown = name.slice(0, 64);
  return isStorableText(shown) ? shown : '?';
}
