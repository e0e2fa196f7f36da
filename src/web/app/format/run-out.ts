import { drawnSize, isNegative, isZero, sumAmounts } from './amount';
import { differenceText } from './difference';

const DAY_MS = 24 * 60 * 60 * 1000;
const MONTH_DAYS = 30;

/** What becomes of a balance if usage goes on as in the last month. It is an estimate, and reckoned as one. */
export type RunOut =
  | { readonly kind: 'overdrawn' | 'empty' | 'unused' }
  /** `expires`: the last of it is not used, but lost. */
  | { readonly kind: 'lasts'; readonly days: number; readonly until: Date; readonly expires: boolean };

/** A part of a balance that is lost at an instant, unless it is used first. */
export interface Expiry {
  readonly at: string;
  readonly amount: string;
}

/** Of one pool. What expires sooner is used first. */
export function runOut(balance: string, consumedInMonth: string, expiries: readonly Expiry[], now: number): RunOut {
  if (isNegative(balance)) return { kind: 'overdrawn' };
  if (isZero(balance)) return { kind: 'empty' };
  if (isZero(consumedInMonth)) return { kind: 'unused' };
  const { days, expires } = lasting(balance, drawnSize(consumedInMonth) / MONTH_DAYS, expiries, now);
  const shown = expires || days < 1 ? days : Math.floor(days);
  return { kind: 'lasts', days, expires, until: new Date(now + Math.min(shown, 36_500) * DAY_MS) };
}

function lasting(balance: string, usedPerDay: number, expiries: readonly Expiry[], now: number) {
  let [days, expires] = [0, false];
  for (const { at, amount } of [...expiries].sort((one, other) => Date.parse(one.at) - Date.parse(other.at))) {
    const end = (Date.parse(at) - now) / DAY_MS;
    const used = days + drawnSize(amount) / usedPerDay;
    expires = used > end;
    days = Math.min(used, end);
  }
  const rest = differenceText(sumAmounts(expiries.map(({ amount }) => amount)), balance);
  if (rest === null || isZero(rest) || isNegative(rest)) return { days, expires };
  return { days: days + drawnSize(rest) / usedPerDay, expires: false };
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
  const days = state.expires ? Math.round(state.days) : Math.floor(state.days); // an expiry is an instant, and said as "in 29 days" is
  return days < 60 ? `${days} ${days === 1 ? 'day' : 'days'}` : `${Math.round(days / 30.44)} months`;
}
