import { refuseInput } from './catalog-input';
import type { Problem } from './errors';
import { formulaTextProblems, formulaWarnings } from './pricing-input';
import type { Rate } from './rate';

/** A rate with what its check needs to know beside it. */
export interface RateUnderCheck {
  readonly rate: Rate;
  readonly featureArchived: boolean;
  readonly currencyArchived: boolean;
}

/** By the key of a feature: the dimensions seen in its events. */
export type SeenDimensions = ReadonlyMap<number, ReadonlySet<string>>;

/** What is wrong and what is doubtful in a version. It can be published when there are no problems. */
export interface PlanVersionCheck {
  readonly formulaProblems: readonly Problem[];
  readonly archivedProblems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

const NO_RATES: Problem = { field: 'rates', message: 'are none: no usage of a customer on this version can be charged.' };

const NONE: ReadonlySet<string> = new Set();

/** Checks every rate of a version. Fields are `rates.FEATURE.formula`, `.feature` and `.currency`. */
export function checkPlanVersion(rates: readonly RateUnderCheck[], seen: SeenDimensions = new Map()): PlanVersionCheck {
  return {
    formulaProblems: rates.flatMap(({ rate: { featureId, pricing } }) =>
      pricing.mode === 'FORMULA' ? formulaTextProblems(`rates.${featureId}.formula`, pricing.formula) : [],
    ),
    archivedProblems: rates.flatMap(archivedProblems),
    warnings:
      rates.length === 0
        ? [NO_RATES]
        : rates.flatMap(({ rate }) => formulaWarnings(`rates.${rate.featureId}.formula`, rate.pricing, seen.get(rate.featureKey) ?? NONE)),
  };
}

function archivedProblems({ rate: { featureId, currencyId }, featureArchived, currencyArchived }: RateUnderCheck): Problem[] {
  return [
    ...(featureArchived ? [{ field: `rates.${featureId}.feature`, message: `The feature ${featureId} is archived.` }] : []),
    ...(currencyArchived ? [{ field: `rates.${featureId}.currency`, message: `The currency ${currencyId} is archived.` }] : []),
  ];
}

/** Refuses, with all problems together: FORMULA_INVALID, ARCHIVED. */
export function refusePlanVersion({ formulaProblems, archivedProblems }: PlanVersionCheck): void {
  refuseInput(['FORMULA_INVALID', formulaProblems], ['ARCHIVED', archivedProblems]);
}
