import { FORMULA_WARNING_CODES, type FormulaWarning } from './analysis/formula-warning';
import type { Problem } from './errors';

export const WARNING_CODES = {
  ...FORMULA_WARNING_CODES,
  NO_RATES: 'NO_RATES',
  NOT_ON_PLAN: 'NOT_ON_PLAN',
  FORMULA_TEST_FAILED: 'FORMULA_TEST_FAILED',
} as const;
export type WarningCode = keyof typeof WARNING_CODES;

/** Something that may not be meant, but is accepted. Of a formula it has line and column. */
export interface Warning extends Problem, Pick<FormulaWarning, 'variable' | 'suggestion' | 'example' | 'seen'> {
  readonly code: WarningCode;
}

export function warningAt(field: string): (warning: FormulaWarning) => Warning {
  return (warning) => ({ field, ...warning });
}

/** One that is about no formula. */
export function plainWarning(code: WarningCode, field: string, message: string): Warning {
  return { code, field, message, variable: null, suggestion: null, example: null, seen: null };
}
