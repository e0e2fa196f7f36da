/** What a piece of a formula is, for its colour. Whether a formula is right is the server's knowledge alone. */
export type TokenKind = 'number' | 'text' | 'function' | 'name' | 'word' | 'sign' | 'strange';

export interface Token {
  readonly kind: TokenKind;
  readonly from: number;
  readonly to: number;
}

const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** Also one that is not closed on its line: it is still being typed. */
const TEXT = /"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?/y;
const SIGN = /==|!=|<=|>=|[-+*/%^<>?:,()[\]]/y;
const SPACE = /\s+/y;
/** A whole one: half of a pair could not be shown. */
const CHARACTER = /./suy;
const WORDS = new Set(['and', 'or', 'not', 'in', 'true', 'false']);

/** Every piece of a formula but the space between them, in order. Anything can be read: what has no place in a formula is `strange`. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found && found[0];
  };
  while (at < text.length) {
    if (take(SPACE) !== null) continue;
    const from = at;
    tokens.push({ kind: takeToken(take, text), from, to: at });
  }
  return tokens;
}

function takeToken(take: (pattern: RegExp) => string | null, text: string): TokenKind {
  if (take(NUMBER) !== null) return 'number';
  NAME.lastIndex = 0;
  const name = take(NAME);
  if (name !== null) {
    if (WORDS.has(name)) return 'word';
    return /^\s*\(/.test(text.slice(NAME.lastIndex)) ? 'function' : 'name';
  }
  if (take(TEXT) !== null) return 'text';
  if (take(SIGN) !== null) return 'sign';
  take(CHARACTER);
  return 'strange';
}
