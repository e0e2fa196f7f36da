import { DrawdownError, type Problem } from '../domain/errors';
import { failedTests, readTests, testWarnings, type FormulaTestInput } from '../domain/formula-test';
import { MOST_RATES } from '../domain/plan';
import { formulaWarnings, requirePricing, type PricingInput } from '../domain/pricing-input';
import type { Rate } from '../domain/rate';
import type { Warning } from '../domain/warning';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { raiseDraftRevision } from '../store/plan-versions';
import { countOtherRates, putRate } from '../store/rates';
import type { Context } from './context';
import { formulaScope } from './formula-scopes';
import { loadPriced } from './load-priced';
import { loadPlanDraft, type PlanDraftName } from './load-plan-draft';

export interface RateInput extends PlanDraftName, PricingInput {
  readonly featureId: string;
  readonly currencyId: string;
  /** Absent or null: the tests that the rate has stay. */
  readonly tests?: readonly FormulaTestInput[] | null;
}

export interface RateSet {
  readonly rate: Rate;
  readonly warnings: readonly Warning[];
}

/**
 * Prices a feature in a draft, in place of the price it had there. Tests that fail are warned of; they stand against publishing.
 * In this order: INPUT_INVALID, AMOUNT_INVALID, FORMULA_INVALID; PLAN_NOT_FOUND; PLAN_VERSION_NOT_FOUND; ARCHIVED (plan); VERSION_PUBLISHED;
 * FEATURE_NOT_FOUND; CURRENCY_NOT_FOUND; ARCHIVED (feature, currency); INPUT_INVALID where the version has its most rates.
 */
export async function setRate(database: Database, context: Context, input: RateInput): Promise<RateSet> {
  const problems: Problem[] = [];
  const tests = input.tests ? readTests(input.tests, problems) : null;
  const pricing = requirePricing(input, problems);
  const rate = await changeCatalog(database, context.environmentKey, async (catalog) => {
    const { draft } = await loadPlanDraft(catalog, context, input);
    const { featureKey, currencyKey } = await loadPriced(catalog, context, input);
    if ((await countOtherRates(catalog, draft.key, featureKey)) >= MOST_RATES)
      throw new DrawdownError('INPUT_INVALID', `A plan version has at most ${MOST_RATES} rates.`);
    await raiseDraftRevision(catalog, draft.planKey);
    return putRate(catalog, draft.key, featureKey, currencyKey, pricing, tests);
  });
  const failed = testWarnings(failedTests('tests', rate, rate.tests ?? []));
  if (pricing.mode === 'FLAT') return { rate, warnings: failed };
  const warnings = formulaWarnings('formula', pricing.formula, await formulaScope(database, context, rate.featureKey));
  return { rate, warnings: [...failed, ...warnings] };
}
