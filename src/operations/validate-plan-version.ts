import { requireFound } from '../domain/catalog-input';
import type { PlanVersionCheck } from '../domain/plan-version-check';
import type { Database } from '../store/database';
import { findNamedPlanVersions } from '../store/plan-versions';
import { findRatesUnderCheck } from '../store/rates';
import { checkRates } from './check-rates';
import type { Context } from './context';
import { scopesOfRates } from './formula-scopes';
import type { PlanDraftName } from './load-plan-draft';

/** What stands against publishing a version, or is doubtful in it. PLAN_VERSION_NOT_FOUND where there is no such plan or version. */
export async function validatePlanVersion(database: Database, context: Context, { planId, version }: PlanDraftName): Promise<PlanVersionCheck> {
  const [found = null] = await findNamedPlanVersions(database, context.environmentKey, [{ planId, number: version }]);
  const planVersion = requireFound('PLAN_VERSION_NOT_FOUND', 'version', `${version} of plan ${planId}`, found);
  const rates = await findRatesUnderCheck(database, planVersion.key);
  return checkRates(rates, await scopesOfRates(database, context, rates));
}
