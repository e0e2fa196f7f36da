import { shadowCells } from '../domain/shadow';
import type { ChargedEvent } from '../domain/usage-batch';
import type { Transaction } from '../store/database';
import { shadowText, type BookCustomer, type OpenPriceBook } from '../store/price-book';
import { addShadowUsage } from '../store/shadows';
import type { Context } from './context';

/** Who reported for whom. */
interface Known {
  readonly context: Context;
  readonly customer: BookCustomer;
}

/** Adds what shadows would have charged for the events of a batch, in its transaction: a shadow misses no event, and counts none twice. Where no plan has one, it costs nothing. */
export async function castShadows(
  transaction: Transaction,
  book: OpenPriceBook,
  charged: readonly ChargedEvent[],
  known: readonly Known[],
): Promise<void> {
  const shadows = charged.length === 0 ? null : await book.shadows();
  if (!shadows || shadows.size === 0) return;
  const environments = new Map(known.map(({ customer, context }) => [customer.key, context.environmentKey]));
  const cells = shadowCells(
    charged.map(({ event }) => event),
    ({ customerKey, charge: { rate } }) => (rate?.planId ? shadows.get(shadowText(environments.get(customerKey)!, rate.planId)) : null) ?? null,
  );
  if (cells.length > 0) await addShadowUsage(transaction, cells);
}
