import type { Dimensions, DimensionValue } from '../api/exact-json';
import { FUNCTION_NAMES } from './functions';

/** A dimension that events of a feature have had. */
export interface SeenDimension {
  readonly name: string;
  /** Of the events that were looked at, how many had it, in hundredths; null: there are no events yet, only a sample. */
  readonly percent: number | null;
  readonly type: 'number' | 'text' | 'true or false' | 'mixed';
  /** A few values that are typical. */
  readonly examples: readonly DimensionValue[];
  /** Its texts, the most frequent first. */
  readonly texts: readonly string[];
}

/** A dimension as the profile of a feature tells it. */
interface ProfiledDimension {
  readonly name: string;
  readonly count: number;
  readonly booleans: number;
  readonly numbers: { readonly typical: DimensionValue; readonly greatest: DimensionValue } | null;
  readonly textValues: readonly { readonly text: string }[];
}

const MOST_EXAMPLES = 3;
const RESERVED = new Set(['value', 'and', 'or', 'not', 'in', 'true', 'false']);

/** What the dimensions of a feature are, the most frequent first. */
export function seenDimensions(eventCount: number, dimensions: readonly ProfiledDimension[]): SeenDimension[] {
  const seen = dimensions.map((dimension) => {
    const { name, count, textValues } = dimension;
    const texts = textValues.map(({ text }) => text);
    const percent = Math.round((100 * count) / Math.max(1, eventCount));
    return { name, percent, type: typeOf(dimension), examples: examplesOf(dimension), texts };
  });
  return seen.sort((a, b) => b.percent - a.percent || (a.name < b.name ? -1 : 1));
}

function typeOf({ numbers, textValues, booleans }: ProfiledDimension): SeenDimension['type'] {
  const types = [numbers && 'number', textValues.length > 0 && 'text', booleans > 0 && 'true or false'].filter(Boolean) as SeenDimension['type'][];
  return types.length === 1 ? types[0]! : 'mixed';
}

function examplesOf({ numbers, textValues, booleans }: ProfiledDimension): DimensionValue[] {
  const examples: DimensionValue[] = [...(numbers ? [numbers.typical, numbers.greatest] : []), ...textValues.map(({ text }) => text)];
  if (booleans > 0) examples.push(true, false);
  return examples.slice(0, MOST_EXAMPLES);
}

/** The dimensions of an event that was made up, where there is no real one yet. */
export function dimensionsOfSample(dimensions: Dimensions): SeenDimension[] {
  return Object.entries(dimensions).map(([name, value]) => {
    const isText = typeof value === 'string';
    const type = isText ? 'text' : typeof value === 'boolean' ? 'true or false' : 'number';
    return { name, percent: null, type, examples: [value], texts: isText ? [value] : [] };
  });
}

/** How a formula says a dimension: its name where that can be written, else `dimension("…")`. */
export function dimensionReference(name: string): string {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name) && !FUNCTION_NAMES.has(name);
  return isPlain ? name : `dimension(${JSON.stringify(name)})`;
}
