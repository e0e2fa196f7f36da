import { Decimal } from '../decimal';
import type { DimensionValue } from '../dimensions';
import type { Comparison, Node, NodeOf } from '../formula/syntax-tree';

/** Whether a condition comes out the same whatever the event is. */
export type Truth = 'always' | 'never' | 'open';

/** Between which numbers a variable lies. An open end is not reached itself; `said` ends are those of conditions around. */
export interface NumberFact {
  readonly low: Decimal;
  readonly high: Decimal;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
  readonly lowSaid: boolean;
  readonly highSaid: boolean;
  readonly notZero: boolean;
}

/** Which texts (or true and false, as texts) a variable can be: one of these, or any but those. */
interface TextFact {
  readonly only: ReadonlySet<string> | null;
  readonly not: ReadonlySet<string>;
}

type Variable = NodeOf<'value'> | NodeOf<'dimension'>;

const INFINITE = new Decimal(Infinity);
const ANY_TEXT: TextFact = { only: null, not: new Set() };
const OPPOSITE = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const satisfies Record<Comparison, Comparison>;
const MIRRORED = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const satisfies Record<Comparison, Comparison>;

export function variableKey(node: Variable): string {
  return node.kind === 'value' ? 'value' : `dimension ${node.name}`;
}

export function isVariable(node: Node): node is Variable {
  return node.kind === 'value' || node.kind === 'dimension';
}

export function numberFact(low: Decimal = INFINITE.neg(), high: Decimal = INFINITE): NumberFact {
  return { low, high, lowOpen: false, highOpen: false, lowSaid: false, highSaid: false, notZero: false };
}

/** What is known of variables before any condition. */
export interface FirstFacts {
  readonly constants: ReadonlyMap<Node, DimensionValue>;
  readonly numberOf: (key: string) => NumberFact;
  readonly textsOf: (key: string) => ReadonlySet<string> | null;
  /** Dimensions that every event has. */
  readonly always: ReadonlySet<string>;
}

/** What is known of the variables at one place of a formula: what holds anyway, and what the conditions around the place say. Immutable. */
export class Facts {
  constructor(
    private readonly first: FirstFacts,
    private readonly numbers: ReadonlyMap<string, NumberFact> = new Map(),
    private readonly texts: ReadonlyMap<string, TextFact> = new Map(),
  ) {}

  number(variable: Variable): NumberFact {
    const key = variableKey(variable);
    return this.numbers.get(key) ?? this.first.numberOf(key);
  }

  /** The facts where `condition` came out as `truth`. */
  when(condition: Node, truth: boolean): Facts {
    if (condition.kind === 'not') return this.when(condition.operand, !truth);
    if (condition.kind === 'logical' && (condition.operator === 'and') === truth)
      return this.when(condition.left, truth).when(condition.right, truth);
    if (condition.kind === 'dimension') return this.withText(condition, [String(truth)], true);
    if (condition.kind === 'in') return this.whenIn(condition, truth);
    return condition.kind === 'comparison' ? this.whenCompared(condition, truth) : this;
  }

  truthOf(condition: Node): Truth {
    const constant = this.first.constants.get(condition);
    if (typeof constant === 'boolean') return constant ? 'always' : 'never';
    switch (condition.kind) {
      case 'not':
        return opposite(this.truthOf(condition.operand));
      case 'logical':
        return this.truthOfLogical(condition);
      case 'comparison':
        return this.truthOfComparison(condition);
      case 'in':
        return this.truthOfIn(condition);
      case 'call':
        return this.isAlwaysThere(condition) ? 'always' : 'open';
      case 'dimension':
        return this.textTruth(condition, ['true']);
      default:
        return 'open';
    }
  }

  private truthOfLogical({ operator, left, right }: NodeOf<'logical'>): Truth {
    const isAnd = operator === 'and';
    const [decisive, other] = isAnd ? (['never', 'always'] as const) : (['always', 'never'] as const);
    const first = this.truthOf(left);
    const second = this.when(left, isAnd).truthOf(right);
    if (first === decisive || second === decisive) return decisive;
    return first === other && second === other ? other : 'open';
  }

  private truthOfComparison({ operator, left, right }: NodeOf<'comparison'>): Truth {
    const [variable, sign, constant] = this.sides(operator, left, right);
    if (!variable || constant === undefined) return 'open';
    if (Decimal.isDecimal(constant)) return compared(this.number(variable), sign, constant);
    const truth = this.textTruth(variable, [String(constant)]);
    return sign === '==' ? truth : opposite(truth);
  }

  private truthOfIn({ needle, list }: NodeOf<'in'>): Truth {
    const values = list.map((item) => this.first.constants.get(item));
    if (!isVariable(needle) || values.some((value) => value === undefined)) return 'open';
    if (values.every((value) => !Decimal.isDecimal(value))) return this.textTruth(needle, values.map(String));
    return values.every((value) => Decimal.isDecimal(value) && compared(this.number(needle), '==', value) === 'never') ? 'never' : 'open';
  }

  private textTruth(variable: Variable, values: readonly string[]): Truth {
    const { only, not } = this.text(variable);
    if (values.every((value) => not.has(value) || (only && !only.has(value)))) return 'never';
    return only && [...only].every((value) => values.includes(value) || not.has(value)) ? 'always' : 'open';
  }

