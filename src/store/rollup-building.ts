import type { Rollup } from '../domain/rollup';
import { FEWEST_EVENTS, SAMPLED_EVENTS, type RollupProspect, type RollupWish } from '../domain/rollup-wish';
import { Conditions } from './conditions';
import type { Queryable, Transaction } from './database';
import { cellsOfCells, eventCells } from './event-cells';
import { rollupFrom } from './rollup-registry';
import { MERGE_CELLS } from './rollup-sums';
import { plainArray, plainColumn, textColumn } from './sql-arrays';

/** Whoever registers holds up reports while it waits, and rather tries again later. */
export const REGISTER_SETTINGS = `SET LOCAL lock_timeout = '500ms'`;

/** For reading all of a customer's usage: the planner takes cells and sets for a few, and would join a million of them one by one. */
export const FILL_SETTINGS = 'SET LOCAL enable_nestloop = off';

/** A rollup with what is known of it. */
export interface RegisteredRollup extends Rollup {
  readonly dimensions: readonly string[];
  readonly state: 'FILLING' | 'READY' | 'RETIRED' | 'DECLINED';
  readonly size: bigint;
  readonly eventCount: bigint;
  readonly askedAt: Date;
}

interface RegisteredRow {
  key: number;
  dimensions: string;
  by_rate: boolean;
  by_grant: boolean;
  state: RegisteredRollup['state'];
  size: bigint;
  event_count: bigint;
  asked_at: Date;
}

/** All of a customer's, whatever their state, but for the base rollup. */
export async function readRegistered(queryable: Queryable, customerKey: bigint): Promise<RegisteredRollup[]> {
  const { rows } = await queryable.query<RegisteredRow>(
    `SELECT key, to_json(dimensions)::text AS dimensions, by_rate, by_grant, state, size, event_count, asked_at
     FROM rollup WHERE customer_key = $1 ORDER BY asked_at, key`,
    [customerKey],
  );
  return rows.map((row) => ({
    ...rollupFrom(row),
    dimensions: JSON.parse(row.dimensions) as string[],
    state: row.state,
    size: row.size,
    eventCount: row.event_count,
    askedAt: row.asked_at,
  }));
}

/** The customers that have rollups in a state that somebody left behind who builds no more. */
export async function findUnfinished(queryable: Queryable, most: number): Promise<{ customerKey: bigint; key: number }[]> {
  const { rows } = await queryable.query<{ customer_key: bigint; key: number }>(
    `SELECT customer_key, key FROM rollup WHERE state IN ('FILLING', 'RETIRED') ORDER BY customer_key, key LIMIT $1`,
    [most],
  );
  return rows.map(({ customer_key, key }) => ({ customerKey: customer_key, key }));
}

/**
 * Keeps everyone from reporting for the customer until the end of the transaction, and waits for those who are at it. Making a pool locks its customer's row
 * against this, by its foreign key, so that a pool that nobody sees yet is no way round it.
 */
export async function lockCustomerUsage(transaction: Transaction, customerKey: bigint): Promise<void> {
  await transaction.query('SELECT FROM customer WHERE key = $1 FOR UPDATE', [customerKey]);
  await transaction.query('SELECT FROM pool WHERE customer_key = $1 ORDER BY key FOR NO KEY UPDATE', [customerKey]);
}

/** How many events the customer has; its base rollup knows. */
export async function countEvents(queryable: Queryable, customerKey: bigint): Promise<bigint> {
  const { rows } = await queryable.query<{ count: bigint }>(
    'SELECT coalesce(sum(event_count), 0)::int8 AS count FROM usage_rollup WHERE customer_key = $1 AND rollup_key = 0 AND days = 64',
    [customerKey],
  );
  return rows[0]!.count;
}

/** How many cells each of the customer's rollups has, by their keys. */
export async function countCells(queryable: Queryable, customerKey: bigint): Promise<ReadonlyMap<number, bigint>> {
  const { rows } = await queryable.query<{ key: number; count: bigint }>(
    'SELECT rollup_key AS key, count(*) AS count FROM usage_rollup WHERE customer_key = $1 AND rollup_key > 0 GROUP BY 1',
    [customerKey],
  );
  return new Map(rows.map(({ key, count }) => [key, count]));
}

/**
 * What would roll up all of a customer's dimensions that are not loose, for each with so many events, where nothing does: with the rates told apart, and,
 * if that should not pay, without.
 */
