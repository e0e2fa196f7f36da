/** Amounts are exact decimal texts. They are grouped, cut and compared as texts: a JavaScript number would lose digits. */
const AMOUNT = /^(-?)(\d+)(?:\.(\d+))?$/;

/** `-1234567.5` as `−1,234,567.5`. What is no amount stays as it is. */
export function groupDigits(text: string): string {
  const [, sign, whole, fraction] = AMOUNT.exec(text) ?? [];
  if (whole === undefined) return text;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${sign ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** What is before the point of a grouped amount, and the point with what is after it. */
export function splitAmount(grouped: string): { readonly whole: string; readonly fraction: string } {
  const point = grouped.indexOf('.');
  return point < 0 ? { whole: grouped, fraction: '' } : { whole: grouped.slice(0, point), fraction: grouped.slice(point) };
}

/** Rounded half-even to so many digits after the point, without zeros at the end. */
export function roundAmount(text: string, places: number): string {
  const [, sign = '', whole, fraction = ''] = AMOUNT.exec(text) ?? [];
  if (whole === undefined || fraction.length <= places) return text;
  const kept = BigInt(whole + fraction.slice(0, places));
  const rest = BigInt(fraction.slice(places));
  const half = 5n * 10n ** BigInt(fraction.length - places - 1);
  const rounded = rest > half || (rest === half && kept % 2n === 1n) ? kept + 1n : kept;
  const digits = String(rounded).padStart(places + 1, '0');
  const point = digits.length - places;
  const shown = places === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`.replace(/\.?0+$/, '');
  return /[1-9]/.test(shown) ? sign + shown : shown;
}

/** With so many digits after the point at most, and their groups. What is not zero is not shown as zero: `< 0.0001`. */
export function shownAmount(text: string, places: number): string {
  const rounded = roundAmount(text, places);
  if (!isZero(rounded) || isZero(text)) return groupDigits(rounded);
  const least = places === 0 ? '1' : `0.${'1'.padStart(places, '0')}`;
  return isNegative(text) ? `> −${least}` : `< ${least}`;
}

/** The exact sum of amounts. */
export function sumAmounts(texts: readonly string[]): string {
  const parts = texts.map((text) => AMOUNT.exec(text)).filter((match) => match !== null);
  const places = parts.reduce((most, [, , , fraction = '']) => Math.max(most, fraction.length), 0);
  const units = parts.reduce((sum, [, sign, whole, fraction = '']) => sum + BigInt(`${sign}${whole}${fraction.padEnd(places, '0')}`), 0n);
  const digits = String(units < 0n ? -units : units).padStart(places + 1, '0');
  const point = digits.length - places;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${digits.slice(0, point)}${fraction && `.${fraction}`}`;
}

export function isNegative(text: string): boolean {
  return text.startsWith('-');
}

export function isZero(text: string): boolean {
  return !/[1-9]/.test(text);
}

/** For the length of a bar or the height of a point alone, never to be shown. */
export function drawnSize(text: string): number {
  return Number(text);
}

/** A share such as `0.153846153846` as `15.4 %`; null as a dash. */
export function percentText(share: string | null): string {
  if (share === null) return '–';
  const [, sign = '', whole = '0', fraction = ''] = AMOUNT.exec(share) ?? [];
  const digits = whole + fraction.padEnd(2, '0');
  const point = whole.length + 2;
  const percent = `${sign}${digits.slice(0, point).replace(/^0+(?=\d)/, '')}.${digits.slice(point) || '0'}`;
  const rounded = roundAmount(percent, 1).replace(/\.0$/, '');
  if (rounded === '0' && !isZero(share)) return '< 0.1 %';
  return rounded === '100' && whole === '0' ? '> 99.9 %' : `${groupDigits(rounded)} %`;
}

/** A count such as 12345 as `12,345`. */
export function countText(count: number): string {
  return groupDigits(String(count));
}

/** `1 event`, `2 events`, `12,345 events`. */
export function countOf(count: number, one: string, several = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : several}`;
}
