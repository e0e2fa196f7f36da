import { randomBytes, randomUUID } from 'node:crypto';
import { API_KEY_BYTES, apiKeyPrefix, apiKeySecret, hashApiKeySecret, type ApiKey } from '../domain/api-key';
import { MOST_NAME_LENGTH, refuseInput } from '../domain/catalog-input';
import { textProblems } from '../domain/ids';
import type { Role } from '../domain/role';
import { insertApiKey } from '../store/api-keys';
import { inCatalogTransaction, type Catalog } from '../store/catalog';
import type { Database } from '../store/database';
import type { Context } from './context';

/** The secret is told this once; only its hash is kept. */
export interface NewApiKey {
  readonly apiKey: ApiKey;
  readonly secret: string;
}

/** Adds a key to the environment. Refuses with INPUT_INVALID. */
export async function createApiKey(
  database: Database,
  context: Context,
  { name, role }: { readonly name: string; readonly role: Role },
): Promise<NewApiKey> {
  refuseInput(['INPUT_INVALID', textProblems('name', name, MOST_NAME_LENGTH)]);
  return inCatalogTransaction(database, (catalog) => addApiKey(catalog, context.environmentKey, context.now, name, role));
}

export async function addApiKey(catalog: Catalog, environmentKey: number, now: Date, name: string, role: Role): Promise<NewApiKey> {
  const secret = apiKeySecret(randomBytes(API_KEY_BYTES));
  const apiKey = { id: randomUUID(), environmentKey, name, role, prefix: apiKeyPrefix(secret), createdAt: now };
  return { apiKey: await insertApiKey(catalog, apiKey, hashApiKeySecret(secret)), secret };
}
