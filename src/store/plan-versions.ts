import type { Page, PageRequest } from '../domain/paging';
import type { PlanVersion } from '../domain/plan';
import { cursorInteger, pageOf, type Catalog } from './catalog';
import type { Prisma } from './generated/client';

const WITH_PLAN = { plan: { select: { id: true, draftRevision: true } } } as const;
type VersionRow = Prisma.PlanVersionGetPayload<{ include: typeof WITH_PLAN }>;

function planVersion({ plan, ...row }: VersionRow): PlanVersion {
  return { ...row, planId: plan.id, revision: row.status === 'DRAFT' ? plan.draftRevision : null };
}

/** All versions of these plans, in order of their numbers. */
export async function findPlanVersions(catalog: Catalog, planKeys: readonly number[]): Promise<PlanVersion[]> {
  const rows = await catalog.prisma.planVersion.findMany({
    where: { planKey: { in: [...planKeys] } },
    include: WITH_PLAN,
    orderBy: [{ planKey: 'asc' }, { number: 'asc' }],
  });
  return rows.map(planVersion);
}

export async function findPlanVersionsByKey(catalog: Catalog, keys: readonly number[]): Promise<PlanVersion[]> {
  const rows = await catalog.prisma.planVersion.findMany({ where: { key: { in: [...keys] } }, include: WITH_PLAN });
  return rows.map(planVersion);
}

/** One version by its plan's id and its number. */
export interface PlanVersionName {
  readonly planId: string;
  readonly number: number;
}

export async function findNamedPlanVersions(catalog: Catalog, environmentKey: number, names: readonly PlanVersionName[]): Promise<PlanVersion[]> {
  const named = names.map(({ planId, number }) => ({ number, plan: { environmentKey, id: planId } }));
  const rows = await catalog.prisma.planVersion.findMany({ where: { OR: named }, include: WITH_PLAN });
  return rows.map(planVersion);
}

/** The versions of a plan, the newest first. */
export async function listPlanVersions(catalog: Catalog, planKey: number, request: PageRequest): Promise<Page<PlanVersion>> {
  const { after, before, backward, size } = request;
  const bounds = [...(after ? [{ number: { lt: cursorInteger(after, 0) } }] : []), ...(before ? [{ number: { gt: cursorInteger(before, 0) } }] : [])];
  const rows = await catalog.prisma.planVersion.findMany({
    where: { planKey, AND: bounds },
    include: WITH_PLAN,
    orderBy: { number: backward ? 'asc' : 'desc' },
    take: size + 1,
  });
  return pageOf(rows.map(planVersion), request);
}

/** A new draft with the rates of another version, or with none. */
export async function insertDraft(
  catalog: Catalog,
  planKey: number,
  number: number,
  createdAt: Date,
  copiedKey: number | null,
): Promise<PlanVersion> {
  await raiseDraftRevision(catalog, planKey);
  const row = await catalog.prisma.planVersion.create({ data: { planKey, number, status: 'DRAFT', createdAt }, include: WITH_PLAN });
  await catalog.prisma.$executeRaw`
    INSERT INTO rate (plan_version_key, feature_key, currency_key, mode, credits_per_unit, formula, tests)
    SELECT ${row.key}, feature_key, currency_key, mode, credits_per_unit, formula, tests FROM rate WHERE plan_version_key = ${copiedKey} ORDER BY key`;
  return planVersion(row);
}

/** Every change of a draft says so: who has seen the draft before it cannot publish it any more. The new revision. */
export async function raiseDraftRevision(catalog: Catalog, planKey: number): Promise<number> {
  const { draftRevision } = await catalog.prisma.plan.update({
    where: { key: planKey },
    data: { draftRevision: { increment: 1 } },
    select: { draftRevision: true },
  });
  return draftRevision;
}

/** Makes a draft final. */
export async function closeDraft(catalog: Catalog, key: number, publishedAt: Date): Promise<PlanVersion> {
  const row = await catalog.prisma.planVersion.update({ where: { key }, data: { status: 'PUBLISHED', publishedAt }, include: WITH_PLAN });
  return planVersion(row);
}

export async function deleteDraft(catalog: Catalog, key: number): Promise<void> {
  await catalog.prisma.rate.deleteMany({ where: { planVersionKey: key } });
  await catalog.prisma.planVersion.delete({ where: { key } });
}
