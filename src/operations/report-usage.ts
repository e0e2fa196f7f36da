import { randomInt } from 'node:crypto';
import { DimensionPlacement, type PlacedBatch, type RollupsByCustomer } from '../domain/dimension-placement';
import type { DimensionRule } from '../domain/dimension-rule';
import { DrawdownError } from '../domain/errors';
import { EVENT_KEY_COUNTERS, EventKeys } from '../domain/ids';
import { OpenPool } from '../domain/pool';
import { isRefused, type Outcome, type RefusedReport } from '../domain/report';
import { repeatOf, UsageBatch, type BatchPool, type Candidate, type ChargedEvent, type Decision, type StoredReport } from '../domain/usage-batch';
import type { Database, Queryable, Transaction } from '../store/database';
import type { DimensionDictionary, SetKeys } from '../store/dimension-sets';
import { lockKeySpaces, sharedKeySpaces } from '../store/key-spaces';
import { lockPools, poolText, removePools, type PoolRef, type StoredPool } from '../store/pools';
import type { PriceBook } from '../store/price-book';
import { catalogRevisions, openPricing } from '../store/pricing-transaction';
import { readRollups } from '../store/rollup-registry';
import { retryingTransaction } from '../store/retrying-transaction';
import { findStoredReports, loadStoredReports } from '../store/stored-reports';
import { addUnmatched } from '../store/unmatched-events';
import { addNotes } from '../store/consumption-notes';
import { changeColumns, writeChanges } from '../store/write-batch';
import { castShadows } from './cast-shadows';
import { EventLoopTurn } from './event-loop-turn';
import { keySpaceOf } from './lanes';
import { priceReports, type PendingReport, type PricedReport } from './price-reports';

/** Events of a batch from which on it gives way to questions, and is written while no other such batch is. */
const LARGE_BATCH = 100;

/** One count for the whole process. */
export const eventKeys = new EventKeys(randomInt(EVENT_KEY_COUNTERS));

/** Where reports are priced and kept. */
export interface UsageStores {
  readonly database: Database;
  readonly prices: PriceBook;
  readonly dictionary: DimensionDictionary;
}

/**
 * Charges a batch of reports of any kind in one transaction, each decided in turn: load → decide → commit. When it returns, all is durable and visible.
 *
 * Per report, in this order: CUSTOMER_NOT_FOUND; a repeat answers the first outcome, or IDEMPOTENCY_KEY_REUSED; what stands against its prices (see
 * `priceReports`), beginning with ARCHIVED; INSUFFICIENT_CREDITS, BALANCE_OUT_OF_RANGE. It throws TRY_AGAIN where the outcome of the transaction is unknown.
 */
export async function reportUsage(stores: UsageStores, batch: readonly PendingReport[]): Promise<Outcome[]> {
  const environmentKeys = [...new Set(batch.map(({ context }) => context.environmentKey))];
  const spaces = [...new Set(batch.map(({ context, report }) => keySpaceOf(context.environmentKey, report.customerId)))];
  const hasRawEvents = batch.some(({ report }) => report.kind === 'RAW_EVENT');
  const { decisions, remember } = await retryingTransaction(
    stores.database,
    (transaction, opened) => chargeBatch(stores, transaction, catalogRevisions(opened), batch, hasRawEvents ? spaces : null),
    openPricing(environmentKeys, hasRawEvents ? '' : sharedKeySpaces(spaces)),
  );
  remember();
  return answers(stores.database.writers, batch, decisions);
}

/** `spaces`: the key spaces that are not locked yet, because it depends on the meters how they are to be. */
async function chargeBatch(
  stores: UsageStores,
  transaction: Transaction,
  revisions: ReadonlyMap<number, bigint>,
  batch: readonly PendingReport[],
  spaces: readonly number[] | null,
) {
  const turn = new EventLoopTurn();
  const isLarge = batch.length >= LARGE_BATCH;
  if (isLarge) await turn.end();
  const book = stores.prices.open(transaction, revisions);
  const priced = await priceReports(book, batch);
  const known = priced.filter((one) => 'customer' in one);
  if (spaces) await lockKeySpaces(transaction, spaces, known.some(isUnmatched) ? 'ALONE' : 'SHARED');
  const pools = await lockedPools(transaction, known);
  const stored = await findStoredReports(
    transaction,
    known.map(({ customer, report }) => ({ customerKey: customer.key, idempotencyKey: report.idempotencyKey })),
  );
  if (isLarge) await turn.end();
  const usage = new UsageBatch(eventKeys);
  const decisions = await decideAll(usage, priced, stored, pools);
  if (isLarge) await turn.end();
  const remember = await commit(stores, transaction, usage, [...pools.values()], await book.dimensionRules());
  await castShadows(transaction, book, usage.charged, known);
  return { decisions, remember };
}

function isUnmatched({ prices }: PricedReport): boolean {
  return !('error' in prices) && prices.length === 0;
}

/** `stored`: what is known of the reports whose customers there are, in their order. */
export async function decideAll(
  usage: UsageBatch,
  priced: readonly (PricedReport | RefusedReport)[],
  stored: readonly (StoredReport | null)[],
  pools: ReadonlyMap<string, BatchPool>,
): Promise<Decision[]> {
  const decisions: Decision[] = [];
  const turn = new EventLoopTurn();
  let index = 0;
  for (const one of priced) {
    if (turn.isLong) await turn.end();
    decisions.push('customer' in one ? usage.decide(candidate(one, stored[index++]!, pools)) : one);
  }
  return decisions;
}

