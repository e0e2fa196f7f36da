import { proposeDeclarations, type ProposedDeclaration } from '../domain/analysis/propose-declarations';
import type { Database } from '../store/database';
import type { Context } from './context';
import { formulaScope } from './formula-scopes';
import { requireFeature } from './lookups';

/** What could be declared of a feature's dimensions, by its recent events; nothing is changed. Refuses: FEATURE_NOT_FOUND. */
export async function proposeDimensionDeclarations(database: Database, context: Context, featureId: string): Promise<ProposedDeclaration[]> {
  const feature = await requireFeature(database, context, featureId);
  const { profile, declarations } = await formulaScope(database, context, feature.key);
  return profile ? proposeDeclarations(profile, declarations) : [];
}
