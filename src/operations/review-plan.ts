import { refuseInput, requireFound } from '../domain/catalog-input';
import type { Plan, PlanVersion } from '../domain/plan';
import type { Database } from '../store/database';
import { findPlanVersions } from '../store/plan-versions';
import { findPlan } from '../store/plans';
import { findRatesUnderCheck } from '../store/rates';
import { checkRates } from './check-rates';
import { compareRates, customerIdsProblems, type RatesReview } from './compare-rates';
import type { Context } from './context';
import { versionsForNewCustomers } from './current-plan-versions';
import { scopesOfRates } from './formula-scopes';
import { requireDraft } from './load-plan-draft';

/** Which version is reviewed, against which other: the draft against the version in force where nothing else is said. */
export interface PlanReviewInput {
  readonly planId: string;
  readonly version?: number | null;
  readonly against?: number | null;
  readonly customerIds?: readonly string[] | null;
}

export interface PlanReview extends RatesReview {
  readonly planVersion: PlanVersion;
  readonly revision: number | null;
}

/**
 * What publishing a version would change, and whom it would be about. Nothing is changed by looking.
 * In this order: INPUT_INVALID; PLAN_NOT_FOUND; DRAFT_NOT_FOUND (where no version is named); PLAN_VERSION_NOT_FOUND.
 */
export async function reviewPlan(database: Database, context: Context, input: PlanReviewInput): Promise<PlanReview> {
  const { planId, version: number, customerIds } = input;
  refuseInput(['INPUT_INVALID', customerIdsProblems(customerIds)]);
  const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlan(database, context.environmentKey, planId));
  const versions = await findPlanVersions(database, [plan.key]);
  const planVersion = number === null || number === undefined ? requireDraft(plan, versions, null) : namedVersion(plan, versions, number);
  const against = await comparedVersion(database, context, plan, versions, input.against);
  const rates = await findRatesUnderCheck(database, planVersion.key);
  const check = await checkRates(rates, await scopesOfRates(database, context, rates));
  const review = await compareRates(database, context, plan, { rates, check, against, customerIds });
  return { ...review, planVersion, revision: planVersion.revision };
}

function namedVersion(plan: Plan, versions: readonly PlanVersion[], number: number): PlanVersion {
  const found = versions.find((version) => version.number === number) ?? null;
  return requireFound('PLAN_VERSION_NOT_FOUND', 'version', `${number} of plan ${plan.id}`, found);
}

/** Null where none was published yet. */
async function comparedVersion(
  database: Database,
  context: Context,
  plan: Plan,
  versions: readonly PlanVersion[],
  against: number | null | undefined,
): Promise<PlanVersion | null> {
  if (against !== null && against !== undefined) return namedVersion(plan, versions, against);
  return (await versionsForNewCustomers(database, [plan.key], context.now))[0]!;
}
