import { creditsToText } from '../domain/credits';
import type { RateUnderCheck } from '../domain/plan-version-check';
import type { FormulaTest } from '../domain/formula-test';
import { isId } from '../domain/ids';
import type { Pricing, Rate } from '../domain/rate';
import type { Catalog } from './catalog';
import { Prisma } from './generated/client';
import { testsToJson } from './formula-tests';
import { RATE_COLUMNS, RATE_TABLES, rateFrom, type RateRow } from './rate-rows';

interface CheckedRow extends RateRow {
  readonly feature_archived: boolean;
  readonly currency_archived: boolean;
}

/** One statement: Prisma would read what a rate refers to in several at once, which a transaction's one connection cannot do. */
async function selectRates(catalog: Catalog, planVersionKeys: readonly number[]): Promise<CheckedRow[]> {
  return catalog.prisma.$queryRaw<CheckedRow[]>`
    SELECT ${Prisma.raw(RATE_COLUMNS)}, f.archived_at IS NOT NULL AS feature_archived, c.archived_at IS NOT NULL AS currency_archived
    FROM ${Prisma.raw(RATE_TABLES)} WHERE r.plan_version_key = ANY (${planVersionKeys}::int[]) ORDER BY r.plan_version_key, f.id`;
}

/** A rate with the version it belongs to. */
export interface RateOfVersion {
  readonly planVersionKey: number;
  readonly rate: Rate;
}

/** The rates of these versions, in the order of their features' ids. */
export async function findRates(catalog: Catalog, planVersionKeys: readonly number[]): Promise<RateOfVersion[]> {
  const rows = await selectRates(catalog, planVersionKeys);
  return rows.map((row) => ({ planVersionKey: row.plan_version_key!, rate: rateFrom(row) }));
}

export async function findRatesUnderCheck(catalog: Catalog, planVersionKey: number): Promise<RateUnderCheck[]> {
  const rows = await selectRates(catalog, [planVersionKey]);
  return rows.map((row) => ({ rate: rateFrom(row), featureArchived: row.feature_archived, currencyArchived: row.currency_archived }));
}

/** A rate that is to be in a version, by the keys of what it names. */
export interface NewRate {
  readonly featureKey: number;
  readonly currencyKey: number;
  readonly pricing: Pricing;
  readonly tests?: readonly FormulaTest[];
}

/** Adds the feature's rate to the version, or replaces it; `tests` null: those that it has stay. */
export async function putRate(
  catalog: Catalog,
  planVersionKey: number,
  featureKey: number,
  currencyKey: number,
  pricing: Pricing,
  tests: readonly FormulaTest[] | null = null,
): Promise<Rate> {
  const data = {
    currencyKey,
    mode: pricing.mode,
    creditsPerUnit: pricing.mode === 'FLAT' ? creditsToText(pricing.creditsPerUnit) : null,
    formula: pricing.mode === 'FORMULA' ? pricing.formula : null,
  };
  const where = { planVersionKey_featureKey: { planVersionKey, featureKey } };
  const { key } = await catalog.prisma.rate.upsert({ where, update: data, create: { planVersionKey, featureKey, ...data }, select: { key: true } });
  if (tests) await catalog.prisma.$executeRaw`UPDATE rate SET tests = ${testsToJson(tests)}::jsonb WHERE key = ${key}`;
  const row = (await selectRates(catalog, [planVersionKey])).find((put) => put.key === key);
  return rateFrom(row!);
}

/** The rates of a plan's draft; none where there is no draft. */
export async function findDraftRates(catalog: Catalog, environmentKey: number, planId: string): Promise<Rate[]> {
  const where = { status: 'DRAFT' as const, plan: { environmentKey, id: planId } };
  const draft = isId(planId) ? await catalog.prisma.planVersion.findFirst({ where, select: { key: true } }) : null;
  return draft ? (await selectRates(catalog, [draft.key])).map(rateFrom) : [];
}

/** Makes these the only rates of the draft. A feature that had a rate keeps its row, and so its id. */
export async function replaceRates(catalog: Catalog, planVersionKey: number, rates: readonly NewRate[]): Promise<void> {
  const featureKeys = rates.map(({ featureKey }) => featureKey);
  await catalog.prisma.rate.deleteMany({ where: { planVersionKey, featureKey: { notIn: featureKeys } } });
  const flat = rates.map(({ pricing }) => (pricing.mode === 'FLAT' ? creditsToText(pricing.creditsPerUnit) : null));
  const formulas = rates.map(({ pricing }) => (pricing.mode === 'FORMULA' ? pricing.formula : null));
  const tests = rates.map((rate) => testsToJson(rate.tests ?? []));
  await catalog.prisma.$executeRaw`
    INSERT INTO rate (plan_version_key, feature_key, currency_key, mode, credits_per_unit, formula, tests)
    SELECT ${planVersionKey}, feature_key, currency_key, mode::"RateMode", credits_per_unit::numeric, formula, tests::jsonb
    FROM unnest(${featureKeys}::int[], ${rates.map(({ currencyKey }) => currencyKey)}::int[], ${rates.map(({ pricing }) => pricing.mode)}::text[],
      ${flat}::text[], ${formulas}::text[], ${tests}::text[]) AS given (feature_key, currency_key, mode, credits_per_unit, formula, tests)
    ON CONFLICT (plan_version_key, feature_key) DO UPDATE SET currency_key = excluded.currency_key, mode = excluded.mode,
      credits_per_unit = excluded.credits_per_unit, formula = excluded.formula, tests = excluded.tests`;
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
