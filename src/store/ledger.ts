import { creditsFromNumeric } from '../domain/credits';
import type { DimensionFilter } from '../domain/dimension-filter';
import type { Grant } from '../domain/grant';
import type { LedgerEntryKind, PoolEntry } from '../domain/ledger-entry';
import type { CursorValues, Page, PageRequest } from '../domain/paging';
import type { TimeOrder, TimeSpan } from '../domain/time-order';
import { MOST_TIMESTAMP_LEAD_MS } from '../domain/usage-event';
import { cursorInstant, cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Queryable } from './database';
import { dimensionCondition } from './event-conditions';

/** Which entries of a customer are wanted; null: any. */
export interface LedgerFilter {
  readonly customerKey: bigint;
  readonly currencyKey: number | null;
  readonly resourceId: string | null;
  readonly kinds: readonly LedgerEntryKind[] | null;
  readonly featureKey: number | null;
  readonly grant: Grant | null;
  /** Of the entries' own instants. */
  readonly span: TimeSpan;
  /** Of the instants of the events that caused them; entries without an event are then left out. */
  readonly usageSpan: TimeSpan;
  /** Of the events that caused them; entries without an event are then left out. */
  readonly dimensions: readonly DimensionFilter[];
}

export interface EntryRow {
  customer_key: bigint;
  pool_key: bigint;
  sequence: bigint;
  at: Date;
  kind: LedgerEntryKind;
  amount: string;
  balance_after: string;
  grant_key: bigint | null;
  event_key: bigint | null;
}

export const ENTRY_COLUMNS = 'l.customer_key, l.pool_key, l.sequence, l.at, l.kind, l.amount, l.balance_after, l.grant_key, l.event_key';

/**
 * By (at, pool, sequence). For each pool the instants of filter and cursors become sequence numbers, as entries never go back in time;
 * each pool then gives no more than a page, from its primary key, and these are merged: so a page costs the same wherever it lies.
 */
export async function listEntries(queryable: Queryable, filter: LedgerFilter, order: TimeOrder, request: PageRequest): Promise<Page<PoolEntry>> {
  const direction = (order === 'OLDEST_FIRST') !== request.backward ? 'ASC' : 'DESC';
  const where = new Conditions();
  const pools = poolCondition(where, filter);
  const bounds = sequenceBounds(where, filter, order, request);
  addEntryConditions(where, filter);
  const { rows } = await queryable.query<EntryRow>(
    `SELECT l.* FROM pool p
     CROSS JOIN LATERAL (SELECT ${bounds.low} AS low, ${bounds.high} AS high OFFSET 0) bounds
     CROSS JOIN LATERAL (
       SELECT ${ENTRY_COLUMNS} FROM ledger_entry l
       WHERE l.customer_key = p.customer_key AND l.pool_key = p.key AND l.sequence > bounds.low AND l.sequence <= bounds.high AND ${where.text}
       ORDER BY l.sequence ${direction} LIMIT ${request.size + 1}
     ) l
     WHERE ${pools}
     ORDER BY l.at ${direction}, l.pool_key ${direction}, l.sequence ${direction} LIMIT ${request.size + 1}`,
    where.values,
  );
  return pageOf(rows.map(entryFrom), request);
}

export function entryFrom(row: EntryRow): PoolEntry {
  return {
    customerKey: row.customer_key,
    poolKey: row.pool_key,
    sequence: row.sequence,
    at: row.at,
    kind: row.kind,
    amount: creditsFromNumeric(row.amount),
    balanceAfter: creditsFromNumeric(row.balance_after),
    grantKey: row.grant_key,
    eventKey: row.event_key,
  };
}

function poolCondition(where: Conditions, { customerKey, currencyKey, resourceId, grant }: LedgerFilter): string {
  const parts = [`p.customer_key = ${where.placeholder(customerKey)}`];
  if (currencyKey !== null) parts.push(`p.currency_key = ${where.placeholder(currencyKey)}`);
  if (resourceId !== null) parts.push(`p.resource_id = ${where.placeholder(resourceId)}`);
  if (grant) parts.push(`p.key = ${where.placeholder(grant.poolKey)}`);
  return parts.join(' AND ');
}

/** `low` is not included, `high` is. */
function sequenceBounds(where: Conditions, filter: LedgerFilter, order: TimeOrder, request: PageRequest): { low: string; high: string } {
  const { span, usageSpan, grant } = filter;
  const until = (instant: Date) => `ledger_sequence_at(p.customer_key, p.key, ${where.placeholder(instant)}::timestamptz)`;
  const [lower, upper] = order === 'OLDEST_FIRST' ? [request.after, request.before] : [request.before, request.after];
  const lows = ['0'];
  const highs = ['p.sequence'];
  if (span.from) lows.push(until(justBefore(span.from)));
  if (span.to) highs.push(until(justBefore(span.to)));
  // An entry is never earlier than the receipt of its event, and no event is received much before its own time.
  if (usageSpan.from) lows.push(until(justBefore(new Date(usageSpan.from.getTime() - MOST_TIMESTAMP_LEAD_MS))));
  if (grant) lows.push(until(justBefore(grant.effectiveAt)));
  if (grant?.depletedAt) highs.push(until(grant.depletedAt));
  if (lower) lows.push(sequenceBefore(where, lower, '0'));
  if (upper) highs.push(sequenceBefore(where, upper, '1'));
  return { low: `greatest(${lows.join(', ')})`, high: `least(${highs.join(', ')})` };
}

/** The sequence in each pool `p` up to which its entries lie before the place of a cursor, or (minus `less` 0) at it. */
function sequenceBefore(where: Conditions, cursor: CursorValues, less: '0' | '1'): string {
  const at = cursorInstant(cursor, 0);
  const pool = `${where.placeholder(cursorText(cursor, 1))}::int8`;
  const until = (instant: Date) => `ledger_sequence_at(p.customer_key, p.key, ${where.placeholder(instant)}::timestamptz)`;
  return `CASE WHEN p.key = ${pool} THEN ${where.placeholder(cursorText(cursor, 2))}::int8 - ${less}
    WHEN p.key > ${pool} THEN ${until(justBefore(at))} ELSE ${until(at)} END`;
}

function addEntryConditions(where: Conditions, { kinds, featureKey, grant, usageSpan, dimensions }: LedgerFilter): void {
  if (kinds) where.add((value) => `l.kind = ANY (${value(kinds)}::"LedgerEntryKind"[])`);
  // Said in so many words, it lets the index of the few such entries answer.
  if (kinds && !kinds.includes('CONSUMED')) where.add(() => `l.kind <> 'CONSUMED'`);
  if (featureKey !== null) where.add((value) => `l.feature_key = ${value(featureKey)}`);
  if (grant) where.add((value) => `l.grant_key = ${value(grant.key)}`);
  if (usageSpan.from) where.add((value) => `l.event_at >= ${value(usageSpan.from)}`);
  if (usageSpan.to) where.add((value) => `l.event_at < ${value(usageSpan.to)}`);
  if (dimensions.length > 0)
    where.add(() => {
      const conditions = dimensions.map((filter) => dimensionCondition(where, filter, 'p.customer_key')).join(' AND ');
      // A scalar sub-select, because a join would not keep the order of the entries.
      return `(SELECT ${conditions} FROM usage_event e WHERE e.customer_key = l.customer_key AND e.key = l.event_key)`;
    });
}

/** Instants are whole milliseconds. */
function justBefore(instant: Date): Date {
  return new Date(instant.getTime() - 1);
}
