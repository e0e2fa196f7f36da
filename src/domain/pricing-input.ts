import { readAmount, refuseInput } from './catalog-input';
import type { Problem } from './errors';
import { checkFormula } from './formula/formula';
import type { FormulaProblem } from './formula/problem';
import { isStorableText } from './ids';
import type { Pricing, RateMode } from './rate';

/** A price as the wire gives it. */
export interface PricingInput {
  readonly mode: RateMode;
  readonly creditsPerUnit?: string | null;
  readonly formula?: string | null;
}

/** The price that is meant. Refuses, with all problems together: INPUT_INVALID, AMOUNT_INVALID, FORMULA_INVALID. */
export function readPricing({ mode, creditsPerUnit, formula }: PricingInput): Pricing {
  const modeProblems = [...onlyWith('FLAT', mode, 'creditsPerUnit', creditsPerUnit), ...onlyWith('FORMULA', mode, 'formula', formula)];
  const amountProblems: Problem[] = [];
  const amount = typeof creditsPerUnit === 'string' ? readAmount('creditsPerUnit', creditsPerUnit, amountProblems) : null;
  const formulaProblems = typeof formula === 'string' ? checkFormulaText('formula', formula).problems : [];
  refuseInput(['INPUT_INVALID', modeProblems], ['AMOUNT_INVALID', amountProblems], ['FORMULA_INVALID', formulaProblems]);
  return mode === 'FLAT' ? { mode, creditsPerUnit: amount! } : { mode, formula: formula! };
}

function onlyWith(needed: RateMode, mode: RateMode, field: string, value: string | null | undefined): Problem[] {
  const given = value !== null && value !== undefined;
  return given === (mode === needed) ? [] : [{ field, message: `must be given with the mode ${needed}, and only then.` }];
}

const NONE: ReadonlySet<string> = new Set();

/**
 * What is wrong with the text of a formula, each with its line and column; where nothing is, what may not be meant.
 * `seen`: the dimensions of the feature's events; none where it has no events yet.
 */
export function checkFormulaText(field: string, text: string, seen = NONE): { readonly problems: Problem[]; readonly warnings: Problem[] } {
  if (!isStorableText(text)) return { problems: [{ field, message: 'must not contain NUL or half of a surrogate pair.' }], warnings: [] };
  const { problems, warnings } = checkFormula(text, seen.size > 0 ? seen : undefined);
  return { problems: problems.map(placed(field)), warnings: warnings.map(placed(field)) };
}

function placed(field: string): (problem: FormulaProblem) => Problem {
  return ({ line, column, message }) => ({ field, message, line, column });
}
