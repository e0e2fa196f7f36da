import type { Page, PageRequest } from '../domain/paging';
import { pagePeriods, planPeriods, type CustomerPlanPeriod } from '../domain/plan';
import { findAssignments } from '../store/customer-plans';
import type { Catalog } from '../store/catalog';
import { findPlanVersions } from '../store/plan-versions';
import { findListings, findPublications } from '../store/publications';

/** When a customer was, is and will be on which version of which plan, the latest first. */
export async function listPlanPeriods(catalog: Catalog, customerKey: bigint, request: PageRequest): Promise<Page<CustomerPlanPeriod>> {
  const assignments = await findAssignments(catalog, customerKey);
  const planKeys = new Set(assignments.flatMap(({ planKey }) => (planKey === null ? [] : [planKey])));
  const versions = await findPlanVersions(catalog, [...planKeys]);
  const publications = await findPublications(catalog, [...planKeys]);
  const listedIn = (await findListings(catalog, [customerKey])).get(customerKey)!;
  return pagePeriods(planPeriods({ assignments, publications, versions, listedIn }), request);
}
