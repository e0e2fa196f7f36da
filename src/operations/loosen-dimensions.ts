import { dimensionsToLoosen, isGrowingFast } from '../domain/loosening';
import type { Database, Transaction } from '../store/database';
import { addLoosened, GROWTH_SETTINGS, readSetGrowth, readValueGrowth, type LoosenedDimensions } from '../store/loosened-dimensions';

/**
 * Looks at the customers whose dimension sets have become many more, and loosens what makes them grow without end. A decision is committed by itself and
 * never taken back: what is with the events stays there, so that rolling the dimension up again would make nothing faster.
 */
export async function loosenDimensions(database: Database, loosened: LoosenedDimensions): Promise<void> {
  for (const customerKey of loosened.takeDue()) await look(database, loosened, customerKey);
}

async function look(database: Database, loosened: LoosenedDimensions, customerKey: bigint): Promise<void> {
  await loosened.learn(database.writers, [customerKey]);
  const hasLoosened = await database.transaction((transaction) => decide(transaction, loosened, customerKey), GROWTH_SETTINGS);
  if (hasLoosened) await loosened.learn(database.writers, [customerKey]);
}

async function decide(transaction: Transaction, loosened: LoosenedDimensions, customerKey: bigint): Promise<boolean> {
  const growth = await readSetGrowth(transaction, customerKey);
  loosened.countAnew(customerKey, growth.setCount);
  if (!isGrowingFast(growth)) return false;
  const names = dimensionsToLoosen(growth, await readValueGrowth(transaction, customerKey, growth), loosened.of(customerKey));
  if (names.length > 0) await addLoosened(transaction, customerKey, names);
  return names.length > 0;
}
