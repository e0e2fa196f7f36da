import { EventKeys } from '../domain/ids';
import type { Outcome, RefusedReport } from '../domain/report';
import { UsageBatch } from '../domain/usage-batch';
import type { Transaction } from '../store/database';
import { readPools } from '../store/pools';
import type { OpenPriceBook } from '../store/price-book';
import { catalogRevisions, openPricing } from '../store/pricing-transaction';
import { findStoredReports } from '../store/stored-reports';
import { priceReports, type PendingReport } from './price-reports';
import { answers, decideAll, openPools, poolRefs, type UsageStores } from './report-usage';

/** Nothing is stored under these. */
const keys = new EventKeys(0);

/**
 * What reports would be answered if they were sent now, as one request: each is decided by the same code, on what is there at one moment, after those
 * before it. Nothing is locked or written. A report without an idempotency key is taken for a new one. Reports that cannot be read stay refused.
 */
export async function estimateReports({ database, prices }: UsageStores, reports: readonly (PendingReport | RefusedReport)[]): Promise<Outcome[]> {
  const pending = reports.filter((one): one is PendingReport => !('error' in one));
  if (pending.length === 0) return reports as RefusedReport[];
  const environmentKeys = [...new Set(pending.map(({ context }) => context.environmentKey))];
  const outcomes = await database.snapshot(
    async (transaction, opened) => decide(transaction, prices.open(transaction, catalogRevisions(await opened)), pending),
    openPricing(environmentKeys, ''),
  );
  let index = 0;
  return reports.map((one) => ('error' in one ? one : outcomes[index++]!));
}

async function decide(transaction: Transaction, book: OpenPriceBook, batch: readonly PendingReport[]): Promise<Outcome[]> {
  const priced = await priceReports(book, batch);
  const known = priced.filter((one) => 'customer' in one);
  const pools = openPools(await readPools(transaction, poolRefs(known)));
  const stored = await findStoredReports(
    transaction,
    known.map(({ customer, report }) => ({ customerKey: customer.key, idempotencyKey: report.idempotencyKey })),
  );
  return answers(transaction, batch, await decideAll(new UsageBatch(keys), priced, stored, pools));
}
