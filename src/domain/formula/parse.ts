import { Parser } from 'expr-eval';
import { MOST_KEY_LENGTH } from '../dimensions';
import { arityMessage, checkGrammar, opensCall } from './grammar';
import { isFunctionName, type FunctionName } from './functions';
import type { ProblemList } from './problem';
import { scanFormula, type Token } from './scan';
import type { Arithmetic, Comparison, Node, Place } from './syntax-tree';

/*
 * The only file that knows expr-eval, and all it is used for is precedence.
 *
 * Its parser is never shown the formula's own words. Every number, text and name is replaced by the index of its token (`12` for a literal,
 * `_12` for a name), so nothing in the text can meet JavaScript's objects, lose digits in parseFloat or hide in a comment.
 * Its tables have no prototype and hold only our operators; its evaluator is never called. What it returns, a postfix stream,
 * is turned into our tree here; a kind of instruction that is not on the list is refused.
 */
interface Instruction {
  readonly type: string;
  readonly value: unknown;
}

interface ParserTables {
  unaryOps: object;
  binaryOps: object;
  ternaryOps: object;
  functions: object;
  consts: object;
}

const nothing = (): never => {
  throw new Error('The evaluator of the parser is not used.');
};

function table(names: readonly string[]): object {
  const entries: Record<string, () => never> = Object.create(null);
  for (const name of names) entries[name] = nothing;
  return Object.freeze(entries);
}

