import DataLoader from 'dataloader';
import { currentGrants } from '../operations/credit-grants';
import type { Context } from '../operations/context';
import { usageEventsByKey } from '../operations/usage-events';
import { loadPoolPurposes, type PoolKeys } from '../store/balances';
import { findCurrenciesByKey } from '../store/currencies';
import { findCustomersByKey } from '../store/customers';
import type { Database } from '../store/database';
import type { EventRef } from '../store/events';
import { findFeaturesByKey } from '../store/features';
import type { GrantRef } from '../store/grants';

/**
 * The to-one fields of one request, each asked of the database once per layer of the answer instead of once per parent.
 * One line per loader: `plan: new DataLoader((ids: readonly string[]) => findPlans(database, context.environmentKey, ids)),`.
 */
export function createLoaders(database: Database, context: Context) {
  const { environmentKey } = context;
  return {
    customerByKey: new DataLoader(async (keys: readonly bigint[]) =>
      inOrder(keys, await findCustomersByKey(database, environmentKey, keys), byKey, same),
    ),
    currencyByKey: new DataLoader(async (keys: readonly number[]) =>
      inOrder(keys, await findCurrenciesByKey(database, environmentKey, keys), byKey, same),
    ),
    featureByKey: new DataLoader(async (keys: readonly number[]) =>
      inOrder(keys, await findFeaturesByKey(database, environmentKey, keys), byKey, same),
    ),
    grant: new DataLoader(async (refs: readonly GrantRef[]) => inOrder(refs, await currentGrants(database, context, refs), refText, refText), {
      cacheKeyFn: refText,
    }),
    event: new DataLoader(async (refs: readonly EventRef[]) => required(refs, await usageEventsByKey(database, context, refs)), {
      cacheKeyFn: refText,
    }),
    pool: new DataLoader(async (pools: readonly PoolKeys[]) => inOrder(pools, await loadPoolPurposes(database.pool, pools), poolText, poolText), {
      cacheKeyFn: poolText,
    }),
  };
}

export type Loaders = ReturnType<typeof createLoaders>;

/** What was found, in the order in which it was asked for. What a row refers to always exists, so a missing one is a bug. */
function inOrder<Ref, Item>(
  refs: readonly Ref[],
  items: readonly Item[],
  textOf: (item: Item) => unknown,
  textOfRef: (ref: Ref) => unknown,
): (Item | Error)[] {
  const found = new Map(items.map((item) => [textOf(item), item]));
  return required(
    refs,
    refs.map((ref) => found.get(textOfRef(ref)) ?? null),
  );
}

function required<Ref, Item>(refs: readonly Ref[], items: readonly (Item | null)[]): (Item | Error)[] {
  return items.map((item, index) => item ?? new Error(`There is no ${String(refs[index])}.`));
}

function byKey(item: { readonly key: bigint | number }): bigint | number {
  return item.key;
}

function same<T>(key: T): T {
  return key;
}

function refText(ref: { readonly customerKey: bigint; readonly key: bigint }): string {
  return `${ref.customerKey}:${ref.key}`;
}

function poolText(pool: PoolKeys): string {
  return `${pool.customerKey}:${pool.poolKey}`;
}
