import { creditsFromNumeric, creditsToText } from '../domain/credits';
import type { Page, PageRequest } from '../domain/paging';
import type { PlanVersion } from '../domain/plan';
import type { RateUnderCheck } from '../domain/plan-version-check';
import type { Pricing, Rate } from '../domain/rate';
import { cursorInteger, pageOf, type Catalog } from './catalog';
import type { Prisma } from './generated/client';

const WITH_PLAN = { plan: { select: { id: true } } } as const;
type VersionRow = Prisma.PlanVersionGetPayload<{ include: typeof WITH_PLAN }>;

function planVersion({ plan, ...row }: VersionRow): PlanVersion {
  return { ...row, planId: plan.id };
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
  const row = await catalog.prisma.planVersion.create({ data: { planKey, number, status: 'DRAFT', createdAt }, include: WITH_PLAN });
  await catalog.prisma.$executeRaw`
    INSERT INTO rate (plan_version_key, feature_key, currency_key, mode, credits_per_unit, formula)
    SELECT ${row.key}, feature_key, currency_key, mode, credits_per_unit, formula FROM rate WHERE plan_version_key = ${copiedKey} ORDER BY key`;
  return planVersion(row);
}

export async function publishVersion(catalog: Catalog, key: number, publishedAt: Date): Promise<PlanVersion> {
  const row = await catalog.prisma.planVersion.update({ where: { key }, data: { status: 'PUBLISHED', publishedAt }, include: WITH_PLAN });
  return planVersion(row);
}

export async function deleteDraft(catalog: Catalog, key: number): Promise<void> {
  await catalog.prisma.rate.deleteMany({ where: { planVersionKey: key } });
  await catalog.prisma.planVersion.delete({ where: { key } });
}

const WITH_NAMES = {
  feature: { select: { id: true, archivedAt: true } },
  currency: { select: { id: true, archivedAt: true } },
  planVersion: { select: { number: true, plan: { select: { id: true } } } },
} as const;
type RateRow = Prisma.RateGetPayload<{ include: typeof WITH_NAMES }>;

/** A rate with the version it belongs to. */
export interface RateOfVersion {
  readonly planVersionKey: number;
  readonly rate: Rate;
}

function rateOf(row: RateRow): Rate {
  const { key, featureKey, currencyKey } = row;
  const names = { planId: row.planVersion.plan.id, planVersion: row.planVersion.number, featureId: row.feature.id, currencyId: row.currency.id };
  return { key, featureKey, currencyKey, ...names, pricing: pricingOf(row) };
}

function pricingOf(row: Pick<RateRow, 'mode' | 'creditsPerUnit' | 'formula'>): Pricing {
  if (row.mode === 'FORMULA') return { mode: 'FORMULA', formula: row.formula ?? '' };
  return { mode: 'FLAT', creditsPerUnit: creditsFromNumeric(row.creditsPerUnit?.toFixed() ?? '0') };
}

/** The rates of these versions, in the order of their features' ids. */
export async function findRates(catalog: Catalog, planVersionKeys: readonly number[]): Promise<RateOfVersion[]> {
  const rows = await catalog.prisma.rate.findMany({
    where: { planVersionKey: { in: [...planVersionKeys] } },
    include: WITH_NAMES,
    orderBy: { feature: { id: 'asc' } },
  });
  return rows.map((row) => ({ planVersionKey: row.planVersionKey, rate: rateOf(row) }));
}

export async function findRatesUnderCheck(catalog: Catalog, planVersionKey: number): Promise<RateUnderCheck[]> {
  const rows = await catalog.prisma.rate.findMany({ where: { planVersionKey }, include: WITH_NAMES, orderBy: { feature: { id: 'asc' } } });
  return rows.map((row) => ({
    rate: rateOf(row),
    featureArchived: row.feature.archivedAt !== null,
    currencyArchived: row.currency.archivedAt !== null,
  }));
}

/** Adds the feature's rate to the version, or replaces it. */
export async function putRate(catalog: Catalog, planVersionKey: number, featureKey: number, currencyKey: number, pricing: Pricing): Promise<Rate> {
  const data = {
    currencyKey,
    mode: pricing.mode,
    creditsPerUnit: pricing.mode === 'FLAT' ? creditsToText(pricing.creditsPerUnit) : null,
    formula: pricing.mode === 'FORMULA' ? pricing.formula : null,
  };
  const where = { planVersionKey_featureKey: { planVersionKey, featureKey } };
  const row = await catalog.prisma.rate.upsert({ where, update: data, create: { planVersionKey, featureKey, ...data }, include: WITH_NAMES });
  return rateOf(row);
}

/** Whether there was a rate of this feature to remove. */
export async function deleteRate(catalog: Catalog, planVersionKey: number, featureKey: number): Promise<boolean> {
  const { count } = await catalog.prisma.rate.deleteMany({ where: { planVersionKey, featureKey } });
  return count > 0;
}

/** How many rates the version has for features other than this one. */
export async function countOtherRates(catalog: Catalog, planVersionKey: number, featureKey: number): Promise<number> {
  return catalog.prisma.rate.count({ where: { planVersionKey, NOT: { featureKey } } });
}
