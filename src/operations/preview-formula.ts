import { analyseFormula } from '../domain/analysis/analyse-formula';
import type { FeatureProfile } from '../domain/analysis/feature-profile';
import type { FormulaWarning } from '../domain/analysis/formula-warning';
import type { Decimal } from '../domain/decimal';
import { amountRule, creditsFromResult, creditsFromText, creditsToDecimal, type Credits } from '../domain/credits';
import { aliasesOf, underAllNames, type DimensionAliases } from '../domain/declared-dimensions';
import { dimensionProblems, type Dimensions, type DimensionValue } from '../domain/dimensions';
import { dimensionsFromRaw } from '../domain/dimensions-input';
import { DrawdownError, refusalOf, refuseProblems, type Refusal } from '../domain/errors';
import { checkFormula, type Formula, type FormulaProblem, type FormulaVariable, type Trace } from '../domain/formula/formula';
import { shownSteps } from '../domain/formula/trace';
import type { Database } from '../store/database';
import type { Context } from './context';
import { formulaScope } from './formula-scopes';
import { featureIfGiven } from './lookups';

/** A formula and an event to try it on. */
export interface PreviewFormulaInput {
  readonly formula: string;
  /** A decimal's text; absent means 1. */
  readonly value?: string | null;
  readonly dimensions?: unknown;
  /** Warns of what this feature's events would make of it. */
  readonly featureId?: string | null;
}

/** Exactly one of `cost` and `error` is there. */
export interface FormulaPreview {
  readonly cost: Credits | null;
  /** What an event like this would be refused with, or FORMULA_INVALID. */
  readonly error: Refusal | null;
  /** Null where the formula has problems. */
  readonly resultType: Formula['type'] | null;
  readonly variables: readonly (FormulaVariable & { readonly value: DimensionValue | null })[];
  readonly steps: Trace['steps'];
  readonly problems: readonly FormulaProblem[];
  readonly warnings: readonly FormulaWarning[];
  /** What the warnings are based on; null without a feature. */
  readonly profile: FeatureProfile | null;
}

type Outcome = Pick<FormulaPreview, 'cost' | 'error' | 'variables' | 'steps'>;

/**
 * Tries a formula on an event, storing nothing. What is wrong with the formula or the event is part of the answer.
 * Refuses only: FEATURE_NOT_FOUND.
 */
export async function previewFormula(database: Database, context: Context, input: PreviewFormulaInput): Promise<FormulaPreview> {
  const feature = await featureIfGiven(database, context, input.featureId);
  const { formula, problems } = checkFormula(input.formula);
  const scope = feature && formula ? await formulaScope(database, context, feature.key) : undefined;
  return {
    ...preview(formula, problems, input, aliasesOf(scope?.declarations ?? [])),
    resultType: formula?.type ?? null,
    problems,
    warnings: formula ? analyseFormula(formula, scope) : [],
    profile: scope?.profile ?? null,
  };
}

function preview(formula: Formula | null, problems: readonly FormulaProblem[], input: PreviewFormulaInput, aliases: DimensionAliases): Outcome {
  const variables = formula?.variables.map((variable) => ({ ...variable, value: null })) ?? [];
  try {
    if (!formula) throw invalid(problems);
    const { value, dimensions } = sampleEvent(input);
    return evaluated(formula, value, underAllNames(dimensions, aliases));
  } catch (error) {
    return { ...refused(error), variables, steps: [] };
  }
}

function invalid(problems: readonly FormulaProblem[]): DrawdownError {
  const located = problems.map((problem) => ({ field: 'formula', ...problem }));
  return new DrawdownError('FORMULA_INVALID', undefined, located);
}

/** Refuses, in this order: AMOUNT_INVALID, DIMENSION_INVALID. */
function sampleEvent(input: PreviewFormulaInput): { value: Decimal; dimensions: Dimensions } {
  const value = creditsFromText(input.value ?? '1');
  if (value === null) throw new DrawdownError('AMOUNT_INVALID', undefined, [{ field: 'value', message: amountRule() }]);
  const { dimensions, problems } = dimensionsFromRaw(input.dimensions);
  refuseProblems('DIMENSION_INVALID', problems.length > 0 ? problems : dimensionProblems('dimensions', dimensions));
  return { value: creditsToDecimal(value), dimensions };
}

function evaluated(formula: Formula, value: Decimal, dimensions: Dimensions): Outcome {
  const given = formula.parameters(value, dimensions);
  const { result, error, steps } = formula.trace(value, dimensions);
  return {
    ...costOf(result, error),
    variables: formula.variables.map((variable, index) => ({ ...variable, value: given[index]!.value })),
    steps: shownSteps(steps),
  };
}

function costOf(result: Decimal | null, error: DrawdownError | null): Pick<FormulaPreview, 'cost' | 'error'> {
  if (!result) return refused(error);
  try {
    return { cost: creditsFromResult(result), error: null };
  } catch (refusal) {
    return refused(refusal);
  }
}

function refused(error: unknown): { cost: null; error: Refusal } {
  if (!(error instanceof DrawdownError)) throw error;
  return { cost: null, error: refusalOf(error) };
}
