import { isId } from '../domain/ids';
import type { Page, PageRequest } from '../domain/paging';
import type { Plan } from '../domain/plan';
import { idPage, insertNew, pageOf, type Catalog, type CatalogFilter } from './catalog';

const HIDDEN = { environmentKey: true, draftRevision: true } as const;

export async function findPlan(catalog: Catalog, environmentKey: number, id: string): Promise<Plan | null> {
  if (!isId(id)) return null;
  return catalog.prisma.plan.findUnique({ where: { environmentKey_id: { environmentKey, id } }, omit: HIDDEN });
}

/** The plan, which nobody archives until the end of the transaction. */
export async function findPlanForUse(catalog: Catalog, environmentKey: number, id: string): Promise<Plan | null> {
  if (!isId(id)) return null;
  await catalog.prisma.$queryRaw`SELECT key FROM plan WHERE environment_key = ${environmentKey} AND id = ${id} FOR SHARE`;
  return findPlan(catalog, environmentKey, id);
}

export async function findPlansByKey(catalog: Catalog, environmentKey: number, keys: readonly number[]): Promise<Plan[]> {
  return catalog.prisma.plan.findMany({ where: { environmentKey, key: { in: [...keys] } }, omit: HIDDEN });
}

export async function listPlans(catalog: Catalog, environmentKey: number, filter: CatalogFilter, request: PageRequest): Promise<Page<Plan>> {
  const { where, ...page } = idPage(filter, request);
  return pageOf(await catalog.prisma.plan.findMany({ where: { environmentKey, ...where }, omit: HIDDEN, ...page }), request);
}

export async function insertPlan(catalog: Catalog, environmentKey: number, plan: Omit<Plan, 'key' | 'archivedAt'>): Promise<Plan> {
  return insertNew(`plan ${plan.id}`, catalog.prisma.plan.create({ data: { environmentKey, ...plan }, omit: HIDDEN }));
}

/** Waits for whoever is putting a customer on the plan. */
export async function changePlan(catalog: Catalog, key: number, data: Partial<Pick<Plan, 'name' | 'archivedAt'>>): Promise<Plan> {
  return catalog.prisma.plan.update({ where: { key }, data, omit: HIDDEN });
}

/** Until the end of the transaction nobody is put on the plan. */
export async function lockPlan(catalog: Catalog, key: number): Promise<void> {
  await catalog.prisma.$queryRaw`SELECT key FROM plan WHERE key = ${key} FOR UPDATE`;
}
