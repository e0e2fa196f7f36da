import { creditsToText } from '../domain/credits';
import type { BatchPool, BatchSet, ChargedEvent } from '../domain/usage-batch';
import type { RollupDelta } from '../domain/rollup';
import type { Transaction } from './database';
import { instantArray, plainArray, textArray } from './sql-arrays';

/** All that a transaction changes, decided before. Pools are those with new entries or changed grants. */
export interface PoolChanges {
  readonly pools: readonly BatchPool[];
  readonly charged: readonly ChargedEvent[];
  readonly deltas: readonly RollupDelta<BatchSet>[];
  /** Keys of the dimension sets, by the sets' ids. */
  readonly setKeys: readonly bigint[];
}

/** Writes events, ledger entries, balances, grants and rollups in one statement, whatever their number. */
export async function writeChanges(transaction: Transaction, changes: PoolChanges): Promise<void> {
  await transaction.query({
    name: 'write-changes',
    text: WRITE_CHANGES,
    values: [
      ...eventColumns(changes.charged, changes.setKeys),
      ...entryColumns(changes),
      ...poolColumns(changes.pools),
      ...grantColumns(changes.pools),
      ...rollupColumns(changes.deltas, changes.setKeys),
    ],
  });
}

/** Writes what happened to pools without usage: grants, activations, expiries, voids. */
export async function writePools(transaction: Transaction, pools: readonly BatchPool[]): Promise<void> {
  await writeChanges(transaction, { pools, charged: [], deltas: [], setKeys: [] });
}

const WRITE_CHANGES = `
WITH new_events AS (
  INSERT INTO usage_event (customer_key, key, idempotency_key, at, received_at, feature_key, rate_key, pool_key, set_key, numbers,
                           value, cost, balance_after, first_sequence, entry_count)
  SELECT * FROM unnest($1::int8[], $2::int8[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::int4[], $7::int4[], $8::int8[], $9::int8[], $10::jsonb[],
                       $11::numeric[], $12::numeric[], $13::numeric[], $14::int8[], $15::int4[])
), new_entries AS (
  INSERT INTO ledger_entry (customer_key, pool_key, sequence, at, kind, amount, balance_after, grant_key, event_key, event_at, feature_key)
  SELECT * FROM unnest($16::int8[], $17::int8[], $18::int8[], $19::timestamptz[], $20::"LedgerEntryKind"[], $21::numeric[], $22::numeric[],
                       $23::int8[], $24::int8[], $25::timestamptz[], $26::int4[])
), changed_pools AS (
  UPDATE pool p SET balance = c.balance, sequence = c.sequence, last_entry_at = c.last_entry_at
  FROM unnest($27::int8[], $28::int8[], $29::numeric[], $30::int8[], $31::timestamptz[]) AS c (customer_key, key, balance, sequence, last_entry_at)
  WHERE p.customer_key = c.customer_key AND p.key = c.key
), changed_grants AS (
  UPDATE credit_grant g
  SET remaining = c.remaining, activated = c.activated, closed = c.closed, depleted_at = c.depleted_at, voided_at = c.voided_at
  FROM unnest($32::int8[], $33::int8[], $34::numeric[], $35::bool[], $36::bool[], $37::timestamptz[], $38::timestamptz[])
       AS c (customer_key, key, remaining, activated, closed, depleted_at, voided_at)
  WHERE g.customer_key = c.customer_key AND g.key = c.key
)
INSERT INTO usage_rollup AS r (customer_key, days, start, set_key, feature_key, pool_key, grant_key, credits, value, event_count)
SELECT * FROM unnest($39::int8[], $40::int2[], $41::int4[], $42::int8[], $43::int4[], $44::int8[], $45::int8[], $46::numeric[], $47::numeric[], $48::int8[])
ON CONFLICT (customer_key, days, start, set_key, feature_key, pool_key, grant_key) DO UPDATE
SET credits = r.credits + excluded.credits, value = r.value + excluded.value, event_count = r.event_count + excluded.event_count`;

