import type { PlacedEvent } from '../domain/dimension-placement';
import { ROLLUP_DAYS } from '../domain/rollup';
import { rollupLines, type Addends, type RollupLine } from '../domain/rollup-lines';
import type { BatchPool } from '../domain/usage-batch';
import type { UsageEvent } from '../domain/usage-event';
import type { Transaction } from './database';
import { SetKeys } from './dimension-sets';
import { MERGE_CELLS } from './rollup-sums';
import { amountColumn, instantColumn, plainColumn, textColumn } from './sql-arrays';

/** All that a transaction changes, decided before. Pools are those with new entries or changed grants. */
export interface PoolChanges {
  readonly pools: readonly BatchPool[];
  readonly events: readonly PlacedEvent[];
  readonly setKeys: SetKeys;
}

/** Writes events, ledger entries, balances, grants and rollups in one statement, whatever their number. */
export async function writeChanges(transaction: Transaction, changes: PoolChanges): Promise<void> {
  await transaction.query({
    name: 'write-changes',
    text: WRITE_CHANGES,
    values: [
      ...eventColumns(changes.events, changes.setKeys),
      ...entryColumns(changes),
      ...poolColumns(changes.pools),
      ...grantColumns(changes.pools),
      ...rollupColumns(changes.events, changes.setKeys),
      ...rawEventColumns(changes.events),
    ],
  });
}

/** Writes what happened to pools without usage: grants, activations, expiries, voids. */
export async function writePools(transaction: Transaction, pools: readonly BatchPool[]): Promise<void> {
  await writeChanges(transaction, { pools, events: [], setKeys: new SetKeys([]) });
}

/**
 * The cells of a rollup belong to a pool, whose lock makes MERGE safe without ON CONFLICT, which would lock and log each cell once more.
 */
const WRITE_CHANGES = `
WITH new_events AS (
  INSERT INTO usage_event (customer_key, key, idempotency_key, at, received_at, feature_key, rate_key, pool_key, set_key, loose_dimensions,
                           value, cost, balance_after, first_sequence, entry_count, event_name, part, part_count)
  SELECT * FROM unnest($1::int8[], $2::int8[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::int4[], $7::int4[], $8::int8[], $9::int8[], $10::jsonb[],
                       $11::numeric[], $12::numeric[], $13::numeric[], $14::int8[], $15::int4[], $51::text[], $52::int2[], $53::int2[])
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
MERGE INTO usage_rollup r
USING (
  SELECT customer_key, rollup_key, days, floor(day::float8 / days)::int4 * days AS start, set_key, rate_key, pool_key, grant_key,
         sum(credits_small)::int8 AS credits_small, sum(credits_large) AS credits_large,
         sum(value_small)::int8 AS value_small, sum(value_large) AS value_large, sum(event_count) AS event_count
  FROM unnest($39::int8[], $40::int2[], $41::int4[], $42::int8[], $43::int4[], $44::int8[], $45::int8[],
              $46::int8[], $47::numeric[], $48::int8[], $49::numeric[], $50::int4[])
       AS line (customer_key, rollup_key, day, set_key, rate_key, pool_key, grant_key, credits_small, credits_large, value_small, value_large, event_count)
  CROSS JOIN (VALUES ${ROLLUP_DAYS.map((days) => `(${days}::int2)`).join(', ')}) AS block (days)
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
) c
${MERGE_CELLS}`;

function eventColumns(events: readonly PlacedEvent[], setKeys: SetKeys): string[] {
  return [
    plainColumn(events, ({ event }) => event.customerKey),
    plainColumn(events, ({ event }) => event.key),
    textColumn(events, ({ event }) => (event.rawEvent && event.rawEvent.part > 0 ? null : event.idempotencyKey)),
    instantColumn(events, ({ event }) => event.at),
    instantColumn(events, ({ event }) => event.receivedAt),
    plainColumn(events, ({ event }) => event.featureKey),
    plainColumn(events, ({ event }) => event.charge.rate?.key ?? 0),
    plainColumn(events, ({ event }) => event.poolKey),
    plainColumn(events, ({ set }) => setKeys.of(set)),
    textColumn(events, ({ loose }) => loose),
    amountColumn(events, ({ event }) => event.value),
    amountColumn(events, ({ event }) => event.charge.cost),
    amountColumn(events, ({ event }) => event.charge.balanceAfter),
    plainColumn(events, ({ firstSequence }) => firstSequence),
    plainColumn(events, ({ event }) => event.charge.draws.length),
  ];
}

