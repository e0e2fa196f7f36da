import { Decimal } from '../decimal';
import type { DimensionValue } from '../dimensions';
import { isExponent } from './arithmetic';
import type { ProblemList } from './problem';
import type { Comparison, Node, NodeOf } from './syntax-tree';

/** Between which values a part can lie; whether 0 was ruled out by a condition. */
interface Range {
  readonly low: Decimal;
  readonly high: Decimal;
  readonly notZero: boolean;
}

/** What conditions around a part say about the variables in it. */
type Facts = ReadonlyMap<string, Range>;

const ZERO = new Decimal(0);
const ONE = new Decimal(1);
const INFINITE = new Decimal(Infinity);
const ANYTHING: Range = { low: INFINITE.neg(), high: INFINITE, notZero: false };
const NOT_NEGATIVE: Range = { low: ZERO, high: INFINITE, notZero: false };

/**
 * Warns of what can go wrong for some events, taking for granted that what is reported is never negative (it hardly ever is):
 * a result below 0, a division by 0. Conditions that rule it out are understood where they compare a variable with a constant, as in `x > 0 ? a / x : 0`.
 */
export function warnOfRanges(root: Node, constants: ReadonlyMap<Node, DimensionValue>, warnings: ProblemList): void {
  const finder = new RangeFinder(constants, warnings);
  if (finder.rangeOf(root, new Map()).low.lt(0))
    warnings.add(root.at, 'The result can be negative, and an event with a negative charge is refused; max(0, …) prevents that.');
}

class RangeFinder {
  constructor(
    readonly constants: ReadonlyMap<Node, DimensionValue>,
    readonly warnings: ProblemList,
  ) {}

  /** Of a part that is no number the answer means nothing, but its parts are looked through. */
  rangeOf(node: Node, facts: Facts): Range {
    const constant = this.constants.get(node);
    if (Decimal.isDecimal(constant)) return { low: constant, high: constant, notZero: !constant.isZero() };
    switch (node.kind) {
      case 'value':
      case 'dimension':
        return facts.get(variableKey(node)) ?? NOT_NEGATIVE;
      case 'negation':
        return negated(this.rangeOf(node.operand, facts));
      case 'not':
        return this.rangeOf(node.operand, facts);
      case 'arithmetic':
        return this.arithmetic(node, this.rangeOf(node.left, facts), this.rangeOf(node.right, facts));
      case 'comparison':
        return this.all([node.left, node.right], facts);
      case 'logical':
        this.rangeOf(node.left, facts);
        return this.rangeOf(node.right, this.factsWhen(node.left, node.operator === 'and', facts));
      case 'in':
        return this.all([node.needle, ...node.list], facts);
      case 'conditional':
        this.rangeOf(node.condition, facts);
        return union([
          this.rangeOf(node.whenTrue, this.factsWhen(node.condition, true, facts)),
          this.rangeOf(node.whenFalse, this.factsWhen(node.condition, false, facts)),
        ]);
      case 'call':
        return this.call(node, facts);
      default:
        return ANYTHING;
    }
  }

  private all(nodes: readonly Node[], facts: Facts): Range {
    return union(nodes.map((node) => this.rangeOf(node, facts)));
  }

  private arithmetic(node: NodeOf<'arithmetic'>, left: Range, right: Range): Range {
    if ((node.operator === '/' || node.operator === '%') && canBeZero(right))
      this.warnings.add(node.at, 'This can divide by zero, and then the event is refused; x > 0 ? a / x : 0 prevents that.');
    switch (node.operator) {
      case '+':
        return range(left.low.plus(right.low), left.high.plus(right.high));
      case '-':
        return range(left.low.minus(right.high), left.high.minus(right.low));
      case '*':
        return product(left, right);
      case '/':
        return product(left, reciprocal(right));
      case '%':
        return range(left.low.lt(0) ? left.low : ZERO, left.high.gt(0) ? left.high : ZERO);
      case '^':
        return powerRange(left, right);
    }
  }

  private call(node: NodeOf<'call'>, facts: Facts): Range {
    const ranges = node.arguments.map((argument) => this.rangeOf(argument, facts));
    const [first, second, third] = ranges;
    switch (node.name) {
      case 'min':
        return ranges.reduce(lesserRange);
      case 'max':
        return ranges.reduce(greaterRange);
      case 'clamp':
        return lesserRange(greaterRange(first!, second!), third!);
      case 'abs':
        return first!.low.gte(0) ? first! : { ...range(ZERO, Decimal.max(first!.low.abs(), first!.high.abs())), notZero: first!.notZero };
      case 'ceil':
        return range(first!.low.ceil(), first!.high.ceil());
      case 'floor':
      case 'round':
        return range(first!.low.floor(), first!.high.ceil());
      case 'tiered':
      case 'volume':
        return product(first!, union(ranges.filter((_, index) => index > 0 && (index % 2 === 0 || index === ranges.length - 1))));
      case 'coalesce':
        return union(ranges);
      case 'exists':
        return ANYTHING;
    }
  }

