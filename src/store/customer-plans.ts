import type { PlanAssignment } from '../domain/plan';
import type { Catalog } from './catalog';

/** All plan assignments of a customer, in order of time. */
export async function findAssignments(catalog: Catalog, customerKey: bigint): Promise<PlanAssignment[]> {
  return catalog.prisma.customerPlan.findMany({
    where: { customerKey },
    select: { validFrom: true, planKey: true },
    orderBy: { validFrom: 'asc' },
  });
}

export async function findLastAssignment(catalog: Catalog, customerKey: bigint): Promise<PlanAssignment | null> {
  return catalog.prisma.customerPlan.findFirst({
    where: { customerKey },
    select: { validFrom: true, planKey: true },
    orderBy: { validFrom: 'desc' },
  });
}

interface CurrentPlanRow {
  readonly customer_key: bigint;
  readonly plan_key: number | null;
  readonly valid_from: Date;
}

/** The assignment that says which plan each of these customers is on at an instant; customers that were on none by then are left out. */
export async function findAssignmentsAt(catalog: Catalog, customerKeys: readonly bigint[], at: Date): Promise<Map<bigint, PlanAssignment>> {
  const rows = await catalog.prisma.$queryRaw<CurrentPlanRow[]>`
    SELECT DISTINCT ON (customer_key) customer_key, plan_key, valid_from FROM customer_plan
    WHERE customer_key = ANY (${customerKeys}::bigint[]) AND valid_from <= ${at}
    ORDER BY customer_key, valid_from DESC`;
  return new Map(rows.map((row) => [row.customer_key, { planKey: row.plan_key, validFrom: row.valid_from }]));
}

export async function insertAssignment(catalog: Catalog, customerKey: bigint, assignment: PlanAssignment, createdAt: Date): Promise<void> {
  await catalog.prisma.customerPlan.create({ data: { customerKey, ...assignment, createdAt } });
}
