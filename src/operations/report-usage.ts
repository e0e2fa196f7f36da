import { randomInt } from 'node:crypto';
import { placeDimensions, type PlacedBatch } from '../domain/dimension-placement';
import type { DimensionRule } from '../domain/dimension-rule';
import { DrawdownError } from '../domain/errors';
import { EVENT_KEY_COUNTERS, EventKeys } from '../domain/ids';
import { OpenPool } from '../domain/pool';
import { compiledPricing } from '../domain/price';
import { repeatOf, UsageBatch, type BatchPool, type Candidate, type ChargedEvent, type Decision, type PricedReport } from '../domain/usage-batch';
import type { UsageEvent, UsageReport } from '../domain/usage-event';
import type { Database, Transaction } from '../store/database';
import type { DimensionDictionary, SetKeys } from '../store/dimension-sets';
import { loadEvents } from '../store/events';
import { lockPools, poolText, removePools, type PoolRef } from '../store/pools';
import type { BookCustomer, OpenPriceBook, PriceBook } from '../store/price-book';
import { catalogRevisions, findEventKeys, openPricing } from '../store/pricing-transaction';
import { retryingTransaction } from '../store/retrying-transaction';
import { writeChanges } from '../store/write-batch';
import type { Context } from './context';
import { EventLoopTurn } from './event-loop-turn';

/** One count for the whole process. */
const eventKeys = new EventKeys(randomInt(EVENT_KEY_COUNTERS));

/** A valid report and who sent it. */
export interface PendingReport {
  readonly context: Context;
  readonly report: UsageReport;
}

export type ReportOutcome = { readonly event: UsageEvent; readonly duplicate: boolean } | { readonly error: DrawdownError };

/** Where reports are priced and kept. */
export interface UsageStores {
  readonly database: Database;
  readonly prices: PriceBook;
  readonly dictionary: DimensionDictionary;
}

/** A report with the customer it is for, what it costs, and the pool that is to pay. */
interface PricedPending extends PendingReport {
  readonly customer: BookCustomer;
  readonly price: PricedReport | DrawdownError;
  readonly poolRef: PoolRef | null;
  /** `poolText` of the reference. */
  readonly poolId: string;
}

type Unknown = { readonly error: DrawdownError };

/**
 * Charges a batch of reports in one transaction, each decided in turn: load → decide → commit. When it returns, all is durable and visible.
 *
 * Per report, in this order: CUSTOMER_NOT_FOUND; a repeat answers the first outcome, or IDEMPOTENCY_KEY_REUSED; ARCHIVED (customer);
 * FEATURE_NOT_FOUND; RATE_NOT_FOUND; what the formula refuses (DIMENSION_MISSING, DIMENSION_TYPE, DIVISION_BY_ZERO, CHARGE_OUT_OF_RANGE);
 * INSUFFICIENT_CREDITS; BALANCE_OUT_OF_RANGE. It throws TRY_AGAIN where the outcome of the transaction is unknown.
 */
export async function reportUsage(stores: UsageStores, batch: readonly PendingReport[]): Promise<ReportOutcome[]> {
  const environmentKeys = [...new Set(batch.map(({ context }) => context.environmentKey))];
  const { decisions, remember } = await retryingTransaction(
    stores.database,
    (transaction, opened) => chargeBatch(stores, transaction, catalogRevisions(opened), batch),
    openPricing(environmentKeys),
  );
  remember();
  return answers(stores.database, batch, decisions);
}

async function chargeBatch(stores: UsageStores, transaction: Transaction, revisions: ReadonlyMap<number, bigint>, batch: readonly PendingReport[]) {
  const book = stores.prices.open(transaction, revisions);
  const priced = await priceAll(book, batch);
  const known = priced.filter((one) => 'customer' in one);
  const pools = await lockedPools(transaction, known);
  const storedKeys = await findEventKeys(
    transaction,
    known.map(({ customer, report }) => ({ customerKey: customer.key, idempotencyKey: report.idempotencyKey })),
  );
  const usage = new UsageBatch(eventKeys);
  let index = 0;
  const decisions = priced.map((one): Decision => ('customer' in one ? usage.decide(candidate(one, storedKeys[index++]!, pools)) : one));
  const remember = await commit(stores.dictionary, transaction, usage, [...pools.values()], await book.dimensionRules());
  return { decisions, remember };
}

async function priceAll(book: OpenPriceBook, batch: readonly PendingReport[]): Promise<(PricedPending | Unknown)[]> {
  const customers = await book.customers(
    batch.map(({ context, report }) => ({ environmentKey: context.environmentKey, customerId: report.customerId })),
  );
  const priced: (PricedPending | Unknown)[] = [];
  const turn = new EventLoopTurn(); // formulas of a whole batch may take long
  for (const [index, { context, report }] of batch.entries()) {
    if (turn.isLong) await turn.end();
    const customer = customers[index];
    if (!customer) {
      priced.push({ error: new DrawdownError('CUSTOMER_NOT_FOUND', `There is no customer ${JSON.stringify(report.customerId)}.`) });
      continue;
    }
    const found = priceOf(book, customer, context, report);
    const price = found ?? noRate(await book.hasFeature(context.environmentKey, report.featureId), report);
    const poolRef =
      price instanceof DrawdownError ? null : { customerKey: customer.key, currencyKey: price.rate.currencyKey, resourceId: report.resourceId };
    priced.push({ context, report, customer, price, poolRef, poolId: poolRef ? poolText(poolRef) : '' });
  }
  return priced;
}

