import type { FormulaScope } from '../domain/analysis/variable-domain';
import type { FormulaScopes, RateUnderCheck } from '../domain/plan-version-check';
import type { Database } from '../store/database';
import { loadFeatureProfiles } from '../store/feature-profiles';
import type { Context } from './context';

/** What formulas of these features are analysed with, by the features' keys. */
export async function formulaScopes(database: Database, context: Context, featureKeys: readonly number[]): Promise<FormulaScopes> {
  const profiles = await loadFeatureProfiles(database.pool, context.environmentKey, featureKeys, context.now);
  return new Map(featureKeys.map((key): [number, FormulaScope] => [key, { profile: profiles.get(key) ?? null, declarations: [] }]));
}

export async function formulaScope(database: Database, context: Context, featureKey: number): Promise<FormulaScope> {
  return (await formulaScopes(database, context, [featureKey])).get(featureKey)!;
}

/** The same for all features that these rates price by formulas. */
export async function scopesOfRates(database: Database, context: Context, rates: readonly RateUnderCheck[]): Promise<FormulaScopes> {
  const keys = rates.filter(({ rate }) => rate.pricing.mode === 'FORMULA').map(({ rate }) => rate.featureKey);
  return formulaScopes(database, context, [...new Set(keys)]);
}
