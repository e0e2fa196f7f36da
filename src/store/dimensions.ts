import { parse } from 'lossless-json';
import { Decimal } from '../domain/decimal';
import type { Dimensions, DimensionValue } from '../domain/dimensions';

/** Puts together what is kept apart: the texts and booleans of a dimension set and the numbers of an event, both as JSON texts. */
export function dimensionsFromJson(setText: string, numbersText: string | null): Dimensions {
  const dimensions = new Map<string, DimensionValue>(Object.entries(JSON.parse(setText) as Record<string, string | boolean>));
  if (numbersText !== null) for (const [name, number] of numbersOf(numbersText)) dimensions.set(name, number);
  return dimensions;
}

/** With every digit that PostgreSQL kept. */
function numbersOf(text: string): [string, Decimal][] {
  return Object.entries(parse(text, undefined, { parseNumber: (digits) => new Decimal(digits) }) as Record<string, Decimal>);
}
