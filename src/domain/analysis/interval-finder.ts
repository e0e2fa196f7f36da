import { Decimal } from '../decimal';
import type { DimensionValue } from '../dimensions';
import type { Node, NodeOf } from '../formula/syntax-tree';
import type { Facts } from './facts';
import { isVariable, type NumberFact } from './facts';
import * as interval from './interval';
import type { Interval } from './interval';

/** What interval arithmetic cannot rule out. */
export interface NotRuledOut {
  readonly negative: boolean;
  readonly outOfRange: boolean;
  /** `/` and `%` whose right side may be 0, with what is known where they stand. */
  readonly divisions: readonly NodeOf<'arithmetic'>[];
}

/** A charge must be below this, an intermediate value below the other. */
const MOST_CHARGE = new Decimal('1e26');
const MOST_INTERMEDIATE = new Decimal('1e101');

/**
 * Finds out between which values every part of a formula lies, given what is known of its variables, and what can go wrong by that. Conditions are
 * understood where they compare a variable with a constant. It takes variables for independent of one another, so what it does not rule out need not
 * be possible.
 */
export function findNotRuledOut(root: Node, constants: ReadonlyMap<Node, DimensionValue>, facts: Facts): NotRuledOut {
  const finder = new IntervalFinder(constants);
  const { low, high } = finder.intervalOf(root, facts);
  return { negative: low.lt(0), outOfRange: finder.outOfRange || high.gte(MOST_CHARGE), divisions: [...finder.divisions] };
}

class IntervalFinder {
  readonly divisions = new Set<NodeOf<'arithmetic'>>();
  outOfRange = false;

  constructor(readonly constants: ReadonlyMap<Node, DimensionValue>) {}

  /** Of a part that is no number the answer means nothing, but its parts are looked through. */
  intervalOf(node: Node, facts: Facts): Interval {
    const constant = this.constants.get(node);
    if (Decimal.isDecimal(constant)) return interval.exactly(constant);
    if (isVariable(node)) return intervalOfFact(facts.number(node));
    switch (node.kind) {
      case 'negation':
        return interval.negated(this.intervalOf(node.operand, facts));
      case 'not':
        return this.intervalOf(node.operand, facts);
      case 'arithmetic':
        return this.noted(this.arithmetic(node, this.intervalOf(node.left, facts), this.intervalOf(node.right, facts)));
      case 'comparison':
        return this.all([node.left, node.right], facts);
      case 'logical':
        this.intervalOf(node.left, facts);
        return this.intervalOf(node.right, facts.when(node.left, node.operator === 'and'));
      case 'in':
        return this.all([node.needle, ...node.list], facts);
      case 'conditional':
        return this.conditional(node, facts);
      case 'call':
        return this.noted(this.call(node, facts));
      default:
        return interval.ANYTHING;
    }
  }

  private all(nodes: readonly Node[], facts: Facts): Interval {
    return interval.union(nodes.map((node) => this.intervalOf(node, facts)));
  }

  private noted(found: Interval): Interval {
    if (found.high.gte(MOST_INTERMEDIATE) || found.low.lte(MOST_INTERMEDIATE.neg())) this.outOfRange = true;
    return found;
  }

  private conditional({ condition, whenTrue, whenFalse }: NodeOf<'conditional'>, facts: Facts): Interval {
    this.intervalOf(condition, facts);
    const truth = facts.truthOf(condition);
    if (truth === 'always') return this.intervalOf(whenTrue, facts.when(condition, true));
    if (truth === 'never') return this.intervalOf(whenFalse, facts.when(condition, false));
    return interval.union([this.intervalOf(whenTrue, facts.when(condition, true)), this.intervalOf(whenFalse, facts.when(condition, false))]);
  }

  private arithmetic(node: NodeOf<'arithmetic'>, left: Interval, right: Interval): Interval {
    if ((node.operator === '/' || node.operator === '%') && interval.canBeZero(right)) this.divisions.add(node);
    switch (node.operator) {
      case '+':
        return interval.sum(left, right);
      case '-':
        return interval.sum(left, interval.negated(right));
      case '*':
        return interval.product(left, right);
      case '/':
        return interval.product(left, interval.reciprocal(right));
      case '%':
        return interval.remainder(left, right);
      case '^':
        if (!this.constants.has(node.right)) this.outOfRange = true;
        return interval.power(left, right);
    }
  }

  private call(node: NodeOf<'call'>, facts: Facts): Interval {
    const intervals = node.arguments.map((argument) => this.intervalOf(argument, facts));
    const [first, second, third] = intervals;
    switch (node.name) {
      case 'min':
        return intervals.reduce(interval.lesser);
      case 'max':
        return intervals.reduce(interval.greater);
      case 'clamp':
        return interval.lesser(interval.greater(first!, second!), third!);
      case 'abs':
        return interval.absolute(first!);
      case 'ceil':
        return interval.between(first!.low.ceil(), first!.high.ceil());
      case 'floor':
      case 'round':
        if (node.arguments[1] && !this.constants.has(node.arguments[1])) this.outOfRange = true;
        return interval.roundedOutwards(first!);
      case 'tiered':
      case 'volume':
        return this.tiers(node, intervals);
      case 'coalesce':
        return interval.union(intervals);
      case 'exists':
        return interval.ANYTHING;
    }
  }

  private tiers(node: NodeOf<'call'>, intervals: readonly Interval[]): Interval {
    const last = intervals.length - 1;
    const isBound = (index: number) => index % 2 === 1 && index < last;
    if (node.arguments.some((argument, index) => isBound(index) && !this.constants.has(argument))) this.outOfRange = true;
    return interval.product(intervals[0]!, interval.union(intervals.filter((_, index) => index > 0 && !isBound(index))));
  }
}

function intervalOfFact({ low, high, lowOpen, highOpen, notZero }: NumberFact): Interval {
  return { low, high, notZero: notZero || (lowOpen && low.isZero()) || (highOpen && high.isZero()) };
}