/** Null where the customer has no rate for the feature. */
function priceOf(book: OpenPriceBook, customer: BookCustomer, context: Context, report: UsageReport): PricedReport | DrawdownError | null {
  if (customer.isArchived) return new DrawdownError('ARCHIVED', `The customer ${JSON.stringify(report.customerId)} is archived.`);
  const rate = book.rate(customer, report.featureId, report.at ?? context.now);
  if (!rate) return null;
  try {
    return { rate, cost: compiledPricing(rate.pricing).cost(report.value, report.dimensions) };
  } catch (error) {
    if (error instanceof DrawdownError) return error;
    throw error;
  }
}

function noRate(featureExists: boolean, report: UsageReport): DrawdownError {
  const feature = JSON.stringify(report.featureId);
  if (!featureExists) return new DrawdownError('FEATURE_NOT_FOUND', `There is no feature ${feature}.`);
  const when = report.at ? `at ${report.at.toISOString()}` : 'now';
  const message = `The customer ${JSON.stringify(report.customerId)} has no rate for ${feature} ${when}. Put it on a plan that prices the feature.`;
  return new DrawdownError('RATE_NOT_FOUND', message);
}

async function lockedPools(transaction: Transaction, known: readonly PricedPending[]): Promise<Map<string, BatchPool & { isNew: boolean }>> {
  const refs = new Map<string, PoolRef>();
  for (const { poolId, poolRef } of known) if (poolRef) refs.set(poolId, poolRef);
  const pools = new Map<string, BatchPool & { isNew: boolean }>();
  for (const pool of await lockPools(transaction, [...refs.values()])) {
    const { customerKey, key, currencyKey, resourceId, rule, isNew } = pool;
    pools.set(poolText(pool), { customerKey, key, currencyKey, resourceId, rule, isNew, open: new OpenPool(pool) });
  }
  return pools;
}

function candidate(one: PricedPending, storedKey: bigint | null, pools: ReadonlyMap<string, BatchPool>): Candidate {
  const { report, context, customer, price, poolId } = one;
  return { report, receivedAt: context.now, customerKey: customer.key, storedKey, price, pool: pools.get(poolId) ?? null };
}

/** Writes what was decided. Answers what is to be done once it is committed. */
async function commit(
  dictionary: DimensionDictionary,
  transaction: Transaction,
  usage: UsageBatch,
  pools: readonly (BatchPool & { isNew: boolean })[],
  rules: ReadonlyMap<number, DimensionRule>,
) {
  const used = new Set(usage.charged.map(({ event }) => event.poolKey));
  const unused = pools.filter((pool) => pool.isNew && !used.has(pool.key));
  if (unused.length > 0) await removePools(transaction, unused);
  if (usage.charged.length === 0) return () => undefined;
  const { placed, setKeys } = await place(dictionary, transaction, usage.charged, rules);
  await dictionary.addKeys(transaction, placed.shapes);
  // Also where a charge of 0 leaves no entry: whoever waits for usage looks at the pools first.
  const changed = pools.filter((pool) => pool.open.entries.length > 0 || used.has(pool.key));
  await writeChanges(transaction, { pools: changed, events: placed.events, setKeys });
  return () => dictionary.remember(placed, setKeys);
}

/** Finds out which dimensions are kept where. Only where sets would have to be added, it is asked first whether another process has loosened something. */
async function place(
  dictionary: DimensionDictionary,
  transaction: Transaction,
  charged: readonly ChargedEvent[],
  rules: ReadonlyMap<number, DimensionRule>,
): Promise<{ placed: PlacedBatch; setKeys: SetKeys }> {
  const { loosened } = dictionary;
  const placed = placeDimensions(charged, { rules, loosened: (customerKey) => loosened.of(customerKey) });
  const setKeys = await dictionary.findSets(transaction, placed.sets);
  const growing = [...new Set(setKeys.missing.map(({ customerKey }) => customerKey))];
  if (growing.length > 0 && (await loosened.learn(transaction, growing))) return place(dictionary, transaction, charged, rules);
  await dictionary.addSets(transaction, setKeys);
  return { placed, setKeys };
}

async function answers(database: Database, batch: readonly PendingReport[], decisions: readonly Decision[]): Promise<ReportOutcome[]> {
  const refs = decisions.flatMap((decision) => ('key' in decision ? [decision] : []));
  if (refs.length === 0) return decisions as ReportOutcome[];
  // The batch is committed by now: whatever goes wrong here, only the repeats are to be sent again.
  const stored = await loadEvents(database.writers, refs).catch((cause: unknown) => new DrawdownError('TRY_AGAIN', undefined, [], { cause }));
  if (stored instanceof DrawdownError) return decisions.map((decision) => ('key' in decision ? { error: stored } : decision));
  const events = new Map(stored.map((event) => [`${event.customerKey}:${event.key}`, event]));
  return decisions.map((decision, index): ReportOutcome => {
    if (!('key' in decision)) return decision;
    return repeatOf(events.get(`${decision.customerKey}:${decision.key}`)!, batch[index]!.report) as ReportOutcome;
  });
}
