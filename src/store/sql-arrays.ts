import type { Credits } from '../domain/credits';

/*
 * Columns for `unnest`: PostgreSQL array literals written at once, which costs a fraction of what node-postgres spends on each element.
 * Each takes the rows and says what of a row stands in the column.
 */

/** Whole numbers, booleans or texts that need no quotes (enum values); null becomes NULL. */
export function plainArray(values: readonly (bigint | number | boolean | string | null)[]): string {
  return plainColumn(values, (value) => value);
}

export function plainColumn<Row>(rows: readonly Row[], of: (row: Row) => bigint | number | boolean | string | null): string {
  return column(rows, (row) => String(of(row) ?? 'NULL'));
}

const TO_ESCAPE = /[\\"]/;

/** Any texts; null becomes NULL. */
export function textArray(values: readonly (string | null)[]): string {
  return textColumn(values, (value) => value);
}

export function textColumn<Row>(rows: readonly Row[], of: (row: Row) => string | null): string {
  return column(rows, (row) => {
    const value = of(row);
    if (value === null) return 'NULL';
    return `"${TO_ESCAPE.test(value) ? value.replaceAll(/[\\"]/g, '\\$&') : value}"`;
  });
}

/** Instants, to the millisecond; null becomes NULL. */
export function instantArray(values: readonly (Date | null)[]): string {
  return instantColumn(values, (value) => value);
}

export function instantColumn<Row>(rows: readonly Row[], of: (row: Row) => Date | null): string {
  let last: Date | null = null;
  let text = 'NULL';
  return column(rows, (row) => {
    const instant = of(row);
    if (instant === null) return 'NULL';
    // Neighbouring rows mostly share one instant, that of the request.
    if (instant !== last) [last, text] = [instant, instant.toISOString()];
    return text;
  });
}

/** Amounts for numeric columns; PostgreSQL reads `25e-1` as exactly 2.5. */
export function amountColumn<Row>(rows: readonly Row[], of: (row: Row) => Credits): string {
  return column(rows, (row) => `${of(row)}e-12`);
}

function column<Row>(rows: readonly Row[], textOf: (row: Row) => string): string {
  let text = '{';
  for (let index = 0; index < rows.length; index++) text += index === 0 ? textOf(rows[index]!) : `,${textOf(rows[index]!)}`;
  return `${text}}`;
}
