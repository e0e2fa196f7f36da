import { drawnSize, isNegative, isZero } from './amount';

const DAY_MS = 24 * 60 * 60 * 1000;
const MONTH_DAYS = 30;

/** What becomes of a balance if usage goes on as in the last month. It is an estimate, and reckoned as one. */
export type RunOut = { readonly kind: 'overdrawn' | 'empty' | 'unused' } | { readonly kind: 'lasts'; readonly days: number; readonly until: Date };

export function runOut(balance: string, consumedInMonth: string, now: number): RunOut {
  if (isNegative(balance)) return { kind: 'overdrawn' };
  if (isZero(balance)) return { kind: 'empty' };
  if (isZero(consumedInMonth)) return { kind: 'unused' };
  const days = (drawnSize(balance) / drawnSize(consumedInMonth)) * MONTH_DAYS;
  return { kind: 'lasts', days, until: new Date(now + Math.min(days < 1 ? days : Math.floor(days), 36_500) * DAY_MS) };
}

const LOW_DAYS = 7;
const FAR_DAYS = 730;

/** Whether someone should look at it. */
export function isLow(state: RunOut): boolean {
  return state.kind === 'overdrawn' || state.kind === 'empty' || (state.kind === 'lasts' && state.days < LOW_DAYS);
}

export function runOutText(state: RunOut): string {
  if (state.kind === 'overdrawn') return 'Overdrawn';
  if (state.kind === 'empty') return 'Nothing left';
  if (state.kind !== 'lasts') return 'Not in use';
  if (state.days > FAR_DAYS) return 'More than 2 years';
  if (state.days < 1) return 'Less than a day';
  const days = Math.floor(state.days);
  return days < 60 ? `${days} ${days === 1 ? 'day' : 'days'}` : `${Math.floor(days / 30.44)} months`;
}