const parser = new Parser({
  allowMemberAccess: false,
  operators: { assignment: false, concatenate: false, factorial: false, fndef: false, in: true },
});
Object.assign(parser as unknown as ParserTables, {
  unaryOps: table(['-', 'not']),
  binaryOps: table(['+', '-', '*', '/', '%', '^', '==', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in']),
  ternaryOps: table(['?']),
  functions: table([]),
  consts: table([]),
} satisfies ParserTables);

/** The tree of a formula, or null with the problems in the list. */
export function parseFormula(text: string, problems: ProblemList): Node | null {
  const tokens = scanFormula(text, problems);
  const partners = tokens && checkGrammar(tokens, problems);
  if (!tokens || !partners) return null;
  const builder = new TreeBuilder(tokens, partners, problems);
  const root = builder.build(postfix(tokens));
  return problems.any ? null : root;
}

function postfix(tokens: readonly Token[]): readonly Instruction[] {
  const words = tokens.map((token, index) => (token.kind === 'sign' ? token.sign : token.kind === 'name' ? `_${index}` : String(index)));
  return (parser.parse(words.join(' ')) as unknown as { tokens: readonly Instruction[] }).tokens;
}

const ARITHMETIC: ReadonlySet<string> = new Set<Arithmetic>(['+', '-', '*', '/', '%', '^']);
const COMPARISONS: ReadonlySet<string> = new Set<Comparison>(['==', '!=', '<', '<=', '>', '>=']);

/** Names that are no dimension in any formula, and what to write instead. */
const NOT_DIMENSIONS: ReadonlyMap<string, string> = new Map([
  ['null', 'There is no null; write exists(x) or coalesce(x, default) for a dimension that may be missing.'],
  ['undefined', 'There is no undefined; write exists(x) or coalesce(x, default) for a dimension that may be missing.'],
  ['nil', 'There is no nil; write exists(x) or coalesce(x, default) for a dimension that may be missing.'],
  ['NaN', 'There is no NaN; every number is finite.'],
  ['Infinity', 'There is no Infinity; every number is finite. In tiered and volume the last rate needs no bound.'],
  ['True', 'Write true in small letters.'],
  ['TRUE', 'Write true in small letters.'],
  ['False', 'Write false in small letters.'],
  ['FALSE', 'Write false in small letters.'],
]);
/** No event can carry them (see dimensions.ts). */
const RESERVED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** What stands on the stack while the postfix stream is read: a part with the tokens it spans, or a list, or a function's name. */
interface Part {
  readonly node: Node;
  readonly first: number;
  readonly last: number;
}
type Entry = { readonly part: Part } | { readonly list: readonly Part[] } | { readonly callee: number } | { readonly branch: readonly Instruction[] };

class TreeBuilder {
  constructor(
    readonly tokens: readonly Token[],
    readonly partners: ReadonlyMap<number, number>,
    readonly problems: ProblemList,
  ) {}

  build(instructions: readonly Instruction[]): Node {
    return this.part(instructions).node;
  }

  private part(instructions: readonly Instruction[]): Part {
    const stack: Entry[] = [];
    for (const instruction of instructions) stack.push(this.entry(instruction, stack));
    const [only, ...rest] = stack;
    if (!only || rest.length > 0) throw unexpected('a stack that is not empty');
    return this.partOf(only);
  }

  private entry({ type, value }: Instruction, stack: Entry[]): Entry {
    const popParts = (count: number): Part[] => stack.splice(stack.length - count, count).map((entry) => this.partOf(entry));
    switch (type) {
      case 'INUMBER':
        return { part: this.literal(Number(value)) };
      case 'IVAR':
        return this.name(Number(String(value).slice(1)));
      case 'IEXPR':
        return { branch: value as readonly Instruction[] };
      case 'IARRAY':
        return { list: popParts(Number(value)) };
      case 'IOP1':
        return { part: this.prefixed(String(value), popParts(1)[0]!) };
      case 'IOP2':
        return { part: this.infixed(String(value), stack) };
      case 'IOP3': {
        const [condition, whenTrue, whenFalse] = popParts(3);
        return { part: this.ternary(condition!, whenTrue!, whenFalse!) };
      }
      case 'IFUNCALL': {
        const parts = popParts(Number(value));
        return { part: this.call(stack.pop()!, parts) };
      }
      default:
        throw unexpected(type);
    }
  }

  private partOf(entry: Entry): Part {
    if ('part' in entry) return entry.part;
    if ('branch' in entry) return this.part(entry.branch);
    throw unexpected('a list or a name where a value must be');
  }

  private literal(index: number): Part {
    const token = this.tokens[index]!;
    const place = this.place(index, index, index);
    if (token.kind === 'number') return { node: { kind: 'number', value: token.value, ...place }, first: index, last: index };
    if (token.kind === 'text') return { node: { kind: 'text', value: token.value, ...place }, first: index, last: index };
    throw unexpected(token.kind);
  }

  private name(index: number): Entry {
    const token = this.tokens[index];
    if (token?.kind !== 'name') throw unexpected('a name that is not there');
    if (opensCall(this.tokens, index + 1)) return { callee: index };
    return { part: { node: this.named(token.name, index), first: index, last: index } };
  }

  private named(name: string, index: number): Node {
    const place = this.place(index, index, index);
    if (name === 'value') return { kind: 'value', ...place };
    if (name === 'true' || name === 'false') return { kind: 'boolean', value: name === 'true', ...place };
    const problem = NOT_DIMENSIONS.get(name) ?? bareNameProblem(name);
    if (problem) this.problems.add(place.at, problem);
    return { kind: 'dimension', name, ...place };
  }

  private prefixed(operator: string, part: Part): Part {
    const operand = this.withBrackets(part);
    const first = operand.first - 1;
    const place = this.place(first, operand.last, first);
    if (operator === '-') return { node: { kind: 'negation', operand: part.node, ...place }, first, last: operand.last };
    if (operator === 'not') return { node: { kind: 'not', operand: part.node, ...place }, first, last: operand.last };
    throw unexpected(operator);
  }

  private infixed(operator: string, stack: Entry[]): Part {
    const right = stack.pop()!;
    const leftPart = this.partOf(stack.pop()!);
    const left = this.withBrackets(leftPart);
    const at = left.last + 1;
    if ('list' in right) return this.membership(operator, leftPart, left, right.list);
    const rightPart = this.partOf(right);
    const last = this.withBrackets(rightPart).last;
    this.refuseChain(operator, leftPart, left, at);
    const place = this.place(left.first, last, at);
    return { node: binary(operator, leftPart.node, rightPart.node, place), first: left.first, last };
  }

  private membership(operator: string, needle: Part, outer: Part, list: readonly Part[]): Part {
    if (operator !== 'in') throw unexpected(operator);
    const at = outer.last + 1;
    const last = this.partners.get(at + 1)!;
    this.refuseChain(operator, needle, outer, at);
    const node: Node = { kind: 'in', needle: needle.node, list: list.map((part) => part.node), ...this.place(outer.first, last, at) };
    return { node, first: outer.first, last };
  }

  /** `a < b < c` compares a truth with a number; `a == b == c` means what nobody means. */
  private refuseChain(operator: string, left: Part, outer: Part, at: number): void {
    if (!COMPARISONS.has(operator) && operator !== 'in') return;
    if (left.node.kind !== 'comparison' && left.node.kind !== 'in') return;
    if (outer.first === left.first) this.problems.add(this.tokens[at]!.start, 'Comparisons cannot be chained; write a < b and b < c.');
  }

  private ternary(condition: Part, whenTrue: Part, whenFalse: Part): Part {
    const outer = this.withBrackets(condition);
    const last = this.withBrackets(whenFalse).last;
    const place = this.place(outer.first, last, outer.last + 1);
    return {
      node: { kind: 'conditional', condition: condition.node, whenTrue: whenTrue.node, whenFalse: whenFalse.node, ...place },
      first: outer.first,
      last,
    };
  }

  private call(callee: Entry, parts: readonly Part[]): Part {
    if (!('callee' in callee)) throw unexpected('a call of what is no name');
    const first = callee.callee;
    const last = this.partners.get(first + 1)!;
    const token = this.tokens[first]!;
    if (token.kind !== 'name' || !isFunctionName(token.name)) throw unexpected('a call of an unknown function');
    const nodes = parts.map((part) => part.node);
    return { node: this.called(token.name, nodes, this.place(first, last, first)), first, last };
  }

  private called(name: FunctionName, nodes: readonly Node[], place: Place): Node {
    const problem = arityMessage(name, nodes.length);
    if (problem) {
      this.problems.add(place.at, problem);
      return { kind: 'value', ...place };
    }
    if (name === 'dimension') return this.dimension(nodes[0]!, place);
    if (name !== 'if') return { kind: 'call', name, arguments: nodes, ...place };
    return { kind: 'conditional', condition: nodes[0]!, whenTrue: nodes[1]!, whenFalse: nodes[2]!, ...place };
  }

  private dimension(argument: Node, place: Place): Node {
    const name = argument.kind === 'text' ? argument.value : null;
    if (name === null) this.problems.add(argument.at, 'dimension takes a text in quotes: dimension("name").');
    else if (name.length < 1 || name.length > MOST_KEY_LENGTH)
      this.problems.add(argument.at, `A dimension name has 1 to ${MOST_KEY_LENGTH} characters.`);
    else if (RESERVED_NAMES.has(name)) this.problems.add(argument.at, `No event can have a dimension named ${name}.`);
    return { kind: 'dimension', name: name ?? '', ...place };
  }

  /** The part with the brackets written around it. */
  private withBrackets(part: Part): Part {
    let { first, last } = part;
    while (first > 0 && this.partners.get(first - 1) === last + 1 && !opensCall(this.tokens, first - 1)) {
      first -= 1;
      last += 1;
    }
    return { node: part.node, first, last };
  }

  private place(first: number, last: number, at: number): Place {
    return { start: this.tokens[first]!.start, end: this.tokens[last]!.end, at: this.tokens[at]!.start };
  }
}

function binary(operator: string, left: Node, right: Node, place: Place): Node {
  if (ARITHMETIC.has(operator)) return { kind: 'arithmetic', operator: operator as Arithmetic, left, right, ...place };
  if (COMPARISONS.has(operator)) return { kind: 'comparison', operator: operator as Comparison, left, right, ...place };
  if (operator === 'and' || operator === 'or') return { kind: 'logical', operator, left, right, ...place };
  throw unexpected(operator);
}

function bareNameProblem(name: string): string | null {
  if (RESERVED_NAMES.has(name)) return `No event can have a dimension named ${name}.`;
  if (isFunctionName(name)) return `${name} is a function; write ${name}(…), or dimension("${name}") for a dimension of that name.`;
  return name in Object.prototype ? `Write dimension("${name}") for a dimension of that name.` : null;
}

/** A bug of ours, not a problem of the text: the grammar was checked before. */
function unexpected(what: string): Error {
  return new Error(`The formula parser met ${what}.`);
}
