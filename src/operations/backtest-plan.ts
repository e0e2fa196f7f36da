import {
  backtestRange,
  MOST_BACKTEST_CUSTOMERS,
  MOST_BACKTESTS,
  MOST_QUEUED_BACKTESTS,
  type Backtest,
  type BacktestRangeInput,
} from '../domain/backtest';
import type { CandidateRate } from '../domain/candidate-rates';
import { refuseInput, requireFound } from '../domain/catalog-input';
import { DrawdownError, type Problem } from '../domain/errors';
import { isId } from '../domain/ids';
import { requirePricing, type PricingInput } from '../domain/pricing-input';
import type { Pricing } from '../domain/rate';
import { insertBacktest } from '../store/backtests';
import { findCustomersById } from '../store/customers';
import type { Database } from '../store/database';
import { findPlan } from '../store/plans';
import { findRates } from '../store/rates';
import type { BacktestRunner } from './backtest-runner';
import type { Context } from './context';
import { loadVersionOrDraft } from './load-version-or-draft';
import { featureIfGiven } from './lookups';

export interface BacktestRateInput extends PricingInput {
  readonly featureId: string;
}

/** Which rates are tried: those of a version, of the draft where none is named, or one rate of a feature. */
export interface BacktestPlanInput extends BacktestRangeInput {
  readonly planId: string;
  readonly version?: number | null;
  readonly rate?: BacktestRateInput | null;
  readonly customerIds?: readonly string[] | null;
}

/**
 * Asks for a back-test, which some process will do. Its rates are those of this moment, whatever becomes of the draft.
 * In this order: INPUT_INVALID (version and rate, customerIds, rate), AMOUNT_INVALID, FORMULA_INVALID; TIME_RANGE_INVALID; PLAN_NOT_FOUND;
 * PLAN_VERSION_NOT_FOUND; FEATURE_NOT_FOUND; CUSTOMER_NOT_FOUND; TRY_AGAIN (too many wait).
 */
export async function backtestPlan(runner: BacktestRunner, context: Context, input: BacktestPlanInput): Promise<Backtest> {
  const { database } = runner;
  const pricing = readRate(input);
  const { from, to } = backtestRange(input, context.now);
  const candidate = pricing
    ? await singleRate(database, context, input.planId, input.rate!.featureId, pricing)
    : await ratesOfVersion(database, context, input);
  const customerKeys = await customerKeysOf(database, context, input.customerIds ?? []);
  const { environmentKey, now } = context;
  const asked = { environmentKey, ...candidate, from, to, customerKeys, createdAt: now };
  const backtest = await insertBacktest(database.writers, asked, MOST_QUEUED_BACKTESTS, MOST_BACKTESTS);
  if (!backtest) throw new DrawdownError('TRY_AGAIN', `${MOST_QUEUED_BACKTESTS} back-tests wait already; ask again when one is finished.`);
  runner.look();
  return backtest;
}

/** Null where the rates of a version are meant. */
function readRate({ version, rate, customerIds }: BacktestPlanInput): Pricing | null {
  const problems: Problem[] = [];
  if (rate && typeof version === 'number') problems.push({ field: 'rate', message: 'must not be given together with version.' });
  const count = customerIds?.length ?? 1;
  if (count < 1 || count > MOST_BACKTEST_CUSTOMERS)
    problems.push({ field: 'customerIds', message: `must be 1 to ${MOST_BACKTEST_CUSTOMERS} ids, or absent for all customers of the plan.` });
  if (rate) return requirePricing(rate, problems);
  refuseInput(['INPUT_INVALID', problems]);
  return null;
}

async function singleRate(database: Database, context: Context, planId: string, featureId: string, pricing: Pricing) {
  const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlan(database, context.environmentKey, planId));
  const feature = await featureIfGiven(database, context, featureId);
  const rate: CandidateRate = { featureKey: feature!.key, currencyKey: null, pricing };
  return { planKey: plan.key, version: null, rates: [rate] };
}

async function ratesOfVersion(database: Database, context: Context, { planId, version: number }: BacktestPlanInput) {
  const { plan, version } = await loadVersionOrDraft(database, context, planId, number ?? null);
  const rates = await findRates(database, [version.key]);
  return { planKey: plan.key, version: version.number, rates: rates.map(({ rate }) => rate) };
}

async function customerKeysOf(database: Database, { environmentKey }: Context, ids: readonly string[]): Promise<bigint[]> {
  if (ids.length === 0) return [];
  const customers = await findCustomersById(database, environmentKey, ids.filter(isId));
  const missing = ids.find((id) => !customers.some((customer) => customer.id === id));
  if (missing !== undefined) throw new DrawdownError('CUSTOMER_NOT_FOUND', `There is no customer ${missing}.`);
  return customers.map(({ key }) => key);
}
