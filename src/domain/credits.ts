import { Decimal } from './decimal';
import { DrawdownError } from './errors';

/**
 * An exact amount, of credits or of usage, as a whole number of 10^-12: native `+ - < ===` are exact on it.
 * Range: less than 10^26 either way, so that it fits NUMERIC(38,12).
 */
export type Credits = bigint;

export const CREDIT_DECIMALS = 12;
const SCALE = 10n ** 12n;
/** The first amount that is too large, 10^26 credits. */
export const CREDITS_BOUND: Credits = 10n ** 38n;

const DECIMAL_TEXT = /^-?\d{1,26}(?:\.\d{1,12})?$/;

/** What a text that is no amount must be, for a message; `bound` says from where on. */
export function amountRule(bound = ''): string {
  return `must be a number${bound}, such as 12.5, written without commas, with at most 26 digits before the point and 12 after.`;
}

/** Reads `"12.5"`; null where it is not a decimal of at most 26 digits before the point and 12 after. */
export function creditsFromText(text: string): Credits | null {
  if (!DECIMAL_TEXT.test(text)) return null;
  return creditsFromNumeric(text);
}

/** Reads what PostgreSQL or this module wrote: digits, at most one point, at most 12 decimals. */
export function creditsFromNumeric(text: string): Credits {
  const point = text.lastIndexOf('.');
  if (point < 0) return BigInt(text) * SCALE;
  return BigInt(text.slice(0, point) + text.slice(point + 1).padEnd(CREDIT_DECIMALS, '0'));
}

/** Writes the shortest exact decimal: `12.5`, `-0.01`, `3`. */
export function creditsToText(amount: Credits): string {
  if (amount === 0n) return '0';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(CREDIT_DECIMALS + 1, '0');
  const whole = digits.slice(0, -CREDIT_DECIMALS);
  const fraction = digits.slice(-CREDIT_DECIMALS).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
}

export function creditsToDecimal(amount: Credits): Decimal {
  return new Decimal(creditsToText(amount));
}

/** The one rounding of a charge: half-even at 12 decimals. Refuses (CHARGE_OUT_OF_RANGE) what is negative, not finite or not below 10^26. */
export function creditsFromResult(result: Decimal): Credits {
  if (!result.isFinite() || result.e > 26) throw new DrawdownError('CHARGE_OUT_OF_RANGE', 'The charge is larger than an amount can be.');
  const rounded = result.toDecimalPlaces(CREDIT_DECIMALS, Decimal.ROUND_HALF_EVEN);
  if (rounded.isNegative() && !rounded.isZero())
    throw new DrawdownError('CHARGE_OUT_OF_RANGE', `The charge is negative (${rounded.toFixed()}); a charge is at least 0.`);
  const amount = creditsFromNumeric(rounded.abs().toFixed());
  if (amount >= CREDITS_BOUND) throw new DrawdownError('CHARGE_OUT_OF_RANGE', 'The charge is larger than an amount can be.');
  return amount;
}
