import { creditsFromNumeric } from '../domain/credits';
import { DAY_MS, ROLLUP_DAYS, type Rollup, type RollupDays, type RollupDifference, type RollupSum, type RollupSums } from '../domain/rollup';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { dayOf, eventCells } from './event-cells';
import { sumColumns } from './rollup-sums';
import { plainArray } from './sql-arrays';

/** Which cells of a customer's rollup to compare: all, or those that lie within some days, are of one size, or of some sets and pools. */
export interface RollupScope {
  readonly customerKey: bigint;
  readonly rollup: Rollup;
  /** Day numbers, half-open; whole blocks of every size that is compared. */
  readonly span?: { readonly from: number; readonly to: number };
  /** All sizes where none is given. */
  readonly size?: RollupDays;
  readonly of?: { readonly setKeys: readonly bigint[]; readonly poolKeys: readonly bigint[] };
}

/** A comparison may sort and sum millions of events. It holds no locks and can wait: it leaves the processors to those who cannot. */
export const COMPARISON_SETTINGS = `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL jit = off;
SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '64MB'; SET LOCAL cursor_tuple_fraction = 1`;

interface DifferenceRow {
  days: RollupDays;
  start: number;
  set_key: bigint;
  rate_key: number;
  pool_key: bigint;
  grant_key: bigint;
  found: SumsRow | null;
  expected: SumsRow | null;
}

const FIRST_DAY_OF_YEAR_1 = -719_162;
const DAY_IN_YEAR_9909 = 2_900_000;

/** The columns of a cell, as text. */
export type SumsRow = [creditsSmall: string, creditsLarge: string | null, valueSmall: string, valueLarge: string | null, eventCount: string];

/** Of the cells that are not exactly what events and draws add up to, among them those that are missing or too many, the first `most` (null: all): smaller blocks first, then by time. */
export async function findRollupDifferences(transaction: Transaction, scope: RollupScope, most: number | null): Promise<RollupDifference[]> {
  const values = new Conditions();
  const text = `${differencesSql(values, scope)} LIMIT ${values.placeholder(most)}`;
  return (await transaction.query<DifferenceRow>(text, values.values)).rows.map((row) => differenceFrom(scope, row));
}

/** All of them in the same order, as the transaction's snapshot has them, some at a time. A transaction can ask this once. */
export async function* rollupDifferences(transaction: Transaction, scope: RollupScope, atOnce: number): AsyncGenerator<RollupDifference[]> {
  const values = new Conditions();
  await transaction.query(`DECLARE rollup_difference NO SCROLL CURSOR FOR ${differencesSql(values, scope)}`, values.values);
  for (;;) {
    const { rows } = await transaction.query<DifferenceRow>(`FETCH ${atOnce} FROM rollup_difference`);
    if (rows.length === 0) return;
    yield rows.map((row) => differenceFrom(scope, row));
  }
}

/** The first day, from this one on, in which the customer has an event or with which a cell of the rollup begins; null where there is none. */
export async function nextRollupDay(transaction: Transaction, customerKey: bigint, { key }: Rollup, from: number): Promise<number | null> {
  const starts = ROLLUP_DAYS.map(
    (days) => `(SELECT min(start) FROM usage_rollup WHERE customer_key = $1 AND rollup_key = $4 AND days = ${days} AND start >= $2::int8)`,
  );
  const { rows } = await transaction.query<{ day: number | null }>(
    `SELECT least((SELECT ${dayOf('at')} FROM usage_event WHERE customer_key = $1 AND at >= $3::timestamptz ORDER BY at LIMIT 1), ${starts.join(', ')}) AS day`,
    [customerKey, from, instantOf(from), key],
  );
  return rows[0]!.day;
}

/** There are no events before the year 1 or in years of five digits, though a wrong cell may lie there. */
function instantOf(day: number): string {
  if (day < FIRST_DAY_OF_YEAR_1) return '-infinity';
  return day > DAY_IN_YEAR_9909 ? 'infinity' : new Date(day * DAY_MS).toISOString();
}