  private isAlwaysThere(call: NodeOf<'call'>): boolean {
    const [argument] = call.arguments;
    return call.name === 'exists' && argument?.kind === 'dimension' && this.first.always.has(argument.name);
  }

  private text(variable: Variable): TextFact {
    const key = variableKey(variable);
    return this.texts.get(key) ?? { ...ANY_TEXT, only: this.first.textsOf(key) };
  }

  private whenIn({ needle, list }: NodeOf<'in'>, truth: boolean): Facts {
    const values = list.map((item) => this.first.constants.get(item));
    if (!isVariable(needle) || values.some((value) => value === undefined || Decimal.isDecimal(value))) return this;
    return this.withText(needle, values.map(String), truth);
  }

  private whenCompared({ operator, left, right }: NodeOf<'comparison'>, truth: boolean): Facts {
    const [variable, sign, constant] = this.sides(truth ? operator : OPPOSITE[operator], left, right);
    if (!variable || constant === undefined) return this;
    if (!Decimal.isDecimal(constant)) return this.withText(variable, [String(constant)], sign === '==');
    const narrowed = narrowedBy(this.number(variable), sign, constant);
    return new Facts(this.first, new Map(this.numbers).set(variableKey(variable), narrowed), this.texts);
  }

  private withText(variable: Variable, values: readonly string[], isOne: boolean): Facts {
    const { only, not } = this.text(variable);
    const fact = isOne
      ? { only: new Set(values.filter((value) => !not.has(value) && (!only || only.has(value)))), not }
      : { only, not: new Set([...not, ...values]) };
    return new Facts(this.first, this.numbers, new Map(this.texts).set(variableKey(variable), fact));
  }

  /** A comparison of a variable with a constant, the variable to the left. */
  private sides(operator: Comparison, left: Node, right: Node): [variable: Variable | null, sign: Comparison, constant: DimensionValue | undefined] {
    if (isVariable(left)) return [left, operator, this.first.constants.get(right)];
    return isVariable(right) ? [right, MIRRORED[operator], this.first.constants.get(left)] : [null, operator, undefined];
  }
}

function opposite(truth: Truth): Truth {
  return truth === 'open' ? truth : truth === 'always' ? 'never' : 'always';
}

function narrowedBy(before: NumberFact, sign: Comparison, constant: Decimal): NumberFact {
  let fact = before;
  const open = sign === '<' || sign === '>';
  if ((sign === '>' || sign === '>=' || sign === '==') && (constant.gt(fact.low) || (constant.eq(fact.low) && open)))
    fact = { ...fact, low: constant, lowOpen: open, lowSaid: true };
  if ((sign === '<' || sign === '<=' || sign === '==') && (constant.lt(fact.high) || (constant.eq(fact.high) && open)))
    fact = { ...fact, high: constant, highOpen: open, highSaid: true };
  return { ...fact, notZero: fact.notZero || (sign === '!=' && constant.isZero()) };
}

function compared(fact: NumberFact, sign: Comparison, constant: Decimal): Truth {
  switch (sign) {
    case '<':
      return isBelow(fact, constant);
    case '>=':
      return opposite(isBelow(fact, constant));
    case '>':
      return isAbove(fact, constant);
    case '<=':
      return opposite(isAbove(fact, constant));
    case '==':
      return equals(fact, constant);
    case '!=':
      return opposite(equals(fact, constant));
  }
}

function isBelow({ low, high, highOpen }: NumberFact, constant: Decimal): Truth {
  if (low.gte(constant)) return 'never';
  return high.lt(constant) || (high.eq(constant) && highOpen) ? 'always' : 'open';
}

function isAbove({ low, high, lowOpen }: NumberFact, constant: Decimal): Truth {
  if (high.lte(constant)) return 'never';
  return low.gt(constant) || (low.eq(constant) && lowOpen) ? 'always' : 'open';
}

function equals(fact: NumberFact, constant: Decimal): Truth {
  const isOutside = isBelow(fact, constant) === 'always' || isAbove(fact, constant) === 'always';
  if (isOutside || (fact.notZero && constant.isZero())) return 'never';
  return fact.low.eq(fact.high) ? 'always' : 'open';
}

/**
 * Whether a condition that is always true ends a chain of conditions that has all cases, as in `x > 10 ? a : x <= 10 ? b : 0`: the language asks for
 * a last branch, which nobody means.
 */
export function completesChain(facts: Facts, condition: Node, constants: ReadonlyMap<Node, DimensionValue>): boolean {
  if (condition.kind === 'in' || condition.kind === 'dimension' || condition.kind === 'not') return true;
  if (condition.kind !== 'comparison') return false;
  const variable = [condition.left, condition.right].find(isVariable);
  const constant = constants.get(variable === condition.left ? condition.right : condition.left);
  if (!variable || constant === undefined) return false;
  if (!Decimal.isDecimal(constant)) return true;
  const { low, high, lowSaid, highSaid } = facts.number(variable);
  return (lowSaid && low.eq(constant)) || (highSaid && high.eq(constant));
}
