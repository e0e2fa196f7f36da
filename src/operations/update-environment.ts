import { givenTextProblems, MOST_NAME_LENGTH, refuseInput, requireUnarchived } from '../domain/catalog-input';
import type { Environment } from '../domain/environment';
import { inCatalogTransaction } from '../store/catalog';
import type { Database } from '../store/database';
import { changeEnvironment } from '../store/environments';
import type { Context } from './context';
import { loadVisibleEnvironment } from './load-visible-environment';

export interface EnvironmentChange {
  readonly id: string;
  readonly name?: string | null;
}

/** Renames the own environment or one created from it. In this order: INPUT_INVALID; ENVIRONMENT_NOT_FOUND; ARCHIVED. */
export async function updateEnvironment(database: Database, context: Context, { id, name }: EnvironmentChange): Promise<Environment> {
  refuseInput(['INPUT_INVALID', givenTextProblems('name', name, MOST_NAME_LENGTH)]);
  return inCatalogTransaction(database, async (catalog) => {
    const environment = await loadVisibleEnvironment(catalog, context, id);
    requireUnarchived(`environment ${id}`, environment);
    return changeEnvironment(catalog, environment.key, { name: name ?? undefined });
  });
}
