import type { Currency } from '../domain/currency';
import { findCurrenciesByKey } from '../store/currencies';
import type { Database } from '../store/database';
import { readForExport, type ExportPace } from '../store/export-session';
import { currentSnapshot, readAllEntries, type ExportedEntry } from '../store/ledger-export';
import type { Context } from './context';
import { ledgerFilter, type LedgerWish } from './credit-ledger';
import { begun } from './export-begin';

/** An entry, and the id of the currency it is in. */
export interface LedgerRow extends ExportedEntry {
  readonly currencyId: string;
}

/**
 * All entries that `creditLedger` pages through, as of one moment: what is appended while they are read is not among them. Nothing is read ahead.
 * Refuses what `creditLedger` refuses, in that order.
 */
export async function exportCreditLedger(
  database: Database,
  context: Context,
  wish: LedgerWish,
  pace: ExportPace,
  signal: AbortSignal,
): Promise<AsyncGenerator<readonly LedgerRow[]>> {
  const filter = await ledgerFilter(database, context, wish);
  let seenBy: string | undefined;
  const entries = readForExport<ExportedEntry>(
    database,
    async (transaction, _count, last) => {
      seenBy ??= await currentSnapshot(transaction);
      return readAllEntries(transaction, context.environmentKey, { ...filter, seenBy }, wish.order, last?.entry ?? null);
    },
    pace,
    signal,
  );
  return begun(withCurrencies(database, context, entries));
}

/** A customer has pools of few currencies: each is looked up once. */
async function* withCurrencies(
  database: Database,
  { environmentKey }: Context,
  batches: AsyncGenerator<ExportedEntry[]>,
): AsyncGenerator<LedgerRow[]> {
  const known = new Map<number, Currency>();
  for await (const batch of batches) {
    const unknown = [...new Set(batch.map(({ pool }) => pool.currencyKey))].filter((key) => !known.has(key));
    if (unknown.length > 0) for (const currency of await findCurrenciesByKey(database, environmentKey, unknown)) known.set(currency.key, currency);
    yield batch.map((row) => ({ ...row, currencyId: known.get(row.pool.currencyKey)!.id }));
  }
}
