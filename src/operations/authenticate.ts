import { LRUCache } from 'lru-cache';
import { hashApiKeySecret } from '../domain/api-key';
import { isTokenInForce, type TokenClaims, type TokenSubject } from '../domain/customer-token';
import type { CallerRole } from '../domain/role';
import { findApiKey, findValidHashes, type ApiKeyOwner } from '../store/api-keys';
import { findTokenSubjects } from '../store/customer-tokens';
import type { Database } from '../store/database';
import type { ScopedCustomer } from './context';
import { isSignedFor, readCustomerToken } from './customer-token';

/** How long a revoked key or token can still work, per process. */
const MOST_STALE_MS = 1000;
const MOST_REMEMBERED_SECRETS = 10_000;
const MOST_SECRET_LENGTH = 200;

/** What a caller shows to be let in. */
export interface Credential {
  readonly kind: 'API_KEY' | 'CUSTOMER_TOKEN';
  readonly secret: string;
}

/** Who a credential lets in. */
export interface Caller {
  readonly environmentKey: number;
  readonly environmentId: string;
  readonly role: CallerRole;
  /** With an API key: which. */
  readonly apiKeyId?: string;
  /** With a customer token: whose it is. */
  readonly onlyCustomer: ScopedCustomer | null;
}

/** A token that was signed by this server or another one on its database, with what was kept of its customer then. */
interface SignedToken {
  readonly claims: TokenClaims;
  readonly subject: TokenSubject;
}

/** Finds whose a credential is, asking the database at most twice a second for each. Unknown ones are remembered as well, in the same bounded space. */
export class Authenticator {
  private readonly owners = new Remembered<ApiKeyOwner>();
  private readonly tokens = new Remembered<SignedToken>();

  constructor(private readonly database: Database) {}

  /** Null: the credential is unknown, revoked or expired, or its environment or customer archived. */
  async callerOf({ kind, secret }: Credential, now: Date): Promise<Caller | null> {
    if (kind === 'CUSTOMER_TOKEN') return this.bearerOf(secret, now);
    const owner = secret.length > MOST_SECRET_LENGTH ? null : await this.owners.of(secret, () => this.ownerOf(secret));
    return owner && { ...owner, onlyCustomer: null };
  }

  /** Which of these, which were valid once, are so no more; asks the database once for all keys and once for all tokens. */
  async noLongerValid(credentials: readonly Credential[], now: Date): Promise<Set<Credential>> {
    const keys = credentials.filter(({ kind }) => kind === 'API_KEY');
    const tokens = credentials.filter(({ kind }) => kind === 'CUSTOMER_TOKEN');
    const valid =
      keys.length === 0 ? null : await findValidHashes(this.database, [...new Set(keys.map(({ secret }) => secret))].map(hashApiKeySecret));
    const revoked = keys.filter(({ secret }) => !valid?.has(Buffer.from(hashApiKeySecret(secret)).toString('hex')));
    return new Set([...revoked, ...(tokens.length === 0 ? [] : await this.endedTokens(tokens, now))]);
  }

  private ownerOf(secret: string): Promise<ApiKeyOwner | null> {
    return findApiKey(this.database, hashApiKeySecret(secret));
  }

  private async bearerOf(token: string, now: Date): Promise<Caller | null> {
    const claims = readCustomerToken(token);
    const signed = claims && (await this.tokens.of(token, () => this.signedToken(token, claims, now)));
    if (!signed || !isTokenInForce(signed.claims, signed.subject, now)) return null;
    const { environmentKey, environmentId, customerKey, customerId } = signed.subject;
    return { environmentKey, environmentId, role: 'CUSTOMER', onlyCustomer: { key: customerKey, id: customerId } };
  }

  private async signedToken(token: string, claims: TokenClaims, now: Date): Promise<SignedToken | null> {
    const [subject] = await findTokenSubjects(this.database, [claims]);
    return subject && (await isSignedFor(token, subject, now)) ? { claims, subject } : null;
  }

  /** Their signatures were looked at when they were let in; a secret of the same generation is the same. */
  private async endedTokens(tokens: readonly Credential[], now: Date): Promise<Credential[]> {
    const claims = new Map(tokens.map((token) => [token, readCustomerToken(token.secret)!]));
    const subjects = await findTokenSubjects(this.database, [...claims.values()]);
    const byName = new Map(subjects.map((subject) => [nameOf(subject), subject]));
    return tokens.filter((token) => {
      const subject = byName.get(nameOf(claims.get(token)!));
      return !subject || !isTokenInForce(claims.get(token)!, subject, now);
    });
  }
}

function nameOf({ environmentId, customerId }: Pick<TokenClaims, 'environmentId' | 'customerId'>): string {
  return `${environmentId} ${customerId}`;
}

/** What is known of secrets for a while; who asks often never waits, because what is known is looked up again before it is too old. */
class Remembered<T extends object> {
  private readonly known = new LRUCache<string, Promise<T | null>>({ max: MOST_REMEMBERED_SECRETS, ttl: MOST_STALE_MS });
  private readonly underWay = new Set<string>();

  async of(secret: string, find: () => Promise<T | null>): Promise<T | null> {
    const earlier = this.known.get(secret);
    if (!earlier) return this.lookUp(secret, find);
    if (this.known.getRemainingTTL(secret) < MOST_STALE_MS / 2 && !this.underWay.has(secret)) this.lookUpAgain(secret, find);
    return earlier;
  }

  private lookUp(secret: string, find: () => Promise<T | null>): Promise<T | null> {
    const found = find();
    this.known.set(secret, found);
    found.catch(() => this.known.delete(secret));
    return found;
  }

  /** Where it fails, whoever asks when it is too old looks it up. */
  private lookUpAgain(secret: string, find: () => Promise<T | null>): void {
    const start = performance.now();
    this.underWay.add(secret);
    void find()
      .then((found) => this.known.set(secret, Promise.resolve(found), { start }))
      .catch(() => undefined)
      .finally(() => this.underWay.delete(secret));
  }
}
