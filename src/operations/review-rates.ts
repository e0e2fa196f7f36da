import { refuseInput, requireFound } from '../domain/catalog-input';
import type { Database } from '../store/database';
import { findPlan } from '../store/plans';
import { checkRates } from './check-rates';
import { compareRates, customerIdsProblems, type RatesReview } from './compare-rates';
import type { Context } from './context';
import { versionsForNewCustomers } from './current-plan-versions';
import { countProblems, findPriced, ratesUnderCheck, readDraftRates, refuseRates, type DraftRateInput } from './draft-rates';
import { scopesOfRates } from './formula-scopes';

/** Rates that stand nowhere yet, as a draft would be saved with them. */
export interface RatesReviewInput {
  readonly planId: string;
  readonly rates: readonly DraftRateInput[];
  readonly customerIds?: readonly string[] | null;
}

/**
 * What publishing rates would change, before they are saved. Nothing is changed by looking.
 * In this order: INPUT_INVALID (customerIds, too many rates); PLAN_NOT_FOUND; then of the rates: INPUT_INVALID, AMOUNT_INVALID, FEATURE_NOT_FOUND,
 * CURRENCY_NOT_FOUND, FORMULA_INVALID, ARCHIVED. A test that fails is a problem of the review.
 */
export async function reviewRates(database: Database, context: Context, { planId, rates, customerIds }: RatesReviewInput): Promise<RatesReview> {
  refuseInput(['INPUT_INVALID', [...customerIdsProblems(customerIds), ...countProblems(rates)]]);
  const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlan(database, context.environmentKey, planId));
  const readings = readDraftRates(rates);
  const found = await findPriced(database, context, planId, rates);
  const underCheck = ratesUnderCheck(rates, readings, found);
  const check = await checkRates(underCheck, await scopesOfRates(database, context, underCheck));
  refuseRates(rates, readings, found, check);
  const against = (await versionsForNewCustomers(database, [plan.key], context.now))[0]!;
  return compareRates(database, context, plan, { rates: underCheck, check, against, customerIds });
}
