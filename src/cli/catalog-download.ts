import { ExactNumber } from '../domain/exact-number';
import type { ApiClient } from './api-client';
import { CATALOG_VERSION, treeOf, type Catalog } from './catalog';
import { readCatalog } from './catalog-reading';
import type { Tree, TreeMap } from './catalog-tree';

/** A thing of the API: numbers are ExactNumber. */
type Json = null | string | boolean | ExactNumber | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/** What the server has: the catalog without what is archived, and the ids that are archived, which can never be used again. */
export interface ServerCatalog {
  readonly catalog: Catalog;
  readonly archived: { readonly currencies: ReadonlySet<string>; readonly features: ReadonlySet<string>; readonly plans: ReadonlySet<string> };
  /** The version that the rates of each plan are of; null: none was published. */
  readonly versions: ReadonlyMap<string, number | null>;
}

const FILTER_LEVELS = 8;
const FILTER_TESTS = 'key equals in prefix exists greaterThan atLeast lessThan atMost';
const FILTER_FRAGMENTS = Array.from({ length: FILTER_LEVELS }, (_, level) => {
  const inner = level === 0 ? '' : ['and', 'or', 'not'].map((name) => ` ${name} { ...Filter${level - 1} }`).join('');
  return `fragment Filter${level} on DimensionFilter { ${FILTER_TESTS}${inner} }`;
}).join('\n');

export const RATES = `rates { feature { id } currency { id } creditsPerUnit formula
  tests { name value dimensions expectedCredits expectedError } }`;

const CURRENCY = 'id archivedAt name symbol unitSingular unitPlural';
const FEATURE = `id archivedAt name unit looseDimensions rolledUpDimensions meter { eventName }
  dimensionDeclarations { name type description required lowest highest allowedValues aliases }`;

/** The published state, read through the API. */
export async function downloadCatalog(api: ApiClient): Promise<ServerCatalog> {
  const currencies = await everyNode(api, 'currencies', CURRENCY);
  const features = await everyNode(api, 'features', FEATURE);
  const plans = await everyNode(api, 'plans', 'id archivedAt name');
  const inUse = (things: readonly JsonObject[]) => things.filter(({ archivedAt }) => archivedAt === null);
  const archivedOf = (things: readonly JsonObject[]) => new Set(things.filter(({ archivedAt }) => archivedAt !== null).map(({ id }) => String(id)));
  const published = await inTurn(inUse(plans), ({ id }) => publishedVersion(api, String(id)));
  const plansWithRates = inUse(plans).map((plan, index) => ({ ...plan, rates: published[index]?.rates ?? null }));
  const tree = treeOf({
    drawdown: new ExactNumber(CATALOG_VERSION),
    currencies: mapBy('id', inUse(currencies)),
    features: mapBy('id', await inTurn(inUse(features), (feature) => featureJson(api, feature))),
    plans: mapBy('id', plansWithRates),
  });
  return {
    // What the server has is right by its own rules, whatever those of this version are.
    catalog: readCatalog(tree, () => undefined),
    archived: { currencies: archivedOf(currencies), features: archivedOf(features), plans: archivedOf(plans) },
    versions: new Map(inUse(plans).map(({ id }, index) => [String(id), published[index] ? Number(published[index].number.text) : null])),
  };
}

async function everyNode(api: ApiClient, list: string, selection: string): Promise<JsonObject[]> {
  const nodes: JsonObject[] = [];
  const document = `query Every($after: String) {
    ${list}(first: 100, after: $after, includeArchived: true) { edges { node { ${selection} } } pageInfo { hasNextPage endCursor } } }`;
  for (let after: Tree = null; ;) {
    const answer: Record<string, Page> = await api.ask(document, new Map<string, Tree>([['after', after]]));
    const { edges, pageInfo } = answer[list]!;
    nodes.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) return nodes;
    after = pageInfo.endCursor;
  }
}

interface Page {
  readonly edges: readonly { readonly node: JsonObject }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

async function featureJson(api: ApiClient, feature: JsonObject): Promise<JsonObject> {
  const { dimensionDeclarations, ...rest } = feature;
  return { ...rest, meter: rest['meter'] ? await meterJson(api, String(feature['id'])) : null, dimensions: dimensionDeclarations! };
}

/** Filters can be nested so deeply that each meter is asked for by itself. */
async function meterJson(api: ApiClient, featureId: string): Promise<Json> {
  const document = `query Meter($id: ID!) { feature(id: $id) { meter { eventName valueDimension filters { ...Filter${FILTER_LEVELS - 1} } } } }`;
  const answer = await api.ask<{ feature: { meter: Json } }>(`${document}\n${FILTER_FRAGMENTS}`, new Map([['id', featureId]]));
  return answer.feature.meter;
}

/** Null where none was published yet. */
async function publishedVersion(api: ApiClient, id: string): Promise<VersionJson | null> {
  const document = `query Rates($id: ID!) { plan(id: $id) { publishedVersion { number ${RATES} } } }`;
  return (await api.ask<{ plan: { publishedVersion: VersionJson | null } }>(document, new Map([['id', id]]))).plan.publishedVersion;
}

export interface VersionJson {
  readonly number: ExactNumber;
  readonly rates: readonly JsonObject[];
}

/** One after the other: a server has others to answer, too. */
export async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** Rates as the API gives them, as the map of a catalog file. */
export function ratesTree(rates: readonly JsonObject[]): TreeMap {
  return new Map(
    rates.map(({ feature, currency, ...rate }) => {
      const currencyId = (currency as JsonObject)['id']!;
      return [String((feature as JsonObject)['id']), treeFrom({ currencyId, ...rate }) as TreeMap];
    }),
  );
}

function mapBy(idName: string, things: readonly JsonObject[]): TreeMap {
  return new Map(
    things.map(({ [idName]: id, archivedAt: _archived, dimensions, rates, ...fields }) => {
      const tree = treeFrom(fields) as TreeMap;
      const inner: [string, Tree][] = [];
      if (dimensions) inner.push(['dimensions', mapBy('name', dimensions as readonly JsonObject[])]);
      if (rates) inner.push(['rates', ratesTree(rates as readonly JsonObject[])]);
      return [String(id), new Map([...tree, ...inner])];
    }),
  );
}

function treeFrom(json: Json): Tree {
  if (json instanceof ExactNumber || typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return (json as readonly Json[]).map(treeFrom);
  return treeOf(Object.fromEntries(Object.entries(json).map(([name, value]) => [name, treeFrom(value)])));
}
