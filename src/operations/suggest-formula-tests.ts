import { suggestTests } from '../domain/analysis/suggest-tests';
import { aliasesOf } from '../domain/declared-dimensions';
import type { FormulaTest } from '../domain/formula-test';
import { requirePricing } from '../domain/pricing-input';
import type { Database } from '../store/database';
import type { Context } from './context';
import { formulaScope } from './formula-scopes';
import { requireFeature } from './lookups';

/** A formula and the feature whose events it is to be tried on. */
export interface FormulaTestSuggestion {
  readonly featureId: string;
  readonly formula: string;
}

/** Examples out of the feature's events that are worth keeping with a rate of this formula. Refuses, in this order: FORMULA_INVALID, FEATURE_NOT_FOUND. */
export async function suggestFormulaTests(
  database: Database,
  context: Context,
  { featureId, formula }: FormulaTestSuggestion,
): Promise<FormulaTest[]> {
  requirePricing({ mode: 'FORMULA', formula });
  const feature = await requireFeature(database, context, featureId);
  const { profile, declarations } = await formulaScope(database, context, feature.key);
  return suggestTests(formula, profile?.events ?? [], aliasesOf(declarations));
}
