import { LRUCache } from 'lru-cache';
import { EVENTS_PER_NEW_SET, MANY_VALUES, NEWEST_SETS, OLDER_SETS, setsUntilNextLook, type SetGrowth, type ValueGrowth } from '../domain/loosening';
import type { Queryable, Transaction } from './database';
import { plainArray, textArray } from './sql-arrays';

const MOST_CUSTOMERS = 50_000;
const NONE: ReadonlySet<string> = new Set();

/** New sets of a customer since it was last looked at, and with how many it is to be looked at. */
interface Growth {
  readonly added: number;
  readonly due: number;
}

/**
 * What this process knows of the dimensions that were loosened, and which customers it should look at. It may know less than the database, which does
 * no harm: whether an event has a dimension loosely is said by `dimension_key`, in the event's own transaction, and by nothing else. A process
 * that has not heard of a decision goes on adding up what it could leave with the event, and hears of it before it adds a set.
 */
export class LoosenedDimensions {
  private readonly held = new LRUCache<bigint, ReadonlySet<string>>({ max: MOST_CUSTOMERS });
  private readonly growth = new LRUCache<bigint, Growth>({ max: MOST_CUSTOMERS });
  private readonly due = new Set<bigint>();

  of(customerKey: bigint): ReadonlySet<string> {
    return this.held.get(customerKey) ?? NONE;
  }

  /** Reads what was decided for these customers. Says whether that is more than was known. */
  async learn(queryable: Queryable, customerKeys: readonly bigint[]): Promise<boolean> {
    const { rows } = await queryable.query<{ customer_key: bigint; name: string }>({
      name: 'loosened-dimensions',
      text: 'SELECT customer_key, name FROM loosened_dimension WHERE customer_key = ANY ($1::int8[])',
      values: [plainArray(customerKeys)],
    });
    const news = rows.filter(({ customer_key, name }) => !this.of(customer_key).has(name));
    for (const { customer_key, name } of news) this.held.set(customer_key, new Set([...this.of(customer_key), name]));
    return news.length > 0;
  }

  /** Counts a set that was added and committed. */
  countSet(customerKey: bigint): void {
    const { added, due } = this.growth.get(customerKey) ?? { added: 0, due: setsUntilNextLook(0) };
    this.growth.set(customerKey, { added: added + 1, due });
    if (added + 1 >= due) this.due.add(customerKey);
  }

  /** The customers that should be looked at, each told once. */
  takeDue(): bigint[] {
    const customerKeys = [...this.due];
    this.due.clear();
    return customerKeys;
  }

  /** To be called when a customer was looked at that has so many sets. */
  countAnew(customerKey: bigint, setCount: number): void {
    this.growth.set(customerKey, { added: 0, due: setsUntilNextLook(setCount) });
  }
}

interface ValueRow {
  name: string;
  event_count: bigint;
  new_values: bigint;
  older_values: bigint;
  common_values: bigint;
}

/**
 * The planner takes the sets of a customer who has just come for a few, and would look each one up among all of them.
 * The transaction is one that writes, so that no reader can keep it, and the reports that wait for it, from a connection.
 */
export const GROWTH_SETTINGS = 'SET LOCAL enable_nestloop = off; SET LOCAL jit = off';

/** Of the sets of events: those of cells follow from them. Keys of sets grow with time, and keys of events with their receipt: the newest are at the end of the primary keys. */
export async function readSetGrowth(transaction: Transaction, customerKey: bigint): Promise<SetGrowth> {
  const { rows } = await transaction.query<{ set_count: bigint; newest_count: bigint; event_count: bigint }>(
    `WITH newest AS MATERIALIZED (SELECT key FROM dimension_set WHERE customer_key = $1 AND NOT projected ORDER BY key DESC LIMIT ${NEWEST_SETS}),
     recent AS (
       SELECT row_number() OVER (ORDER BY key DESC) AS place, set_key FROM usage_event
       WHERE customer_key = $1 ORDER BY key DESC LIMIT ${EVENTS_PER_NEW_SET * NEWEST_SETS}
     )
     SELECT (SELECT count(*) FROM (SELECT FROM dimension_set WHERE customer_key = $1 AND NOT projected LIMIT ${MANY_VALUES}) s) AS set_count,
            (SELECT count(*) FROM newest) AS newest_count,
            (SELECT coalesce(max(place), 0) FROM recent WHERE set_key >= (SELECT min(key) FROM newest)) AS event_count`,
    [customerKey],
  );
  const { set_count, newest_count, event_count } = rows[0]!;
  return { setCount: Number(set_count), newestCount: Number(newest_count), eventCount: Number(event_count) };
}

/** Of the events since the first of the newest sets. */
export async function readValueGrowth(transaction: Transaction, customerKey: bigint, { eventCount }: SetGrowth): Promise<ValueGrowth[]> {
  const { rows } = await transaction.query<ValueRow>(
    `WITH newest AS MATERIALIZED (SELECT key FROM dimension_set WHERE customer_key = $1 AND NOT projected ORDER BY key DESC LIMIT ${2 * NEWEST_SETS}),
     recent AS (
       SELECT set_key, count(*) AS events FROM (SELECT set_key FROM usage_event WHERE customer_key = $1 ORDER BY key DESC LIMIT $2) e GROUP BY set_key
     ), compared AS (
       SELECT recent.events, FALSE AS is_older, s.dimensions
       FROM recent JOIN dimension_set s ON s.customer_key = $1 AND s.key = recent.set_key
       UNION ALL
       SELECT 0, TRUE, older.dimensions FROM (
         SELECT dimensions FROM dimension_set WHERE customer_key = $1 AND NOT projected AND key < (SELECT min(key) FROM newest) ORDER BY key DESC LIMIT ${OLDER_SETS}
       ) older
     ), seen AS (
       SELECT d.key AS name, sum(c.events) AS events, bool_or(c.is_older) AS is_older
       FROM compared c CROSS JOIN jsonb_each(c.dimensions) d GROUP BY d.key, jsonb_hash_extended(d.value, 0)
     )
     SELECT name, sum(events)::int8 AS event_count, count(*) FILTER (WHERE events > 0) AS new_values, count(*) FILTER (WHERE is_older) AS older_values,
            count(*) FILTER (WHERE events > 0 AND is_older) AS common_values
     FROM seen GROUP BY name HAVING sum(events) > 0 ORDER BY name`,
    [customerKey, eventCount],
  );
  return rows.map(({ name, event_count, new_values, older_values, common_values }) => ({
    name,
    eventCount: Number(event_count),
    newValues: Number(new_values),
    olderValues: Number(older_values),
    commonValues: Number(common_values),
  }));
}

export async function addLoosened(transaction: Transaction, customerKey: bigint, names: readonly string[]): Promise<void> {
  await transaction.query(
    'INSERT INTO loosened_dimension (customer_key, name) SELECT $1, name FROM unnest($2::text[]) AS name ORDER BY 2 ON CONFLICT DO NOTHING',
    [customerKey, textArray(names)],
  );
}
