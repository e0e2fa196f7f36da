import type { Decimal } from '../decimal';
import type { Dimensions, DimensionValue } from '../dimensions';
import { DrawdownError } from '../errors';
import type { Parameter } from '../usage-event';
import { compileNode, type Evaluation } from './compile';
import { foldConstants } from './constants';
import { parseFormula } from './parse';
import { ProblemList, type FormulaProblem } from './problem';
import { warnOfRanges } from './ranges';
import type { Node, ValueType } from './syntax-tree';
import { traceFormula, type Trace } from './trace';
import { inferTypes } from './types';
import { variablesOf, warnOfUnknown, type FormulaVariable } from './variables';

/*
 * The front door of formulas. What the rest of the program calls:
 *
 *   checkFormula(text, knownDimensions?)  all problems and warnings of a text; never throws because of the text
 *   compileFormula(text)                  a Formula, or FORMULA_INVALID with the problems; the caller caches it per rate
 *   formula.evaluate(value, dimensions)   the exact result; round it once with creditsFromResult
 *   formula.parameters(value, dimensions) the variables with the values the event gave them
 *   formula.trace(value, dimensions)      the result or the refusal, with every intermediate value
 *
 * scan (characters → tokens) → grammar (mistakes at their place) → parse (precedence → tree) → types → constants → ranges (warnings) → compile (closures).
 */

export type { FormulaProblem, FormulaVariable, Trace };

export interface FormulaCheck {
  /** Null where there are problems. */
  readonly formula: Formula | null;
  readonly problems: readonly FormulaProblem[];
  readonly warnings: readonly FormulaProblem[];
}

/** A checked formula. Immutable and without state between evaluations; two formulas share nothing. */
export class Formula {
  readonly type = 'number';
  /** In the order of their first use. */
  readonly variables: readonly FormulaVariable[];
  /**
   * Throws DIMENSION_MISSING, DIMENSION_TYPE, DIVISION_BY_ZERO or CHARGE_OUT_OF_RANGE.
   * The result may still be negative or larger than an amount: creditsFromResult judges that.
   */
  readonly evaluate: Evaluation<Decimal>;

  constructor(
    readonly text: string,
    private readonly root: Node,
    private readonly dimensionTypes: ReadonlyMap<string, ValueType>,
    constants: ReadonlyMap<Node, DimensionValue>,
  ) {
    this.variables = variablesOf(root, dimensionTypes);
    this.evaluate = compileNode<Decimal>(root, { text, dimensionTypes, constants });
  }

  parameters(value: Decimal, dimensions: Dimensions): Parameter[] {
    return this.variables.map(({ name, dimension }) => ({ name, value: dimension === null ? value : (dimensions.get(dimension) ?? null) }));
  }

  /** Slower than `evaluate`, with the same outcome. */
  trace(value: Decimal, dimensions: Dimensions): Trace {
    return traceFormula(this.text, this.root, this.dimensionTypes, value, dimensions);
  }
}

/** `knownDimensions`: the names seen in the feature's events; a variable that is not among them is warned about. */
export function checkFormula(text: string, knownDimensions?: ReadonlySet<string>): FormulaCheck {
  const problems = new ProblemList(text);
  const root = parseFormula(text, problems);
  const formula = root && checkTree(root, problems);
  if (!formula) return { formula: null, problems: problems.inOrder(), warnings: [] };
  return { formula, problems: [], warnings: warningsOf(root, formula, knownDimensions) };
}

function checkTree(root: Node, problems: ProblemList): Formula | null {
  const types = inferTypes(root, problems);
  if (problems.any) return null;
  const constants = foldConstants(root, problems);
  return problems.any ? null : new Formula(problems.text, root, types, constants);
}

function warningsOf(root: Node, formula: Formula, knownDimensions: ReadonlySet<string> | undefined): FormulaProblem[] {
  const warnings = new ProblemList(formula.text);
  if (formula.variables.length === 0) warnings.add(root.start, 'The formula uses nothing of the event: every event costs the same.');
  if (knownDimensions) warnOfUnknown(root, knownDimensions, warnings);
  warnOfRanges(root, foldConstants(root, new ProblemList(formula.text)), warnings);
  return warnings.inOrder();
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
