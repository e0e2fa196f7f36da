import type { ApiKey } from '../domain/api-key';
import { requireFound } from '../domain/catalog-input';
import { DrawdownError } from '../domain/errors';
import { countOtherAdminKeys, findOwnApiKey, revokeKey } from '../store/api-keys';
import { inCatalogTransaction } from '../store/catalog';
import type { Database } from '../store/database';
import { lockEnvironment } from '../store/environments';
import type { Context } from './context';

/**
 * Makes a key of the environment invalid; revoking it again changes nothing.
 * In this order: API_KEY_NOT_FOUND; LAST_ADMIN_KEY.
 */
export async function revokeApiKey(database: Database, context: Context, id: string): Promise<ApiKey> {
  return inCatalogTransaction(database, async (catalog) => {
    await lockEnvironment(catalog, context.environmentKey);
    const apiKey = requireFound('API_KEY_NOT_FOUND', 'API key', id, await findOwnApiKey(catalog, context.environmentKey, id));
    if (apiKey.revokedAt) return apiKey;
    const last = apiKey.role === 'ADMIN' && (await countOtherAdminKeys(catalog, context.environmentKey, id)) === 0;
    if (last) throw new DrawdownError('LAST_ADMIN_KEY', 'This is the last admin key of the environment: create another one first.');
    return revokeKey(catalog, id, context.now);
  });
}
