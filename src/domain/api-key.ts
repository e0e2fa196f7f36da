import { createHash } from 'node:crypto';
import type { Role } from './role';

/** A key of an environment. The secret itself is shown once and kept nowhere; `prefix` is its beginning, to recognise it by. */
export interface ApiKey {
  readonly id: string;
  readonly environmentKey: number;
  readonly name: string;
  readonly role: Role;
  readonly prefix: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export const API_KEY_BYTES = 32;
const PREFIX_LENGTH = 11;

/** The secret of API_KEY_BYTES random bytes: `dd_` and 43 characters of base64url. */
export function apiKeySecret(randomness: Uint8Array): string {
  return `dd_${Buffer.from(randomness).toString('base64url')}`;
}

/** What is stored in place of the secret: SHA-256, which is enough for a secret that random. */
export function hashApiKeySecret(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(secret).digest());
}

export function apiKeyPrefix(secret: string): string {
  return secret.slice(0, PREFIX_LENGTH);
}
