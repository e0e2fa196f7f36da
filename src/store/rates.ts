import { creditsFromNumeric, creditsToText } from '../domain/credits';
import type { RateUnderCheck } from '../domain/plan-version-check';
import type { Pricing, Rate, RateMode } from '../domain/rate';
import type { Catalog } from './catalog';

interface RateRow {
  readonly key: number;
  readonly plan_version_key: number;
  readonly plan_id: string;
  readonly plan_version: number;
  readonly feature_key: number;
  readonly feature_id: string;
  readonly feature_archived: boolean;
  readonly currency_key: number;
  readonly currency_id: string;
  readonly currency_archived: boolean;
  readonly mode: RateMode;
  readonly credits_per_unit: string | null;
  readonly formula: string | null;
}

/** One statement: Prisma would read what a rate refers to in several at once, which a transaction's one connection cannot do. */
async function selectRates(catalog: Catalog, planVersionKeys: readonly number[]): Promise<RateRow[]> {
  return catalog.prisma.$queryRaw<RateRow[]>`
    SELECT rate.key, rate.plan_version_key, plan.id AS plan_id, version.number AS plan_version,
           rate.feature_key, feature.id AS feature_id, feature.archived_at IS NOT NULL AS feature_archived,
           rate.currency_key, currency.id AS currency_id, currency.archived_at IS NOT NULL AS currency_archived,
           rate.mode::text AS mode, rate.credits_per_unit::text AS credits_per_unit, rate.formula
    FROM rate
    JOIN plan_version version ON version.key = rate.plan_version_key
    JOIN plan ON plan.key = version.plan_key
    JOIN feature ON feature.key = rate.feature_key
    JOIN currency ON currency.key = rate.currency_key
    WHERE rate.plan_version_key = ANY (${planVersionKeys}::int[])
    ORDER BY rate.plan_version_key, feature.id`;
}

function rateOf(row: RateRow): Rate {
  return {
    key: row.key,
    planId: row.plan_id,
    planVersion: row.plan_version,
    featureKey: row.feature_key,
    featureId: row.feature_id,
    currencyKey: row.currency_key,
    currencyId: row.currency_id,
    pricing: pricingOf(row),
  };
}

function pricingOf(row: RateRow): Pricing {
  if (row.mode === 'FORMULA') return { mode: 'FORMULA', formula: row.formula ?? '' };
  return { mode: 'FLAT', creditsPerUnit: creditsFromNumeric(row.credits_per_unit ?? '0') };
}

/** A rate with the version it belongs to. */
export interface RateOfVersion {
  readonly planVersionKey: number;
  readonly rate: Rate;
}

/** The rates of these versions, in the order of their features' ids. */
export async function findRates(catalog: Catalog, planVersionKeys: readonly number[]): Promise<RateOfVersion[]> {
  const rows = await selectRates(catalog, planVersionKeys);
  return rows.map((row) => ({ planVersionKey: row.plan_version_key, rate: rateOf(row) }));
}

export async function findRatesUnderCheck(catalog: Catalog, planVersionKey: number): Promise<RateUnderCheck[]> {
  const rows = await selectRates(catalog, [planVersionKey]);
  return rows.map((row) => ({ rate: rateOf(row), featureArchived: row.feature_archived, currencyArchived: row.currency_archived }));
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
  const { key } = await catalog.prisma.rate.upsert({ where, update: data, create: { planVersionKey, featureKey, ...data }, select: { key: true } });
  const row = (await selectRates(catalog, [planVersionKey])).find((put) => put.key === key);
  return rateOf(row!);
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