/** Of what was reported as raw events. */
function rawEventColumns(events: readonly PlacedEvent[]): string[] {
  return [
    textColumn(events, ({ event }) => event.rawEvent?.name ?? null),
    plainColumn(events, ({ event }) => event.rawEvent?.part ?? null),
    plainColumn(events, ({ event }) => event.rawEvent?.partCount ?? null),
  ];
}

function entryColumns({ pools, events }: PoolChanges): string[] {
  const lines = linesOf(pools, events);
  return [
    plainColumn(lines, ({ pool }) => pool.customerKey),
    plainColumn(lines, ({ pool }) => pool.key),
    plainColumn(lines, ({ entry }) => entry.sequence),
    instantColumn(lines, ({ entry }) => entry.at),
    plainColumn(lines, ({ entry }) => entry.kind),
    amountColumn(lines, ({ entry }) => entry.amount),
    amountColumn(lines, ({ entry }) => entry.balanceAfter),
    plainColumn(lines, ({ entry }) => entry.grantKey),
    plainColumn(lines, ({ event }) => event?.key ?? null),
    instantColumn(lines, ({ event }) => event?.at ?? null),
    plainColumn(lines, ({ event }) => event?.featureKey ?? null),
  ];
}

/** Each new entry with the event it is a draw of. */
function linesOf(pools: readonly BatchPool[], placed: readonly PlacedEvent[]) {
  const ledgers = new Map(pools.map((pool) => [pool.key, { pool, events: new Array<UsageEvent | undefined>(pool.open.entries.length) }]));
  for (const { event } of placed)
    for (const draw of event.charge.draws) {
      const { pool, events } = ledgers.get(event.poolKey)!;
      events[Number(draw.sequence - pool.open.entries[0]!.sequence)] = event;
    }
  return [...ledgers.values()].flatMap(({ pool, events }) => pool.open.entries.map((entry, index) => ({ pool, entry, event: events[index] })));
}

function poolColumns(pools: readonly BatchPool[]): string[] {
  return [
    plainColumn(pools, (pool) => pool.customerKey),
    plainColumn(pools, (pool) => pool.key),
    amountColumn(pools, (pool) => pool.open.balance),
    plainColumn(pools, (pool) => pool.open.sequence),
    instantColumn(pools, (pool) => pool.open.lastEntryAt),
  ];
}

function grantColumns(pools: readonly BatchPool[]): string[] {
  const changed = pools.flatMap((pool) => pool.open.changedGrants.map((grant) => ({ pool, grant })));
  return [
    plainColumn(changed, ({ pool }) => pool.customerKey),
    plainColumn(changed, ({ grant }) => grant.key),
    amountColumn(changed, ({ grant }) => grant.remaining),
    plainColumn(changed, ({ grant }) => grant.activated),
    plainColumn(changed, ({ grant }) => grant.closed),
    instantColumn(changed, ({ grant }) => grant.depletedAt),
    instantColumn(changed, ({ grant }) => grant.voidedAt),
  ];
}

function rollupColumns(events: readonly PlacedEvent[], setKeys: SetKeys): string[] {
  const lines = rollupLines(events);
  return [
    plainColumn(lines, ({ customerKey }) => customerKey),
    plainColumn(lines, ({ rollupKey }) => rollupKey),
    plainColumn(lines, ({ day }) => day),
    plainColumn(lines, ({ set }) => setKeys.of(set)),
    plainColumn(lines, ({ rateKey }) => rateKey),
    plainColumn(lines, ({ poolKey }) => poolKey),
    plainColumn(lines, ({ grantKey }) => grantKey),
    ...addendColumns(lines, ({ credits }) => credits),
    ...addendColumns(lines, ({ value }) => value),
    plainColumn(lines, ({ eventCount }) => eventCount),
  ];
}

function addendColumns(lines: readonly RollupLine[], of: (line: RollupLine) => Addends): string[] {
  const large = (line: RollupLine) => of(line).large;
  return [plainColumn(lines, (line) => of(line).small), plainColumn(lines, (line) => (large(line) === null ? null : `${large(line)}e-12`))];
}
