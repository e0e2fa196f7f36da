import type { Decimal } from '../decimal';
import type { Dimensions, DimensionValue } from '../dimensions';
import { DrawdownError } from '../errors';
import type { Parameter } from '../usage-event';

/*
 * The front door of formulas. What the rest of the program calls:
 *
 *   checkFormula(text, knownDimensions?)  all problems and warnings of a text; never throws because of the text
 *   compileFormula(text)                  a Formula, or FORMULA_INVALID with the problems; the caller caches it per rate
 *   formula.evaluate(value, dimensions)   the exact result; round it once with creditsFromResult
 *   formula.parameters(value, dimensions) the variables with the values the event gave them
 *   formula.trace(value, dimensions)      the result or the refusal, with every intermediate value
 */

/** Something to tell about a formula. `line` and `column` count from 1; columns are UTF-16 units, as editors count. */
export interface FormulaProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface FormulaCheck {
  /** Null where there are problems. */
  readonly formula: Formula | null;
  readonly problems: readonly FormulaProblem[];
  readonly warnings: readonly FormulaProblem[];
}

/** `any`: only `exists` asks for it, or it is only compared with others like it. */
export type VariableType = 'number' | 'text' | 'boolean' | 'any';

export interface FormulaVariable {
  /** `value` for the reported value; a dimension that is itself called value is written `dimensions.value`. */
  readonly name: string;
  /** The dimension it reads; null: the reported value. */
  readonly dimension: string | null;
  readonly type: VariableType;
  /** The formula says, by `coalesce` or `exists`, what happens where an event lacks it. */
  readonly optional: boolean;
}

/** One part of the formula that was evaluated, inner parts first. */
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

/** A checked formula. Immutable, without state between evaluations. */
export interface Formula {
  readonly text: string;
  readonly type: 'number';
  /** In the order of their first use. */
  readonly variables: readonly FormulaVariable[];
  /** Throws DIMENSION_MISSING, DIMENSION_TYPE, DIVISION_BY_ZERO or CHARGE_OUT_OF_RANGE. The result may still be negative: creditsFromResult judges that. */
  evaluate(value: Decimal, dimensions: Dimensions): Decimal;
  parameters(value: Decimal, dimensions: Dimensions): Parameter[];
  trace(value: Decimal, dimensions: Dimensions): Trace;
}

/** `knownDimensions`: the names seen in the feature's events; a variable that is not among them is warned about. */
export function checkFormula(text: string, knownDimensions?: ReadonlySet<string>): FormulaCheck {
  throw new DrawdownError('INTERNAL', `Not yet: ${text.length}, ${knownDimensions?.size}`);
}

/** Throws FORMULA_INVALID with a problem for each thing that is wrong. */
export function compileFormula(text: string): Formula {
  const { formula, problems } = checkFormula(text);
  if (formula) return formula;
  const message = problems.map((problem) => `Line ${problem.line}, column ${problem.column}: ${problem.message}`).join(' ');
  throw new DrawdownError(
    'FORMULA_INVALID',
    message,
    problems.map((problem) => ({ field: 'formula', ...problem })),
  );
}
