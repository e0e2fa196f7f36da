import { checkRate, joinChecks, type FormulaScopes, type PlanVersionCheck, type RateUnderCheck } from '../domain/plan-version-check';
import { EventLoopTurn } from './event-loop-turn';

/** Checks every rate of a version. Hundreds of formulas take their time, so others get their turn in between. */
export async function checkRates(rates: readonly RateUnderCheck[], scopes: FormulaScopes): Promise<PlanVersionCheck> {
  const turn = new EventLoopTurn();
  const checks: PlanVersionCheck[] = [];
  for (const rate of rates) {
    if (turn.isLong) await turn.end();
    checks.push(checkRate(rate, scopes));
  }
  return joinChecks(checks);
}
