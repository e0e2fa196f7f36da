import { dimensionTexts } from '../domain/dimensions';
import type { UnmatchedEvent } from '../domain/raw-event';
import type { Queryable, Transaction } from './database';
import { dimensionsFromJson } from './dimensions';
import type { EventRef } from './events';
import { instantColumn, plainArray, plainColumn, textColumn } from './sql-arrays';

interface UnmatchedRow {
  readonly customer_key: bigint;
  readonly key: bigint;
  readonly customer_id: string;
  readonly event_name: string;
  readonly resource_id: string;
  readonly idempotency_key: string;
  readonly at: Date;
  readonly received_at: Date;
  readonly dimensions: string;
}

/** Whoever calls has the key spaces of the customers alone (key-spaces.ts). */
export async function addUnmatched(transaction: Transaction, events: readonly UnmatchedEvent[]): Promise<void> {
  await transaction.query({
    name: 'add-unmatched',
    text: `INSERT INTO unmatched_event (customer_key, key, idempotency_key, event_name, resource_id, at, received_at, dimensions)
           SELECT * FROM unnest($1::int8[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::jsonb[])`,
    values: [
      plainColumn(events, (event) => event.customerKey),
      plainColumn(events, (event) => event.key),
      textColumn(events, (event) => event.idempotencyKey),
      textColumn(events, (event) => event.eventName),
      textColumn(events, (event) => event.resourceId ?? ''),
      instantColumn(events, (event) => event.at),
      instantColumn(events, (event) => event.receivedAt),
      textColumn(events, ({ dimensions }) => dimensionTexts(dimensions, new Set(dimensions.keys())).loose ?? '{}'),
    ],
  });
}

/** The events, in the order of the references. What does not exist is left out. */
export async function loadUnmatched(queryable: Queryable, refs: readonly EventRef[]): Promise<UnmatchedEvent[]> {
  if (refs.length === 0) return [];
  const { rows } = await queryable.query<UnmatchedRow>({
    name: 'load-unmatched',
    text: `SELECT u.customer_key, u.key, c.id AS customer_id, u.event_name, u.resource_id, u.idempotency_key, u.at, u.received_at, u.dimensions::text AS dimensions
           FROM unnest($1::int8[], $2::int8[]) AS wanted (customer_key, key)
           JOIN unmatched_event u ON u.customer_key = wanted.customer_key AND u.key = wanted.key
           JOIN customer c ON c.key = u.customer_key`,
    values: [plainArray(refs.map((ref) => ref.customerKey)), plainArray(refs.map((ref) => ref.key))],
  });
  const events = new Map(rows.map((row) => [`${row.customer_key}:${row.key}`, unmatchedFrom(row)]));
  return refs.flatMap((ref) => events.get(`${ref.customerKey}:${ref.key}`) ?? []);
}

function unmatchedFrom(row: UnmatchedRow): UnmatchedEvent {
  return {
    customerKey: row.customer_key,
    key: row.key,
    customerId: row.customer_id,
    eventName: row.event_name,
    resourceId: row.resource_id || null,
    idempotencyKey: row.idempotency_key,
    at: row.at,
    receivedAt: row.received_at,
    dimensions: dimensionsFromJson('{}', row.dimensions),
  };
}
