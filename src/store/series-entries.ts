import { valueLabel, type BreakdownQuery, type GroupValue } from '../domain/breakdown';
import type { PoolEntry } from '../domain/ledger-entry';
import type { CursorValues, Page, PageRequest } from '../domain/paging';
import type { Span } from '../domain/time-range';
import { cursorInstant, cursorText, pageOf } from './catalog';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { ENTRY_COLUMNS, entryFrom, type EntryRow } from './ledger';
import { labelJoins, labelSql, looseColumns } from './fact-labels';
import { factsPlan, type FactColumns } from './facts-plan';
import { isDrawOfEvent } from './rollup-facts';
import { isUnseen } from './seen-rows';
import type { OpenBreakdown } from './rollup-snapshot';
import { filtersSql, scopeSql } from './rollups';
import { plainArray } from './sql-arrays';
import { soughtEventSets } from './sought-sets';

/** One series of a breakdown, or one of its points. */
export interface UsageCell {
  readonly query: BreakdownQuery;
  readonly values: readonly GroupValue[];
  readonly span: Span;
}

/** A draw with the time of its usage. */
export interface UsageEntry extends PoolEntry {
  readonly eventAt: Date;
}

/** Where the place of an entry begins in a cursor: event’s time, customer, event, sequence. */
const PLACE = 5;

/** The order of a page needs no sorting where events are read in the order of their index and everything else is looked up for each. */
const SETTINGS = 'SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off';

/**
 * The ledger entries that a cell is made of, the newest usage first. Events are found first, no more than a page needs; only where
 * grants are told apart, each draw has to be looked at.
 */
export async function listUsageEntries(
  transaction: Transaction,
  cell: UsageCell,
  open: OpenBreakdown,
  request: PageRequest,
): Promise<Page<UsageEntry>> {
  const { query, values: groupValues } = cell;
  const { columns } = factsPlan({ query, open, buckets: [], withEvents: true });
  const sets = await soughtEventSets(transaction, query, open, groupValues);
  const direction = request.backward ? 'ASC' : 'DESC';
  const values = new Conditions();
  const bounds = boundsOf(values, request);
  const text = `WITH ${scopeSql(values, query, open)}
SELECT ${ENTRY_COLUMNS}, found.at AS event_at FROM scope_customer o CROSS JOIN LATERAL (
  SELECT c.customer_key, c.pool_key, c.key, c.at, ${columns.grant ? 'c.sequence AS first, c.sequence AS last' : 'c.first_sequence AS first, c.first_sequence + c.entry_count - 1 AS last'}
  FROM (${eventsSql(values, cell, open, columns, sets)}) c${columns.pool ? ' JOIN scope_pool ON scope_pool.key = c.pool_key' : ''}
  ${labelJoins(values, query, columns)}
  WHERE ${[filtersSql(values, query, columns), ...inGroups(values, cell, columns), ...bounds.map((bound) => isBeyond(bound, columns))].join(' AND ')}
  ORDER BY c.at ${direction}, c.key ${direction}${columns.grant ? `, c.sequence ${direction}` : ''} LIMIT ${request.size + 2}
) found
JOIN ledger_entry l ON l.customer_key = found.customer_key AND l.pool_key = found.pool_key AND l.sequence BETWEEN found.first AND found.last
WHERE ${['TRUE', ...bounds.map(({ side, place }) => `(found.at, found.customer_key, found.key, l.sequence) ${side} (${place.join(', ')})`)].join(' AND ')}
ORDER BY found.at ${direction}, found.customer_key ${direction}, found.key ${direction}, l.sequence ${direction} LIMIT ${request.size + 1}`;
  await transaction.query(SETTINGS);
  const { rows } = await transaction.query<EntryRow & { event_at: Date }>(text, values.values);
  return pageOf(
    rows.map((row) => ({ ...entryFrom(row), eventAt: row.event_at })),
    request,
  );
}

/** The events of customer `o` that the breakdown knows, with their draws where grants are told apart. */
function eventsSql(
  values: Conditions,
  { query, span }: UsageCell,
  open: OpenBreakdown,
  columns: FactColumns,
  sets: readonly bigint[] | null,
): string {
  const conditions = [`e.at >= ${values.placeholder(span.from)}`, `e.at < ${values.placeholder(span.to)}`, 'e.entry_count > 0'];
  if (sets) conditions.push(`e.set_key = ANY (${values.placeholder(plainArray(sets))}::int8[])`);
  if (query.knownAt) conditions.push(`e.received_at <= ${values.placeholder(query.knownAt)}`);
  else if (open.snapshot !== query.snapshot.text) conditions.push(`NOT ${isUnseen(values, 'e', query.snapshot.text)}`);
  const draws = columns.grant ? `JOIN ledger_entry d ON ${isDrawOfEvent('d')}` : '';
  const ofDraw = columns.grant ? ['d.sequence', 'coalesce(d.grant_key, 0) AS grant_key'] : [];
  return `SELECT ${['e.*', ...looseColumns(values, columns), ...ofDraw].join(', ')} FROM usage_event e ${draws}
    WHERE e.customer_key = o.customer_key AND ${conditions.join(' AND ')}`;
}

function inGroups(values: Conditions, { query, values: groupValues }: UsageCell, columns: FactColumns): string[] {
  return query.groupBy.map((key, index) => {
    const label = valueLabel(groupValues[index]!);
    const found = `(${labelSql(values, key, columns)})`;
    return label === null ? `${found} IS NULL` : `${found} = ${values.placeholder(label)}`;
  });
}

/** A side of the list's order and the place of a cursor: event's time, customer, event, sequence. The newest come first: after a place lies what is less. */
interface Bound {
  readonly side: '<' | '>';
  readonly place: readonly string[];
}

function boundsOf(values: Conditions, { after, before }: PageRequest): Bound[] {
  const bound = (side: Bound['side'], cursor: CursorValues | null) => (cursor ? [{ side, place: placeOf(values, cursor) }] : []);
  return [...bound('<', after), ...bound('>', before)];
}

function placeOf(values: Conditions, cursor: CursorValues): string[] {
  const keys = [1, 2, 3].map((offset) => `${values.placeholder(cursorText(cursor, PLACE + offset))}::int8`);
  return [`${values.placeholder(cursorInstant(cursor, PLACE))}::timestamptz`, ...keys];
}

/** The event of a cursor may have entries on both sides of it. */
function isBeyond({ side, place }: Bound, { grant }: FactColumns): string {
  const [at, customer, event] = place;
  if (grant) return `c.at ${side}= ${at} AND (c.at, c.customer_key, c.key, c.sequence) ${side} (${place.join(', ')})`;
  return `c.at ${side}= ${at} AND (c.at, c.customer_key, c.key) ${side}= (${at}, ${customer}, ${event})`;
}
