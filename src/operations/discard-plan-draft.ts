import type { Plan } from '../domain/plan';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { deleteDraft } from '../store/plan-versions';
import type { Context } from './context';
import { loadPlanDraft, type PlanDraftName } from './load-plan-draft';

/** Deletes a draft, which nothing can have used. In this order: PLAN_NOT_FOUND; PLAN_VERSION_NOT_FOUND; ARCHIVED; VERSION_PUBLISHED. */
export async function discardPlanDraft(database: Database, context: Context, input: PlanDraftName): Promise<Plan> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const { plan, draft } = await loadPlanDraft(catalog, context, input);
    await deleteDraft(catalog, draft.key);
    return plan;
  });
}
