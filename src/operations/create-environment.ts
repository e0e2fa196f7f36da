import { MOST_NAME_LENGTH, refuseNewThing } from '../domain/catalog-input';
import type { Environment } from '../domain/environment';
import { textProblems } from '../domain/ids';
import { inCatalogTransaction, type Catalog } from '../store/catalog';
import type { Database } from '../store/database';
import { insertEnvironment } from '../store/environments';
import { addApiKey, type NewApiKey } from './create-api-key';
import type { Context } from './context';

/** A new environment with the key that opens it; the secret is told this once. */
export interface NewEnvironment extends NewApiKey {
  readonly environment: Environment;
}

const FIRST_KEY_NAME = 'First admin key';

/** Makes an environment that the one of the context administers. In this order: ID_INVALID, INPUT_INVALID; ALREADY_EXISTS. */
export async function createEnvironment(
  database: Database,
  context: Context,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<NewEnvironment> {
  refuseNewThing(id, textProblems('name', name, MOST_NAME_LENGTH));
  const environment = { id, name, parentKey: context.environmentKey, createdAt: context.now };
  return inCatalogTransaction(database, (catalog) => addEnvironment(catalog, environment));
}

/** An environment is never without an admin key, so both are made at once. */
export async function addEnvironment(catalog: Catalog, environment: Omit<Environment, 'key' | 'archivedAt'>): Promise<NewEnvironment> {
  const created = await insertEnvironment(catalog, environment);
  return { environment: created, ...(await addApiKey(catalog, created.key, environment.createdAt, FIRST_KEY_NAME, 'ADMIN')) };
}
