import type { Decimal } from '../decimal';
import { isNumber, type Dimensions, type DimensionValue } from '../dimensions';
import { DrawdownError } from '../errors';
import * as arithmetic from './arithmetic';
import { shortName } from './functions';
import type { Node, NodeOf, ValueType } from './syntax-tree';

/** A part of a formula turned into a function of the reported value and the event's dimensions. */
export type Evaluation<T extends DimensionValue = DimensionValue> = (value: Decimal, dimensions: Dimensions) => T;

export interface Compilation {
  readonly text: string;
  readonly dimensionTypes: ReadonlyMap<string, ValueType>;
  /** Parts whose value is known already. */
  readonly constants: ReadonlyMap<Node, DimensionValue>;
  /** Put around every part that is no literal; how a trace sees the values. */
  readonly observe?: (node: Node, evaluation: Evaluation) => Evaluation;
}

/** Types are checked before, so that each part is compiled as what it must be. */
export function compileNode<T extends DimensionValue = DimensionValue>(node: Node, compilation: Compilation): Evaluation<T> {
  const constant = compilation.constants.get(node);
  if (constant !== undefined) return () => constant as T;
  const evaluation = compileKind(node, compilation);
  return (compilation.observe ? compilation.observe(node, evaluation) : evaluation) as Evaluation<T>;
}

function compileKind(node: Node, compilation: Compilation): Evaluation {
  switch (node.kind) {
    case 'number':
    case 'text':
    case 'boolean':
      return () => node.value;
    case 'value':
      return (value) => value;
    case 'dimension':
      return readDimension(node.name, compilation.dimensionTypes.get(node.name));
    case 'negation':
      return compileNegation(node, compilation);
    case 'not':
      return compileNot(node, compilation);
    case 'arithmetic':
      return compileArithmetic(node, compilation);
    case 'comparison':
      return compileComparison(node, compilation);
    case 'logical':
      return compileLogical(node, compilation);
    case 'in':
      return compileIn(node, compilation);
    case 'conditional':
      return compileConditional(node, compilation);
    case 'call':
      return compileCall(node, compilation);
  }
}

function readDimension(name: string, type: ValueType | undefined): Evaluation {
  const typeName = type === 'number' ? 'object' : type === 'text' ? 'string' : type;
  return (_value, dimensions) => {
    const found = dimensions.get(name);
    if (found === undefined) throw missing(name);
    if (typeName !== undefined && typeof found !== typeName) throw wrongType(name, type!, found);
    return found;
  };
}

function missing(name: string): DrawdownError {
  const message = `The formula needs the dimension "${name}", which the event does not have.`;
  return new DrawdownError('DIMENSION_MISSING', message, [{ field: `dimensions.${name}`, message }]);
}

const TYPE_WORDS = { number: 'a number', text: 'a text', boolean: 'true or false' } as const;

function wrongType(name: string, wanted: ValueType, given: DimensionValue): DrawdownError {
  const shown = isNumber(given)
    ? `the number ${given.toString()}`
    : typeof given === 'string'
      ? `the text ${JSON.stringify(shortName(given))}`
      : String(given);
  const message = `The dimension "${name}" must be ${TYPE_WORDS[wanted]} for the formula; the event gives ${shown}.`;
  return new DrawdownError('DIMENSION_TYPE', message, [{ field: `dimensions.${name}`, message }]);
}

function compileNegation(node: NodeOf<'negation'>, compilation: Compilation): Evaluation {
  const operand = compileNode<Decimal>(node.operand, compilation);
  return (value, dimensions) => operand(value, dimensions).neg();
}

function compileNot(node: NodeOf<'not'>, compilation: Compilation): Evaluation {
  const operand = compileNode<boolean>(node.operand, compilation);
  return (value, dimensions) => !operand(value, dimensions);
}

function compileArithmetic(node: NodeOf<'arithmetic'>, compilation: Compilation): Evaluation {
  const left = compileNode<Decimal>(node.left, compilation);
  const right = compileNode<Decimal>(node.right, compilation);
  const where = { text: compilation.text, at: node.at };
  switch (node.operator) {
    case '+':
      return (value, dimensions) => left(value, dimensions).plus(right(value, dimensions));
    case '-':
      return (value, dimensions) => left(value, dimensions).minus(right(value, dimensions));
    case '*':
      return (value, dimensions) => arithmetic.multiply(left(value, dimensions), right(value, dimensions), where);
    case '/':
      return (value, dimensions) => arithmetic.divide(left(value, dimensions), right(value, dimensions), where);
    case '%':
      return (value, dimensions) => arithmetic.remainder(left(value, dimensions), right(value, dimensions), where);
    case '^':
      return (value, dimensions) => arithmetic.power(left(value, dimensions), right(value, dimensions), where);
  }
}

/** Equal values of one type; a number equals a number of the same size, however it is written. */
function same(a: DimensionValue, b: DimensionValue): boolean {
  return isNumber(a) ? isNumber(b) && a.eq(b) : a === b;
}

function compileComparison(node: NodeOf<'comparison'>, compilation: Compilation): Evaluation {
  if (node.operator === '==' || node.operator === '!=') return compileEquality(node, compilation, node.operator === '==');
  const left = compileNode<Decimal>(node.left, compilation);
  const right = compileNode<Decimal>(node.right, compilation);
  switch (node.operator) {
    case '<':
      return (value, dimensions) => left(value, dimensions).lt(right(value, dimensions));
    case '<=':
      return (value, dimensions) => left(value, dimensions).lte(right(value, dimensions));
    case '>':
      return (value, dimensions) => left(value, dimensions).gt(right(value, dimensions));
    case '>=':
      return (value, dimensions) => left(value, dimensions).gte(right(value, dimensions));
  }
}

