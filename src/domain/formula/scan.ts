import { Decimal } from '../decimal';
import { MOST_NUMBER_DIGITS } from '../dimensions';
import { isStorableText } from '../ids';
import { shortName } from './functions';
import type { ProblemList } from './problem';

export const MOST_FORMULA_BYTES = 4096;
export const MOST_FORMULA_TOKENS = 500;

interface TokenPlace {
  readonly start: number;
  readonly end: number;
}

/** `sign`: an operator, a bracket or a comma, with the words `and or not in` among them. */
export type Token = TokenPlace &
  (
    | { readonly kind: 'number'; readonly value: Decimal }
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'sign'; readonly sign: string }
  );

const SPACE = /[ \t\r\n]+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const AFTER_NUMBER = /[A-Za-z0-9_.]+/y;
const TEXT = /"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'/y;
const ESCAPE = /\\(u[0-9a-fA-F]{4}|.)/gu;
const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const SIGN = /==|!=|<=|>=|[-+*/%^<>?:,()[\]]/y;
const WORD_SIGNS = new Set(['and', 'or', 'not', 'in']);

/** Signs of other languages, longest first, and what to write here. */
const FOREIGN_SIGNS: readonly (readonly [string, string])[] = [
  ['/*', 'Comments are not part of the language.'],
  ['//', 'Comments are not part of the language; a division has one /.'],
  ['===', 'Write == to compare.'],
  ['!==', 'Write != to compare.'],
  ['=>', 'Write >= for "greater or equal".'],
  ['=<', 'Write <= for "less or equal".'],
  ['<>', 'Write != for "not equal".'],
  ['&&', 'Write and instead of &&.'],
  ['||', 'Write or instead of ||; texts cannot be joined.'],
  ['**', 'Write ^ for a power.'],
  ['??', 'Write coalesce(dimension, default) instead of ??.'],
  ['++', 'Write + 1; a formula changes nothing.'],
  ['=', 'Write == to compare; a formula cannot assign.'],
  ['!', 'Write not instead of !; there are no factorials.'],
  ['&', 'Write and instead of &.'],
  ['|', 'Write or instead of |.'],
  [';', 'A formula is one expression; it has no statements.'],
  ['.', 'Nothing has members; write dimension("a.b") for a dimension whose name has a point.'],
  ['{', 'Use round brackets ( ).'],
  ['}', 'Use round brackets ( ).'],
  ['“', 'Use straight quotes ".'],
  ['”', 'Use straight quotes ".'],
  ['„', 'Use straight quotes ".'],
  ['‘', "Use straight quotes '."],
  ['’', "Use straight quotes '."],
  ['`', 'Use straight quotes ".'],
  ['×', 'Write * to multiply.'],
  ['·', 'Write * to multiply.'],
  ['∙', 'Write * to multiply.'],
  ['•', 'Write * to multiply.'],
  ['÷', 'Write / to divide.'],
  ['−', 'Write the plain minus sign -.'],
  ['–', 'Write the plain minus sign -.'],
  ['≤', 'Write <=.'],
  ['≥', 'Write >=.'],
  ['≠', 'Write !=.'],
  ['#', 'Comments are not part of the language.'],
];

/** Turns the text into tokens. Null where it is over the limits or has problems: then they are in the list. */
export function scanFormula(text: string, problems: ProblemList): Token[] | null {
  if (text.length > MOST_FORMULA_BYTES || Buffer.byteLength(text) > MOST_FORMULA_BYTES) {
    problems.add(0, `A formula must have at most ${MOST_FORMULA_BYTES} bytes of UTF-8.`);
    return null;
  }
  if (!isStorableText(text)) {
    problems.add(0, 'A formula must not contain NUL or half of a surrogate pair.');
    return null;
  }
  const scanner = new Scanner(text, problems);
  scanner.run();
  return problems.any ? null : scanner.tokens;
}

class Scanner {
  readonly tokens: Token[] = [];
  private at = 0;

  constructor(
    readonly text: string,
    readonly problems: ProblemList,
  ) {}

