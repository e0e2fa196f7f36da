import { LRUCache } from 'lru-cache';
import type { BatchSet, BatchShape, PlacedBatch } from '../domain/dimension-placement';
import type { Transaction } from './database';
import { LoosenedDimensions } from './loosened-dimensions';
import { plainColumn, textColumn } from './sql-arrays';

/** Of all held texts together, which is what memory they take. */
const MOST_SET_CHARACTERS = 24_000_000;
const MOST_SHAPE_CHARACTERS = 4_000_000;
/** What a held entry takes beside its text, in characters. */
const ENTRY_SIZE = 100;

/**
 * The dictionaries of dimension sets and keys, with what was seen lately held in memory. Rows are only ever added,
 * and are held only once the transaction that added them has committed (`remember`).
 *
 * Whoever sees an event also sees the row of `dimension_key` that says how its dimensions are kept: it was added in the event's own transaction, or
 * by one that had committed before. (Of two that add the same row, the second waits for the first.) So no breakdown takes a dimension for
 * rolled up that it sees a loose value of.
 */
export class DimensionDictionary {
  readonly loosened = new LoosenedDimensions();
  private readonly setKeys = new LRUCache<string, bigint>({ maxSize: MOST_SET_CHARACTERS, sizeCalculation: sizeOf });
  private readonly knownShapes = new LRUCache<string, true>({ maxSize: MOST_SHAPE_CHARACTERS, sizeCalculation: sizeOf });

  /** The keys of the sets that there are. */
  async findSets(transaction: Transaction, sets: readonly BatchSet[]): Promise<SetKeys> {
    const keys = new SetKeys(sets);
    for (const set of sets) keys.set(set, this.setKeys.get(set.id));
    await keys.takeFound(transaction);
    return keys;
  }

  /** Adds those that are missing. */
  async addSets(transaction: Transaction, keys: SetKeys): Promise<void> {
    await keys.takeAdded(transaction);
    await keys.takeFound(transaction);
  }

  /** Adds the keys of the shapes that are not known. */
  async addKeys(transaction: Transaction, shapes: readonly BatchShape[]): Promise<void> {
    const unknown = shapes.filter((shape) => !this.knownShapes.has(shape.id));
    const keys = unknown.flatMap(({ customerKey, dimensions }) => dimensions.map((dimension) => ({ customerKey, ...dimension })));
    if (keys.length === 0) return;
    await transaction.query(
      `INSERT INTO dimension_key (customer_key, name, type, loose)
       SELECT DISTINCT * FROM unnest($1::int8[], $2::text[], $3::"DimensionType"[], $4::bool[]) ORDER BY 1, 2, 3, 4
       ON CONFLICT DO NOTHING`,
      [
        plainColumn(keys, (key) => key.customerKey),
        textColumn(keys, (key) => key.name),
        plainColumn(keys, (key) => key.type),
        plainColumn(keys, (key) => key.loose),
      ],
    );
  }

  /** To be called once the transaction has committed. */
  remember({ sets, shapes }: PlacedBatch, keys: SetKeys): void {
    for (const set of sets) this.setKeys.set(set.id, keys.of(set));
    for (const shape of shapes) this.knownShapes.set(shape.id, true);
    for (const set of keys.added) if (!set.projected) this.loosened.countSet(set.customerKey);
  }
}

/** The keys of the sets of a batch. */
export class SetKeys {
  /** Those that this transaction has added. */
  readonly added: BatchSet[] = [];
  private readonly keys: (bigint | undefined)[] = [];

  constructor(private readonly sets: readonly BatchSet[]) {}

  get missing(): readonly BatchSet[] {
    return this.sets.filter(({ index }) => this.keys[index] === undefined);
  }

  of(set: BatchSet): bigint {
    return this.keys[set.index]!;
  }

  set(set: BatchSet, key: bigint | undefined): void {
    this.keys[set.index] = key;
  }

  /** Looks up those that are missing. */
  async takeFound(transaction: Transaction): Promise<void> {
    const { missing } = this;
    if (missing.length > 0) this.take(missing, await selectSets(transaction, missing));
  }

  /** Adds those that are missing. What is still missing then was added by another transaction meanwhile. */
  async takeAdded(transaction: Transaction): Promise<void> {
    const { missing } = this;
    if (missing.length > 0) this.added.push(...this.take(missing, await insertSets(transaction, missing)));
  }

  /** Rows are numbered from 1 in the order of the sets that were asked for. */
  private take(asked: readonly BatchSet[], rows: readonly SetRow[]): BatchSet[] {
    return rows.map(({ nth, key }) => {
      const set = asked[Number(nth) - 1]!;
      this.set(set, key);
      return set;
    });
  }
}

interface SetRow {
  nth: bigint;
  key: bigint;
}

async function selectSets(transaction: Transaction, sets: readonly BatchSet[]): Promise<SetRow[]> {
  const { rows } = await transaction.query<SetRow>(
    `SELECT wanted.nth, s.key
     FROM unnest($1::int8[], $2::text[]) WITH ORDINALITY AS wanted (customer_key, dimensions, nth)
     JOIN dimension_set s ON s.customer_key = wanted.customer_key AND s.hash = dimension_set_hash(wanted.dimensions::jsonb)`,
    [plainColumn(sets, (set) => set.customerKey), textColumn(sets, (set) => set.text)],
  );
  return rows;
}

/** In the order of their hashes, as everyone adds them, so that two who add do not wait for each other. */
async function insertSets(transaction: Transaction, sets: readonly BatchSet[]): Promise<SetRow[]> {
  const { rows } = await transaction.query<SetRow>(
    `WITH wanted AS MATERIALIZED (
       SELECT customer_key, dimension_set_hash(dimensions::jsonb) AS hash, projected, dimensions::jsonb AS dimensions, nth
       FROM unnest($1::int8[], $2::bool[], $3::text[]) WITH ORDINALITY AS wanted (customer_key, projected, dimensions, nth)
     ), added AS (
       INSERT INTO dimension_set (customer_key, hash, projected, dimensions)
       SELECT customer_key, hash, projected, dimensions FROM wanted ORDER BY 1, 2
       ON CONFLICT (customer_key, hash) DO NOTHING
       RETURNING customer_key, hash, key
     )
     SELECT wanted.nth, added.key FROM wanted JOIN added USING (customer_key, hash)`,
    [plainColumn(sets, (set) => set.customerKey), plainColumn(sets, (set) => set.projected), textColumn(sets, (set) => set.text)],
  );
  return rows;
}

function sizeOf(_value: unknown, text: string): number {
  return text.length + ENTRY_SIZE;
}
