import type { UsageSums } from '../domain/breakdown';
import type { Problem } from '../domain/errors';
import { isId } from '../domain/ids';
import { MOST_RATES, type Plan, type PlanVersion } from '../domain/plan';
import { checkProblems, type PlanVersionCheck, type RateUnderCheck } from '../domain/plan-version-check';
import { MOST_LISTED_CUSTOMERS, type PublicationScope } from '../domain/publication';
import { rateChanges, rateChangeSentence, type RateChange } from '../domain/rate-change';
import type { Warning } from '../domain/warning';
import { findCurrenciesByKey } from '../store/currencies';
import { findCustomersById } from '../store/customers';
import type { Database } from '../store/database';
import { findFeaturesByKey } from '../store/features';
import { readPublicationReach, type CustomerCounts } from '../store/publication-impact';
import { findRatesUnderCheck } from '../store/rates';
import type { Context } from './context';
import { creditUsage } from './credit-usage';

const USAGE_MS = 30 * 24 * 60 * 60 * 1000;

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

/** What rates would change, against those of a version. */
export interface RatesReview {
  readonly plan: Plan;
  readonly against: PlanVersion | null;
  readonly changes: readonly ReviewedChange[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  readonly impact: readonly ScopeImpact[];
  readonly usageFrom: Date;
  readonly usageTo: Date;
}

export interface RatesToCompare {
  readonly rates: readonly RateUnderCheck[];
  readonly check: PlanVersionCheck;
  /** Null: there is none, so that all rates are added. */
  readonly against: PlanVersion | null;
  readonly customerIds?: readonly string[] | null;
}

/** It is INPUT_INVALID to ask about too many customers. */
export function customerIdsProblems(customerIds: readonly string[] | null | undefined): Problem[] {
  if (!customerIds || customerIds.length <= MOST_LISTED_CUSTOMERS) return [];
  return [{ field: 'customerIds', message: `must be at most ${MOST_LISTED_CUSTOMERS}.` }];
}

/** Every difference that rates of a plan would make, and whom it would be about. */
export async function compareRates(
  database: Database,
  context: Context,
  plan: Plan,
  { rates, check, against, customerIds }: RatesToCompare,
): Promise<RatesReview> {
  const oldRates = against ? await findRatesUnderCheck(database, against.key) : [];
  const changes = rateChanges(
    oldRates.map(({ rate }) => rate),
    rates.map(({ rate }) => rate),
  );
  const usageFrom = new Date(context.now.getTime() - USAGE_MS);
  return {
    plan,
    against,
    changes: await describedChanges(database, context, plan, changes, usageFrom),
    problems: checkProblems(check).flatMap(([, problems]) => problems),
    warnings: check.warnings,
    impact: await impactOf(database, context, plan, changes, customerIds ?? null),
    usageFrom,
    usageTo: context.now,
  };
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
