import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { BatchSet, BatchShape, PlacedBatch } from '../domain/dimension-placement';
import type { Transaction } from './database';
import { LoosenedDimensions } from './loosened-dimensions';
import { plainArray, plainColumn, textArray, textColumn } from './sql-arrays';

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
    if (keys.missing.length > 0) keys.take(await selectSets(transaction, keys.missing));
    return keys;
  }

  /** Adds those that are missing. What is still missing then was added by another transaction meanwhile. */
  async addSets(transaction: Transaction, keys: SetKeys): Promise<void> {
    if (keys.missing.length > 0) keys.takeAdded(await insertSets(transaction, keys.missing));
    if (keys.missing.length > 0) keys.take(await selectSets(transaction, keys.missing));
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
    for (const set of keys.added) this.loosened.countSet(set.customerKey);
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

  take(rows: readonly SetRow[]): BatchSet[] {
    const byHash = new Map(this.missing.map((set) => [hashId(set.customerKey, hashOf(set)), set]));
    return rows.map(({ customer_key, hash, key }) => {
      const set = byHash.get(hashId(customer_key, hash))!;
      this.set(set, key);
      return set;
    });
  }

  takeAdded(rows: readonly SetRow[]): void {
    this.added.push(...this.take(rows));
  }
}

interface SetRow {
  customer_key: bigint;
  hash: string;
  key: bigint;
}

async function selectSets(transaction: Transaction, sets: readonly BatchSet[]): Promise<SetRow[]> {
  const { rows } = await transaction.query<SetRow>(
    `SELECT s.customer_key, encode(s.hash, 'hex') AS hash, s.key
     FROM unnest($1::int8[], $2::text[]) AS wanted (customer_key, hash)
     JOIN dimension_set s ON s.customer_key = wanted.customer_key AND s.hash = decode(wanted.hash, 'hex')`,
    [plainArray(sets.map((set) => set.customerKey)), plainArray(sets.map(hashOf))],
  );
  return rows;
}

async function insertSets(transaction: Transaction, sets: readonly BatchSet[]): Promise<SetRow[]> {
  const { rows } = await transaction.query<SetRow>(
    `INSERT INTO dimension_set (customer_key, hash, dimensions)
     SELECT customer_key, decode(hash, 'hex'), dimensions::jsonb
     FROM unnest($1::int8[], $2::text[], $3::text[]) AS added (customer_key, hash, dimensions) ORDER BY 1, 2
     ON CONFLICT (customer_key, hash) DO NOTHING
     RETURNING customer_key, encode(hash, 'hex') AS hash, key`,
    [plainArray(sets.map((set) => set.customerKey)), plainArray(sets.map(hashOf)), textArray(sets.map((set) => set.text))],
  );
  return rows;
}

function sizeOf(_value: unknown, text: string): number {
  return text.length + ENTRY_SIZE;
}

function hashId(customerKey: bigint, hash: string): string {
  return `${customerKey}:${hash}`;
}

function hashOf(set: BatchSet): string {
  return createHash('sha256').update(set.text).digest('hex');
}
