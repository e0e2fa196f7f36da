import { parse } from 'lossless-json';
import { Decimal } from '../domain/decimal';
import type { Dimensions, DimensionValue } from '../domain/dimensions';

/** Puts together what is kept apart: the texts and booleans of a dimension set and the numbers of an event, both as JSON texts. */
export function dimensionsFromJson(setText: string, numbersText: string | null): Dimensions {
  const entries = [...entriesOf(setText), ...(numbersText === null ? [] : entriesOf(numbersText))];
  return new Map(entries);
}

/** A number keeps every digit that PostgreSQL kept. */
function entriesOf(text: string): [string, DimensionValue][] {
  const json = parse(text, undefined, { parseNumber: (digits) => new Decimal(digits) }) as Record<string, DimensionValue>;
  return Object.entries(json);
}
