import { CREDITS_BOUND, creditsToText, type Credits } from './credits';
import { DrawdownError } from './errors';

/** ALLOW: usage may exceed the grants. LIMIT: by at most a limit. FORBID: not at all. */
export const OVERDRAFT_POLICIES = { ALLOW: 'ALLOW', LIMIT: 'LIMIT', FORBID: 'FORBID' } as const;
export type OverdraftPolicy = keyof typeof OVERDRAFT_POLICIES;

/** Of one customer and currency; `limit` (≥ 0) only with LIMIT. */
export interface OverdraftRule {
  readonly policy: OverdraftPolicy;
  readonly limit: Credits | null;
}

export const DEFAULT_OVERDRAFT_RULE: OverdraftRule = { policy: 'ALLOW', limit: null };

/** A negative balance is the overdraft. */
export function overdraftOf(balance: Credits): Credits {
  return balance < 0n ? -balance : 0n;
}

/** Refuses (INSUFFICIENT_CREDITS, BALANCE_OUT_OF_RANGE) a cost that the balance and the rule do not cover. A cost of nothing is always covered. */
export function requireCovered(balance: Credits, cost: Credits, rule: OverdraftRule): void {
  const after = balance - cost;
  if (cost === 0n || after >= 0n) return;
  if (rule.policy === 'FORBID') throw insufficient(balance, cost, 'overdraft is forbidden');
  if (rule.policy === 'LIMIT' && -after > (rule.limit ?? 0n))
    throw insufficient(balance, cost, `overdraft is limited to ${creditsToText(rule.limit ?? 0n)}`);
  if (-after >= CREDITS_BOUND) throw new DrawdownError('BALANCE_OUT_OF_RANGE');
}

function insufficient(balance: Credits, cost: Credits, rule: string): DrawdownError {
  const message = `The charge is ${creditsToText(cost)}, the balance ${creditsToText(balance)}, and ${rule}. Grant credits or change the overdraft policy.`;
  return new DrawdownError('INSUFFICIENT_CREDITS', message);
}
