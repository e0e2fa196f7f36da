import { creditsFromNumeric } from '../domain/credits';
import { DAY_MS, ROLLUP_DAYS, type RollupDays, type RollupDifference, type RollupSum, type RollupSums } from '../domain/rollup';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { addUpAmounts, sumColumns } from './rollup-sums';
import { plainArray } from './sql-arrays';

/** Which cells of a customer to compare: all, or those that lie within some days, are of one size, or of some sets and pools. */
export interface RollupScope {
  readonly customerKey: bigint;
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
  return (await transaction.query<DifferenceRow>(text, values.values)).rows.map(differenceFrom);
}

/** All of them in the same order, as the transaction's snapshot has them, some at a time. A transaction can ask this once. */
export async function* rollupDifferences(transaction: Transaction, scope: RollupScope, atOnce: number): AsyncGenerator<RollupDifference[]> {
  const values = new Conditions();
  await transaction.query(`DECLARE rollup_difference NO SCROLL CURSOR FOR ${differencesSql(values, scope)}`, values.values);
  for (;;) {
    const { rows } = await transaction.query<DifferenceRow>(`FETCH ${atOnce} FROM rollup_difference`);
    if (rows.length === 0) return;
    yield rows.map(differenceFrom);
  }
}

/** The first day, from this one on, in which the customer has an event or with which a cell of it begins; null where there is none. */
export async function nextRollupDay(transaction: Transaction, customerKey: bigint, from: number): Promise<number | null> {
  const starts = ROLLUP_DAYS.map((days) => `(SELECT min(start) FROM usage_rollup WHERE customer_key = $1 AND days = ${days} AND start >= $2::int8)`);
  const { rows } = await transaction.query<{ day: number | null }>(
    `SELECT least((SELECT ${dayOf('at')} FROM usage_event WHERE customer_key = $1 AND at >= $3::timestamptz ORDER BY at LIMIT 1), ${starts.join(', ')}) AS day`,
    [customerKey, from, instantOf(from)],
  );
  return rows[0]!.day;
}

function dayOf(at: string): string {
  return `floor(extract(epoch FROM ${at}) / 86400)::int`;
}

/** There are no events before the year 1 or in years of five digits, though a wrong cell may lie there. */
function instantOf(day: number): string {
  if (day < FIRST_DAY_OF_YEAR_1) return '-infinity';
  return day > DAY_IN_YEAR_9909 ? 'infinity' : new Date(day * DAY_MS).toISOString();
}

/** The larger blocks are summed from the days. */
function differencesSql(values: Conditions, { customerKey, span, size, of }: RollupScope): string {
  const customer = values.placeholder(customerKey);
  const sizes = size === undefined ? ROLLUP_DAYS : [size];
  const events = new Conditions();
  const cells = new Conditions();
  if (span) {
    const [from, to, since, until] = [span.from, span.to, instantOf(span.from), instantOf(span.to)].map((bound) => values.placeholder(bound));
    events.add(() => `e.at >= ${since}::timestamptz AND e.at < ${until}::timestamptz`);
    cells.add(() => `r.start >= ${from}::int8 AND r.start < ${to}::int8`);
  }
  if (of) {
    const [sets, pools] = [of.setKeys, of.poolKeys].map((keys) => values.placeholder(plainArray(keys)));
    const isWanted = (row: string) => `${row}.set_key = ANY (${sets}::int8[]) AND ${row}.pool_key = ANY (${pools}::int8[])`;
    events.add(() => isWanted('e'));
    cells.add(() => isWanted('r'));
  }
  return `WITH draw AS (
       SELECT e.at, e.set_key, e.rate_key, e.pool_key, coalesce(l.grant_key, 0) AS grant_key, -l.amount AS credits,
              CASE WHEN l.sequence = e.first_sequence THEN e.value ELSE 0 END AS value, (l.sequence = e.first_sequence)::int AS event_count
       FROM usage_event e JOIN ledger_entry l ON l.customer_key = e.customer_key AND l.pool_key = e.pool_key AND l.event_key = e.key
            AND l.sequence >= e.first_sequence AND l.sequence < e.first_sequence + e.entry_count
       WHERE e.customer_key = ${customer} AND l.customer_key = ${customer} AND ${events.text}
       UNION ALL
       SELECT at, set_key, rate_key, pool_key, 0, 0, value, 1 FROM usage_event e WHERE customer_key = ${customer} AND entry_count = 0 AND ${events.text}
     ), day AS (
       SELECT ${dayOf('at')} AS day, set_key, rate_key, pool_key, grant_key,
              ${addUpAmounts('credits', 'credits')}, ${addUpAmounts('value', 'value')}, sum(event_count) AS event_count
       FROM draw GROUP BY 1, 2, 3, 4, 5
     ), block AS (
       SELECT days, floor(day / days::numeric)::int * days AS start, set_key, rate_key, pool_key, grant_key,
              sum(credits_small) AS credits_small, sum(credits_large) AS credits_large,
              sum(value_small) AS value_small, sum(value_large) AS value_large, sum(event_count)::int8 AS event_count
       FROM day CROSS JOIN (VALUES ${sizes.map((days) => `(${days}::int2)`).join(', ')}) AS size (days) GROUP BY 1, 2, 3, 4, 5, 6
     ), expected AS (
       SELECT days, start, set_key, rate_key, pool_key, grant_key, ${(['credits', 'value'] as const).map(summedUp).join(', ')}, event_count FROM block
     ), found AS (
       SELECT * FROM usage_rollup r WHERE customer_key = ${customer} AND days IN (${sizes.join(', ')}) AND ${cells.text}
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

function differenceFrom(row: DifferenceRow): RollupDifference {
  return {
    cell: { days: row.days, start: row.start, setKey: row.set_key, rateKey: row.rate_key, poolKey: row.pool_key, grantKey: row.grant_key },
    found: row.found && sumsFrom(row.found),
    expected: row.expected && sumsFrom(row.expected),
  };
}
