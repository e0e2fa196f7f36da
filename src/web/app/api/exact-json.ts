import { isSafeNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/** A number that JavaScript would round stays a text with all of its digits. */
export type DimensionValue = string | number | boolean | LosslessNumber;
export type Dimensions = Readonly<Record<string, DimensionValue>>;
export type Metadata = Readonly<Record<string, unknown>>;

export function parseExactly(text: string): unknown {
  return parse(text, undefined, (digits) => (isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits)));
}

export function stringifyExactly(value: unknown, space?: number): string {
  return stringify(value, undefined, space) ?? 'null';
}

export function dimensionText(value: DimensionValue): string {
  return String(value);
}
