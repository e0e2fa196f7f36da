import { CREDITS_PER_SMALL, SMALL_AMOUNT_BOUND, SMALL_BOUND } from '../domain/rollup';

/** The amounts of a cell: credits drawn, or values reported. Each is kept in two columns, `…_small` and `…_large`. */
export type SumName = 'credits' | 'value';

/** What is being added up, as SQL: the small amounts in units of 10^-9, the other amounts (NULL: there are none), and whether an amount that is not small is among them. */
export interface SumParts {
  readonly small: string;
  readonly large: string;
  readonly holdsLarge: string;
}

const UNIT = '0.000000001';
const UNITS_PER_CREDIT = 10n ** 12n / CREDITS_PER_SMALL;
const CREDITS_BOUND = SMALL_BOUND / UNITS_PER_CREDIT;

/**
 * The two columns of a sum in their canonical form, which depends on the amounts alone and not on their order: whoever writes a cell writes it by these.
 * A large part with 0 beside it holds an amount that is not small. Small amounts alone that together reach the bound have 1 beside their large
 * part, so that they are known when negative ones bring them back. The first case is the usual one, and does without decimals.
 */
export function sumColumns({ small, large, holdsLarge }: SumParts): { small: string; large: string } {
  const isSmall = `${large} IS NULL AND abs(${small}) < ${SMALL_BOUND}`;
  const total = `(${small} * ${UNIT} + coalesce(${large}, 0))::numeric(50, 12)`;
  const isSmallAgain = `abs(${total}) < ${CREDITS_BOUND}`;
  return {
    small: `CASE WHEN ${isSmall} THEN ${small}::int8 WHEN ${holdsLarge} THEN 0::int8 WHEN ${isSmallAgain} THEN (${total} * ${UNITS_PER_CREDIT})::int8 ELSE 1::int8 END`,
    large: `CASE WHEN ${isSmall} THEN NULL WHEN ${holdsLarge} THEN ${total} WHEN ${isSmallAgain} THEN NULL ELSE ${total} - ${UNIT} END`,
  };
}

/** Whether a cell holds an amount that is not small. */
export function holdsLarge(row: string, name: SumName): string {
  return `(${row}.${name}_large IS NOT NULL AND ${row}.${name}_small = 0)`;
}

/** Aggregates that add amounts up to what `sumColumns` takes, by the names of the columns. */
export function addUpAmounts(amount: string, name: SumName): string {
  const isSmall = `(abs(${amount}) < ${SMALL_AMOUNT_BOUND / UNITS_PER_CREDIT} AND ${amount} = trunc(${amount}, 9))`; // as smallPart of the domain says
  return `coalesce(sum(${amount}) FILTER (WHERE ${isSmall}), 0) * ${UNITS_PER_CREDIT} AS ${name}_small,
              sum(${amount}) FILTER (WHERE NOT ${isSmall}) AS ${name}_large`;
}
