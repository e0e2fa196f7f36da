import { LRUCache } from 'lru-cache';
import { meteredFeature, meterFromJson, type MeteredFeature } from '../domain/meter';
import type { Queryable } from './database';

const MOST_ENVIRONMENTS = 1_000;

/** Something of an environment's catalog, held until the catalog's revision is another. */
export class HeldCatalog<T> {
  private readonly held = new LRUCache<number, { readonly revision: bigint; readonly value: T }>({ max: MOST_ENVIRONMENTS });

  constructor(private readonly read: (queryable: Queryable, environmentKey: number) => Promise<T>) {}

  async of(queryable: Queryable, environmentKey: number, revision: bigint): Promise<T> {
    const held = this.held.get(environmentKey);
    if (held?.revision === revision) return held.value;
    const value = await this.read(queryable, environmentKey);
    this.held.set(environmentKey, { revision, value });
    return value;
  }
}

/** What a charge of a stated amount needs to know of a currency. */
export interface BookCurrency {
  readonly key: number;
  readonly isArchived: boolean;
}

/** By id. */
export async function readCurrencies(queryable: Queryable, environmentKey: number): Promise<ReadonlyMap<string, BookCurrency>> {
  const { rows } = await queryable.query<{ id: string; key: number; is_archived: boolean }>(
    'SELECT id, key, archived_at IS NOT NULL AS is_archived FROM currency WHERE environment_key = $1',
    [environmentKey],
  );
  return new Map(rows.map(({ id, key, is_archived }) => [id, { key, isArchived: is_archived }]));
}

/** The features in use whose meters have an event name, by that name, in the order of their ids. */
export async function readMeters(queryable: Queryable, environmentKey: number): Promise<ReadonlyMap<string, readonly MeteredFeature[]>> {
  const { rows } = await queryable.query<{ key: number; id: string; meter: unknown }>(
    `SELECT key, id, meter FROM feature WHERE environment_key = $1 AND meter IS NOT NULL AND archived_at IS NULL ORDER BY id COLLATE "C"`,
    [environmentKey],
  );
  const byName = new Map<string, MeteredFeature[]>();
  for (const { key, id, meter } of rows) {
    const read = meterFromJson(meter);
    const features = byName.get(read.eventName) ?? [];
    byName.set(read.eventName, [...features, meteredFeature(key, id, read)]);
  }
  return byName;
}