function candidate(
  { report, context, customer, prices }: PricedReport,
  stored: StoredReport | null,
  pools: ReadonlyMap<string, BatchPool>,
): Candidate {
  const pooled = 'error' in prices ? prices : prices.map((price) => ({ ...price, pool: pools.get(price.poolId)! }));
  return { report, receivedAt: context.now, customerKey: customer.key, stored, prices: pooled };
}

type LockedPool = BatchPool & { readonly isNew: boolean };

async function lockedPools(transaction: Transaction, known: readonly PricedReport[]): Promise<Map<string, LockedPool>> {
  return openPools(await lockPools(transaction, poolRefs(known)));
}

/** The pools that are to pay, each once. */
export function poolRefs(known: readonly PricedReport[]): PoolRef[] {
  const refs = new Map<string, PoolRef>();
  for (const { prices } of known) if (!('error' in prices)) for (const { poolId, poolRef } of prices) refs.set(poolId, poolRef);
  return [...refs.values()];
}

export function openPools(stored: readonly StoredPool[]): Map<string, LockedPool> {
  const pools = new Map<string, LockedPool>();
  for (const pool of stored) {
    const { customerKey, key, currencyKey, resourceId, rule, isNew } = pool;
    pools.set(poolText(pool), { customerKey, key, currencyKey, resourceId, rule, isNew, open: new OpenPool(pool) });
  }
  return pools;
}

/** Writes what was decided. Answers what is to be done once it is committed. */
async function commit(
  { database, dictionary }: UsageStores,
  transaction: Transaction,
  usage: UsageBatch,
  pools: readonly LockedPool[],
  rules: ReadonlyMap<number, DimensionRule>,
) {
  const used = new Set(usage.charged.map(({ event }) => event.poolKey));
  const unused = pools.filter((pool) => pool.isNew && !used.has(pool.key));
  if (unused.length > 0) await removePools(transaction, unused);
  if (usage.unmatched.length > 0) await addUnmatched(transaction, usage.unmatched);
  if (usage.charged.length === 0) return () => undefined;
  const rollups = await readRollups(
    transaction,
    usage.charged.map(({ event }) => event.customerKey),
  ); // under the locks of the pools
  const turn = new EventLoopTurn();
  const { placed, setKeys } = await place(dictionary, transaction, usage.charged, rules, rollups);
  await dictionary.addKeys(transaction, placed.shapes);
  await addNotes(transaction, usage.charged);
  // Also where a charge of 0 leaves no entry: whoever waits for usage looks at the pools first.
  const changed = pools.filter((pool) => pool.open.entries.length > 0 || used.has(pool.key));
  const columns: string[] = [];
  for (const column of changeColumns({ pools: changed, events: placed.events, setKeys })) {
    columns.push(column);
    if (turn.isLong) await turn.end();
  }
  const write = (): Promise<void> => writeChanges(transaction, columns);
  await (usage.charged.length >= LARGE_BATCH ? database.largeWrites.take(write) : write());
  return () => dictionary.remember(placed, setKeys);
}

/** Finds out which dimensions are kept where. Only where sets would have to be added, it is asked first whether another process has loosened something. */
async function place(
  dictionary: DimensionDictionary,
  transaction: Transaction,
  charged: readonly ChargedEvent[],
  rules: ReadonlyMap<number, DimensionRule>,
  rollups: RollupsByCustomer,
): Promise<{ placed: PlacedBatch; setKeys: SetKeys }> {
  const { loosened } = dictionary;
  const placement = new DimensionPlacement({ rules, loosened: (customerKey) => loosened.of(customerKey) }, rollups);
  const turn = new EventLoopTurn();
  for (const one of charged) {
    if (turn.isLong) await turn.end();
    placement.add(one);
  }
  const placed = placement.batch;
  const setKeys = await dictionary.findSets(transaction, placed.sets);
  const growing = [...new Set(setKeys.missing.flatMap(({ customerKey, projected }) => (projected ? [] : [customerKey])))];
  if (growing.length > 0 && (await loosened.learn(transaction, growing))) return place(dictionary, transaction, charged, rules, rollups);
  await dictionary.addSets(transaction, setKeys);
  return { placed, setKeys };
}

/** Looks up what was answered to reports that are stored. */
export async function answers(queryable: Queryable, batch: readonly PendingReport[], decisions: readonly Decision[]): Promise<Outcome[]> {
  const refs = decisions.flatMap((decision) => ('key' in decision ? [decision] : []));
  if (refs.length === 0) return decisions as Outcome[];
  // The batch is committed by now: whatever goes wrong here, only the repeats are to be sent again.
  const stored = await loadStoredReports(queryable, refs).catch((cause: unknown) => new DrawdownError('TRY_AGAIN', undefined, [], { cause }));
  const again = stored instanceof DrawdownError ? { error: stored, featureId: null } : null;
  let index = 0;
  return decisions.map((decision, place): Outcome => {
    if (!('key' in decision)) return decision;
    return again ?? repeatOf((stored as Exclude<typeof stored, DrawdownError>)[index++]!, batch[place]!.report);
  });
}

/** What of an outcome is said of a report of usage, which has one charge. */
export type ReportOutcome =
  { readonly event: Extract<Outcome, { events: unknown }>['events'][number]; readonly duplicate: boolean } | { readonly error: DrawdownError };

export function usageOutcome(outcome: Outcome): ReportOutcome {
  return isRefused(outcome) ? { error: outcome.error } : { event: outcome.events[0]!, duplicate: outcome.duplicate };
}
