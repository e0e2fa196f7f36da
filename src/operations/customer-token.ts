import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import type { TokenClaims, TokenSubject } from '../domain/customer-token';
import { isId } from '../domain/ids';

/** The one algorithm: a token that names another, or none, is no token. */
const ALGORITHM = 'HS256';
const ISSUER = 'drawdown';
/** Two ids of 255 characters and a few numbers, written in base64url. */
const MOST_TOKEN_LENGTH = 2000;
/** As large as a number in the database can be. */
const MOST_INTEGER = 2 ** 31 - 1;
/** Of an instant in seconds. */
const MOST_SECONDS = 8.64e12;

/** A JWT of the customer (`sub`) in the environment (`aud`). */
export function signCustomerToken(
  { environmentId, customerId, generation, epoch, secret }: TokenSubject,
  now: Date,
  expiresAt: Date,
): Promise<string> {
  return new SignJWT({ epoch })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: String(generation) })
    .setIssuer(ISSUER)
    .setAudience(environmentId)
    .setSubject(customerId)
    .setIssuedAt(now)
    .setExpirationTime(expiresAt)
    .sign(secret);
}

/** What a token says of itself, which nobody has verified; null for what is none of ours. */
export function readCustomerToken(token: string): TokenClaims | null {
  if (token.length > MOST_TOKEN_LENGTH) return null;
  try {
    const { kid } = decodeProtectedHeader(token);
    const { aud, sub, epoch, exp } = decodeJwt(token);
    const fits = isIdText(aud) && isIdText(sub) && isWhole(Number(kid), MOST_INTEGER) && isWhole(epoch, MOST_INTEGER) && isWhole(exp, MOST_SECONDS);
    return fits ? { environmentId: aud, customerId: sub, generation: Number(kid), epoch, expiresAt: new Date(exp * 1000) } : null;
  } catch {
    return null;
  }
}

/** Whether the token was signed with this secret, for this customer of this environment, and has not expired. */
export async function isSignedFor(token: string, { environmentId, customerId, secret }: TokenSubject, now: Date): Promise<boolean> {
  const expected = { algorithms: [ALGORITHM], issuer: ISSUER, audience: environmentId, subject: customerId, requiredClaims: ['exp', 'iat'] };
  return jwtVerify(token, secret, { ...expected, currentDate: now }).then(
    () => true,
    () => false,
  );
}

function isIdText(value: unknown): value is string {
  return typeof value === 'string' && isId(value);
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}