function eventColumns(charged: readonly ChargedEvent[], setKeys: readonly bigint[]): string[] {
  const events = charged.map(({ event }) => event);
  return [
    plainArray(events.map((event) => event.customerKey)),
    plainArray(events.map((event) => event.key)),
    textArray(events.map((event) => event.idempotencyKey)),
    instantArray(events.map((event) => event.at)),
    instantArray(events.map((event) => event.receivedAt)),
    plainArray(events.map((event) => event.featureKey)),
    plainArray(events.map((event) => event.charge.rate.key)),
    plainArray(events.map((event) => event.poolKey)),
    plainArray(charged.map(({ set }) => setKeys[set.id]!)),
    textArray(charged.map(({ numbers }) => numbers)),
    plainArray(events.map((event) => creditsToText(event.value))),
    plainArray(events.map((event) => creditsToText(event.charge.cost))),
    plainArray(events.map((event) => creditsToText(event.charge.balanceAfter))),
    plainArray(charged.map(({ firstSequence }) => firstSequence)),
    plainArray(events.map((event) => event.charge.draws.length)),
  ];
}

function entryColumns({ pools, charged }: PoolChanges): string[] {
  const eventOfEntry = new Map<string, ChargedEvent['event']>();
  for (const { event } of charged) for (const draw of event.charge.draws) eventOfEntry.set(`${event.poolKey}:${draw.sequence}`, event);
  const lines = pools.flatMap((pool) =>
    pool.open.entries.map((entry) => ({ pool, entry, event: eventOfEntry.get(`${pool.key}:${entry.sequence}`) })),
  );
  return [
    plainArray(lines.map(({ pool }) => pool.customerKey)),
    plainArray(lines.map(({ pool }) => pool.key)),
    plainArray(lines.map(({ entry }) => entry.sequence)),
    instantArray(lines.map(({ entry }) => entry.at)),
    plainArray(lines.map(({ entry }) => entry.kind)),
    plainArray(lines.map(({ entry }) => creditsToText(entry.amount))),
    plainArray(lines.map(({ entry }) => creditsToText(entry.balanceAfter))),
    plainArray(lines.map(({ entry }) => entry.grantKey)),
    plainArray(lines.map(({ event }) => event?.key ?? null)),
    instantArray(lines.map(({ event }) => event?.at ?? null)),
    plainArray(lines.map(({ event }) => event?.featureKey ?? null)),
  ];
}

function poolColumns(pools: readonly BatchPool[]): string[] {
  return [
    plainArray(pools.map((pool) => pool.customerKey)),
    plainArray(pools.map((pool) => pool.key)),
    plainArray(pools.map((pool) => creditsToText(pool.open.balance))),
    plainArray(pools.map((pool) => pool.open.sequence)),
    instantArray(pools.map((pool) => pool.open.lastEntryAt)),
  ];
}

function grantColumns(pools: readonly BatchPool[]): string[] {
  const grants = pools.flatMap((pool) => pool.open.changedGrants.map((grant) => ({ customerKey: pool.customerKey, ...grant })));
  return [
    plainArray(grants.map((grant) => grant.customerKey)),
    plainArray(grants.map((grant) => grant.key)),
    plainArray(grants.map((grant) => creditsToText(grant.remaining))),
    plainArray(grants.map((grant) => grant.activated)),
    plainArray(grants.map((grant) => grant.closed)),
    instantArray(grants.map((grant) => grant.depletedAt)),
    instantArray(grants.map((grant) => grant.voidedAt)),
  ];
}

function rollupColumns(deltas: readonly RollupDelta<BatchSet>[], setKeys: readonly bigint[]): string[] {
  return [
    plainArray(deltas.map((delta) => delta.customerKey)),
    plainArray(deltas.map((delta) => delta.days)),
    plainArray(deltas.map((delta) => delta.start)),
    plainArray(deltas.map((delta) => setKeys[delta.set.id]!)),
    plainArray(deltas.map((delta) => delta.featureKey)),
    plainArray(deltas.map((delta) => delta.poolKey)),
    plainArray(deltas.map((delta) => delta.grantKey)),
    plainArray(deltas.map((delta) => creditsToText(delta.credits))),
    plainArray(deltas.map((delta) => creditsToText(delta.value))),
    plainArray(deltas.map((delta) => delta.eventCount)),
  ];
}
