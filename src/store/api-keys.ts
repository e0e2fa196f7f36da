import type { Role } from '../domain/role';
import type { Database } from './database';

/** Whose an API key is and what it may do. */
export interface ApiKeyOwner {
  readonly environmentKey: number;
  readonly environmentId: string;
  readonly role: Role;
}

/** The owner of the key with this hash; null where there is none, it is revoked or its environment archived. */
export async function findApiKey(database: Database, secretHash: Uint8Array): Promise<ApiKeyOwner | null> {
  const { rows } = await database.pool.query<{ environment_key: number; id: string; role: Role }>(
    `SELECT api_key.environment_key, environment.id, api_key.role
       FROM api_key JOIN environment ON environment.key = api_key.environment_key
      WHERE api_key.secret_hash = $1 AND api_key.revoked_at IS NULL AND environment.archived_at IS NULL`,
    [secretHash],
  );
  const row = rows[0];
  return row ? { environmentKey: row.environment_key, environmentId: row.id, role: row.role } : null;
}
