import { requireUnarchived } from '../domain/catalog-input';
import { DrawdownError } from '../domain/errors';
import type { Shadow } from '../domain/shadow';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { findRates } from '../store/rates';
import { findRunningShadow, insertShadow } from '../store/shadows';
import type { Context } from './context';
import { loadVersionOrDraft } from './load-version-or-draft';

/** Which rates are to be evaluated: those of a version, or of the draft where none is named. */
export interface StartShadowInput {
  readonly planId: string;
  readonly version?: number | null;
}

/**
 * Has rates evaluated beside those in force, from the next report on. They are those of this moment, whatever becomes of the draft.
 * In this order: PLAN_NOT_FOUND; PLAN_VERSION_NOT_FOUND; ARCHIVED; SHADOW_EXISTS.
 */
export async function startShadow(database: Database, context: Context, input: StartShadowInput): Promise<Shadow> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const { plan, version } = await loadVersionOrDraft(catalog, context, input.planId, input.version ?? null);
    requireUnarchived(`plan ${plan.id}`, plan);
    if (await findRunningShadow(catalog, plan.key)) throw new DrawdownError('SHADOW_EXISTS');
    const rates = await findRates(catalog, [version.key]);
    return insertShadow(
      catalog,
      plan.key,
      version.number,
      rates.map(({ rate }) => rate),
      context.now,
    );
  });
}
