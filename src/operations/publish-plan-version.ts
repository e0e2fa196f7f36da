import { isDeepStrictEqual } from 'node:util';
import { refusePlanVersion, type RateUnderCheck } from '../domain/plan-version-check';
import { publicationInstant, type PlanVersion } from '../domain/plan';
import type { Warning } from '../domain/warning';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { findNamedPlanVersions, publishVersion } from '../store/plan-versions';
import { findRatesUnderCheck } from '../store/rates';
import { checkRates } from './check-rates';
import type { Context } from './context';
import { scopesOfRates } from './formula-scopes';
import { loadPlanDraft, type PlanDraftName } from './load-plan-draft';

export interface PublishedPlanVersion {
  readonly planVersion: PlanVersion;
  readonly warnings: readonly Warning[];
}

/**
 * Makes a draft final. From that instant on it prices the usage of all customers of the plan; no customer is touched.
 * In this order: PLAN_NOT_FOUND; PLAN_VERSION_NOT_FOUND; ARCHIVED (plan); VERSION_PUBLISHED; FORMULA_INVALID; ARCHIVED (features, currencies).
 */
export async function publishPlanVersion(database: Database, context: Context, input: PlanDraftName): Promise<PublishedPlanVersion> {
  const before = await ratesOf(database, context, input);
  const scopes = await scopesOfRates(database, context, before);
  const checked = await checkRates(before, scopes);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const { draft, versions } = await loadPlanDraft(catalog, context, input);
    const rates = await findRatesUnderCheck(catalog, draft.key);
    const check = isDeepStrictEqual(rates, before) ? checked : await checkRates(rates, scopes);
    refusePlanVersion(check);
    const planVersion = await publishVersion(catalog, draft.key, publicationInstant(versions, context.now));
    return { planVersion, warnings: check.warnings };
  });
}

/** What is in the version now: it takes long to check, which is done before the catalog is held. None where there is no such version. */
async function ratesOf(database: Database, context: Context, { planId, version }: PlanDraftName): Promise<RateUnderCheck[]> {
  const [found] = await findNamedPlanVersions(database, context.environmentKey, [{ planId, number: version }]);
  return found ? findRatesUnderCheck(database, found.key) : [];
}
