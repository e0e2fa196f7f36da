import type { AcceptedReport } from '../domain/report';
import type { StoredReport } from '../domain/usage-batch';
import type { Queryable, Transaction } from './database';
import { loadEvents } from './events';
import { plainArray, textArray } from './sql-arrays';
import { loadUnmatched } from './unmatched-events';

interface StoredRow {
  readonly customer_key: bigint;
  readonly idempotency_key: string;
  readonly key: bigint;
  readonly event_count: number;
}

/** What is stored under these idempotency keys, in the order asked for; null where there is nothing. */
export async function findStoredReports(
  transaction: Transaction,
  wanted: readonly { readonly customerKey: bigint; readonly idempotencyKey: string }[],
): Promise<(StoredReport | null)[]> {
  const { rows } = await transaction.query<StoredRow>({
    name: 'find-stored-reports',
    text: `SELECT e.customer_key, e.idempotency_key, e.key, coalesce(e.part_count, 1)::int4 AS event_count
           FROM unnest($1::int8[], $2::text[]) AS wanted (customer_key, idempotency_key)
           JOIN usage_event e ON e.customer_key = wanted.customer_key AND e.idempotency_key = wanted.idempotency_key
           UNION ALL
           SELECT u.customer_key, u.idempotency_key, u.key, 0
           FROM unnest($1::int8[], $2::text[]) AS wanted (customer_key, idempotency_key)
           JOIN unmatched_event u ON u.customer_key = wanted.customer_key AND u.idempotency_key = wanted.idempotency_key`,
    values: [plainArray(wanted.map((one) => one.customerKey)), textArray(wanted.map((one) => one.idempotencyKey))],
  });
  const stored = new Map(
    rows.map((row) => [`${row.customer_key}:${row.idempotency_key}`, { customerKey: row.customer_key, key: row.key, eventCount: row.event_count }]),
  );
  return wanted.map((one) => stored.get(`${one.customerKey}:${one.idempotencyKey}`) ?? null);
}

/** What these reports were answered first, in their order. */
export async function loadStoredReports(queryable: Queryable, stored: readonly StoredReport[]): Promise<AcceptedReport[]> {
  const refs = stored.flatMap(({ customerKey, key, eventCount }) =>
    Array.from({ length: eventCount }, (_, part) => ({ customerKey, key: key + BigInt(part) })),
  );
  const events = await loadEvents(queryable, refs);
  const unmatched = await loadUnmatched(
    queryable,
    stored.filter(({ eventCount }) => eventCount === 0),
  );
  let [nextEvent, nextUnmatched] = [0, 0];
  return stored.map(({ eventCount }) => ({
    events: events.slice(nextEvent, (nextEvent += eventCount)),
    unmatched: eventCount === 0 ? unmatched[nextUnmatched++]! : null,
    duplicate: true,
  }));
}
