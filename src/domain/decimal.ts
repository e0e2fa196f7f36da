import DecimalJs from 'decimal.js';

/**
 * Exact decimals for formulas and for numbers in dimensions; the only file that imports decimal.js.
 * Addition, subtraction and multiplication are exact up to 160 significant digits, four times what an amount has; division rounds there, half-even.
 */
export const Decimal = DecimalJs.clone({ precision: 160, rounding: DecimalJs.ROUND_HALF_EVEN, toExpNeg: -1000, toExpPos: 1000 });
export type Decimal = DecimalJs;
