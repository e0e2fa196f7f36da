import type { BreakdownQuery, SeriesPage } from '../domain/breakdown';
import { firstEventKeyAt } from '../domain/ids';
import { Conditions } from './conditions';
import type { Database, Transaction } from './database';
import type { FactsPlan, FactsWriter } from './facts-plan';
import { eventFacts } from './rollup-facts';
import type { OpenBreakdown } from './rollup-snapshot';
import { loadSeries } from './rollups';
import { earliestReceipt, isUnseen } from './seen-rows';
import { plainArray, plainColumn } from './sql-arrays';

/** Pools and new entries up to which the changed series are looked for; beyond, all of the breakdown is sooner asked for again. */
const MOST_CHANGED_POOLS = 10_000;
const MOST_NEW_ENTRIES = 100_000;

/** What there may be new usage in. */
export interface Touched {
  /** PostgreSQL's text of what was visible. */
  readonly snapshot: string;
  readonly customerKeys: ReadonlySet<bigint>;
  readonly currencyKeys: ReadonlySet<number>;
}

interface TouchedRow {
  snapshot: string;
  customer_keys: string[];
  currency_keys: number[];
}

/**
 * Which of the customers, and of the currencies as wholes, have pools that were written after the snapshot; all usage writes its pool.
 * One statement, whoever waits. Null as the snapshot: nothing is compared.
 */
export async function lookForUsage(
  database: Database,
  since: string | null,
  customerKeys: readonly bigint[],
  currencyKeys: readonly number[],
): Promise<Touched> {
  const values = new Conditions();
  const isNew = () => (since === null ? 'FALSE' : isUnseen(values, 'p', since));
  const { rows } = await database.pool.query<TouchedRow>(
    `SELECT pg_current_snapshot()::text AS snapshot,
            ARRAY(SELECT DISTINCT p.customer_key::text FROM pool p WHERE p.customer_key = ANY (${values.placeholder(plainArray(customerKeys))}::int8[]) AND ${isNew()}) AS customer_keys,
            ARRAY(SELECT c.key FROM unnest(${values.placeholder(plainArray(currencyKeys))}::int4[]) AS c (key)
                  WHERE EXISTS (SELECT FROM pool p WHERE p.currency_key = c.key AND ${isNew()})) AS currency_keys`,
    values.values,
  );
  const { snapshot, customer_keys, currency_keys } = rows[0]!;
  return { snapshot, customerKeys: new Set(customer_keys.map(BigInt)), currencyKeys: new Set(currency_keys) };
}

interface ChangedPool {
  customer_key: bigint;
  key: bigint;
  sequence: bigint;
  seen: bigint;
}

/**
 * The series that have usage which the query's snapshot did not see, with the sums of that usage alone, the first `most` of them in the query's order.
 * Null where so much is new that it is not looked through.
 */
export async function loadChangedSeries(
  transaction: Transaction,
  query: BreakdownQuery,
  open: OpenBreakdown,
  most: number,
): Promise<SeriesPage | null> {
  const pools = await changedPools(transaction, query);
  const entries = pools.reduce((sum, { sequence, seen }) => sum + sequence - seen, 0n);
  const isTooMuch = pools.length > MOST_CHANGED_POOLS || entries > MOST_NEW_ENTRIES;
  const window = { size: most, backward: false, after: null, before: null };
  return isTooMuch ? null : loadSeries(transaction, query, open, window, newFacts(pools));
}

/**
 * The pools that were written after the snapshot, and the last entry of each that was visible in it. Who writes an entry holds the pool's lock until the
 * commit: the entries that are visible in any snapshot are the first ones.
 */
async function changedPools(transaction: Transaction, { currencyKey, customerKeys, snapshot }: BreakdownQuery): Promise<ChangedPool[]> {
  const values = new Conditions();
  values.add((value) => `p.currency_key = ${value(currencyKey)}`);
  if (customerKeys !== null) values.add((value) => `p.customer_key = ANY (${value(plainArray(customerKeys))}::int8[])`);
  values.add(() => isUnseen(values, 'p', snapshot.text));
  const where = values.text;
  const { rows } = await transaction.query<ChangedPool>(
    `SELECT p.customer_key, p.key, p.sequence, coalesce((
       SELECT l.sequence FROM ledger_entry l WHERE l.customer_key = p.customer_key AND l.pool_key = p.key
         AND (l.at < ${values.placeholder(earliestReceipt(snapshot))} OR NOT ${isUnseen(values, 'l', snapshot.text)})
       ORDER BY l.sequence DESC LIMIT 1
     ), 0) AS seen
     FROM pool p WHERE ${where} LIMIT ${MOST_CHANGED_POOLS + 1}`,
    values.values,
  );
  return rows;
}

/** The new usage of the pools: the events of their new entries, and those that cost nothing and so have none. */
function newFacts(pools: readonly ChangedPool[]): FactsWriter {
  return (values: Conditions, plan: FactsPlan) => {
    const { snapshot, range } = plan.query;
    const columns = (['customer_key', 'key', 'seen'] as const).map((name) => values.placeholder(plainColumn(pools, (pool) => pool[name])));
    const isNew = isUnseen(values, 'n', snapshot.text);
    return eventFacts(
      values,
      plan,
      '',
      `(SELECT 1::int2 AS sign) AS b
CROSS JOIN (
  SELECT p.customer_key, l.event_key AS key FROM unnest(${columns.map((column) => `${column}::int8[]`).join(', ')}) AS p (customer_key, key, seen)
  CROSS JOIN LATERAL (
    SELECT l.event_key FROM ledger_entry l
    WHERE l.customer_key = p.customer_key AND l.pool_key = p.key AND l.sequence > p.seen AND l.event_key IS NOT NULL OFFSET 0
  ) l
  UNION
  SELECT c.customer_key, n.key FROM (SELECT DISTINCT customer_key FROM unnest(${columns[0]}::int8[]) AS p (customer_key)) c
  CROSS JOIN LATERAL (
    SELECT n.key FROM usage_event n
    WHERE n.customer_key = c.customer_key AND n.entry_count = 0 AND n.key >= ${values.placeholder(firstEventKeyAt(earliestReceipt(snapshot)))} AND ${isNew} OFFSET 0
  ) n
) k
CROSS JOIN LATERAL (
  SELECT e.* FROM usage_event e WHERE e.customer_key = k.customer_key AND e.key = k.key
    AND e.at >= ${values.placeholder(range.from)} AND e.at < ${values.placeholder(range.to)} OFFSET 0
) e`,
    );
  };
}
