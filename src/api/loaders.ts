import type { Context } from '../operations/context';
import type { Database } from '../store/database';

/**
 * The to-one fields of one request, each asked of the database once per layer of the answer instead of once per parent.
 * One line per loader: `plan: new DataLoader((ids: readonly string[]) => findPlans(database, context.environmentKey, ids)),`.
 */
export function createLoaders(database: Database, context: Context) {
  void database;
  void context;
  return {};
}

export type Loaders = ReturnType<typeof createLoaders>;
