import type { UsageSums } from '../domain/breakdown';
import { refuseInput, requireFound } from '../domain/catalog-input';
import type { Problem } from '../domain/errors';
import { isId } from '../domain/ids';
import { MOST_RATES, type Plan, type PlanVersion } from '../domain/plan';
import { checkProblems } from '../domain/plan-version-check';
import { MOST_LISTED_CUSTOMERS, type PublicationScope } from '../domain/publication';
import { rateChanges, rateChangeSentence, type RateChange } from '../domain/rate-change';
import type { Warning } from '../domain/warning';
import { findCurrenciesByKey } from '../store/currencies';
import { findCustomersById } from '../store/customers';
import type { Database } from '../store/database';
import { findFeaturesByKey } from '../store/features';
import { findPlanVersions } from '../store/plan-versions';
import { findPlan } from '../store/plans';
import { readPublicationReach, type CustomerCounts } from '../store/publication-impact';
import { findRatesUnderCheck } from '../store/rates';
import { checkRates } from './check-rates';
import type { Context } from './context';
import { creditUsage } from './credit-usage';
import { versionsForNewCustomers } from './current-plan-versions';
import { scopesOfRates } from './formula-scopes';
import { requireDraft } from './load-plan-draft';

const USAGE_MS = 30 * 24 * 60 * 60 * 1000;

/** Which version is reviewed, against which other: the draft against the version in force where nothing else is said. */
export interface PlanReviewInput {
  readonly planId: string;
  readonly version?: number | null;
  readonly against?: number | null;
  readonly customerIds?: readonly string[] | null;
}

/** What the plan has charged for one feature, in one currency. */
export interface FeatureUsage extends UsageSums {
  readonly currencyKey: number;
}

export interface ReviewedChange extends RateChange {
  readonly sentence: string;
  readonly usage: readonly FeatureUsage[];
}

export interface ScopeImpact extends CustomerCounts {
  readonly scope: PublicationScope;
}

export interface PlanReview {
  readonly plan: Plan;
  readonly planVersion: PlanVersion;
  readonly against: PlanVersion | null;
  readonly revision: number | null;
  readonly changes: readonly ReviewedChange[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  readonly impact: readonly ScopeImpact[];
  readonly usageFrom: Date;
  readonly usageTo: Date;
}

/**
 * What publishing a version would change, and whom it would be about. Nothing is changed by looking.
 * In this order: INPUT_INVALID; PLAN_NOT_FOUND; DRAFT_NOT_FOUND (where no version is named); PLAN_VERSION_NOT_FOUND.
 */
export async function reviewPlan(database: Database, context: Context, input: PlanReviewInput): Promise<PlanReview> {
  const { planId, version: number, customerIds } = input;
  if (customerIds && customerIds.length > MOST_LISTED_CUSTOMERS)
    refuseInput(['INPUT_INVALID', [{ field: 'customerIds', message: `must be at most ${MOST_LISTED_CUSTOMERS}.` }]]);
  const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlan(database, context.environmentKey, planId));
  const versions = await findPlanVersions(database, [plan.key]);
  const planVersion = number === null || number === undefined ? requireDraft(plan, versions, null) : namedVersion(plan, versions, number);
  const against = await comparedVersion(database, context, plan, versions, input.against);
  const newRates = await findRatesUnderCheck(database, planVersion.key);
  const oldRates = against ? await findRatesUnderCheck(database, against.key) : [];
  const check = await checkRates(newRates, await scopesOfRates(database, context, newRates));
  const changes = rateChanges(
    oldRates.map(({ rate }) => rate),
    newRates.map(({ rate }) => rate),
  );
  const usageFrom = new Date(context.now.getTime() - USAGE_MS);
  return {
    plan,
    planVersion,
    against,
    revision: planVersion.revision,
    changes: await describedChanges(database, context, plan, changes, usageFrom),
    problems: checkProblems(check).flatMap(([, problems]) => problems),
    warnings: check.warnings,
    impact: await impactOf(database, context, plan, changes, customerIds ?? null),
    usageFrom,
    usageTo: context.now,
  };
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

async function describedChanges(
  database: Database,
  context: Context,
  plan: Plan,
  changes: readonly RateChange[],
  usageFrom: Date,
): Promise<ReviewedChange[]> {
  const { environmentKey } = context;
  const rates = changes.flatMap(({ oldRate, newRate }) => [oldRate ?? [], newRate ?? []].flat());
  const features = await findFeaturesByKey(database, environmentKey, [...new Set(rates.map(({ featureKey }) => featureKey))]);
  const currencies = await findCurrenciesByKey(database, environmentKey, [...new Set(rates.map(({ currencyKey }) => currencyKey))]);
  const currencyByKey = new Map(currencies.map((currency) => [currency.key, currency]));
  const usage = new Map<string, FeatureUsage[]>(changes.map(({ featureId }) => [featureId, []]));
  for (const { key, id } of currencies)
    for (const { values, credits, value, eventCount } of await usageOfPlan(database, context, plan, id, usageFrom))
      usage.get(String(values[0]))?.push({ currencyKey: key, credits, value, eventCount });
  return changes.map((change) => {
    const feature = features.find(({ key }) => key === change.featureKey)!;
    const sentence = rateChangeSentence(change, { feature, currency: (key) => currencyByKey.get(key)! });
    return { ...change, sentence, usage: usage.get(change.featureId)! };
  });
}

/** By feature, what rates of the plan have charged in one currency; overrides are no rates of it. */
async function usageOfPlan(database: Database, context: Context, plan: Plan, currencyId: string, from: Date) {
  const filters = [{ key: 'planId', equals: plan.id }];
  const input = { currencyId, groupBy: ['featureId'], filters, from, to: context.now };
  return (await creditUsage(database, context, input, { size: 2 * MOST_RATES, backward: false, after: null, before: null })).series;
}

async function impactOf(
  database: Database,
  context: Context,
  plan: Plan,
  changes: readonly RateChange[],
  customerIds: readonly string[] | null,
): Promise<ScopeImpact[]> {
  const listed = customerIds ? await findCustomersById(database, context.environmentKey, customerIds.filter(isId)) : [];
  const featureKeys = changes.map(({ featureKey }) => featureKey);
  const listedKeys = listed.map(({ key }) => key);
  const reach = await readPublicationReach(database.pool, plan.key, context.now, featureKeys, listedKeys);
  return [
    { scope: 'ALL_CUSTOMERS', ...reach.all },
    { scope: 'NEW_CUSTOMERS', ...reach.new },
    ...(customerIds ? [{ scope: 'CUSTOMERS' as const, ...reach.listed }] : []),
  ];
}
