import { inCatalogTransaction } from '../store/catalog';
import type { Database } from '../store/database';
import { anyEnvironment, lockFirstEnvironment } from '../store/environments';
import { addEnvironment, type NewEnvironment } from './create-environment';

/**
 * Gives a database that has no environment yet the environment `main` with one admin key; null where there is one already.
 * Of several processes that start at once, one makes it and the others answer null.
 */
export async function createFirstEnvironment(database: Database, now: Date): Promise<NewEnvironment | null> {
  return inCatalogTransaction(database, async (catalog) => {
    await lockFirstEnvironment(catalog);
    if (await anyEnvironment(catalog)) return null;
    return addEnvironment(catalog, { id: 'main', name: 'Main', parentKey: null, createdAt: now });
  });
}
