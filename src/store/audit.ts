import type { AuditEvent, AuditPool } from '../domain/audit';
import { creditsFromNumeric } from '../domain/credits';
import type { Grant } from '../domain/grant';
import type { PoolEntry } from '../domain/ledger-entry';
import type { Rate } from '../domain/rate';
import type { Transaction } from './database';
import { dimensionsFromJson } from './dimensions';
import { GRANT_COLUMNS, grantFrom, type GrantRow } from './grants';
import { ENTRY_COLUMNS, entryFrom, type EntryRow } from './ledger';
import { loadRates } from './rate-rows';

const ENTRIES_AT_ONCE = 2_000;
/** Each is computed anew, and whoever else the process serves waits for that. */
const EVENTS_AT_ONCE = 500;

/** No statement of an audit is too long: a customer may have millions of events. */
export const AUDIT_SETTINGS = 'SET LOCAL statement_timeout = 0';

export async function readAuditPools(transaction: Transaction, customerKey: bigint): Promise<AuditPool[]> {
  const { rows } = await transaction.query<{
    key: bigint;
    currency_id: string;
    resource_id: string;
    balance: string;
    sequence: bigint;
    last_entry_at: Date | null;
  }>(
    `SELECT p.key, c.id AS currency_id, p.resource_id, p.balance, p.sequence, p.last_entry_at
     FROM pool p JOIN currency c ON c.key = p.currency_key WHERE p.customer_key = $1 ORDER BY p.key`,
    [customerKey],
  );
  return rows.map((row) => ({
    key: row.key,
    currencyId: row.currency_id,
    resourceId: row.resource_id || null,
    balance: creditsFromNumeric(row.balance),
    sequence: row.sequence,
    lastEntryAt: row.last_entry_at,
  }));
}

export async function readGrantsOfPool(transaction: Transaction, customerKey: bigint, poolKey: bigint): Promise<Grant[]> {
  const { rows } = await transaction.query<GrantRow>(
    `SELECT ${GRANT_COLUMNS} FROM credit_grant g WHERE g.customer_key = $1 AND g.pool_key = $2 ORDER BY g.key`,
    [customerKey, poolKey],
  );
  return rows.map(grantFrom);
}

/** All entries of a pool in order, some at a time. */
export async function* entriesOfPool(transaction: Transaction, customerKey: bigint, poolKey: bigint): AsyncGenerator<PoolEntry[]> {
  for (let sequence = -1n; ;) {
    const { rows } = await transaction.query<EntryRow>({
      name: 'audit-entries',
      text: `SELECT ${ENTRY_COLUMNS} FROM ledger_entry l
             WHERE l.customer_key = $1 AND l.pool_key = $2 AND l.sequence > $3 ORDER BY l.sequence LIMIT ${ENTRIES_AT_ONCE}`,
      values: [customerKey, poolKey, sequence],
    });
    const last = rows.at(-1);
    if (!last) return;
    sequence = last.sequence;
    yield rows.map(entryFrom);
  }
}

interface EventRow {
  key: bigint;
  pool_key: bigint;
  rate_key: number;
  value: string;
  set_text: string;
  loose_text: string | null;
  cost: string;
  balance_after: string;
  entry_count: number;
  at: Date;
  event_name: string | null;
  part: number | null;
  part_count: number | null;
  own_entry_count: bigint;
  drawn: string;
  ledger_balance: string;
  entry_at: Date | null;
}

/** All events of a customer by key, with their entries summed up, some at a time. */
export async function* eventsOfCustomer(transaction: Transaction, customerKey: bigint): AsyncGenerator<AuditEvent[]> {
  const rates = new Map<number, Rate>();
  for (let key = -1n; ;) {
    const rows = await selectEvents(transaction, customerKey, key);
    const last = rows.at(-1);
    if (!last) return;
    key = last.key;
    const unknown = new Set(rows.map((row) => row.rate_key).filter((rateKey) => rateKey !== 0 && !rates.has(rateKey)));
    if (unknown.size > 0) for (const [rateKey, rate] of await loadRates(transaction, [...unknown])) rates.set(rateKey, rate);
    yield rows.map((row) => eventFrom(row, rates.get(row.rate_key) ?? null));
  }
}

async function selectEvents(transaction: Transaction, customerKey: bigint, key: bigint): Promise<EventRow[]> {
  const { rows } = await transaction.query<EventRow>({
    name: 'audit-events',
    text: `SELECT e.key, e.pool_key, e.rate_key, e.value, s.dimensions::text AS set_text, e.loose_dimensions::text AS loose_text, e.cost, e.balance_after,
                  e.entry_count, e.at, e.event_name, e.part, e.part_count, l.own_entry_count, l.drawn, coalesce(b.balance_after, 0) AS ledger_balance,
                  b.at AS entry_at
           FROM (SELECT * FROM usage_event WHERE customer_key = $1 AND key > $2 ORDER BY key LIMIT ${EVENTS_AT_ONCE}) e
           JOIN dimension_set s ON s.customer_key = e.customer_key AND s.key = e.set_key
           CROSS JOIN LATERAL (
             SELECT count(*) AS own_entry_count, coalesce(-sum(amount), 0) AS drawn FROM ledger_entry
             WHERE customer_key = e.customer_key AND pool_key = e.pool_key AND event_key = e.key AND kind = 'CONSUMED'
               AND sequence >= e.first_sequence AND sequence < e.first_sequence + e.entry_count
           ) l
           LEFT JOIN ledger_entry b ON b.customer_key = e.customer_key AND b.pool_key = e.pool_key
             AND b.sequence = e.first_sequence + greatest(e.entry_count, 1) - 1
           ORDER BY e.key`,
    values: [customerKey, key],
  });
  return rows;
}

function eventFrom(row: EventRow, rate: Rate | null): AuditEvent {
  return {
    key: row.key,
    poolKey: row.pool_key,
    rate,
    at: row.at,
    rawEvent: row.event_name === null ? null : { name: row.event_name, part: row.part!, partCount: row.part_count! },
    value: creditsFromNumeric(row.value),
    dimensions: dimensionsFromJson(row.set_text, row.loose_text),
    cost: creditsFromNumeric(row.cost),
    balanceAfter: creditsFromNumeric(row.balance_after),
    entryCount: row.entry_count,
    ownEntryCount: Number(row.own_entry_count),
    drawn: creditsFromNumeric(row.drawn),
    ledgerBalance: creditsFromNumeric(row.ledger_balance),
    entryAt: row.entry_at,
  };
}

/** How many idempotency keys of a customer are those of usage and of an unmatched raw event, which no key may be. */
export async function countSharedKeys(transaction: Transaction, customerKey: bigint): Promise<number> {
  const { rows } = await transaction.query<{ count: bigint }>(
    `SELECT count(*) FROM unmatched_event u JOIN usage_event e ON e.customer_key = u.customer_key AND e.idempotency_key = u.idempotency_key
     WHERE u.customer_key = $1`,
    [customerKey],
  );
  return Number(rows[0]!.count);
}
