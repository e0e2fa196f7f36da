import type { Grant } from '../domain/grant';
import type { PoolEntry } from '../domain/ledger-entry';
import type { PageRequest } from '../domain/paging';
import type { TimeOrder } from '../domain/time-order';
import type { UsageEvent } from '../domain/usage-event';
import { loadPoolPurposes, type PoolPurpose } from './balances';
import type { Transaction } from './database';
import { loadEvents } from './events';
import { openCursor, type ExportReading } from './export-session';
import { loadGrants } from './grants';
import { entriesQuery, entryFrom, type EntryRow, type LedgerFilter } from './ledger';

/** An entry with all that it leads to. */
export interface ExportedEntry {
  readonly entry: PoolEntry;
  readonly pool: PoolPurpose;
  /** Null: the overdraft's side. */
  readonly grant: Grant | null;
  /** Null: not caused by usage. */
  readonly event: UsageEvent | null;
}

const BATCH_ENTRIES = 500;
/** So many are put in order at once: the more, the fewer readings, each of which looks for its entries anew. */
const MOST_ENTRIES_OF_READING = 50_000;

/** The entries of the filter in their order, behind the one given. Ends early where there are very many. */
export async function readAllEntries(
  transaction: Transaction,
  environmentKey: number,
  filter: LedgerFilter,
  order: TimeOrder,
  last: PoolEntry | null,
): Promise<ExportReading<ExportedEntry>> {
  const request: PageRequest = { size: MOST_ENTRIES_OF_READING, backward: false, after: last && placeOf(last), before: null };
  const fetch = await openCursor<EntryRow>(transaction, entriesQuery(filter, order, request), BATCH_ENTRIES);
  let count = 0;
  const next = async () => {
    const entries = (await fetch()).map(entryFrom);
    count += entries.length;
    return withAllTheyLeadTo(transaction, environmentKey, entries);
  };
  return { next, endsEarly: () => count > MOST_ENTRIES_OF_READING };
}

/** PostgreSQL's text of what this transaction sees. */
export async function currentSnapshot(transaction: Transaction): Promise<string> {
  const { rows } = await transaction.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot');
  return rows[0]!.snapshot;
}

/** As a cursor of `listEntries` holds it. */
function placeOf({ at, poolKey, sequence }: PoolEntry): string[] {
  return [at.toISOString(), poolKey.toString(), sequence.toString()];
}

async function withAllTheyLeadTo(transaction: Transaction, environmentKey: number, entries: readonly PoolEntry[]): Promise<ExportedEntry[]> {
  if (entries.length === 0) return [];
  const pools = byKey(
    await loadPoolPurposes(transaction, [...new Map(entries.map((entry) => [entry.poolKey, entry])).values()]),
    (one) => one.poolKey,
  );
  const grants = byKey(await loadGrants(transaction, environmentKey, refsTo(entries, 'grantKey')), ({ key }) => key);
  const events = byKey(await loadEvents(transaction, refsTo(entries, 'eventKey'), environmentKey), ({ key }) => key);
  return entries.map((entry) => ({
    entry,
    pool: pools.get(entry.poolKey)!,
    grant: entry.grantKey === null ? null : grants.get(entry.grantKey)!,
    event: entry.eventKey === null ? null : events.get(entry.eventKey)!,
  }));
}

/** Each once. All entries are of one customer. */
function refsTo(entries: readonly PoolEntry[], field: 'grantKey' | 'eventKey'): { customerKey: bigint; key: bigint }[] {
  const { customerKey } = entries[0]!;
  const keys = new Set(entries.map((entry) => entry[field]).filter((key) => key !== null));
  return [...keys].map((key) => ({ customerKey, key }));
}

function byKey<Item>(items: readonly Item[], keyOf: (item: Item) => bigint): Map<bigint, Item> {
  return new Map(items.map((item) => [keyOf(item), item]));
}
