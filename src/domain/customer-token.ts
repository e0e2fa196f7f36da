import type { Problem } from './errors';

export const LEAST_TOKEN_SECONDS = 60;
export const MOST_TOKEN_SECONDS = 24 * 60 * 60;
export const DEFAULT_TOKEN_SECONDS = 60 * 60;
/** Of a secret that tokens are signed with: as long as what HMAC with SHA-256 gives (RFC 7518, 3.2). */
export const TOKEN_SECRET_BYTES = 32;

/** What a token says: whose it is, what it was signed under, and until when. */
export interface TokenClaims {
  readonly environmentId: string;
  readonly customerId: string;
  /** Of the environment's secret. */
  readonly generation: number;
  /** Of the customer's tokens. */
  readonly epoch: number;
  readonly expiresAt: Date;
}

/** What is kept of a customer that tokens can be made for; none of an archived one, nor of an archived environment. */
export interface TokenSubject extends Omit<TokenClaims, 'expiresAt'> {
  readonly environmentKey: number;
  readonly customerKey: bigint;
  readonly secret: Uint8Array;
}

export function expiresInProblems(field: string, seconds: number): Problem[] {
  const fits = seconds >= LEAST_TOKEN_SECONDS && seconds <= MOST_TOKEN_SECONDS;
  return fits ? [] : [{ field, message: `must be from ${LEAST_TOKEN_SECONDS} to ${MOST_TOKEN_SECONDS} seconds.` }];
}

/** Tokens end at whole seconds, as JWTs do, and never later than asked for. */
export function tokenExpiry(now: Date, seconds: number): Date {
  return new Date((Math.floor(now.getTime() / 1000) + seconds) * 1000);
}

/** Whether a token that was signed by Drawdown is still valid: neither expired nor revoked. */
export function isTokenInForce(claims: TokenClaims, { generation, epoch }: Pick<TokenSubject, 'generation' | 'epoch'>, now: Date): boolean {
  return claims.expiresAt > now && claims.generation === generation && claims.epoch === epoch;
}
