import { isSafeNumber, parse as parseLossless } from 'lossless-json';
import { DrawdownError } from '../domain/errors';
import { ExactNumber } from '../domain/exact-number';

/** A number where a value may stand that a JavaScript number might not hold: 16 or more digits, or an exponent of three. False alarms cost time only. */
const LONG_NUMBER = /[:,[]\s*-?(?:[\d.]{16}|[\d.]+[eE][+-]?\d{3})/;
/** No input of the schema is deeper; the exact parser calls itself once per level. */
const MOST_LEVELS = 100;

/** Reads the JSON of a request; numbers that a JavaScript number would round come as ExactNumber. Throws SyntaxError, or INPUT_INVALID where it is too deep. */
export function parseJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  if (isDeep(text)) throw new DrawdownError('INPUT_INVALID', `The JSON of a request must be at most ${MOST_LEVELS} levels deep.`);
  return parseLossless(text, undefined, { parseNumber, onDuplicateKey: ({ newValue }) => newValue });
}

function parseNumber(text: string): number | ExactNumber {
  return isSafeNumber(text) ? Number(text) : new ExactNumber(text);
}

function isDeep(text: string): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (inText) {
      if (code === BACKSLASH) i += 1;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      if (depth > MOST_LEVELS) return true;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Marks a text that stands for a number in an answer. No stored text contains NUL, so nothing else begins like it. */
const EXACT = '\u0000exact:';
const EXACT_IN_JSON = /"\\u0000exact:(-?[\d.]+)"/g;

/** A number for an answer: a JavaScript number where that is exact, else a mark that `writeJson` replaces by the digits. */
export function exactJsonValue(text: string): number | string {
  return isSafeNumber(text) ? Number(text) : EXACT + text;
}

/** Writes the JSON of an answer, with all digits of its exact numbers. */
export function writeJson(value: unknown): string {
  return withExactNumbers(JSON.stringify(value));
}

/** JSON in which the marks of `exactJsonValue` have become numbers. */
export function withExactNumbers(text: string): string {
  return text.includes('\\u0000exact:') ? text.replace(EXACT_IN_JSON, '$1') : text;
}
