import { requireUnarchived, requireUnused } from '../domain/catalog-input';
import type { Environment } from '../domain/environment';
import { inCatalogTransaction } from '../store/catalog';
import type { Database } from '../store/database';
import { changeEnvironment, childEnvironmentIds } from '../store/environments';
import type { Context } from './context';
import { loadVisibleEnvironment } from './load-visible-environment';

/**
 * Closes an environment: none of its keys is valid any more. Not the own one, and not one that environments created from it need.
 * In this order: ENVIRONMENT_NOT_FOUND; ARCHIVED; IN_USE.
 */
export async function archiveEnvironment(database: Database, context: Context, id: string): Promise<Environment> {
  return inCatalogTransaction(database, async (catalog) => {
    const environment = await loadVisibleEnvironment(catalog, context, id);
    requireUnarchived(`environment ${id}`, environment);
    requireUnused(`environment ${id}`, environment.key === context.environmentKey ? ['the API key of this very request'] : []);
    const children = await childEnvironmentIds(catalog, environment.key);
    requireUnused(
      `environment ${id}`,
      children.map((child) => `environment ${child}`),
    );
    return changeEnvironment(catalog, environment.key, { archivedAt: context.now });
  });
}
