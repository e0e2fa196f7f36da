import { creditsFromNumeric } from '../domain/credits';
import type { Metadata } from '../domain/metadata';
import type { Rate } from '../domain/rate';
import type { Draw, UsageEvent } from '../domain/usage-event';
import type { Queryable } from './database';
import { dimensionsFromJson } from './dimensions';
import { loadRates } from './rate-rows';
import { plainArray } from './sql-arrays';

/** An event by its keys. */
export interface EventRef {
  readonly customerKey: bigint;
  readonly key: bigint;
}

interface EventRow {
  customer_key: bigint;
  key: bigint;
  customer_id: string;
  rate_key: number;
  pool_key: bigint;
  resource_id: string;
  currency_key: number;
  currency_id: string;
  idempotency_key: string;
  at: Date;
  received_at: Date;
  set_text: string;
  loose_text: string | null;
  value: string;
  cost: string;
  balance_after: string;
  event_name: string | null;
  part: number | null;
  part_count: number | null;
  reason: string | null;
  metadata: Metadata | null;
}

interface DrawRow {
  customer_key: bigint;
  event_key: bigint;
  sequence: bigint;
  grant_key: bigint | null;
  amount: string;
}

/**
 * The events with their charges, in the order of the references; what does not exist is left out, and with `environmentKey` what
 * belongs to another environment. Every value is as in the first answer.
 */
export async function loadEvents(queryable: Queryable, refs: readonly EventRef[], environmentKey: number | null = null): Promise<UsageEvent[]> {
  if (refs.length === 0) return [];
  const once = [...new Map(refs.map((ref) => [eventText(ref.customerKey, ref.key), ref])).values()];
  const columns = [plainArray(once.map((ref) => ref.customerKey)), plainArray(once.map((ref) => ref.key))];
  const rows = await selectEvents(queryable, columns, environmentKey);
  const draws = await selectDraws(queryable, columns);
  const rates = await loadRates(queryable, [...new Set(rows.map((row) => row.rate_key))]);
  const events = new Map(rows.map((row) => [eventText(row.customer_key, row.key), eventFrom(row, rates.get(row.rate_key) ?? null, draws)]));
  return refs.flatMap((ref) => events.get(eventText(ref.customerKey, ref.key)) ?? []);
}

async function selectEvents(queryable: Queryable, columns: readonly string[], environmentKey: number | null): Promise<EventRow[]> {
  const { rows } = await queryable.query<EventRow>({
    name: 'load-events',
    text: `SELECT e.customer_key, e.key, c.id AS customer_id, e.rate_key, e.pool_key, p.resource_id, p.currency_key, u.id AS currency_id,
                  coalesce(e.idempotency_key, first.idempotency_key) AS idempotency_key, e.at, e.received_at,
                  s.dimensions::text AS set_text, e.loose_dimensions::text AS loose_text, e.value, e.cost, e.balance_after,
                  e.event_name, e.part, e.part_count, n.reason, n.metadata
           FROM unnest($1::int8[], $2::int8[]) AS wanted (customer_key, key)
           JOIN usage_event e ON e.customer_key = wanted.customer_key AND e.key = wanted.key
           JOIN customer c ON c.key = e.customer_key AND ($3::int4 IS NULL OR c.environment_key = $3)
           JOIN pool p ON p.customer_key = e.customer_key AND p.key = e.pool_key
           JOIN currency u ON u.key = p.currency_key
           JOIN dimension_set s ON s.customer_key = e.customer_key AND s.key = e.set_key
           LEFT JOIN usage_event first ON e.part > 0 AND first.customer_key = e.customer_key AND first.key = e.key - e.part
           LEFT JOIN consumption_note n ON e.rate_key = 0 AND n.customer_key = e.customer_key AND n.event_key = e.key`,
    values: [...columns, environmentKey],
  });
  return rows;
}

async function selectDraws(queryable: Queryable, columns: readonly string[]): Promise<Map<string, Draw[]>> {
  const { rows } = await queryable.query<DrawRow>({
    name: 'load-draws',
    text: `SELECT e.customer_key, e.key AS event_key, l.sequence, l.grant_key, -l.amount AS amount
           FROM unnest($1::int8[], $2::int8[]) AS wanted (customer_key, key)
           JOIN usage_event e ON e.customer_key = wanted.customer_key AND e.key = wanted.key
           CROSS JOIN LATERAL (
             SELECT sequence, grant_key, amount FROM ledger_entry
             WHERE customer_key = e.customer_key AND pool_key = e.pool_key
               AND sequence >= e.first_sequence AND sequence < e.first_sequence + e.entry_count
             OFFSET 0
           ) l
           ORDER BY e.customer_key, e.key, l.sequence`,
    values: [...columns],
  });
  const draws = new Map<string, Draw[]>();
  for (const row of rows) {
    const id = eventText(row.customer_key, row.event_key);
    const draw = { sequence: row.sequence, grantKey: row.grant_key, amount: creditsFromNumeric(row.amount) };
    const ofEvent = draws.get(id);
    if (ofEvent) ofEvent.push(draw);
    else draws.set(id, [draw]);
  }
  return draws;
}

/** `rate`: null where the cost was stated. */
function eventFrom(row: EventRow, rate: Rate | null, draws: ReadonlyMap<string, Draw[]>): UsageEvent {
  const dimensions = dimensionsFromJson(row.set_text, row.loose_text);
  const value = creditsFromNumeric(row.value);
  return {
    customerKey: row.customer_key,
    key: row.key,
    customerId: row.customer_id,
    featureKey: rate?.featureKey ?? null,
    featureId: rate?.featureId ?? null,
    poolKey: row.pool_key,
    currencyKey: row.currency_key,
    currencyId: row.currency_id,
    resourceId: row.resource_id || null,
    idempotencyKey: row.idempotency_key,
    value,
    at: row.at,
    receivedAt: row.received_at,
    dimensions,
    charge: {
      rate,
      cost: creditsFromNumeric(row.cost),
      draws: draws.get(eventText(row.customer_key, row.key)) ?? [],
      balanceAfter: creditsFromNumeric(row.balance_after),
    },
    rawEvent: row.event_name === null ? null : { name: row.event_name, part: row.part!, partCount: row.part_count! },
    reason: row.reason,
    metadata: row.metadata ?? {},
  };
}

function eventText(customerKey: bigint, key: bigint): string {
  return `${customerKey}:${key}`;
}
