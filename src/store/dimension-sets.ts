import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Transaction } from './database';
import { plainArray, textArray } from './sql-arrays';

/** A combination of texts and booleans of a customer, by its canonical text. */
export interface DimensionSetRef {
  readonly customerKey: bigint;
  readonly text: string;
}

/** A dimension key seen for a customer, with a number as its value or not. */
export interface DimensionKeyRef {
  readonly customerKey: bigint;
  readonly name: string;
  readonly numeric: boolean;
}

const MOST_SETS = 100_000;
const MOST_KEYS = 20_000;

/**
 * The dictionaries of dimension sets and keys, with what was seen lately held in memory. Rows are only ever added,
 * and are held only once the transaction that added them has committed (`remember`).
 */
export class DimensionDictionary {
  private readonly setKeys = new LRUCache<string, bigint>({ max: MOST_SETS });
  private readonly knownKeys = new LRUCache<string, true>({ max: MOST_KEYS });

  /** The sets' keys, in the order of the sets; unknown ones are added. */
  async setKeysOf(transaction: Transaction, sets: readonly DimensionSetRef[]): Promise<bigint[]> {
    const keys = new Map<string, bigint>();
    const missing: DimensionSetRef[] = [];
    for (const set of sets) {
      const key = this.setKeys.get(setText(set));
      if (key === undefined) missing.push(set);
      else keys.set(setText(set), key);
    }
    if (missing.length > 0) for (const [text, key] of await findOrAddSets(transaction, missing)) keys.set(text, key);
    return sets.map((set) => keys.get(setText(set))!);
  }

  async addKeys(transaction: Transaction, keys: readonly DimensionKeyRef[]): Promise<void> {
    const unknown = keys.filter((key) => !this.knownKeys.has(keyText(key)));
    if (unknown.length === 0) return;
    await transaction.query(
      `INSERT INTO dimension_key (customer_key, name, "numeric")
       SELECT DISTINCT * FROM unnest($1::int8[], $2::text[], $3::bool[]) ORDER BY 1, 2, 3
       ON CONFLICT DO NOTHING`,
      [plainArray(unknown.map((key) => key.customerKey)), textArray(unknown.map((key) => key.name)), plainArray(unknown.map((key) => key.numeric))],
    );
  }

  /** To be called once the transaction has committed. */
  remember(sets: readonly DimensionSetRef[], setKeys: readonly bigint[], keys: readonly DimensionKeyRef[]): void {
    sets.forEach((set, index) => this.setKeys.set(setText(set), setKeys[index]!));
    for (const key of keys) this.knownKeys.set(keyText(key), true);
  }

  isKnown(key: DimensionKeyRef): boolean {
    return this.knownKeys.has(keyText(key));
  }
}

async function findOrAddSets(transaction: Transaction, sets: readonly DimensionSetRef[]): Promise<Map<string, bigint>> {
  const byHash = new Map(sets.map((set) => [`${set.customerKey}:${hashOf(set)}`, set]));
  const found = new Map<string, bigint>();
  const take = (rows: readonly SetRow[]) => {
    for (const row of rows) {
      const id = `${row.customer_key}:${row.hash}`;
      found.set(setText(byHash.get(id)!), row.key);
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

async function selectSets(transaction: Transaction, sets: readonly DimensionSetRef[]): Promise<SetRow[]> {
  const { rows } = await transaction.query<SetRow>(
    `SELECT s.customer_key, encode(s.hash, 'hex') AS hash, s.key
     FROM unnest($1::int8[], $2::text[]) AS wanted (customer_key, hash)
     JOIN dimension_set s ON s.customer_key = wanted.customer_key AND s.hash = decode(wanted.hash, 'hex')`,
    [plainArray(sets.map((set) => set.customerKey)), plainArray(sets.map(hashOf))],
  );
  return rows;
}

async function addSets(transaction: Transaction, sets: readonly DimensionSetRef[]): Promise<SetRow[]> {
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

function hashOf(set: DimensionSetRef): string {
  return createHash('sha256').update(set.text).digest('hex');
}

function setText(set: DimensionSetRef): string {
  return `${set.customerKey}:${set.text}`;
}

function keyText(key: DimensionKeyRef): string {
  return `${key.customerKey}:${key.numeric ? 'n' : 't'}:${key.name}`;
}
