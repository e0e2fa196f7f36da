import { checkRate, joinChecks, type PlanVersionCheck, type RateUnderCheck, type SeenDimensions } from '../domain/plan-version-check';
import type { Database } from '../store/database';
import { dimensionNamesOfFeatures } from '../store/feature-dimensions';
import type { Context } from './context';
import { EventLoopTurn } from './event-loop-turn';

/** The dimensions seen in the events of the features that these rates price by formulas. */
export async function dimensionsSeen(database: Database, context: Context, rates: readonly RateUnderCheck[]): Promise<SeenDimensions> {
  const featureKeys = rates.filter(({ rate }) => rate.pricing.mode === 'FORMULA').map(({ rate }) => rate.featureKey);
  return featureKeys.length === 0 ? new Map() : dimensionNamesOfFeatures(database.pool, context.environmentKey, featureKeys);
}

/** Checks every rate of a version. Hundreds of formulas take their time, so others get their turn in between. */
export async function checkRates(rates: readonly RateUnderCheck[], seen: SeenDimensions): Promise<PlanVersionCheck> {
  const turn = new EventLoopTurn();
  const checks: PlanVersionCheck[] = [];
  for (const rate of rates) {
    if (turn.isLong) await turn.end();
    checks.push(checkRate(rate, seen));
  }
  return joinChecks(checks);
}
