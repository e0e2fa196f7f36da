import { MOST_NAME_LENGTH, refuseNewThing } from '../domain/catalog-input';
import { textProblems } from '../domain/ids';
import type { Plan } from '../domain/plan';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { insertPlan } from '../store/plans';
import type { Context } from './context';

/** Adds a plan without any version. In this order: ID_INVALID, INPUT_INVALID; ALREADY_EXISTS. */
export async function createPlan(database: Database, context: Context, input: { readonly id: string; readonly name: string }): Promise<Plan> {
  const { id, name } = input;
  refuseNewThing(id, textProblems('name', name, MOST_NAME_LENGTH));
  const plan = { id, name, createdAt: context.now };
  return changeCatalog(database, context.environmentKey, (catalog) => insertPlan(catalog, context.environmentKey, plan));
}
