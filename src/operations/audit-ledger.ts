import {
  addRollupDifference,
  auditEvent,
  Differences,
  MOST_DIFFERENCES,
  PoolAudit,
  RawEventAudit,
  type AuditDifference,
  type AuditPool,
} from '../domain/audit';
import { AUDIT_SETTINGS, countSharedKeys, entriesOfPool, eventsOfCustomer, readAuditPools, readGrantsOfPool } from '../store/audit';
import type { Database, Transaction } from '../store/database';
import { findRollupDifferences } from '../store/rollup-differences';
import { readReadyRollups } from '../store/rollup-registry';
import { Turns } from '../store/turns';
import type { Context } from './context';
import { EventLoopTurn } from './event-loop-turn';
import { requireCustomer } from './lookups';

/** What was recomputed, and what of it was not as it is kept. */
export interface LedgerAudit {
  readonly ok: boolean;
  readonly poolCount: number;
  readonly entryCount: number;
  readonly eventCount: number;
  /** The first MOST_DIFFERENCES. */
  readonly differences: readonly (AuditDifference & { readonly pool: AuditPool | null })[];
}

/** An audit holds a connection and much of the process for as long as it takes: of the connections for reading, audits never have more than one. */
const audits = new Turns(1, 8);

/**
 * Recomputes the pools of a customer from nothing: every balance, grant, draw, cost and sum. Takes time in proportion to the events
 * and little memory; sees one moment, whatever is reported meanwhile.
 *
 * A process does one audit at a time. In this order: CUSTOMER_NOT_FOUND; TRY_AGAIN, where too many wait.
 */
export async function auditLedger(database: Database, context: Context, customerId: string): Promise<LedgerAudit> {
  const customer = await requireCustomer(database, context, customerId);
  return audits.take(() => database.snapshot((transaction) => auditCustomer(transaction, customer.key), AUDIT_SETTINGS));
}

async function auditCustomer(transaction: Transaction, customerKey: bigint): Promise<LedgerAudit> {
  const differences = new Differences();
  const pools = await readAuditPools(transaction, customerKey);
  const consumedCounts = new Map<bigint, number>();
  let entryCount = 0;
  for (const pool of pools) {
    const audit = new PoolAudit(pool, differences);
    for await (const entries of entriesOfPool(transaction, customerKey, pool.key)) {
      for (const entry of entries) audit.add(entry);
      entryCount += entries.length;
    }
    audit.finish(await readGrantsOfPool(transaction, customerKey, pool.key));
    consumedCounts.set(pool.key, audit.consumedCount);
  }
  const eventCount = await auditEvents(transaction, customerKey, consumedCounts, differences);
  const sharedKeys = await countSharedKeys(transaction, customerKey);
  if (sharedKeys > 0) differences.add('RAW_EVENT', 0n, `${sharedKeys} idempotency keys are those of usage and of unmatched events.`);
  for (const rollup of await readReadyRollups(transaction, customerKey)) {
    const found = await findRollupDifferences(transaction, { customerKey, rollup }, MOST_DIFFERENCES);
    for (const difference of found) addRollupDifference(difference, differences);
  }
  const poolByKey = new Map(pools.map((pool) => [pool.key, pool]));
  const found = differences.found.map((difference) => ({ ...difference, pool: poolByKey.get(difference.poolKey) ?? null }));
  return { ok: found.length === 0, poolCount: pools.length, entryCount, eventCount, differences: found };
}

/** `consumedCounts`: how many entries of usage each pool has. Every one must belong to an event. */
async function auditEvents(
  transaction: Transaction,
  customerKey: bigint,
  consumedCounts: ReadonlyMap<bigint, number>,
  differences: Differences,
): Promise<number> {
  const unaccounted = new Map(consumedCounts);
  const rawEvents = new RawEventAudit(differences);
  const turn = new EventLoopTurn();
  let eventCount = 0;
  for await (const events of eventsOfCustomer(transaction, customerKey)) {
    for (const event of events) {
      if (turn.isLong) await turn.end();
      auditEvent(event, differences);
      rawEvents.add(event);
      unaccounted.set(event.poolKey, (unaccounted.get(event.poolKey) ?? 0) - event.ownEntryCount);
    }
    eventCount += events.length;
  }
  rawEvents.finish();
  for (const [poolKey, count] of unaccounted) if (count !== 0) differences.add('DRAWS', poolKey, `${count} entries of usage belong to no event.`);
  return eventCount;
}
