import { isDeepStrictEqual } from 'node:util';
import { refuseInput, requireFound, requireUnarchived } from '../domain/catalog-input';
import { testWarnings } from '../domain/formula-test';
import type { PlanVersion } from '../domain/plan';
import type { FormulaScopes, PlanVersionCheck, RateUnderCheck } from '../domain/plan-version-check';
import type { Warning } from '../domain/warning';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { findPlanVersions, raiseDraftRevision } from '../store/plan-versions';
import { findPlan } from '../store/plans';
import { replaceRates } from '../store/rates';
import { checkRates } from './check-rates';
import type { Context } from './context';
import { countProblems, findPriced, ratesUnderCheck, readDraftRates, refuseRates, type DraftRateInput, type RateReading } from './draft-rates';
import { scopesOfRates } from './formula-scopes';
import { requireDraft } from './load-plan-draft';

export interface PlanDraftSaving {
  readonly planId: string;
  /** Of the draft that was edited; absent: whatever it is now. */
  readonly revision?: number | null;
  readonly rates: readonly DraftRateInput[];
}

export interface SavedPlanDraft {
  readonly planVersion: PlanVersion;
  readonly warnings: readonly Warning[];
}

/**
 * Replaces all rates of a draft. All that is wrong with any of them is told together, and then nothing is saved. Tests that fail are warned of.
 *
 * In this order: INPUT_INVALID (too many rates); PLAN_NOT_FOUND; ARCHIVED (plan); DRAFT_NOT_FOUND; DRAFT_CHANGED; then of the rates: INPUT_INVALID,
 * AMOUNT_INVALID, FEATURE_NOT_FOUND, CURRENCY_NOT_FOUND, FORMULA_INVALID, ARCHIVED.
 */
export async function savePlanDraft(database: Database, context: Context, input: PlanDraftSaving): Promise<SavedPlanDraft> {
  const { planId, revision, rates } = input;
  refuseInput(['INPUT_INVALID', countProblems(rates)]);
  const readings = readDraftRates(rates);
  const before = await checkBefore(database, context, planId, rates, readings);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlan(catalog, context.environmentKey, planId));
    requireUnarchived(`plan ${planId}`, plan);
    const draft = requireDraft(plan, await findPlanVersions(catalog, [plan.key]), revision);
    const found = await findPriced(catalog, context, planId, rates);
    const underCheck = ratesUnderCheck(rates, readings, found);
    const check = isDeepStrictEqual(underCheck, before.rates) ? before.check : await checkRates(underCheck, before.scopes);
    refuseRates(rates, readings, found, check);
    await replaceRates(
      catalog,
      draft.key,
      underCheck.map(({ rate }) => rate),
    );
    return {
      planVersion: { ...draft, revision: await raiseDraftRevision(catalog, plan.key) },
      warnings: [...testWarnings(check.testProblems), ...check.warnings],
    };
  });
}

interface CheckBefore {
  readonly rates: readonly RateUnderCheck[];
  readonly scopes: FormulaScopes;
  readonly check: PlanVersionCheck;
}

/** Checks the rates: it takes long, which is done before the catalog is held. */
async function checkBefore(
  database: Database,
  context: Context,
  planId: string,
  inputs: readonly DraftRateInput[],
  readings: readonly RateReading[],
): Promise<CheckBefore> {
  const rates = ratesUnderCheck(inputs, readings, await findPriced(database, context, planId, inputs));
  const scopes = await scopesOfRates(database, context, rates);
  return { rates, scopes, check: await checkRates(rates, scopes) };
}