/** A set that is not in the dictionary is in no cell that is there; it gets a number below 0. */
function differencesSql(values: Conditions, { customerKey, rollup, span, size, of }: RollupScope): string {
  const customer = `${values.placeholder(customerKey)}::int8`;
  const sizes = size === undefined ? ROLLUP_DAYS : [size];
  const events = new Conditions();
  const cells = new Conditions();
  if (span) {
    const [from, to, since, until] = [span.from, span.to, instantOf(span.from), instantOf(span.to)].map((bound) => values.placeholder(bound));
    events.add(() => `e.at >= ${since}::timestamptz AND e.at < ${until}::timestamptz`);
    cells.add(() => `r.start >= ${from}::int8 AND r.start < ${to}::int8`);
  }
  let ofSets = '';
  if (of) {
    const [sets, pools] = [of.setKeys, of.poolKeys].map((keys) => values.placeholder(plainArray(keys)));
    events.add(() => `e.pool_key = ANY (${pools}::int8[])`);
    cells.add(() => `r.pool_key = ANY (${pools}::int8[]) AND r.set_key = ANY (${sets}::int8[])`);
    ofSets = `WHERE s.key = ANY (${sets}::int8[])`;
  }
  return `WITH ${eventCells(values, { customerKey, rollup, sizes, events: events.text })}, expected AS (
       SELECT days, start, coalesce(s.key, -dense_rank() OVER (ORDER BY block.hash)) AS set_key, rate_key, pool_key, grant_key,
              ${(['credits', 'value'] as const).map(summedUp).join(', ')}, event_count
       FROM block LEFT JOIN dimension_set s ON s.customer_key = ${customer} AND s.hash = block.hash ${ofSets}
     ), found AS (
       SELECT * FROM usage_rollup r
       WHERE customer_key = ${customer} AND rollup_key = ${values.placeholder(rollup.key)} AND days IN (${sizes.join(', ')}) AND ${cells.text}
     )
     SELECT days, start, set_key, rate_key, pool_key, grant_key, ${sumsRow('found')} AS found, ${sumsRow('expected')} AS expected
     FROM expected FULL JOIN found USING (days, start, set_key, rate_key, pool_key, grant_key)
     WHERE (${sumNames('expected')}) IS DISTINCT FROM (${sumNames('found')})
     ORDER BY days, start`;
}

function summedUp(name: 'credits' | 'value'): string {
  const { small, large } = sumColumns({ small: `${name}_small`, large: `${name}_large`, holdsLarge: `${name}_large IS NOT NULL` });
  return `${small} AS ${name}_small, ${large} AS ${name}_large`;
}

const SUM_COLUMNS = ['credits_small', 'credits_large', 'value_small', 'value_large', 'event_count'];

function sumNames(table: string): string {
  return SUM_COLUMNS.map((name) => `${table}.${name}`).join(', ');
}

/** The sums of a row as a list; NULL where there is no row. */
export function sumsRow(table: string): string {
  return `CASE WHEN ${table}.event_count IS NOT NULL THEN ARRAY[${SUM_COLUMNS.map((name) => `${table}.${name}::text`).join(', ')}] END`;
}

export function sumsFrom([creditsSmall, creditsLarge, valueSmall, valueLarge, eventCount]: SumsRow): RollupSums {
  return { credits: sumFrom(creditsSmall, creditsLarge), value: sumFrom(valueSmall, valueLarge), eventCount: BigInt(eventCount) };
}

function sumFrom(small: string, large: string | null): RollupSum {
  return { small: BigInt(small), large: large === null ? null : creditsFromNumeric(large) };
}

function differenceFrom({ rollup }: RollupScope, row: DifferenceRow): RollupDifference {
  const { days, start, set_key: setKey, rate_key: rateKey, pool_key: poolKey, grant_key: grantKey } = row;
  return {
    cell: { rollupKey: rollup.key, days, start, setKey, rateKey, poolKey, grantKey },
    found: row.found && sumsFrom(row.found),
    expected: row.expected && sumsFrom(row.expected),
  };
}
