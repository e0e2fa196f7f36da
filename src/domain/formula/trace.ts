import { Decimal } from '../decimal';
import { isNumber, type Dimensions, type DimensionValue } from '../dimensions';
import { DrawdownError } from '../errors';
import { compileNode } from './compile';
import { positionOf } from './problem';
import type { Node, ValueType } from './syntax-tree';

/** One part of the formula that was evaluated, inner parts first. Literals and bare variables are no steps. */
export interface TraceStep {
  readonly expression: string;
  readonly line: number;
  readonly column: number;
  readonly value: DimensionValue;
}

/** Exactly one of `result` and `error` is there; the steps end where the error arose. */
export interface Trace {
  readonly result: Decimal | null;
  readonly error: DrawdownError | null;
  readonly steps: readonly TraceStep[];
}

const SILENT: ReadonlySet<Node['kind']> = new Set(['number', 'text', 'boolean', 'value', 'dimension']);

/** Evaluates once and writes down what each part came to. What is not evaluated, such as the branch not taken, has no step. */
export function traceFormula(
  text: string,
  root: Node,
  dimensionTypes: ReadonlyMap<string, ValueType>,
  value: Decimal,
  dimensions: Dimensions,
): Trace {
  const steps: TraceStep[] = [];
  const evaluation = compileNode<Decimal>(root, {
    text,
    dimensionTypes,
    constants: new Map(),
    observe: (node, evaluate) => {
      if (SILENT.has(node.kind)) return evaluate;
      const place = { expression: text.slice(node.start, node.end), ...positionOf(text, node.start) };
      return (v, d) => {
        const result = evaluate(v, d);
        steps.push({ ...place, value: result });
        return result;
      };
    },
  });
  try {
    return { result: evaluation(value, dimensions), error: null, steps };
  } catch (error) {
    if (!(error instanceof DrawdownError)) throw error;
    return { result: null, error, steps };
  }
}

const SHOWN_DIGITS = 38;

/** An endless fraction is shown with as many digits as an amount has; it is calculated with more. Minus zero is shown as zero. */
export function shownSteps(steps: readonly TraceStep[]): TraceStep[] {
  return steps.map((step) => ({
    ...step,
    value: isNumber(step.value) ? step.value.toSignificantDigits(SHOWN_DIGITS, Decimal.ROUND_HALF_EVEN).plus(0) : step.value,
  }));
}
