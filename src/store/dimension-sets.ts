import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isNumber } from '../domain/dimensions';
import type { BatchSet, BatchShape } from '../domain/usage-batch';
import type { Transaction } from './database';
import { plainArray, plainColumn, textArray, textColumn } from './sql-arrays';

/** Of all held texts together, which is what memory they take. */
const MOST_SET_CHARACTERS = 24_000_000;
const MOST_SHAPE_CHARACTERS = 4_000_000;
/** What a held entry takes beside its text, in characters. */
const ENTRY_SIZE = 100;

/**
 * The dictionaries of dimension sets and keys, with what was seen lately held in memory. Rows are only ever added,
 * and are held only once the transaction that added them has committed (`remember`).
 */
export class DimensionDictionary {
  private readonly setKeys = new LRUCache<string, bigint>({ maxSize: MOST_SET_CHARACTERS, sizeCalculation: sizeOf });
  private readonly knownShapes = new LRUCache<string, true>({ maxSize: MOST_SHAPE_CHARACTERS, sizeCalculation: sizeOf });

  /** The sets' keys, in the order of the sets; unknown ones are added. */
  async setKeysOf(transaction: Transaction, sets: readonly BatchSet[]): Promise<bigint[]> {
    const keys = sets.map((set) => this.setKeys.get(set.id));
    const missing = sets.filter((_, index) => keys[index] === undefined);
    if (missing.length === 0) return keys as bigint[];
    const found = await findOrAddSets(transaction, missing);
    return sets.map((set, index) => keys[index] ?? found.get(set.id)!);
  }

  /** Adds the keys of the shapes that are not known. */
  async addKeys(transaction: Transaction, shapes: readonly BatchShape[]): Promise<void> {
    const unknown = shapes.filter((shape) => !this.knownShapes.has(shape.id));
    const keys = unknown.flatMap(({ customerKey, dimensions }) => [...dimensions].map(([name, value]) => ({ customerKey, name, value })));
    if (keys.length === 0) return;
    await transaction.query(
      `INSERT INTO dimension_key (customer_key, name, "numeric")
       SELECT DISTINCT * FROM unnest($1::int8[], $2::text[], $3::bool[]) ORDER BY 1, 2, 3
       ON CONFLICT DO NOTHING`,
      [plainColumn(keys, (key) => key.customerKey), textColumn(keys, (key) => key.name), plainColumn(keys, (key) => isNumber(key.value))],
    );
  }

  /** To be called once the transaction has committed. */
  remember(sets: readonly BatchSet[], setKeys: readonly bigint[], shapes: readonly BatchShape[]): void {
    sets.forEach((set, index) => this.setKeys.set(set.id, setKeys[index]!));
    for (const shape of shapes) this.knownShapes.set(shape.id, true);
  }
}

async function findOrAddSets(transaction: Transaction, sets: readonly BatchSet[]): Promise<Map<string, bigint>> {
  const byHash = new Map(sets.map((set) => [`${set.customerKey}:${hashOf(set)}`, set]));
  const found = new Map<string, bigint>();
  const take = (rows: readonly SetRow[]) => {
    for (const row of rows) {
      const id = `${row.customer_key}:${row.hash}`;
      found.set(byHash.get(id)!.id, row.key);
      byHash.delete(id);
    }
  };
  take(await selectSets(transaction, [...byHash.values()]));
  if (byHash.size > 0) take(await addSets(transaction, [...byHash.values()]));
  // What is still missing was added by another transaction between the two statements above.
  if (byHash.size > 0) take(await selectSets(transaction, [...byHash.values()]));
  return found;
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

async function addSets(transaction: Transaction, sets: readonly BatchSet[]): Promise<SetRow[]> {
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

function hashOf(set: BatchSet): string {
  return createHash('sha256').update(set.text).digest('hex');
}
