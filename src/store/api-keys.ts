import type { ApiKey } from '../domain/api-key';
import { DrawdownError } from '../domain/errors';
import type { CursorValues, Page, PageRequest } from '../domain/paging';
import type { Role } from '../domain/role';
import { cursorInstant, cursorText, pageOf, type Catalog } from './catalog';
import type { Database } from './database';

/** Whose an API key is and what it may do. */
export interface ApiKeyOwner {
  readonly apiKeyId: string;
  readonly environmentKey: number;
  readonly environmentId: string;
  readonly role: Role;
}

/** The owner of the key with this hash; null where there is none, it is revoked or its environment archived. Reporting waits for it, so no reader may hold it up. */
export async function findApiKey(database: Database, secretHash: Uint8Array): Promise<ApiKeyOwner | null> {
  const { rows } = await database.writers.query<{ key_id: string; environment_key: number; id: string; role: Role }>(
    `SELECT api_key.id AS key_id, api_key.environment_key, environment.id, api_key.role
       FROM api_key JOIN environment ON environment.key = api_key.environment_key
      WHERE api_key.secret_hash = $1 AND api_key.revoked_at IS NULL AND environment.archived_at IS NULL`,
    [secretHash],
  );
  const row = rows[0];
  return row ? { apiKeyId: row.key_id, environmentKey: row.environment_key, environmentId: row.id, role: row.role } : null;
}

/** Those of the hashes, in hexadecimal, whose keys `findApiKey` would find. */
export async function findValidHashes(database: Database, secretHashes: readonly Uint8Array[]): Promise<Set<string>> {
  const { rows } = await database.pool.query<{ hash: string }>(
    `SELECT encode(api_key.secret_hash, 'hex') AS hash
       FROM api_key JOIN environment ON environment.key = api_key.environment_key
      WHERE api_key.secret_hash = ANY ($1) AND api_key.revoked_at IS NULL AND environment.archived_at IS NULL`,
    [secretHashes.map((hash) => Buffer.from(hash))],
  );
  return new Set(rows.map(({ hash }) => hash));
}

const HIDDEN = { secretHash: true } as const;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export async function insertApiKey(catalog: Catalog, apiKey: Omit<ApiKey, 'revokedAt'>, secretHash: Uint8Array<ArrayBuffer>): Promise<ApiKey> {
  return catalog.prisma.apiKey.create({ data: { ...apiKey, secretHash }, omit: HIDDEN });
}

/** A key of this environment, revoked or not. */
export async function findOwnApiKey(catalog: Catalog, environmentKey: number, id: string): Promise<ApiKey | null> {
  return UUID.test(id) ? catalog.prisma.apiKey.findUnique({ where: { id, environmentKey }, omit: HIDDEN }) : null;
}

export async function countOtherAdminKeys(catalog: Catalog, environmentKey: number, id: string): Promise<number> {
  return catalog.prisma.apiKey.count({ where: { environmentKey, role: 'ADMIN', revokedAt: null, NOT: { id } } });
}

export async function revokeKey(catalog: Catalog, id: string, revokedAt: Date): Promise<ApiKey> {
  return catalog.prisma.apiKey.update({ where: { id }, data: { revokedAt }, omit: HIDDEN });
}

/** The keys of an environment in the order of their creation. Cursors hold the instant of creation and the id. */
export async function listApiKeys(catalog: Catalog, environmentKey: number, includeRevoked: boolean, request: PageRequest): Promise<Page<ApiKey>> {
  const { after, before, backward, size } = request;
  const order = backward ? 'desc' : 'asc';
  const bounds = [
    ...(after
      ? [{ OR: [{ createdAt: { gt: cursorInstant(after, 0) } }, { createdAt: cursorInstant(after, 0), id: { gt: cursorUuid(after) } }] }]
      : []),
    ...(before
      ? [{ OR: [{ createdAt: { lt: cursorInstant(before, 0) } }, { createdAt: cursorInstant(before, 0), id: { lt: cursorUuid(before) } }] }]
      : []),
  ];
  const rows = await catalog.prisma.apiKey.findMany({
    where: { environmentKey, ...(includeRevoked ? {} : { revokedAt: null }), AND: bounds },
    orderBy: [{ createdAt: order }, { id: order }],
    take: size + 1,
    omit: HIDDEN,
  });
  return pageOf(rows, request);
}

function cursorUuid(values: CursorValues): string {
  const id = cursorText(values, 1);
  if (!UUID.test(id)) throw new DrawdownError('CURSOR_INVALID');
  return id;
}
