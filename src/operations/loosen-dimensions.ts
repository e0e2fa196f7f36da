import { dimensionsToLoosen, isGrowingFast } from '../domain/loosening';
import type { Database } from '../store/database';
import { addLoosened, readSetGrowth, readValueGrowth, type LoosenedDimensions } from '../store/loosened-dimensions';

/**
 * Looks at the customers whose dimension sets have become many more, and loosens what makes them grow without end. A decision is committed by itself and
 * never taken back: what is with the events stays there, so that rolling the dimension up again would make nothing faster.
 */
export async function loosenDimensions(database: Database, loosened: LoosenedDimensions): Promise<void> {
  for (const customerKey of loosened.takeDue()) await look(database, loosened, customerKey);
}

async function look(database: Database, loosened: LoosenedDimensions, customerKey: bigint): Promise<void> {
  const growth = await readSetGrowth(database, customerKey);
  loosened.countAnew(customerKey, growth.setCount);
  if (!isGrowingFast(growth)) return;
  await loosened.learn(database.writers, [customerKey]);
  const names = dimensionsToLoosen(growth, await readValueGrowth(database, customerKey, growth), loosened.of(customerKey));
  if (names.length === 0) return;
  await addLoosened(database, customerKey, names);
  await loosened.learn(database.writers, [customerKey]);
}