  run(): void {
    for (;;) {
      this.take(SPACE);
      if (this.at >= this.text.length) return;
      if (this.tokens.length >= MOST_FORMULA_TOKENS) {
        this.problems.add(this.at, `A formula must have at most ${MOST_FORMULA_TOKENS} numbers, names, signs and texts.`);
        return;
      }
      const scanned = this.number() || this.name() || this.quoted() || this.sign();
      if (!scanned) return;
    }
  }

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return null;
    this.at += found[0].length;
    return found[0];
  }

  private number(): boolean {
    const start = this.at;
    const digits = this.take(NUMBER);
    if (digits === null) return false;
    const rest = this.take(AFTER_NUMBER);
    if (rest !== null) this.problems.add(start, unreadableNumberMessage(digits, rest));
    const value = exactNumber(digits);
    if (value === null)
      this.problems.add(start, `A number must have at most ${MOST_NUMBER_DIGITS} significant digits and lie between 1e-37 and 1e38 in size.`);
    this.tokens.push({ kind: 'number', value: value ?? new Decimal(0), start, end: this.at });
    return true;
  }

  private name(): boolean {
    const start = this.at;
    const name = this.take(NAME);
    if (name === null) return false;
    const place = { start, end: this.at };
    this.tokens.push(WORD_SIGNS.has(name) ? { kind: 'sign', sign: name, ...place } : { kind: 'name', name, ...place });
    return true;
  }

  private quoted(): boolean {
    const first = this.text[this.at];
    if (first !== '"' && first !== "'") return false;
    const start = this.at;
    const quoted = this.take(TEXT);
    if (quoted === null) {
      this.problems.add(start, `This text has no closing ${first} on its line.`);
      return false;
    }
    const value = quoted.slice(1, -1).replace(ESCAPE, (whole, code: string, index: number) => this.unescaped(whole, code, start + 1 + index));
    if (!isStorableText(value)) this.problems.add(start, 'A text with NUL or half of a surrogate pair equals no dimension.');
    this.tokens.push({ kind: 'text', value, start, end: this.at });
    return true;
  }

  private unescaped(whole: string, code: string, at: number): string {
    if (code.length === 5) return String.fromCharCode(parseInt(code.slice(1), 16));
    const character = ESCAPED.get(code);
    if (character === undefined)
      this.problems.add(at, `${whole} means nothing in a text; there are \\\\ \\" \\' \\n \\r \\t and \\u with four hex digits.`);
    return character ?? '';
  }

  private sign(): boolean {
    const start = this.at;
    const foreign = FOREIGN_SIGNS.find(([sign]) => sign.length > 1 && this.text.startsWith(sign, start));
    const sign = foreign ? null : this.take(SIGN);
    if (sign === null) {
      this.problems.add(start, foreign?.[1] ?? this.strangeCharacter(start));
      return false;
    }
    this.tokens.push({ kind: 'sign', sign, start, end: this.at });
    return true;
  }

  private strangeCharacter(at: number): string {
    const foreign = FOREIGN_SIGNS.find(([sign]) => this.text.startsWith(sign, at));
    if (foreign) return foreign[1];
    const character = String.fromCodePoint(this.text.codePointAt(at)!);
    if (/\s/u.test(character)) return 'There is an unusual space here; write an ordinary one.';
    const named = /[\p{L}\p{N}$@~]/u.test(character) ? ' Write dimension("…") for a name with other letters than A-Z a-z 0-9 _.' : '';
    return `${/[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `The character ${character}` : 'This character'} has no place in a formula.${named}`;
  }
}

function unreadableNumberMessage(digits: string, rest: string): string {
  if (rest === '.') return `Write ${shortName(digits)} without the point, or with digits after it.`;
  if (/^[A-Za-z]/.test(rest) && !/^[xXbBoO][0-9a-fA-F]/.test(rest)) return `Write ${shortName(digits)} * ${shortName(rest)} to multiply.`;
  return `${shortName(digits + rest)} is not a decimal number.`;
}

/** The number with all its digits, or null where it is more than a dimension could be. */
function exactNumber(digits: string): Decimal | null {
  const exponent = /[eE][+-]?(\d+)/.exec(digits)?.[1] ?? '';
  if (exponent.length > 3) return null;
  const value = new Decimal(digits);
  if (value.isZero()) return value;
  return value.precision() <= MOST_NUMBER_DIGITS && Math.abs(value.e) < MOST_NUMBER_DIGITS ? value : null;
}
