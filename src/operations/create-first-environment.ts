import { inCatalogTransaction, type Catalog } from '../store/catalog';
import type { Database } from '../store/database';
import { anyEnvironment, lockFirstEnvironment } from '../store/environments';
import { addEnvironment, type NewEnvironment } from './create-environment';

export const FIRST_ENVIRONMENT_ID = 'main';

/**
 * Gives a database that has no environment yet the environment `main` with one admin key; null where there is one already.
 * Of several processes that start at once, one makes it and the others answer null. What `furnish` puts into it is there from its first moment.
 */
export async function createFirstEnvironment(
  database: Database,
  now: Date,
  furnish?: (catalog: Catalog, environmentKey: number, now: Date) => Promise<void>,
): Promise<NewEnvironment | null> {
  return inCatalogTransaction(database, async (catalog) => {
    await lockFirstEnvironment(catalog);
    if (await anyEnvironment(catalog)) return null;
    const made = await addEnvironment(catalog, { id: FIRST_ENVIRONMENT_ID, name: 'Main', parentKey: null, createdAt: now });
    await furnish?.(catalog, made.environment.key, now);
    return made;
  });
}
