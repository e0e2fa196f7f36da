import DataLoader from 'dataloader';
import { inOrderOfEffect } from '../domain/publication';
import { currentGrants } from '../operations/credit-grants';
import type { Context } from '../operations/context';
import { currentPlanVersions, versionsForNewCustomers } from '../operations/current-plan-versions';
import { usageEventsByKey } from '../operations/usage-events';
import { loadPoolPurposes, type PoolKeys } from '../store/balances';
import { findCurrenciesByKey } from '../store/currencies';
import { findCustomersById, findCustomersByKey } from '../store/customers';
import type { Database } from '../store/database';
import { findDeclarations } from '../store/dimension-declarations';
import type { EventRef } from '../store/events';
import { findFeaturesById, findFeaturesByKey } from '../store/features';
import type { GrantRef } from '../store/grants';
import { findOverdraftPolicies } from '../store/overdraft-policies';
import { findNamedPlanVersions, findPlanVersions, type PlanVersionName } from '../store/plan-versions';
import { findPlansByKey } from '../store/plans';
import { findPublications } from '../store/publications';
import { findOverrides } from '../store/rate-overrides';
import { findRates } from '../store/rates';
import type { CreditUsageDimension } from './credit-usage-dimensions.types';
import { loadDistinctValues, loadUsagePoints, loadUsageRates } from './credit-usage.loader';
import type { CreditUsageSeries } from './credit-usage.types';

/**
 * The to-one fields of one request, each asked of the database once per layer of the answer instead of once per parent.
 * One line per loader: `plan: new DataLoader((ids: readonly string[]) => findPlans(database, context.environmentKey, ids)),`.
 */
export function createLoaders(database: Database, context: Context) {
  const { environmentKey } = context;
  return {
    usagePoints: new DataLoader((series: readonly CreditUsageSeries[]) => loadUsagePoints(database, series)),
    usageRates: new DataLoader((series: readonly CreditUsageSeries[]) => loadUsageRates(database, series)),
    distinctValues: new DataLoader((dimensions: readonly CreditUsageDimension[]) => loadDistinctValues(database, dimensions)),
    customerByKey: new DataLoader(async (keys: readonly bigint[]) =>
      inOrder(keys, await findCustomersByKey(database, environmentKey, keys), byKey, same),
    ),
    customerById: new DataLoader(async (ids: readonly string[]) => inOrder(ids, await findCustomersById(database, environmentKey, ids), byId, same)),
    featureById: new DataLoader(async (ids: readonly string[]) => inOrder(ids, await findFeaturesById(database, environmentKey, ids), byId, same)),
    currencyByKey: new DataLoader(async (keys: readonly number[]) =>
      inOrder(keys, await findCurrenciesByKey(database, environmentKey, keys), byKey, same),
    ),
    featureByKey: new DataLoader(async (keys: readonly number[]) =>
      inOrder(keys, await findFeaturesByKey(database, environmentKey, keys), byKey, same),
    ),
    grant: new DataLoader(async (refs: readonly GrantRef[]) => inOrder(refs, await currentGrants(database.pool, context, refs), refText, refText), {
      cacheKeyFn: refText,
    }),
    event: new DataLoader(async (refs: readonly EventRef[]) => required(refs, await usageEventsByKey(database, context, refs)), {
      cacheKeyFn: refText,
    }),
    pool: new DataLoader(async (pools: readonly PoolKeys[]) => inOrder(pools, await loadPoolPurposes(database.pool, pools), poolText, poolText), {
      cacheKeyFn: poolText,
    }),
    ...createPlanLoaders(database, context),
  };
}

/** Of plans and what hangs on them. Nothing is remembered: a document may change a plan in one field and show it in the next. */
function createPlanLoaders(database: Database, context: Context) {
  const { environmentKey, now } = context;
  const cache = false;
  return {
    planByKey: new DataLoader(async (keys: readonly number[]) => inOrder(keys, await findPlansByKey(database, environmentKey, keys), byKey, same), {
      cache,
    }),
    planVersionByName: new DataLoader(
      async (names: readonly PlanVersionName[]) =>
        inOrder(names, await findNamedPlanVersions(database, environmentKey, names), versionText, versionText),
      { cache },
    ),
    versionsOfPlan: new DataLoader(
      async (keys: readonly number[]) => grouped(keys, await findPlanVersions(database, keys), (version) => version.planKey),
      { cache },
    ),
    ratesOfPlanVersion: new DataLoader(
      async (keys: readonly number[]) => {
        const rates = grouped(keys, await findRates(database, keys), ({ planVersionKey }) => planVersionKey);
        return rates.map((ofVersion) => ofVersion.map(({ rate }) => rate));
      },
      { cache },
    ),
    overrideByRate: new DataLoader(
      async (keys: readonly number[]) => inOrder(keys, await findOverrides(database, environmentKey, keys), ({ rate }) => rate.key, same),
      { cache },
    ),
    publicationsOfPlan: new DataLoader(
      async (keys: readonly number[]) => grouped(keys, await findPublications(database, keys), ({ planKey }) => planKey).map(inOrderOfEffect),
      { cache },
    ),
    publishedVersionOfPlan: new DataLoader((keys: readonly number[]) => versionsForNewCustomers(database, keys, now), { cache }),
    declarationsOfFeature: new DataLoader(
      async (keys: readonly number[]) => {
        const declarations = grouped(keys, await findDeclarations(database, keys), ({ featureKey }) => featureKey);
        return declarations.map((ofFeature) => ofFeature.map(({ declaration }) => declaration));
      },
      { cache },
    ),
    currentPlanVersion: new DataLoader((keys: readonly bigint[]) => currentPlanVersions(database, keys, now), { cache }),
    overdraftPoliciesOfCustomer: new DataLoader(
      async (keys: readonly bigint[]) => grouped(keys, await findOverdraftPolicies(database, keys), (policy) => policy.customerKey),
      { cache },
    ),
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

/** The items of each key, in the order in which they were found. */
function grouped<Key, Item>(keys: readonly Key[], items: readonly Item[], keyOf: (item: Item) => Key): Item[][] {
  const groups = new Map<Key, Item[]>(keys.map((key) => [key, []]));
  for (const item of items) groups.get(keyOf(item))?.push(item);
  return keys.map((key) => groups.get(key)!);
}

function versionText({ planId, number }: PlanVersionName): string {
  return `${planId}/${number}`;
}

function byKey(item: { readonly key: bigint | number }): bigint | number {
  return item.key;
}

function byId(item: { readonly id: string }): string {
  return item.id;
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