export async function findUnasked(queryable: Queryable, fewestEvents: number, mostNames: number): Promise<RollupWish[]> {
  const { rows } = await queryable.query<{ customer_key: bigint; dimensions: string }>(
    `SELECT c.key AS customer_key, to_json(d.names)::text AS dimensions
     FROM customer c CROSS JOIN LATERAL (
       SELECT sum(r.event_count)::int8 AS events FROM usage_rollup r WHERE r.customer_key = c.key AND r.rollup_key = 0 AND r.days = 64
     ) n CROSS JOIN LATERAL (
       SELECT array_agg(DISTINCT name) AS names FROM (
         SELECT k.name FROM dimension_key k WHERE k.customer_key = c.key GROUP BY k.name HAVING NOT bool_or(k.loose)
       ) k
     ) d
     WHERE n.events >= $1 AND cardinality(d.names) <= $2 AND NOT EXISTS (
       SELECT FROM rollup r WHERE r.customer_key = c.key AND r.dimensions @> d.names AND r.state IN ('READY', 'FILLING')
     ) ORDER BY n.events DESC`,
    [fewestEvents, mostNames],
  );
  return rows.flatMap(({ customer_key, dimensions }) =>
    [true, false].map((byRate) => ({
      customerKey: customer_key,
      dimensions: JSON.parse(dimensions) as string[],
      byRate,
      byGrant: false,
      unasked: true as const,
    })),
  );
}

/** The tables of eventCells, from the cells of the source where there is one, which are fewer. */
function cellsFrom(values: Conditions, customerKey: bigint, rollup: Rollup, source: Rollup | null, events: () => string): string {
  return source ? cellsOfCells(values, { customerKey, rollup, source }) : eventCells(values, { customerKey, rollup, events: events() });
}

/** What the newest events tell of a rollup, or, where there is a source, all of its cells. */
export async function readProspect(transaction: Transaction, wish: RollupWish, source: Rollup | null): Promise<RollupProspect> {
  const values = new Conditions();
  const { customerKey } = wish;
  const newest = () => `e.key >= coalesce((SELECT key FROM usage_event WHERE customer_key = ${values.placeholder(customerKey)}::int8
    ORDER BY key DESC OFFSET ${SAMPLED_EVENTS - 1} LIMIT 1), 0)`;
  const { rows } = await transaction.query<{ events: bigint; cells: bigint; size: bigint }>(
    `WITH ${cellsFrom(values, customerKey, { ...wish, key: 0 }, source, newest)}
     SELECT coalesce(sum(event_count) FILTER (WHERE days = 1), 0)::int8 AS events, count(*) AS cells,
            (count(*) FILTER (WHERE days = 64) / greatest(1, count(DISTINCT start) FILTER (WHERE days = 64)))::int8 AS size
     FROM block`,
    values.values,
  );
  const { events, cells, size } = rows[0]!;
  return { sampledEvents: Number(events), cells: Number(cells), size: Number(size) };
}

/** Registers a rollup under the smallest free key. For one that is to be filled, the caller holds `lockCustomerUsage`. */
export async function addRollup(
  transaction: Queryable,
  { customerKey, dimensions, byRate, byGrant }: RollupWish,
  { state, size, eventCount }: { readonly state: 'FILLING' | 'DECLINED'; readonly size: number; readonly eventCount: bigint },
): Promise<NewRollup> {
  const { rows } = await transaction.query<{ key: number; asked_at: Date }>(
    `INSERT INTO rollup (customer_key, key, dimensions, by_rate, by_grant, state, size, event_count, asked_at)
     SELECT $1, k, $2, $3, $4, $5::"RollupState", $6, $7, now() FROM generate_series(1, 32767) AS k
     WHERE NOT EXISTS (SELECT FROM rollup WHERE customer_key = $1 AND key = k) ORDER BY k LIMIT 1 RETURNING key, asked_at`,
    [customerKey, dimensions, byRate, byGrant, state, size, eventCount],
  );
  return { key: rows[0]!.key, dimensions, byRate, byGrant, registeredAt: rows[0]!.asked_at };
}

/** A rollup that is being filled. The instant tells it from another that got its key, should somebody have given it up meanwhile. */
export interface NewRollup extends Rollup {
  readonly registeredAt: Date;
}

/** A cell to be added to, its amounts as text; NULL where there are none that are not small. */
export interface NewCell {
  readonly days: number;
  readonly start: number;
  readonly hash: string;
  readonly dimensions: string;
  readonly rate_key: number;
  readonly pool_key: bigint;
  readonly grant_key: bigint;
  readonly credits_small: string;
  readonly credits_large: string | null;
  readonly value_small: string;
  readonly value_large: string | null;
  readonly event_count: bigint;
}

/** What all events that the transaction sees, or the cells of a source, add to the cells of a rollup, some cells at a time. A transaction can ask this once. */
export async function* newCells(
  transaction: Transaction,
  customerKey: bigint,
  rollup: Rollup,
  source: Rollup | null,
  atOnce: number,
): AsyncGenerator<NewCell[]> {
  const values = new Conditions();
  await transaction.query(
    `DECLARE new_cell NO SCROLL CURSOR FOR WITH ${cellsFrom(values, customerKey, rollup, source, () => 'TRUE')}
     SELECT block.*, c.dimensions FROM block JOIN (SELECT DISTINCT hash, dimensions::text FROM combination) c USING (hash) ORDER BY days, start`,
    values.values,
  );
  for (;;) {
    const { rows } = await transaction.query<NewCell>(`FETCH ${atOnce} FROM new_cell`);
    if (rows.length === 0) return;
    yield rows;
  }
}

