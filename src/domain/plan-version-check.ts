import { refuseInput, type ProblemsByCode } from './catalog-input';
import type { Problem } from './errors';
import { failedTests } from './formula-test';
import type { FormulaScope } from './analysis/variable-domain';
import { formulaProblems, formulaWarnings } from './pricing-input';
import type { Rate } from './rate';
import { plainWarning, type Warning } from './warning';

/** A rate with what its check needs to know beside it. */
export interface RateUnderCheck {
  readonly rate: Rate;
  /** Where its problems are said to be; absent: `rates.FEATURE`. */
  readonly path?: string;
  readonly featureArchived: boolean;
  readonly currencyArchived: boolean;
}

/** By the key of a feature: what its formulas are analysed with. */
export type FormulaScopes = ReadonlyMap<number, FormulaScope>;

/** What is wrong and what is doubtful in a version, or in one rate of it. A version can be published when there are no problems. */
export interface PlanVersionCheck {
  readonly formulaProblems: readonly Problem[];
  readonly testProblems: readonly Problem[];
  readonly archivedProblems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

const NO_RATES = plainWarning('NO_RATES', 'rates', 'are none: no usage of a customer on this version can be charged.');

const NOTHING_KNOWN: FormulaScope = { profile: null, declarations: [] };

/** Checks one rate. Fields are `rates.FEATURE.formula`, `.feature` and `.currency`, or those below its own path. */
export function checkRate(one: RateUnderCheck, scopes: FormulaScopes): PlanVersionCheck {
  const { featureId, featureKey, pricing } = one.rate;
  const path = one.path ?? `rates.${featureId}`;
  const archived = archivedProblems(path, one);
  const field = `${path}.formula`;
  const ofFormula = pricing.mode === 'FORMULA' ? formulaProblems(field, pricing.formula) : [];
  const testProblems = ofFormula.length > 0 ? [] : failedTests(`${path}.tests`, one.rate, one.rate.tests ?? []);
  if (pricing.mode === 'FLAT') return { formulaProblems: [], testProblems, archivedProblems: archived, warnings: [] };
  return {
    formulaProblems: ofFormula,
    testProblems,
    archivedProblems: archived,
    warnings: formulaWarnings(field, pricing.formula, scopes.get(featureKey) ?? NOTHING_KNOWN),
  };
}

/** The check of a version from those of all its rates. */
export function joinChecks(checks: readonly PlanVersionCheck[]): PlanVersionCheck {
  return {
    formulaProblems: checks.flatMap((check) => check.formulaProblems),
    testProblems: checks.flatMap((check) => check.testProblems),
    archivedProblems: checks.flatMap((check) => check.archivedProblems),
    warnings: checks.length === 0 ? [NO_RATES] : checks.flatMap((check) => check.warnings),
  };
}

function archivedProblems(path: string, { rate: { featureId, currencyId }, featureArchived, currencyArchived }: RateUnderCheck): Problem[] {
  return [
    ...(featureArchived ? [{ field: `${path}.feature`, message: `The feature ${featureId} is archived.` }] : []),
    ...(currencyArchived ? [{ field: `${path}.currency`, message: `The currency ${currencyId} is archived.` }] : []),
  ];
}

/** The problems of a check by their codes, in the documented order: FORMULA_INVALID, FORMULA_TEST_FAILED, ARCHIVED. */
export function checkProblems({ formulaProblems, testProblems, archivedProblems }: PlanVersionCheck): ProblemsByCode {
  return [
    ['FORMULA_INVALID', formulaProblems],
    ['FORMULA_TEST_FAILED', testProblems],
    ['ARCHIVED', archivedProblems],
  ];
}

/** Refuses, with all problems together. */
export function refusePlanVersion(check: PlanVersionCheck): void {
  refuseInput(...checkProblems(check));
}
