import { Decimal } from '../decimal';
import type { DimensionValue } from '../dimensions';
import { DrawdownError } from '../errors';
import { isExponent, isRoundDecimals, MOST_EXPONENT, MOST_ROUND_DECIMALS } from './arithmetic';
import { compileNode } from './compile';
import type { ProblemList } from './problem';
import { childrenOf, type Node, type NodeOf } from './syntax-tree';

/** The value of each part that no event can change. What such a part, or a constant operand, does wrong is a problem of the text. */
export function foldConstants(root: Node, problems: ProblemList): ReadonlyMap<Node, DimensionValue> {
  const constants = new Map<Node, DimensionValue>();
  fold(root, constants, problems);
  return constants;
}

function fold(node: Node, constants: Map<Node, DimensionValue>, problems: ProblemList): void {
  const children = childrenOf(node);
  for (const child of children) fold(child, constants, problems);
  const [at, message] = constantProblem(node, constants) ?? [];
  if (at !== undefined) return problems.add(at, message!);
  if (node.kind === 'value' || node.kind === 'dimension' || !children.every((child) => constants.has(child))) return;
  try {
    const evaluation = compileNode(node, { text: problems.text, dimensionTypes: new Map(), constants });
    constants.set(node, evaluation(new Decimal(0), new Map()));
  } catch (error) {
    if (!(error instanceof DrawdownError)) throw error;
    problems.add(node.at, error.problems[0]?.message ?? error.message);
  }
}

type Found = readonly [at: number, message: string] | undefined;

/** What a constant operand does wrong whatever the rest is. */
function constantProblem(node: Node, constants: ReadonlyMap<Node, DimensionValue>): Found {
  const numberOf = (part: Node | undefined) => (part ? (constants.get(part) as Decimal | undefined) : undefined);
  if (node.kind === 'arithmetic') return operandProblem(node, numberOf(node.right));
  if (node.kind !== 'call') return undefined;
  if (node.name === 'round') return roundProblem(node, numberOf(node.arguments[1]));
  if (node.name === 'clamp') return clampProblem(node, numberOf(node.arguments[1]), numberOf(node.arguments[2]));
  if (node.name === 'tiered' || node.name === 'volume') return tiersProblem(node, numberOf);
  return undefined;
}

function operandProblem({ operator, right, at }: NodeOf<'arithmetic'>, constant: Decimal | undefined): Found {
  if (!constant) return undefined;
  if (operator === '/' && constant.isZero()) return [at, 'This always divides by zero.'];
  if (operator === '%' && constant.isZero()) return [at, 'This always takes a remainder by zero.'];
  if (operator === '^' && !isExponent(constant)) return [right.at, `An exponent must be a whole number from 0 to ${MOST_EXPONENT}.`];
  return undefined;
}

function roundProblem(node: NodeOf<'call'>, decimals: Decimal | undefined): Found {
  if (!decimals || isRoundDecimals(decimals)) return undefined;
  return [node.arguments[1]!.at, `The decimals of round must be a whole number from 0 to ${MOST_ROUND_DECIMALS}.`];
}

function clampProblem(node: NodeOf<'call'>, lowest: Decimal | undefined, highest: Decimal | undefined): Found {
  return lowest && highest && lowest.gt(highest) ? [node.arguments[1]!.at, 'The lowest value of clamp is above its highest.'] : undefined;
}

function tiersProblem(node: NodeOf<'call'>, numberOf: (part: Node) => Decimal | undefined): Found {
  let before: Decimal | undefined;
  for (const bound of node.arguments.slice(1, -1).filter((_, index) => index % 2 === 0)) {
    const value = numberOf(bound);
    if (!value) continue;
    if (value.lt(0)) return [bound.at, `A bound of ${node.name} must be at least 0.`];
    if (before && value.lte(before)) return [bound.at, `The bounds of ${node.name} must rise; this is not above the bound before.`];
    before = value;
  }
  return undefined;
}
