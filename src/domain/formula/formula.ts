import type { Decimal } from '../decimal';
import type { Dimensions, DimensionValue } from '../dimensions';
import { DrawdownError } from '../errors';
import type { Parameter } from '../usage-event';
import { compileNode, type Evaluation } from './compile';
import { foldConstants } from './constants';
import { parseFormula } from './parse';
import { ProblemList, type FormulaProblem } from './problem';
import type { Node, ValueType } from './syntax-tree';
import { traceFormula, type Trace } from './trace';
import { inferTypes } from './types';
import { firstUsesIn, variablesOf, type FormulaVariable } from './variables';

/*
 * The front door of formulas. What the rest of the program calls:
 *
 *   checkFormula(text)                    all problems of a text; never throws because of the text (what is doubtful: ../analysis)
 *   compileFormula(text)                  a Formula, or FORMULA_INVALID with the problems; the caller caches it per rate
 *   formula.evaluate(value, dimensions)   the exact result; round it once with creditsFromResult
 *   formula.parameters(value, dimensions) the variables with the values the event gave them
 *   formula.trace(value, dimensions)      the result or the refusal, with every intermediate value
 *
 * scan (characters → tokens) → grammar (mistakes at their place) → parse (precedence → tree) → types → constants → compile (closures).
 */

export type { FormulaProblem, FormulaVariable, Trace };

export interface FormulaCheck {
  /** Null where there are problems. */
  readonly formula: Formula | null;
  readonly problems: readonly FormulaProblem[];
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
    readonly root: Node,
    readonly dimensionTypes: ReadonlyMap<string, ValueType>,
    constants: ReadonlyMap<Node, DimensionValue>,
  ) {
    this.variables = variablesOf(root, dimensionTypes);
    this.evaluate = compileNode<Decimal>(root, { text, dimensionTypes, constants });
  }

  /** Where each dimension stands first in the text. */
  get firstUses(): ReadonlyMap<string, number> {
    return firstUsesIn(this.root);
  }

  parameters(value: Decimal, dimensions: Dimensions): Parameter[] {
    return this.variables.map(({ name, dimension }) => ({ name, value: dimension === null ? value : (dimensions.get(dimension) ?? null) }));
  }

  /** Slower than `evaluate`, with the same outcome. */
  trace(value: Decimal, dimensions: Dimensions): Trace {
    return traceFormula(this.text, this.root, this.dimensionTypes, value, dimensions);
  }
}

export function checkFormula(text: string): FormulaCheck {
  const problems = new ProblemList(text);
  const root = parseFormula(text, problems);
  const formula = root && checkTree(root, problems);
  return { formula, problems: formula ? [] : problems.inOrder() };
}

function checkTree(root: Node, problems: ProblemList): Formula | null {
  const types = inferTypes(root, problems);
  if (problems.any) return null;
  const constants = foldConstants(root, problems);
  return problems.any ? null : new Formula(problems.text, root, types, constants);
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
