import { creditsFromNumeric } from '../domain/credits';
import type { DimensionFilter } from '../domain/dimension-filter';
import type { Grant, GrantCategory } from '../domain/grant';
import type { LedgerEntryKind, PoolEntry } from '../domain/ledger-entry';
import type { CursorValues, Page, PageRequest } from '../domain/paging';
import type { TimeOrder, TimeSpan } from '../domain/time-order';
import { MOST_TIMESTAMP_LEAD_MS } from '../domain/usage-event';
import { cursorInstant, cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Queryable } from './database';
import { dimensionCondition } from './event-conditions';
import { isUnseen } from './seen-rows';

/** Which entries of a customer are wanted; null: any, but where it says otherwise. */
export interface LedgerFilter {
  readonly customerKey: bigint;
  readonly currencyKey: number | null;
  /** undefined: of any pool; null: of the customer's own. */
  readonly resourceId: string | null | undefined;
  readonly kinds: readonly LedgerEntryKind[] | null;
  readonly featureKey: number | null;
  /** undefined: with any grant or none; null: without a grant. */
  readonly grant: Grant | null | undefined;
  /** undefined: any; null: without a grant. */
  readonly grantCategory: GrantCategory | null | undefined;
  /** Of the entries' own instants. */
  readonly span: TimeSpan;
  /** Of the instants of the events that caused them; entries without an event are then left out. */
  readonly usageSpan: TimeSpan;
  /** Of the events that caused them; entries without an event are then left out. */
  readonly dimensions: readonly DimensionFilter[];
  /** PostgreSQL's text of a snapshot: only entries that were committed before it was taken. Absent: all. */
  readonly seenBy?: string;
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
 * By (at, pool, sequence). For each pool the instants of filter and cursors become sequence numbers, as entries never go back in time,
 * so that a page costs the same wherever it lies.
 */
export async function listEntries(queryable: Queryable, filter: LedgerFilter, order: TimeOrder, request: PageRequest): Promise<Page<PoolEntry>> {
  const { rows } = await queryable.query<EntryRow>(entriesQuery(filter, order, request));
  return pageOf(rows.map(entryFrom), request);
}

/** One entry more than the page is asked for, to know whether there is more. */
export function entriesQuery(filter: LedgerFilter, order: TimeOrder, request: PageRequest): { text: string; values: unknown[] } {
  const direction = (order === 'OLDEST_FIRST') !== request.backward ? 'ASC' : 'DESC';
  const where = new Conditions();
  const pools = `SELECT p.customer_key, p.key, ${sequenceBounds(where, filter, order, request)} FROM pool p WHERE ${poolCondition(where, filter)}`;
  const found = isCellOfUsage(filter)
    ? entriesOfUsage(where, filter, direction, request.size + 1)
    : entriesInOrder(where, filter, direction, request.size + 1);
  const text = `WITH p AS MATERIALIZED (${pools}) SELECT ${ENTRY_COLUMNS} FROM ${found}
     ORDER BY l.at ${direction}, l.pool_key ${direction}, l.sequence ${direction} LIMIT ${request.size + 1}`;
  return { text, values: where.values };
}

/** The usage of a part of the time, or with certain dimensions, is often a small part of the ledger: its events are found sooner than its entries. */
function isCellOfUsage({ usageSpan, dimensions }: LedgerFilter): boolean {
  return dimensions.length > 0 || (usageSpan.from !== null && usageSpan.to !== null);
}

/** Each pool gives no more than a page, from its primary key. */
function entriesInOrder(where: Conditions, filter: LedgerFilter, direction: string, most: number): string {
  const conditions = [...entryConditions(where, filter), ...usageConditions(where, filter.usageSpan, 'l.event_at')];
  return `p CROSS JOIN LATERAL (
    SELECT ${ENTRY_COLUMNS} FROM ledger_entry l
    WHERE l.customer_key = p.customer_key AND l.pool_key = p.key AND l.sequence > p.low AND l.sequence <= p.high ${andAll(conditions)}
    ORDER BY l.sequence ${direction} LIMIT ${most}
  ) l`;
}

/** The events that pass, then the entries of as many of them per pool as a page needs. One more for each bound that may cut an event. */
function entriesOfUsage(where: Conditions, filter: LedgerFilter, direction: string, most: number): string {
  const onEvents = usageConditions(where, filter.usageSpan, 'e.at');
  if (filter.featureKey !== null) onEvents.push(`e.feature_key = ${where.placeholder(filter.featureKey)}`);
  const customer = where.placeholder(filter.customerKey);
  onEvents.push(...filter.dimensions.map((dimension) => dimensionCondition(where, dimension, customer)));
  const onEntries = entryConditions(where, filter);
  const ranked = `SELECT e.pool_key, e.first_sequence, e.entry_count, p.low, p.high,
      row_number() OVER (PARTITION BY e.pool_key ORDER BY e.first_sequence ${direction}) AS rank
    FROM usage_event e JOIN p ON p.key = e.pool_key AND e.first_sequence <= p.high AND e.first_sequence + e.entry_count - 1 > p.low
    WHERE e.customer_key = ${customer} AND e.entry_count > 0 ${andAll(onEvents)}`;
  return `(${ranked}) e CROSS JOIN LATERAL (
    SELECT ${ENTRY_COLUMNS} FROM ledger_entry l
    WHERE l.customer_key = ${customer} AND l.pool_key = e.pool_key AND l.sequence >= e.first_sequence AND l.sequence > e.low
      AND l.sequence <= least(e.first_sequence + e.entry_count - 1, e.high) ${andAll(onEntries)}
    OFFSET 0
  ) l ${isPartOfEvents(filter) ? '' : `WHERE e.rank <= ${most + 2}`}`;
}

/** Whether an event that passes may have no entry that does: then no number of events is enough for a page. */
function isPartOfEvents({ grant, grantCategory }: LedgerFilter): boolean {
  return grant !== undefined || grantCategory !== undefined;
}

function andAll(conditions: readonly string[]): string {
  return conditions.map((condition) => `AND ${condition}`).join(' ');
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
  if (resourceId !== undefined) parts.push(`p.resource_id = ${where.placeholder(resourceId ?? '')}`);
  if (grant) parts.push(`p.key = ${where.placeholder(grant.poolKey)}`);
  return parts.join(' AND ');
}

/** The columns low (not included) and high (included) of each pool `p`. */
function sequenceBounds(where: Conditions, filter: LedgerFilter, order: TimeOrder, request: PageRequest): string {
  const { span, usageSpan, grant } = filter;
  const until = (instant: Date) => `ledger_sequence_at(p.customer_key, p.key, ${where.placeholder(instant)}::timestamptz)`;
  const [lower, upper] = order === 'OLDEST_FIRST' ? [request.after, request.before] : [request.before, request.after];
  const lows = ['0'];
  const highs = ['p.sequence'];
  if (filter.seenBy !== undefined) highs.push(lastSeen(where, filter.seenBy));
  if (span.from) lows.push(until(justBefore(span.from)));
  if (span.to) highs.push(until(justBefore(span.to)));
  // An entry is never earlier than the receipt of its event, and no event is received much before its own time.
  if (usageSpan.from) lows.push(until(justBefore(new Date(usageSpan.from.getTime() - MOST_TIMESTAMP_LEAD_MS))));
  if (grant) lows.push(until(justBefore(grant.effectiveAt)));
  if (grant?.depletedAt) highs.push(until(grant.depletedAt));
  if (lower) lows.push(sequenceBefore(where, lower, '0'));
  if (upper) highs.push(sequenceBefore(where, upper, '1'));
  return `greatest(${lows.join(', ')}) AS low, least(${highs.join(', ')}) AS high`;
}

/** The last entry of each pool `p` that a snapshot shows. What came later stands at the end of the pool. */
function lastSeen(where: Conditions, snapshot: string): string {
  return `coalesce((SELECT s.sequence FROM ledger_entry s WHERE s.customer_key = p.customer_key AND s.pool_key = p.key
    AND NOT (${isUnseen(where, 's', snapshot)}) ORDER BY s.sequence DESC LIMIT 1), 0)`;
}

/** The sequence in each pool `p` up to which its entries lie before the place of a cursor, or (minus `less` 0) at it. */
function sequenceBefore(where: Conditions, cursor: CursorValues, less: '0' | '1'): string {
  const at = cursorInstant(cursor, 0);
  const pool = `${where.placeholder(cursorText(cursor, 1))}::int8`;
  const until = (instant: Date) => `ledger_sequence_at(p.customer_key, p.key, ${where.placeholder(instant)}::timestamptz)`;
  return `CASE WHEN p.key = ${pool} THEN greatest(${where.placeholder(cursorText(cursor, 2))}::int8, 1) - ${less}
    WHEN p.key > ${pool} THEN ${until(justBefore(at))} ELSE ${until(at)} END`;
}

/** On `ledger_entry l`. */
function entryConditions(where: Conditions, { customerKey, kinds, featureKey, grant, grantCategory }: LedgerFilter): string[] {
  const conditions: string[] = [];
  if (kinds) conditions.push(`l.kind = ANY (${where.placeholder(kinds)}::"LedgerEntryKind"[])`);
  // Said in so many words, it lets the index of the few such entries answer.
  if (kinds && !kinds.includes('CONSUMED')) conditions.push(`l.kind <> 'CONSUMED'`);
  if (featureKey !== null) conditions.push(`l.feature_key = ${where.placeholder(featureKey)}`);
  if (grant) conditions.push(`l.grant_key = ${where.placeholder(grant.key)}`);
  if (grant === null || grantCategory === null) conditions.push('l.grant_key IS NULL');
  if (grantCategory)
    conditions.push(
      `(l.grant_key IN (SELECT g.key FROM credit_grant g WHERE g.customer_key = ${where.placeholder(customerKey)}
        AND g.category = ${where.placeholder(grantCategory)}::"GrantCategory")) IS TRUE`,
    );
  return conditions;
}

function usageConditions(where: Conditions, { from, to }: TimeSpan, column: string): string[] {
  const conditions: string[] = [];
  if (from) conditions.push(`${column} >= ${where.placeholder(from)}`);
  if (to) conditions.push(`${column} < ${where.placeholder(to)}`);
  return conditions;
}

/** Instants are whole milliseconds. */
function justBefore(instant: Date): Date {
  return new Date(instant.getTime() - 1);
}
