import { refusePlanVersion, checkPlanVersion } from '../domain/plan-version-check';
import { publicationInstant, type PlanVersion } from '../domain/plan';
import type { Problem } from '../domain/errors';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { publishVersion } from '../store/plan-versions';
import { findRatesUnderCheck } from '../store/rates';
import type { Context } from './context';
import { loadPlanDraft, type PlanDraftName } from './load-plan-draft';

export interface PublishedPlanVersion {
  readonly planVersion: PlanVersion;
  readonly warnings: readonly Problem[];
}

/**
 * Makes a draft final. From that instant on it prices the usage of all customers of the plan; no customer is touched.
 * In this order: PLAN_NOT_FOUND; PLAN_VERSION_NOT_FOUND; ARCHIVED (plan); VERSION_PUBLISHED; FORMULA_INVALID; ARCHIVED (features, currencies).
 */
export async function publishPlanVersion(database: Database, context: Context, input: PlanDraftName): Promise<PublishedPlanVersion> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const { draft, versions } = await loadPlanDraft(catalog, context, input);
    const check = checkPlanVersion(await findRatesUnderCheck(catalog, draft.key));
    refusePlanVersion(check);
    const planVersion = await publishVersion(catalog, draft.key, publicationInstant(versions, context.now));
    return { planVersion, warnings: check.warnings };
  });
}
