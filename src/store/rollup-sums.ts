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

/** The same of the sums of cells: what is not small is in those that hold a large amount; all else is made of small ones, however much it is. */
export function addUpCells(row: string, name: SumName): string {
  const [small, large] = [`${row}.${name}_small`, `${row}.${name}_large`];
  const isLarge = holdsLarge(row, name);
  return `coalesce(sum(${small} + coalesce(${large} * ${UNITS_PER_CREDIT}, 0)) FILTER (WHERE NOT ${isLarge}), 0) AS ${name}_small,
         sum(${large}) FILTER (WHERE ${isLarge}) AS ${name}_large`;
}

/** Adds the cells `c`, each of them once, to those that there are, of the table `r`. Whoever does holds the locks of their pools. */
export const MERGE_CELLS = `ON r.customer_key = c.customer_key AND r.rollup_key = c.rollup_key AND r.days = c.days AND r.start = c.start AND r.set_key = c.set_key
   AND r.rate_key = c.rate_key AND r.pool_key = c.pool_key AND r.grant_key = c.grant_key
WHEN MATCHED THEN UPDATE SET ${addTo('credits')}, ${addTo('value')}, event_count = r.event_count + c.event_count
WHEN NOT MATCHED THEN INSERT (customer_key, rollup_key, days, start, set_key, rate_key, pool_key, grant_key,
                              credits_small, credits_large, value_small, value_large, event_count)
VALUES (c.customer_key, c.rollup_key, c.days, c.start, c.set_key, c.rate_key, c.pool_key, c.grant_key,
        ${begin('credits')}, ${begin('value')}, c.event_count)`;

/** Adds to a sum; `c` has small amounts and other amounts apart, NULL where there are none. */
function addTo(name: SumName): string {
  const { small, large } = sumColumns({
    small: `(r.${name}_small + c.${name}_small)`,
    large: `coalesce(r.${name}_large + c.${name}_large, r.${name}_large, c.${name}_large)`,
    holdsLarge: `(c.${name}_large IS NOT NULL OR ${holdsLarge('r', name)})`,
  });
  return `${name}_small = ${small}, ${name}_large = ${large}`;
}

/** The sum of a cell that was not there. */
function begin(name: SumName): string {
  const { small, large } = sumColumns({ small: `c.${name}_small`, large: `c.${name}_large`, holdsLarge: `(c.${name}_large IS NOT NULL)` });
  return `${small}, ${large}`;
}
