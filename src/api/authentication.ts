import { LRUCache } from 'lru-cache';
import type { AuthCheckerFn } from 'type-graphql';
import { hashApiKeySecret } from '../domain/api-key';
import { DrawdownError } from '../domain/errors';
import { roleCovers, type Role } from '../domain/role';
import { findApiKey, type ApiKeyOwner } from '../store/api-keys';
import type { Database } from '../store/database';
import type { ApiContext } from './context';

export const API_KEY_HEADER = 'x-api-key';
/** How long a revoked key can still work, per process. */
const MOST_STALE_MS = 1000;
const MOST_CACHED_KEYS = 10_000;
const MOST_SECRET_LENGTH = 200;

/** Finds whose a secret is, asking the database at most once a second per secret. Unknown secrets are remembered as well, in the same bounded space. */
export class Authenticator {
  private readonly owners = new LRUCache<string, Promise<ApiKeyOwner | null>>({ max: MOST_CACHED_KEYS, ttl: MOST_STALE_MS });

  constructor(private readonly database: Database) {}

  /** Null: the secret is unknown or revoked, or its environment archived. */
  async ownerOf(secret: string): Promise<ApiKeyOwner | null> {
    if (secret.length > MOST_SECRET_LENGTH) return null;
    const known = this.owners.get(secret);
    if (known) return known;
    const owner = findApiKey(this.database, hashApiKeySecret(secret));
    this.owners.set(secret, owner);
    owner.catch(() => this.owners.delete(secret));
    return owner;
  }
}

/** `@Authorized('WRITER')`: the role of the key must cover it; `@Authorized()` asks only for a valid key. */
export const checkAuthorized: AuthCheckerFn<ApiContext, Role> = ({ context }, roles) => {
  const { role } = context;
  if (!role) throw new DrawdownError('UNAUTHENTICATED');
  if (!roles.every((needed) => roleCovers(role, needed))) throw new DrawdownError('FORBIDDEN');
  return true;
};
