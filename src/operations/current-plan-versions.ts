import type { PlanVersion } from '../domain/plan';
import { inOrderOfEffect, publicationAt, publicationForNewCustomers } from '../domain/publication';
import type { Catalog } from '../store/catalog';
import { findAssignmentsAt } from '../store/customer-plans';
import { findPlanVersionsByKey } from '../store/plan-versions';
import { findListings, findPublications } from '../store/publications';

/** The versions these customers are on at an instant, in the order of the customers; null for those on no plan. */
export async function currentPlanVersions(catalog: Catalog, customerKeys: readonly bigint[], at: Date): Promise<(PlanVersion | null)[]> {
  const assignments = await findAssignmentsAt(catalog, customerKeys, at);
  const publications = await publicationsInOrder(catalog, [...assignments.values()]);
  const listings = await findListings(catalog, customerKeys);
  const deciding = customerKeys.map((customerKey) => {
    const { planKey = null, validFrom = at } = assignments.get(customerKey) ?? {};
    const ofPlan = planKey === null ? [] : publications.get(planKey)!;
    return publicationAt(ofPlan, { since: validFrom, listedIn: listings.get(customerKey)! }, at);
  });
  return versionsOf(catalog, deciding);
}

/** By plan, in the order asked for: the version that a customer is priced by that is put on the plan at the instant; null where none was published. */
export async function versionsForNewCustomers(catalog: Catalog, planKeys: readonly number[], at: Date): Promise<(PlanVersion | null)[]> {
  const publications = await publicationsInOrder(
    catalog,
    planKeys.map((planKey) => ({ planKey })),
  );
  return versionsOf(
    catalog,
    planKeys.map((planKey) => publicationForNewCustomers(publications.get(planKey)!, at)),
  );
}

async function publicationsInOrder(catalog: Catalog, plans: readonly { readonly planKey: number | null }[]) {
  const planKeys = [...new Set(plans.flatMap(({ planKey }) => (planKey === null ? [] : [planKey])))];
  const publications = await findPublications(catalog, planKeys);
  return new Map(planKeys.map((planKey) => [planKey, inOrderOfEffect(publications.filter((publication) => publication.planKey === planKey))]));
}

async function versionsOf(catalog: Catalog, deciding: readonly ({ readonly planVersionKey: number } | null)[]): Promise<(PlanVersion | null)[]> {
  const keys = new Set(deciding.flatMap((publication) => (publication ? [publication.planVersionKey] : [])));
  const versions = new Map((await findPlanVersionsByKey(catalog, [...keys])).map((version) => [version.key, version]));
  return deciding.map((publication) => (publication ? versions.get(publication.planVersionKey)! : null));
}
