import { isNegative, isZero, percentText } from './amount';

const AMOUNT = /^(-?)(\d+)(?:\.(\d+))?$/;

/** What `to` is more than `from`, to the last digit; null where one of them is no amount. */
export function differenceText(from: string, to: string): string | null {
  const places = Math.max(placesOf(from), placesOf(to));
  const [a, b] = [scaled(from, places), scaled(to, places)];
  if (a === null || b === null) return null;
  const difference = b - a;
  const digits = (difference < 0n ? -difference : difference).toString().padStart(places + 1, '0');
  const point = digits.length - places;
  const text = places === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`.replace(/\.?0+$/, '');
  return difference < 0n ? `-${text}` : text;
}

function placesOf(text: string): number {
  return AMOUNT.exec(text)?.[3]?.length ?? 0;
}

function scaled(text: string, places: number): bigint | null {
  const [, sign, whole, fraction = ''] = AMOUNT.exec(text) ?? [];
  if (whole === undefined) return null;
  const size = BigInt(whole + fraction.padEnd(places, '0'));
  return sign ? -size : size;
}

const SHARE_PLACES = 6;

/** The change from one amount to another as a part of the first, such as `0.142857`; null where there is none. */
export function relativeDifferenceText(from: string, to: string): string | null {
  const places = Math.max(placesOf(from), placesOf(to));
  const [a, b] = [scaled(from, places), scaled(to, places)];
  if (a === null || b === null || a <= 0n) return null;
  const share = ((b - a) * 10n ** BigInt(SHARE_PLACES)) / a;
  const digits = (share < 0n ? -share : share).toString().padStart(SHARE_PLACES + 1, '0');
  return `${share < 0n ? '-' : ''}${digits.slice(0, -SHARE_PLACES)}.${digits.slice(-SHARE_PLACES)}`;
}

/** A change as a part of what it was, such as `+4.2 %`. */
export function signedPercent(share: string): string {
  return isNegative(share) || isZero(share) ? percentText(share) : `+${percentText(share).replace('< ', '')}`;
}
