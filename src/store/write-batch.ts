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

/** Writes events, ledger entries, balances, grants and rollups in one statement, whatever their number. `columns` are those of `changeColumns`. */
export async function writeChanges(transaction: Transaction, columns: readonly string[]): Promise<void> {
  await transaction.query({ name: 'write-changes', text: WRITE_CHANGES, values: [...columns] });
}

/** What is to be written, one column after the other: those of a large batch take long to write down, and whoever asks for them can rest in between. */
export function* changeColumns({ pools, events, setKeys }: PoolChanges): Generator<string, void> {
  yield* eventColumns(events, setKeys);
  yield* entryColumns(pools, events);
  yield* poolColumns(pools);
  yield* grantColumns(pools);
  yield* rollupColumns(events, setKeys);
  yield* rawEventColumns(events);
}

/** Writes what happened to pools without usage: grants, activations, expiries, voids. */
export async function writePools(transaction: Transaction, pools: readonly BatchPool[]): Promise<void> {
  await writeChanges(transaction, [...changeColumns({ pools, events: [], setKeys: new SetKeys([]) })]);
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

function* eventColumns(events: readonly PlacedEvent[], setKeys: SetKeys): Generator<string> {
  yield plainColumn(events, ({ event }) => event.customerKey);
  yield plainColumn(events, ({ event }) => event.key);
  yield textColumn(events, ({ event }) => (event.rawEvent && event.rawEvent.part > 0 ? null : event.idempotencyKey));
  yield instantColumn(events, ({ event }) => event.at);
  yield instantColumn(events, ({ event }) => event.receivedAt);
  yield plainColumn(events, ({ event }) => event.featureKey);
  yield plainColumn(events, ({ event }) => event.charge.rate?.key ?? 0);
  yield plainColumn(events, ({ event }) => event.poolKey);
  yield plainColumn(events, ({ set }) => setKeys.of(set));
  yield textColumn(events, ({ loose }) => loose);
  yield amountColumn(events, ({ event }) => event.value);
  yield amountColumn(events, ({ event }) => event.charge.cost);
  yield amountColumn(events, ({ event }) => event.charge.balanceAfter);
  yield plainColumn(events, ({ firstSequence }) => firstSequence);
  yield plainColumn(events, ({ event }) => event.charge.draws.length);
}

/** Of what was reported as raw events. */
function* rawEventColumns(events: readonly PlacedEvent[]): Generator<string> {
  yield textColumn(events, ({ event }) => event.rawEvent?.name ?? null);
  yield plainColumn(events, ({ event }) => event.rawEvent?.part ?? null);
  yield plainColumn(events, ({ event }) => event.rawEvent?.partCount ?? null);
}

function* entryColumns(pools: readonly BatchPool[], events: readonly PlacedEvent[]): Generator<string> {
  const lines = linesOf(pools, events);
  yield plainColumn(lines, ({ pool }) => pool.customerKey);
  yield plainColumn(lines, ({ pool }) => pool.key);
  yield plainColumn(lines, ({ entry }) => entry.sequence);
  yield instantColumn(lines, ({ entry }) => entry.at);
  yield plainColumn(lines, ({ entry }) => entry.kind);
  yield amountColumn(lines, ({ entry }) => entry.amount);
  yield amountColumn(lines, ({ entry }) => entry.balanceAfter);
  yield plainColumn(lines, ({ entry }) => entry.grantKey);
  yield plainColumn(lines, ({ event }) => event?.key ?? null);
  yield instantColumn(lines, ({ event }) => event?.at ?? null);
  yield plainColumn(lines, ({ event }) => event?.featureKey ?? null);
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

function* poolColumns(pools: readonly BatchPool[]): Generator<string> {
  yield plainColumn(pools, (pool) => pool.customerKey);
  yield plainColumn(pools, (pool) => pool.key);
  yield amountColumn(pools, (pool) => pool.open.balance);
  yield plainColumn(pools, (pool) => pool.open.sequence);
  yield instantColumn(pools, (pool) => pool.open.lastEntryAt);
}

function* grantColumns(pools: readonly BatchPool[]): Generator<string> {
  const changed = pools.flatMap((pool) => pool.open.changedGrants.map((grant) => ({ pool, grant })));
  yield plainColumn(changed, ({ pool }) => pool.customerKey);
  yield plainColumn(changed, ({ grant }) => grant.key);
  yield amountColumn(changed, ({ grant }) => grant.remaining);
  yield plainColumn(changed, ({ grant }) => grant.activated);
  yield plainColumn(changed, ({ grant }) => grant.closed);
  yield instantColumn(changed, ({ grant }) => grant.depletedAt);
  yield instantColumn(changed, ({ grant }) => grant.voidedAt);
}

function* rollupColumns(events: readonly PlacedEvent[], setKeys: SetKeys): Generator<string> {
  const lines = rollupLines(events);
  yield plainColumn(lines, ({ customerKey }) => customerKey);
  yield plainColumn(lines, ({ rollupKey }) => rollupKey);
  yield plainColumn(lines, ({ day }) => day);
  yield plainColumn(lines, ({ set }) => setKeys.of(set));
  yield plainColumn(lines, ({ rateKey }) => rateKey);
  yield plainColumn(lines, ({ poolKey }) => poolKey);
  yield plainColumn(lines, ({ grantKey }) => grantKey);
  yield* addendColumns(lines, ({ credits }) => credits);
  yield* addendColumns(lines, ({ value }) => value);
  yield plainColumn(lines, ({ eventCount }) => eventCount);
}

function* addendColumns(lines: readonly RollupLine[], of: (line: RollupLine) => Addends): Generator<string> {
  const large = (line: RollupLine) => of(line).large;
  yield plainColumn(lines, (line) => of(line).small);
  yield plainColumn(lines, (line) => (large(line) === null ? null : `${large(line)}e-12`));
}
