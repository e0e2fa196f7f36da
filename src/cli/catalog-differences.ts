import type { ServerCatalog } from './catalog-download';
import { currencyTree, featureTree, rateTree, type Catalog, type CatalogCurrency, type CatalogFeature, type CatalogPlan } from './catalog';
import { isSameTree, treeToJson, type Tree, type TreeMap } from './catalog-tree';

/** A thing of a catalog that is not on the server as the file says; `before` is null where it is not there at all. */
export interface Changed<T> {
  readonly id: string;
  readonly before: T | null;
  readonly after: T;
}

/** What pushing a file would change. */
export interface CatalogDifferences {
  readonly currencies: readonly Changed<CatalogCurrency>[];
  readonly features: readonly Changed<CatalogFeature>[];
  /** Those with another name, or other rates. */
  readonly plans: readonly Changed<CatalogPlan>[];
  /** What the server has and the file does not name, in words. */
  readonly unnamed: readonly string[];
}

export function compareCatalogs(file: Catalog, { catalog: server }: ServerCatalog): CatalogDifferences {
  return {
    currencies: changedOf(file.currencies, server.currencies, (a, b) => isSameTree(currencyTree(a), currencyTree(b))),
    features: changedOf(file.features, server.features, (a, b) => isSameTree(featureTree(a), featureTree(b))),
    plans: changedOf(file.plans, server.plans, (a, b) => a.name === b.name && !haveOtherRates(a, b)),
    unnamed: [
      ...unnamedOf('currency', file.currencies, server.currencies),
      ...unnamedOf('feature', file.features, server.features),
      ...unnamedOf('plan', file.plans, server.plans),
    ],
  };
}

export function isAnyDifferent({ currencies, features, plans }: CatalogDifferences): boolean {
  return currencies.length + features.length + plans.length > 0;
}

/** The plans that need a new version to be as the file says. */
export function plansWithOtherRates({ plans }: CatalogDifferences): Changed<CatalogPlan>[] {
  return plans.filter(({ before, after }) => haveOtherRates(after, before));
}

function haveOtherRates(after: CatalogPlan, before: CatalogPlan | null): boolean {
  return after.rates !== null && !haveSameRates(after.rates, before?.rates ?? null);
}

export function haveSameRates(a: CatalogPlan['rates'], b: CatalogPlan['rates']): boolean {
  if (a === null || b === null) return a === b;
  return a.size === b.size && [...a].every(([id, rate]) => b.has(id) && isSameTree(rateTree(rate), rateTree(b.get(id)!)));
}

function changedOf<T>(after: ReadonlyMap<string, T>, before: ReadonlyMap<string, T>, same: (a: T, b: T) => boolean): Changed<T>[] {
  return [...after].flatMap(([id, thing]) => {
    const old = before.get(id) ?? null;
    return old !== null && same(thing, old) ? [] : [{ id, before: old, after: thing }];
  });
}

function unnamedOf(word: string, file: ReadonlyMap<string, unknown>, server: ReadonlyMap<string, unknown>): string[] {
  return [...server.keys()].filter((id) => !file.has(id)).map((id) => `${word} ${id}`);
}

/** What changes of currencies and features, and the names of plans, a line for each field. */
export function differenceLines({ currencies, features, plans }: CatalogDifferences): string[] {
  const named = (plan: CatalogPlan): TreeMap => new Map([['name', plan.name]]);
  return [
    ...currencies.flatMap((one) => thingLines('currency', one, currencyTree)),
    ...features.flatMap((one) => thingLines('feature', one, featureTree)),
    ...plans.filter(({ before, after }) => before?.name !== after.name).flatMap((one) => thingLines('plan', one, named)),
  ];
}

function thingLines<T>(word: string, { id, before, after }: Changed<T>, treeOf: (thing: T) => TreeMap): string[] {
  const old = before === null ? new Map<string, Tree>() : leavesOf(treeOf(before));
  const now = leavesOf(treeOf(after));
  const paths = [...new Set([...now.keys(), ...old.keys()])].filter((path) => textAt(now, path) !== textAt(old, path));
  const lines = paths.map((path) => (before === null ? `  ${path}: ${textAt(now, path)}` : `  ${path}: ${textAt(old, path)} → ${textAt(now, path)}`));
  return [before === null ? `${word} ${id} is new:` : `${word} ${id} changes:`, ...lines];
}

function textAt(leaves: ReadonlyMap<string, Tree>, path: string): string {
  const leaf = leaves.get(path);
  return leaf === undefined ? 'none' : treeToJson(leaf);
}

/** The values at the ends of a tree of maps; what is declared of a dimension is one of them. */
function leavesOf(tree: TreeMap): Map<string, Tree> {
  const leaves = new Map<string, Tree>();
  for (const [name, value] of tree) {
    if (name !== 'dimensions') leaves.set(name, value);
    else for (const [dimension, declared] of value as TreeMap) leaves.set(`dimension ${dimension}`, declared);
  }
  return leaves;
}

/** What the server would refuse, as complaints about places of the file. */
export function complainOfCatalog(
  file: Catalog,
  { catalog: server, archived }: ServerCatalog,
  complain: (path: string, message: string) => void,
): void {
  for (const kind of ['currencies', 'features', 'plans'] as const)
    for (const id of file[kind].keys()) if (archived[kind].has(id)) complain(`${kind}/${id}`, 'is archived on the server, for good.');
  const isThere = (kind: 'currencies' | 'features', id: string) => file[kind].has(id) || server[kind].has(id);
  for (const [planId, { rates }] of file.plans)
    for (const [featureId, { currencyId }] of rates ?? []) {
      const path = `plans/${planId}/rates/${featureId}`;
      if (!isThere('features', featureId)) complain(path, `There is no feature ${featureId}, in the file or on the server.`);
      if (currencyId !== '' && !isThere('currencies', currencyId))
        complain(`${path}/currencyId`, `There is no currency ${currencyId}, in the file or on the server.`);
    }
  for (const [id, feature] of file.features) complainOfAliases(`features/${id}`, feature, server.features.get(id), complain);
}

/** Former names are never taken back: events were reported with them. */
function complainOfAliases(
  path: string,
  { dimensions }: CatalogFeature,
  before: CatalogFeature | undefined,
  complain: (path: string, message: string) => void,
): void {
  for (const [name, { aliases }] of before?.dimensions ?? []) {
    const dropped = aliases.filter((alias) => !dimensions.get(name)?.aliases.includes(alias));
    if (dropped.length > 0)
      complain(`${path}/dimensions/${name}/aliases`, `must keep ${dropped.join(', ')}: events and formulas of before may have it.`);
  }
}