function compileEquality(node: NodeOf<'comparison'>, compilation: Compilation, whenEqual: boolean): Evaluation {
  const left = compileNode(node.left, compilation);
  const right = compileNode(node.right, compilation);
  return (value, dimensions) => same(left(value, dimensions), right(value, dimensions)) === whenEqual;
}

function compileLogical(node: NodeOf<'logical'>, compilation: Compilation): Evaluation {
  const left = compileNode<boolean>(node.left, compilation);
  const right = compileNode<boolean>(node.right, compilation);
  return node.operator === 'and'
    ? (value, dimensions) => left(value, dimensions) && right(value, dimensions)
    : (value, dimensions) => left(value, dimensions) || right(value, dimensions);
}

function compileIn(node: NodeOf<'in'>, compilation: Compilation): Evaluation {
  const needle = compileNode(node.needle, compilation);
  const texts = node.list.map((item) => item.kind === 'text' && item.value);
  if (texts.every((text) => text !== false)) {
    const set = new Set<DimensionValue>(texts);
    return (value, dimensions) => set.has(needle(value, dimensions));
  }
  const list = node.list.map((item) => compileNode(item, compilation));
  return (value, dimensions) => {
    const wanted = needle(value, dimensions);
    return list.some((item) => same(wanted, item(value, dimensions)));
  };
}

function compileConditional(node: NodeOf<'conditional'>, compilation: Compilation): Evaluation {
  const condition = compileNode<boolean>(node.condition, compilation);
  const whenTrue = compileNode(node.whenTrue, compilation);
  const whenFalse = compileNode(node.whenFalse, compilation);
  return (value, dimensions) => (condition(value, dimensions) ? whenTrue(value, dimensions) : whenFalse(value, dimensions));
}

function compileCall(node: NodeOf<'call'>, compilation: Compilation): Evaluation {
  if (node.name === 'exists') return compileExists(node);
  if (node.name === 'coalesce') return compileCoalesce(node, compilation);
  if (node.name === 'tiered' || node.name === 'volume') return compileTiers(node, compilation);
  const parts = node.arguments.map((argument) => compileNode<Decimal>(argument, compilation));
  const [first, second, third] = parts;
  const where = { text: compilation.text, at: node.at };
  switch (node.name) {
    case 'min':
      return compileExtreme(parts, lesser);
    case 'max':
      return compileExtreme(parts, greater);
    case 'abs':
      return (value, dimensions) => first!(value, dimensions).abs();
    case 'ceil':
      return (value, dimensions) => first!(value, dimensions).ceil();
    case 'floor':
      return (value, dimensions) => first!(value, dimensions).floor();
    case 'round':
      if (second) return (value, dimensions) => arithmetic.roundHalfAway(first!(value, dimensions), second(value, dimensions), where);
      return (value, dimensions) => arithmetic.roundToWhole(first!(value, dimensions));
    case 'clamp':
      return (value, dimensions) => lesser(greater(first!(value, dimensions), second!(value, dimensions)), third!(value, dimensions));
  }
}

function lesser(a: Decimal, b: Decimal): Decimal {
  return b.lt(a) ? b : a;
}

function greater(a: Decimal, b: Decimal): Decimal {
  return b.gt(a) ? b : a;
}

function compileExtreme(parts: readonly Evaluation<Decimal>[], choose: (a: Decimal, b: Decimal) => Decimal): Evaluation {
  return parts.reduce((before, part) => (value, dimensions) => choose(before(value, dimensions), part(value, dimensions)));
}

function compileExists(node: NodeOf<'call'>): Evaluation {
  const { name } = node.arguments[0] as NodeOf<'dimension'>;
  return (_value, dimensions) => dimensions.has(name);
}

/** The first of the dimensions that the event has, or else the default. */
function compileCoalesce(node: NodeOf<'call'>, compilation: Compilation): Evaluation {
  const choices = node.arguments.map((argument) => compileNode(argument, compilation));
  return choices.reduceRight((otherwise, choice, index) => {
    const { name } = node.arguments[index] as NodeOf<'dimension'>;
    return (value, dimensions) => (dimensions.has(name) ? choice(value, dimensions) : otherwise(value, dimensions));
  });
}

function compileTiers(node: NodeOf<'call'>, compilation: Compilation): Evaluation {
  const where = { text: compilation.text, at: node.at };
  const x = compileNode<Decimal>(node.arguments[0]!, compilation);
  const constants = node.arguments.slice(1).map((argument) => compilation.constants.get(argument));
  if (constants.every((constant) => constant !== undefined))
    return compileConstantTiers(node.name, x, arithmetic.tiersOf(constants as Decimal[]), where);
  const evaluations = node.arguments.slice(1).map((argument) => compileNode<Decimal>(argument, compilation));
  return (value, dimensions) => {
    const amount = x(value, dimensions);
    const tiers = arithmetic.tiersOf(evaluations.map((evaluation) => evaluation(value, dimensions)));
    arithmetic.checkRising(tiers.bounds, where);
    if (node.name === 'volume') return arithmetic.volumeCharge(amount, tiers, where);
    return arithmetic.tieredCharge(amount, tiers, arithmetic.costsBefore(tiers, where), where);
  };
}

function compileConstantTiers(name: string, x: Evaluation<Decimal>, tiers: arithmetic.Tiers, where: arithmetic.Where): Evaluation {
  arithmetic.checkRising(tiers.bounds, where);
  if (name === 'volume') return (value, dimensions) => arithmetic.volumeCharge(x(value, dimensions), tiers, where);
  const before = arithmetic.costsBefore(tiers, where);
  return (value, dimensions) => arithmetic.tieredCharge(x(value, dimensions), tiers, before, where);
}