/** Adds the sets of cells to the dictionary, by a transaction of its own and in the order of everyone who does, so that no report waits for more than this. */
export async function addCellSets(queryable: Queryable, customerKey: bigint, cells: readonly NewCell[]): Promise<void> {
  const sets = [...new Map(cells.map(({ hash, dimensions }) => [hash, dimensions]))].map(([hash, dimensions]) => ({ hash, dimensions }));
  await queryable.query(
    `INSERT INTO dimension_set (customer_key, hash, projected, dimensions)
     SELECT $1, hash, TRUE, dimensions::jsonb FROM unnest($2::uuid[], $3::text[]) AS made (hash, dimensions)
     WHERE NOT EXISTS (SELECT FROM dimension_set s WHERE s.customer_key = $1 AND s.hash = made.hash) ORDER BY hash
     ON CONFLICT (customer_key, hash) DO NOTHING`,
    [customerKey, plainColumn(sets, ({ hash }) => hash), textColumn(sets, ({ dimensions }) => dimensions)],
  );
}

/** Adds to cells of a rollup, unless it has been given up. Whoever calls has locked their pools. */
export async function addCells(
  transaction: Transaction,
  customerKey: bigint,
  { key, registeredAt }: NewRollup,
  cells: readonly NewCell[],
): Promise<void> {
  await transaction.query(
    `MERGE INTO usage_rollup r
     USING (
       SELECT $1::int8 AS customer_key, $2::int2 AS rollup_key, s.key AS set_key, c.*
       FROM unnest($3::int2[], $4::int4[], $5::uuid[], $6::int4[], $7::int8[], $8::int8[], $9::numeric[], $10::numeric[], $11::numeric[], $12::numeric[], $13::int8[])
            AS c (days, start, hash, rate_key, pool_key, grant_key, credits_small, credits_large, value_small, value_large, event_count)
       JOIN dimension_set s ON s.customer_key = $1 AND s.hash = c.hash
       WHERE EXISTS (SELECT FROM rollup WHERE customer_key = $1 AND key = $2 AND state = 'FILLING' AND asked_at = $14)
     ) c
     ${MERGE_CELLS}`,
    [
      customerKey,
      key,
      ...(['days', 'start', 'hash', 'rate_key', 'pool_key', 'grant_key'] as const).map((name) => plainColumn(cells, (cell) => cell[name])),
      ...(['credits_small', 'credits_large', 'value_small', 'value_large', 'event_count'] as const).map((name) =>
        plainColumn(cells, (cell) => cell[name]),
      ),
      registeredAt,
    ],
  );
}

/** From now on questions read it; false: it has been given up. */
export async function makeReady(queryable: Queryable, customerKey: bigint, { key, registeredAt }: NewRollup): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `UPDATE rollup SET state = 'READY', size = coalesce((
       SELECT max(count) FROM (SELECT count(*) FROM usage_rollup WHERE customer_key = $1 AND rollup_key = $2 AND days = 64 GROUP BY start) AS block
     ), 0) WHERE customer_key = $1 AND key = $2 AND state = 'FILLING' AND asked_at = $3`,
    [customerKey, key, registeredAt],
  );
  return rowCount === 1;
}

/** From now on nobody reads it or adds to it. The caller holds `lockCustomerUsage`, so that nobody is still at it. */
export async function retireRollup(transaction: Transaction, customerKey: bigint, key: number): Promise<void> {
  await transaction.query(`UPDATE rollup SET state = 'RETIRED' WHERE customer_key = $1 AND key = $2`, [customerKey, key]);
}

/** Removes some cells of a retired rollup, and the rollup where it has none; says whether it is gone. */
export async function removeRetiredCells(queryable: Queryable, customerKey: bigint, key: number, atOnce: number): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `DELETE FROM usage_rollup WHERE ctid = ANY (ARRAY(SELECT ctid FROM usage_rollup WHERE customer_key = $1 AND rollup_key = $2 LIMIT ${atOnce}))`,
    [customerKey, key],
  );
  if ((rowCount ?? 0) > 0) return false;
  await queryable.query(`DELETE FROM rollup WHERE customer_key = $1 AND key = $2 AND state IN ('RETIRED', 'DECLINED')`, [customerKey, key]);
  return true;
}

/** Notes that rollups were read. */
export async function noteAsked(queryable: Queryable, uses: readonly { readonly customerKey: bigint; readonly rollupKey: number }[]): Promise<void> {
  await queryable.query(
    `UPDATE rollup r SET asked_at = now() FROM unnest($1::int8[], $2::int2[]) AS used (customer_key, key)
     WHERE r.customer_key = used.customer_key AND r.key = used.key`,
    [plainArray(uses.map(({ customerKey }) => customerKey)), plainArray(uses.map(({ rollupKey }) => rollupKey))],
  );
}

/** Whether the customer has events enough for any rollup to pay. */
export function hasEnoughEvents(eventCount: bigint): boolean {
  return eventCount >= BigInt(FEWEST_EVENTS);
}
