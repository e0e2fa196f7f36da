import { shortName, unknownFunctionMessage, isFunctionName, FUNCTIONS } from './functions';
import type { ProblemList } from './problem';
import type { Token } from './scan';

export const MOST_FORMULA_DEPTH = 32;
/** A power takes fifty times as long as a product. */
export const MOST_FORMULA_POWERS = 16;

/** A bracket that is open while the tokens are read. */
interface OpenBracket {
  readonly index: number;
  readonly kind: 'group' | 'call' | 'list';
  /** The `?` that wait for their `:`. */
  readonly questions: number[];
}

const INFIX = new Set(['+', '-', '*', '/', '%', '^', '==', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in']);
const WORD_SIGNS = new Set(['and', 'or', 'not', 'in']);

/**
 * Checks that values and operators alternate and that brackets, `?` and `:` pair up, so that each mistake is told at its place.
 * What passes is a sentence of the grammar; the parser that builds the tree then has nothing left to refuse.
 * Answers, for each bracket token, the index of its partner.
 */
export function checkGrammar(tokens: readonly Token[], problems: ProblemList): ReadonlyMap<number, number> | null {
  if (tokens.length === 0) {
    problems.add(0, 'The formula is empty.');
    return null;
  }
  const reader = new GrammarReader(tokens, problems);
  reader.run();
  return problems.any ? null : reader.partners;
}

/** Whether the token at `index` is the bracket of a call. */
export function opensCall(tokens: readonly Token[], index: number): boolean {
  return isSign(tokens[index], '(') && tokens[index - 1]?.kind === 'name';
}

export function isSign(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.sign === sign;
}

class GrammarReader {
  readonly partners = new Map<number, number>();
  private readonly open: OpenBracket[] = [];
  private powers = 0;
  private questions: number[] = [];
  private wantsValue = true;
  private index = 0;

  constructor(
    readonly tokens: readonly Token[],
    readonly problems: ProblemList,
  ) {}

  run(): void {
    for (; this.index < this.tokens.length; this.index++) {
      const problem = this.wantsValue ? this.readValue() : this.readOperator();
      if (problem) return this.problems.add(this.token.start, problem);
    }
    this.readEnd();
  }

  private get token(): Token {
    return this.tokens[this.index]!;
  }

  private get previous(): Token | undefined {
    return this.tokens[this.index - 1];
  }

  private readValue(): string | null {
    const token = this.token;
    if (isSign(this.previous, 'in') && !isSign(token, '[')) return 'After in there must be a list, as in x in ["a", "b"].';
    if (token.kind !== 'sign') {
      this.wantsValue = false;
      return token.kind === 'name' ? this.nameProblem(token.name) : null;
    }
    if (token.sign === '(') return this.openBracket(opensCall(this.tokens, this.index) ? 'call' : 'group');
    if (token.sign === '[') return isSign(this.previous, 'in') ? this.openBracket('list') : 'A list can only stand after in, as in x in ["a", "b"].';
    if (token.sign === '-' || token.sign === 'not') return null;
    if (token.sign === '+') return 'A + in front of a value does nothing; leave it out.';
    if (token.sign === ')' && opensCall(this.tokens, this.index - 1)) return this.closeBracket();
    if (token.sign === ']' && isSign(this.previous, '[')) return 'The list is empty.';
    return `There must be a value before ${token.sign}.`;
  }

  private nameProblem(name: string): string | null {
    if (WORD_SIGNS.has(name.toLowerCase())) return `Write ${name.toLowerCase()} in small letters.`;
    if (!isSign(this.tokens[this.index + 1], '(')) return null;
    this.wantsValue = true;
    return isFunctionName(name) ? null : unknownFunctionMessage(name);
  }

  private readOperator(): string | null {
    const token = this.token;
    if (token.kind !== 'sign') return missingOperatorMessage(token);
    if (INFIX.has(token.sign)) {
      this.wantsValue = true;
      if (token.sign === '^') this.powers += 1;
      return this.powers > MOST_FORMULA_POWERS ? `A formula must have at most ${MOST_FORMULA_POWERS} powers.` : null;
    }
    if (token.sign === '?' || token.sign === ':') return this.readConditional(token.sign);
    if (token.sign === ',') return this.readComma();
    if (token.sign === ')' || token.sign === ']') return this.closeBracket();
    if (token.sign === '(') return 'There is no operator before (; write * to multiply.';
    if (token.sign === 'not') return 'There is no operator before not; for "not in" write not (x in [...]).';
    return 'A list can only stand after in; nothing else has brackets [ ].';
  }

  private readConditional(sign: string): string | null {
    this.wantsValue = true;
    if (sign === '?') this.questions.push(this.index);
    else if (this.questions.pop() === undefined) return 'There is no ? before this :.';
    return null;
  }

  private readComma(): string | null {
    const kind = this.open.at(-1)?.kind;
    if (kind === undefined) return 'A comma separates arguments; here is no function. Decimals are written with a point.';
    if (kind === 'group') return 'A comma separates arguments; these brackets are not of a function. Lists are written [ ].';
    this.wantsValue = true;
    return this.waitingQuestion();
  }

  private openBracket(kind: OpenBracket['kind']): string | null {
    if (this.open.length >= MOST_FORMULA_DEPTH) return `Brackets can be at most ${MOST_FORMULA_DEPTH} deep.`;
    this.open.push({ index: this.index, kind, questions: this.questions });
    this.questions = [];
    this.wantsValue = true;
    return null;
  }

  private closeBracket(): string | null {
    const token = this.token;
    const waiting = this.waitingQuestion();
    if (waiting) return waiting;
    const open = this.open.pop();
    const wanted = open?.kind === 'list' ? ']' : ')';
    if (!open) return `There is no opening bracket for this ${token.kind === 'sign' ? token.sign : ''}.`;
    if (!isSign(token, wanted)) return `The bracket opened before must be closed by ${wanted} first.`;
    this.partners.set(open.index, this.index).set(this.index, open.index);
    this.questions = open.questions;
    this.wantsValue = false;
    return null;
  }

  private waitingQuestion(): string | null {
    return this.questions.length > 0 ? 'There is a ? before this without its : part; write condition ? then : otherwise.' : null;
  }

  private readEnd(): void {
    const last = this.tokens.at(-1)!;
    const open = this.open.at(-1);
    if (this.wantsValue) this.problems.add(last.start, `The formula ends here, but something must follow ${signOf(last)}.`);
    else if (this.questions.length > 0)
      this.problems.add(this.tokens[this.questions.at(-1)!]!.start, 'This ? has no : part; write condition ? then : otherwise.');
    else if (open) this.problems.add(this.tokens[open.index]!.start, 'This bracket is never closed.');
  }
}

function signOf(token: Token): string {
  return token.kind === 'sign' ? token.sign : 'it';
}

function missingOperatorMessage(token: Exclude<Token, { kind: 'sign' }>): string {
  if (token.kind === 'name' && WORD_SIGNS.has(token.name.toLowerCase())) return `Write ${token.name.toLowerCase()} in small letters.`;
  const what = token.kind === 'name' ? shortName(token.name) : `this ${token.kind}`;
  return `There is no operator before ${what}; write * to multiply, and between conditions.`;
}

/** What is wrong with how many arguments a function was given. */
export function arityMessage(name: keyof typeof FUNCTIONS, count: number): string | null {
  const { takes, usage } = FUNCTIONS[name];
  return takes(count) ? null : `Write ${usage}; here ${count === 1 ? 'is 1 argument' : `are ${count} arguments`}.`;
}
