import { readAmount, refuseInput } from './catalog-input';
import { amountRule, creditsFromText, type Credits } from './credits';
import { refuseProblems, type Problem } from './errors';
import type { GrantCategory, PooledGrant } from './grant';
import { idProblems, textProblems } from './ids';
import { instantProblems } from './instant';
import { metadataProblems, sameMetadata, type Metadata } from './metadata';

/** What a caller wants to grant, as the wire gives it: shapes are checked, meanings are not. */
export interface RawGrant {
  readonly customerId: string;
  readonly currencyId: string;
  readonly resourceId?: string | null;
  readonly amount: string;
  readonly category: GrantCategory;
  readonly priority?: number | null;
  readonly effectiveAt?: Date | null;
  readonly expiresAt?: Date | null;
  readonly costBasis?: string | null;
  readonly reason?: string | null;
  readonly metadata?: unknown;
  readonly idempotencyKey?: string | null;
}

/** A valid wish for a grant. `effectiveAt` null: at once. */
export interface GrantWish {
  readonly customerId: string;
  readonly currencyId: string;
  readonly resourceId: string | null;
  readonly amount: Credits;
  readonly category: GrantCategory;
  readonly priority: number;
  readonly effectiveAt: Date | null;
  readonly expiresAt: Date | null;
  readonly costBasis: Credits | null;
  readonly reason: string | null;
  readonly metadata: Metadata;
  readonly idempotencyKey: string | null;
}

export const MOST_PRIORITY = 1_000_000;
export const MOST_REASON_LENGTH = 1_000;
const MOST_IDEMPOTENCY_KEY_LENGTH = 255;

/** Refuses with all problems together: ID_INVALID, AMOUNT_INVALID (amount, costBasis), INPUT_INVALID, whichever comes first. */
export function grantWishFrom(raw: RawGrant): GrantWish {
  const resource = raw.resourceId == null ? [] : idProblems('resourceId', raw.resourceId);
  const ids = [...idProblems('customerId', raw.customerId), ...idProblems('currencyId', raw.currencyId), ...resource];
  const amounts: Problem[] = [];
  const amount = positiveAmount(raw.amount, amounts);
  const costBasis = raw.costBasis == null ? null : readAmount('costBasis', raw.costBasis, amounts);
  refuseInput(['ID_INVALID', ids], ['AMOUNT_INVALID', amounts], ['INPUT_INVALID', otherProblems(raw)]);
  return {
    customerId: raw.customerId,
    currencyId: raw.currencyId,
    resourceId: raw.resourceId ?? null,
    amount,
    category: raw.category,
    priority: raw.priority ?? 0,
    effectiveAt: raw.effectiveAt ?? null,
    expiresAt: raw.expiresAt ?? null,
    costBasis,
    reason: raw.reason ?? null,
    metadata: (raw.metadata ?? {}) as Metadata,
    idempotencyKey: raw.idempotencyKey ?? null,
  };
}

/** An amount above 0; with a problem added where it is none. */
export function positiveAmount(text: string, problems: Problem[]): Credits {
  const amount = creditsFromText(text);
  if (amount !== null && amount > 0n) return amount;
  problems.push({ field: 'amount', message: amountRule(' above 0') });
  return 0n;
}

function otherProblems(raw: RawGrant): Problem[] {
  const { priority, effectiveAt, expiresAt, reason, metadata, idempotencyKey } = raw;
  const problems = [...instantProblems('effectiveAt', effectiveAt), ...instantProblems('expiresAt', expiresAt)];
  if (priority != null && (priority < 0 || priority > MOST_PRIORITY))
    problems.push({ field: 'priority', message: `must be from 0 to ${MOST_PRIORITY}.` });
  if (expiresAt && effectiveAt && expiresAt <= effectiveAt) problems.push({ field: 'expiresAt', message: 'must be after effectiveAt.' });
  if (reason != null) problems.push(...textProblems('reason', reason, MOST_REASON_LENGTH));
  if (metadata != null) problems.push(...metadataProblems('metadata', metadata));
  if (idempotencyKey != null) problems.push(...textProblems('idempotencyKey', idempotencyKey, MOST_IDEMPOTENCY_KEY_LENGTH));
  return problems;
}

/** Refuses (INPUT_INVALID) a new grant that has expired already. Not asked of a repeat, which may come later than the expiry of what it repeats. */
export function requireFutureExpiry({ expiresAt }: GrantWish, now: Date): void {
  refuseProblems('INPUT_INVALID', expiresAt && expiresAt <= now ? [{ field: 'expiresAt', message: 'must be in the future.' }] : []);
}

/** Whether a repeat under the same idempotency key asks for the same grant. `currencyKey` is that of the wish. */
export function isSameWish(grant: PooledGrant, wish: GrantWish, currencyKey: number): boolean {
  return (
    grant.currencyKey === currencyKey &&
    grant.resourceId === wish.resourceId &&
    grant.amount === wish.amount &&
    grant.category === wish.category &&
    grant.priority === wish.priority &&
    grant.effectiveAt.getTime() === (wish.effectiveAt ?? grant.createdAt).getTime() &&
    grant.expiresAt?.getTime() === wish.expiresAt?.getTime() &&
    grant.costBasis === wish.costBasis &&
    grant.reason === wish.reason &&
    sameMetadata(grant.metadata, wish.metadata)
  );
}
