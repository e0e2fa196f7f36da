import { LRUCache } from 'lru-cache';
import { hashApiKeySecret } from '../domain/api-key';
import { findApiKey, findValidHashes, type ApiKeyOwner } from '../store/api-keys';
import type { Database } from '../store/database';

/** How long a revoked key can still work, per process. */
const MOST_STALE_MS = 1000;
const MOST_REMEMBERED_SECRETS = 10_000;
const MOST_SECRET_LENGTH = 200;

/** Finds whose a secret is, asking the database at most once a second per secret. Unknown secrets are remembered as well, in the same bounded space. */
export class Authenticator {
  private readonly owners = new LRUCache<string, Promise<ApiKeyOwner | null>>({ max: MOST_REMEMBERED_SECRETS, ttl: MOST_STALE_MS });

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

  /** Which of these secrets, which were valid once, are so no more; asks the database once for all of them. */
  async noLongerValid(secrets: readonly string[]): Promise<Set<string>> {
    const valid = await findValidHashes(this.database, secrets.map(hashApiKeySecret));
    return new Set(secrets.filter((secret) => !valid.has(Buffer.from(hashApiKeySecret(secret)).toString('hex'))));
  }
}
