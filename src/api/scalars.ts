import { GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import { isSafeNumber } from 'lossless-json';
import { creditsToText } from '../domain/credits';
import type { Dimensions } from '../domain/dimensions';
import { ExactNumber } from '../domain/exact-number';
import { MOST_METADATA_DEPTH } from '../domain/metadata';
import { exactJsonValue } from './json';

/**
 * The input side of Credits, DateTime and Dimensions judges nothing: a whole batch would be refused for one bad value.
 * What cannot be meant (`NaN` instants, texts that are no amount) goes on, and the domain refuses it where it stands.
 */
export const CreditsScalar = new GraphQLScalarType<string, string>({
  name: 'Credits',
  description:
    'An exact decimal amount, of credits or of usage, as text: at most 26 digits before the point and 12 after, such as `"12.5"`. ' +
    'Input also takes a number, whose digits are all kept.',
  serialize: (value) => (typeof value === 'bigint' ? creditsToText(value) : String(value)),
  parseValue: amountText,
  parseLiteral: (node) => (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : ''),
});

function amountText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || value instanceof ExactNumber ? plainDecimal(value.toString()) : '';
}

/** `1.5e-7` as `0.00000015`; what has too large an exponent stays as it is, and is refused as an amount. */
function plainDecimal(text: string): string {
  const [, sign, whole, fraction = '', exponent] = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/.exec(text) ?? [];
  if (whole === undefined) return text;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}${point < digits.length ? `.${digits.slice(point)}` : ''}`;
}

const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;

export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description:
    'An instant as RFC 3339 text with an offset, such as `"2025-03-01T12:00:00.000Z"`. It has millisecond precision: further digits are cut off. Output is always in UTC.',
  serialize: (value) => (value as Date).toISOString(),
  parseValue: instantFromText,
  parseLiteral: (node) => instantFromText(node.kind === Kind.STRING ? node.value : null),
});

/** An Invalid Date where the text is no RFC 3339 instant. */
export function instantFromText(value: unknown): Date {
  const [, day, time, fraction = '', offset] = (typeof value === 'string' && value.length <= 64 && RFC_3339.exec(value)) || [];
  if (day === undefined || !isCalendarDay(day)) return new Date(NaN);
  return new Date(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${offset!.toUpperCase()}`);
}

/** JavaScript takes 30 February for 2 March. */
function isCalendarDay(day: string): boolean {
  if (day.slice(8) <= '28') return true;
  const date = new Date(`${day}T00:00:00.000Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

export const DimensionsScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'Dimensions',
  description:
    'The dimensions of an event: a JSON object of at most 64 names with a text, a number or a boolean each. Numbers keep all their digits, in and out: see DimensionValue. ' +
    'A null is the same as an absent name.',
  serialize: (value) => dimensionsToJson(value as Dimensions),
  parseValue: (value) => value,
  parseLiteral: rawFromLiteral,
});

/** A null-prototype object, so that any name is only a name. */
function dimensionsToJson(dimensions: Dimensions): Record<string, unknown> {
  const json: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of dimensions) json[name] = typeof value === 'object' ? exactJsonValue(value.toFixed()) : value;
  return json;
}

/** The value of a literal as a JSON body would have given it; every number with its digits. */
function rawFromLiteral(node: ValueNode, variables?: Record<string, unknown> | null): unknown {
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return new ExactNumber(node.value);
  if (node.kind === Kind.LIST) return node.values.map((item) => rawFromLiteral(item, variables));
  if (node.kind !== Kind.OBJECT) return valueFromASTUntyped(node, variables);
  const raw: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const field of node.fields) raw[field.name.value] = rawFromLiteral(field.value, variables);
  return raw;
}

export const MetadataScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'Metadata',
  description:
    'A JSON object for the caller’s own use, at most 16 KB and 8 levels deep. Drawdown gives it back and never reads it. ' +
    'A number that a double cannot hold exactly is refused: send it as text.',
  serialize: (value) => value,
  parseValue: (value) => withPlainNumbers(value, MOST_METADATA_DEPTH),
  parseLiteral: (node, variables) => withPlainNumbers(rawFromLiteral(node, variables), MOST_METADATA_DEPTH),
});

/** The same JSON with JavaScript numbers only: NaN, which is refused, for one that would lose digits. What is too deep is refused anyway. */
function withPlainNumbers(value: unknown, depthLeft: number): unknown {
  if (value instanceof ExactNumber) return isSafeNumber(value.text) ? Number(value.text) : NaN;
  if (typeof value !== 'object' || value === null || depthLeft === 0) return value;
  if (Array.isArray(value)) return value.map((item) => withPlainNumbers(item, depthLeft - 1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withPlainNumbers(item, depthLeft - 1)]));
}
