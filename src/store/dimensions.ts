import { parse } from 'lossless-json';
import { Decimal } from '../domain/decimal';
import type { Dimensions, DimensionValue } from '../domain/dimensions';

/** Puts together what is kept apart: the dimensions of a dimension set and the loose ones of an event, both as JSON texts. */
export function dimensionsFromJson(setText: string, looseText: string | null): Dimensions {
  const set = new Map<string, DimensionValue>(Object.entries(JSON.parse(setText) as Record<string, string | boolean>));
  return looseText === null ? set : withLoose(set, looseText);
}

/** The same for a set that has been read before, which stays as it is. */
export function withLoose(set: Dimensions, looseText: string): Dimensions {
  const dimensions = new Map(set);
  for (const [name, value] of looseOf(looseText)) dimensions.set(name, value);
  return dimensions;
}

/** Numbers with every digit that PostgreSQL kept. */
function looseOf(text: string): [string, DimensionValue][] {
  return Object.entries(parse(text, undefined, { parseNumber: (digits) => new Decimal(digits) }) as Record<string, DimensionValue>);
}
