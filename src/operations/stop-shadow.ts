import { requireFound } from '../domain/catalog-input';
import { DrawdownError } from '../domain/errors';
import type { Shadow } from '../domain/shadow';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { findPlan } from '../store/plans';
import { changeShadow, findRunningShadow } from '../store/shadows';
import type { Context } from './context';

/** Ends the shadow of a plan with the next report; what it has found out stays. In this order: PLAN_NOT_FOUND; SHADOW_NOT_FOUND. */
export async function stopShadow(database: Database, context: Context, planId: string): Promise<Shadow> {
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlan(catalog, context.environmentKey, planId));
    const shadow = await findRunningShadow(catalog, plan.key);
    if (!shadow) throw new DrawdownError('SHADOW_NOT_FOUND', `The plan ${planId} has no shadow that goes on.`);
    const stoppedAt = context.now < shadow.startedAt ? shadow.startedAt : context.now; // clocks of servers differ
    return changeShadow(catalog, shadow.key, stoppedAt);
  });
}
