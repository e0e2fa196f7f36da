import { LRUCache } from 'lru-cache';
import { creditsFromNumeric } from '../domain/credits';
import type { DimensionAliases } from '../domain/declared-dimensions';
import type { Pricing, Rate, RateMode } from '../domain/rate';
import type { Queryable } from './database';
import { testsFromJson } from './formula-tests';
import { plainArray } from './sql-arrays';

/** A rate with the ids of what it refers to. */
export interface RateRow {
  readonly key: number;
  readonly plan_version_key: number | null;
  readonly plan_id: string | null;
  readonly plan_version: number | null;
  readonly customer_key: bigint | null;
  readonly feature_key: number;
  readonly feature_id: string;
  readonly currency_key: number;
  readonly currency_id: string;
  readonly mode: RateMode;
  readonly credits_per_unit: string | null;
  readonly formula: string | null;
  readonly aliases: DimensionAliases | null;
  readonly tests: string;
}

export const RATE_COLUMNS = `r.key, r.plan_version_key, p.id AS plan_id, v.number AS plan_version, r.customer_key, r.feature_key, f.id AS feature_id,
  r.currency_key, c.id AS currency_id, r.mode::text AS mode, r.credits_per_unit::text AS credits_per_unit, r.formula,
  (SELECT jsonb_agg(to_jsonb(d.name || d.aliases)) FROM dimension_declaration d WHERE d.feature_key = r.feature_key AND d.aliases <> '{}') AS aliases,
  r.tests::text AS tests`;

export const RATE_TABLES = `rate r LEFT JOIN plan_version v ON v.key = r.plan_version_key LEFT JOIN plan p ON p.key = v.plan_key
  JOIN feature f ON f.key = r.feature_key JOIN currency c ON c.key = r.currency_key`;

export function rateFrom(row: RateRow): Rate {
  return {
    key: row.key,
    planId: row.plan_id,
    planVersion: row.plan_version,
    customerKey: row.customer_key,
    featureKey: row.feature_key,
    featureId: row.feature_id,
    currencyKey: row.currency_key,
    currencyId: row.currency_id,
    pricing: pricingFrom(row),
    ...(row.aliases && { aliases: row.aliases }),
    ...(row.tests !== '[]' && { tests: testsFromJson(row.tests) }),
  };
}

/**
 * One object per text of a formula, because what is compiled hangs on the object: a page of events that was priced like the page before compiles
 * nothing again. The text alone decides what it means, so that nothing here can be out of date.
 */
const formulas = new LRUCache<string, Pricing>({ maxSize: 2_000_000, sizeCalculation: (_, text) => text.length + 1 });

function pricingFrom(row: RateRow): Pricing {
  if (row.mode === 'FLAT') return { mode: 'FLAT', creditsPerUnit: creditsFromNumeric(row.credits_per_unit ?? '0') };
  const formula = row.formula ?? '';
  let pricing = formulas.get(formula);
  if (!pricing) formulas.set(formula, (pricing = { mode: 'FORMULA', formula }));
  return pricing;
}

/** Rates by their own keys, of any version or customer. */
export async function loadRates(queryable: Queryable, keys: readonly number[]): Promise<Map<number, Rate>> {
  const { rows } = await queryable.query<RateRow>(`SELECT ${RATE_COLUMNS} FROM ${RATE_TABLES} WHERE r.key = ANY ($1::int4[])`, [plainArray(keys)]);
  return new Map(rows.map((row) => [row.key, rateFrom(row)]));
}

export async function loadRatesOfVersions(queryable: Queryable, versionKeys: readonly number[]): Promise<{ versionKey: number; rate: Rate }[]> {
  const { rows } = await queryable.query<RateRow>(`SELECT ${RATE_COLUMNS} FROM ${RATE_TABLES} WHERE r.plan_version_key = ANY ($1::int4[])`, [
    plainArray(versionKeys),
  ]);
  return rows.map((row) => ({ versionKey: row.plan_version_key!, rate: rateFrom(row) }));
}