  /** The facts where `condition` came out as `truth`. */
  private factsWhen(condition: Node, truth: boolean, facts: Facts): Facts {
    if (condition.kind === 'not') return this.factsWhen(condition.operand, !truth, facts);
    if (condition.kind === 'logical' && (condition.operator === 'and') === truth)
      return this.factsWhen(condition.right, truth, this.factsWhen(condition.left, truth, facts));
    if (condition.kind !== 'comparison') return facts;
    const operator = truth ? condition.operator : OPPOSITE[condition.operator];
    return (
      this.narrowed(condition.left, operator, condition.right, facts) ??
      this.narrowed(condition.right, MIRRORED[operator], condition.left, facts) ??
      facts
    );
  }

  private narrowed(variable: Node, operator: Comparison, constantNode: Node, facts: Facts): Facts | undefined {
    const constant = this.constants.get(constantNode);
    if ((variable.kind !== 'value' && variable.kind !== 'dimension') || !Decimal.isDecimal(constant)) return undefined;
    const key = variableKey(variable);
    return new Map(facts).set(key, narrowedRange(facts.get(key) ?? NOT_NEGATIVE, operator, constant));
  }
}

const OPPOSITE = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const satisfies Record<Comparison, Comparison>;
const MIRRORED = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const satisfies Record<Comparison, Comparison>;

function variableKey(node: NodeOf<'value'> | NodeOf<'dimension'>): string {
  return node.kind === 'value' ? 'value' : `dimension ${node.name}`;
}

function narrowedRange(before: Range, operator: Comparison, constant: Decimal): Range {
  const excludesZero = before.notZero || (constant.isZero() && (operator === '!=' || operator === '<' || operator === '>'));
  const low = operator === '>' || operator === '>=' || operator === '==' ? Decimal.max(before.low, constant) : before.low;
  const high = operator === '<' || operator === '<=' || operator === '==' ? Decimal.min(before.high, constant) : before.high;
  return { low, high, notZero: excludesZero };
}

function range(low: Decimal, high: Decimal): Range {
  return { low: low.isNaN() ? ANYTHING.low : low, high: high.isNaN() ? ANYTHING.high : high, notZero: false };
}

function canBeZero({ low, high, notZero }: Range): boolean {
  return !notZero && low.lte(0) && high.gte(0);
}

function negated({ low, high, notZero }: Range): Range {
  return { low: high.neg(), high: low.neg(), notZero };
}

function union(ranges: readonly Range[]): Range {
  return {
    low: Decimal.min(...ranges.map((one) => one.low)),
    high: Decimal.max(...ranges.map((one) => one.high)),
    notZero: ranges.every((one) => one.notZero),
  };
}

function lesserRange(a: Range, b: Range): Range {
  return { low: Decimal.min(a.low, b.low), high: Decimal.min(a.high, b.high), notZero: a.notZero && b.notZero };
}

function greaterRange(a: Range, b: Range): Range {
  return { low: Decimal.max(a.low, b.low), high: Decimal.max(a.high, b.high), notZero: a.notZero && b.notZero };
}

function product(a: Range, b: Range): Range {
  const notZero = a.notZero && b.notZero;
  if (a.low.gte(0) && b.low.gte(0)) return { low: times(a.low, b.low), high: times(a.high, b.high), notZero };
  const corners = [times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)];
  return { low: Decimal.min(...corners), high: Decimal.max(...corners), notZero };
}

/** 0 times infinity is 0 here: the bound is never reached. */
function times(x: Decimal, y: Decimal): Decimal {
  return x.isZero() || y.isZero() ? ZERO : x.times(y);
}

/** Of what is left when 0 is refused. */
function reciprocal(divisor: Range): Range {
  const { low, high } = divisor;
  if (low.isZero() && high.isZero()) return NOT_NEGATIVE;
  if (low.lt(0) && high.gt(0)) return { ...ANYTHING, notZero: true };
  const ends = [low, high].map((end) => (end.isZero() ? (high.gt(0) ? INFINITE : INFINITE.neg()) : ONE.div(end)));
  return { low: Decimal.min(...ends), high: Decimal.max(...ends), notZero: true };
}

function powerRange(base: Range, exponent: Range): Range {
  if (!exponent.low.eq(exponent.high) || !isExponent(exponent.low)) return base.low.gte(0) ? NOT_NEGATIVE : ANYTHING;
  const ends = [base.low.pow(exponent.low), base.high.pow(exponent.low)];
  const even = exponent.low.mod(2).isZero();
  const low = even && base.low.lt(0) && base.high.gt(0) ? ZERO : Decimal.min(...ends);
  return { low, high: Decimal.max(...ends), notZero: base.notZero };
}
