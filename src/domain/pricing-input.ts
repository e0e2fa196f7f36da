import { analyseFormula } from './analysis/analyse-formula';
import type { FormulaScope } from './analysis/variable-domain';
import { readAmount, refuseInput } from './catalog-input';
import type { Problem } from './errors';
import { checkFormula } from './formula/formula';
import { isStorableText } from './ids';
import type { Pricing, RateMode } from './rate';
import { warningAt, type Warning } from './warning';

/** A price as the wire gives it. */
export interface PricingInput {
  readonly mode: RateMode;
  readonly creditsPerUnit?: string | null;
  readonly formula?: string | null;
}

/** The price that is meant, null where there are problems, by the codes they have. */
export interface PricingReading {
  readonly pricing: Pricing | null;
  readonly inputProblems: readonly Problem[];
  readonly amountProblems: readonly Problem[];
  readonly formulaProblems: readonly Problem[];
}

/** The price that is meant. Refuses, with all problems together, `others` of the same input among them: INPUT_INVALID, AMOUNT_INVALID, FORMULA_INVALID. */
export function requirePricing(input: PricingInput, others: readonly Problem[] = []): Pricing {
  const { pricing, inputProblems, amountProblems, formulaProblems } = readPricing(input, '');
  refuseInput(['INPUT_INVALID', [...others, ...inputProblems]], ['AMOUNT_INVALID', amountProblems], ['FORMULA_INVALID', formulaProblems]);
  return pricing!;
}

/** `path` comes before the names of the fields, such as `rates.2.`. */
export function readPricing({ mode, creditsPerUnit, formula }: PricingInput, path: string): PricingReading {
  const inputProblems = [...onlyWith('FLAT', mode, `${path}creditsPerUnit`, creditsPerUnit), ...onlyWith('FORMULA', mode, `${path}formula`, formula)];
  const amountProblems: Problem[] = [];
  const amount = typeof creditsPerUnit === 'string' ? readAmount(`${path}creditsPerUnit`, creditsPerUnit, amountProblems) : null;
  const ofFormula = typeof formula === 'string' ? formulaProblems(`${path}formula`, formula) : [];
  const isGood = inputProblems.length + amountProblems.length + ofFormula.length === 0;
  const pricing: Pricing = mode === 'FLAT' ? { mode, creditsPerUnit: amount ?? 0n } : { mode, formula: formula ?? '' };
  return { pricing: isGood ? pricing : null, inputProblems, amountProblems, formulaProblems: ofFormula };
}

function onlyWith(needed: RateMode, mode: RateMode, field: string, value: string | null | undefined): Problem[] {
  const given = value !== null && value !== undefined;
  return given === (mode === needed) ? [] : [{ field, message: `must be given with the mode ${needed}, and only then.` }];
}

/** What is wrong with the text of a formula, each with its line and column. */
export function formulaProblems(field: string, text: string): Problem[] {
  if (!isStorableText(text)) return [{ field, message: 'must not contain NUL or half of a surrogate pair.' }];
  return checkFormula(text).problems.map((problem) => ({ field, ...problem }));
}

/** What may not be meant in a formula; nothing where it has problems. */
export function formulaWarnings(field: string, text: string, scope: FormulaScope): Warning[] {
  const formula = isStorableText(text) ? checkFormula(text).formula : null;
  return formula ? analyseFormula(formula, scope).map(warningAt(field)) : [];
}
