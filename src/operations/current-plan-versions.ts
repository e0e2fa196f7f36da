import { versionInForceAt, type PlanVersion } from '../domain/plan';
import type { Catalog } from '../store/catalog';
import { findPlanKeysAt } from '../store/customer-plans';
import { findPlanVersions } from '../store/plan-versions';

/** The versions these customers are on at an instant, in the order of the customers; null for those on no plan. */
export async function currentPlanVersions(catalog: Catalog, customerKeys: readonly bigint[], at: Date): Promise<(PlanVersion | null)[]> {
  const planKeys = await findPlanKeysAt(catalog, customerKeys, at);
  const versions = await findPlanVersions(catalog, [...new Set(planKeys.values())]);
  return customerKeys.map((customerKey) => {
    const planKey = planKeys.get(customerKey);
    const ofPlan = versions.filter((version) => version.planKey === planKey);
    return versionInForceAt(ofPlan, at);
  });
}
