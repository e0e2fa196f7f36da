import type { FormulaScope } from '../domain/analysis/variable-domain';
import type { FormulaScopes, RateUnderCheck } from '../domain/plan-version-check';
import { aliasesOf } from '../domain/declared-dimensions';
import type { DimensionDeclaration } from '../domain/dimension-declaration';
import type { Database } from '../store/database';
import { findDeclarations } from '../store/dimension-declarations';
import { loadFeatureProfiles } from '../store/feature-profiles';
import type { Context } from './context';

/** What formulas of these features are analysed with, by the features' keys. Events are seen under the names of today. */
export async function formulaScopes(database: Database, context: Context, featureKeys: readonly number[]): Promise<FormulaScopes> {
  const declared = new Map<number, DimensionDeclaration[]>(featureKeys.map((key) => [key, []]));
  for (const { featureKey, declaration } of await findDeclarations(database, featureKeys)) declared.get(featureKey)!.push(declaration);
  const aliases = new Map([...declared].map(([key, declarations]) => [key, aliasesOf(declarations)]));
  const profiles = await loadFeatureProfiles(database.pool, context.environmentKey, aliases, context.now);
  return new Map(featureKeys.map((key): [number, FormulaScope] => [key, { profile: profiles.get(key) ?? null, declarations: declared.get(key)! }]));
}

export async function formulaScope(database: Database, context: Context, featureKey: number): Promise<FormulaScope> {
  return (await formulaScopes(database, context, [featureKey])).get(featureKey)!;
}

/** The same for all features that these rates price by formulas. */
export async function scopesOfRates(database: Database, context: Context, rates: readonly RateUnderCheck[]): Promise<FormulaScopes> {
  const keys = rates.filter(({ rate }) => rate.pricing.mode === 'FORMULA').map(({ rate }) => rate.featureKey);
  return formulaScopes(database, context, [...new Set(keys)]);
}
