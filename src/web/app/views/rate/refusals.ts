import type { FormulaTestsOfQuery } from '../../generated/rate';

export type FormulaTest = NonNullable<NonNullable<FormulaTestsOfQuery['plan']>['draft']>['rates'][number]['tests'][number];
export type Refusal = NonNullable<FormulaTest['expectedError']>;

/** What a formula refuses an event for. */
export const REFUSAL_NAMES: Record<Refusal, string> = {
  DIMENSION_MISSING: 'a dimension is missing',
  DIMENSION_TYPE: 'a dimension has another type',
  DIVISION_BY_ZERO: 'division by zero',
  CHARGE_OUT_OF_RANGE: 'negative or too large',
};

/** Why usage is refused, also where there is no formula. A code that has no words here is said as it is. */
export function refusalText(code: string): string {
  if (code === 'RATE_NOT_FOUND') return 'no price';
  return isRefusal(code) ? REFUSAL_NAMES[code] : code;
}

export function isRefusal(code: string): code is Refusal {
  return Object.hasOwn(REFUSAL_NAMES, code);
}
