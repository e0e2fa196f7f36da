import type { Currency } from '../domain/currency';
import type { DimensionDeclaration } from '../domain/dimension-declaration';
import type { DimensionFilterInput } from '../domain/dimension-filter';
import { isNumber, type Dimensions, type DimensionValue } from '../domain/dimensions';
import { ExactNumber } from '../domain/exact-number';
import { creditsToText } from '../domain/credits';
import type { Feature } from '../domain/feature';
import type { FormulaTest } from '../domain/formula-test';
import type { Meter } from '../domain/meter';
import type { Pricing } from '../domain/rate';
import type { Tree, TreeMap } from './catalog-tree';

export type CatalogCurrency = Pick<Currency, 'name' | 'symbol' | 'unitSingular' | 'unitPlural'>;

export interface CatalogFeature extends Pick<Feature, 'name' | 'unit' | 'meter' | 'looseDimensions' | 'rolledUpDimensions'> {
  readonly dimensions: ReadonlyMap<string, DimensionDeclaration>;
}

export interface CatalogRate {
  readonly currencyId: string;
  readonly pricing: Pricing;
  readonly tests: readonly FormulaTest[];
}

export interface CatalogPlan {
  readonly name: string;
  /** By the id of the feature; null: nothing is said of its prices. */
  readonly rates: ReadonlyMap<string, CatalogRate> | null;
}

/** What a catalog file holds, each thing by its id. */
export interface Catalog {
  readonly currencies: ReadonlyMap<string, CatalogCurrency>;
  readonly features: ReadonlyMap<string, CatalogFeature>;
  readonly plans: ReadonlyMap<string, CatalogPlan>;
}

/** The version of the format of the files. */
export const CATALOG_VERSION = '1';

/** The catalog as it is written: ids sorted, fields always in one order, and nothing that would say what is so anyway. */
export function catalogTree({ currencies, features, plans }: Catalog): TreeMap {
  return treeOf({
    drawdown: new ExactNumber(CATALOG_VERSION),
    currencies: byId(currencies, currencyTree),
    features: byId(features, featureTree),
    plans: byId(plans, planTree),
  });
}

export function currencyTree({ name, symbol, unitSingular, unitPlural }: CatalogCurrency): TreeMap {
  return treeOf({ name, symbol, unitSingular, unitPlural });
}

export function featureTree({ name, unit, meter, looseDimensions, rolledUpDimensions, dimensions }: CatalogFeature): TreeMap {
  return treeOf({
    name,
    unit,
    meter: meter && meterTree(meter),
    looseDimensions: unlessEmpty(looseDimensions),
    rolledUpDimensions: unlessEmpty(rolledUpDimensions),
    dimensions: dimensions.size === 0 ? null : byId(dimensions, declarationTree),
  });
}

export function meterTree({ eventName, filters, valueDimension }: Meter): TreeMap {
  return treeOf({ eventName, filters: unlessEmpty(filters.map(filterTree)), valueDimension });
}

const FILTER_FIELDS = ['key', 'equals', 'in', 'prefix', 'exists', 'greaterThan', 'atLeast', 'lessThan', 'atMost'] as const;

function filterTree(filter: DimensionFilterInput): TreeMap {
  const { and, or, not } = filter;
  const tests = FILTER_FIELDS.map((name): [string, Tree] => [name, testTree(filter[name])]);
  return treeOf({
    ...Object.fromEntries(tests),
    and: and ? and.map(filterTree) : null,
    or: or ? or.map(filterTree) : null,
    not: not ? filterTree(not) : null,
  });
}

function testTree(value: DimensionFilterInput['equals'] | DimensionFilterInput['in']): Tree {
  if (value === undefined || value === null) return null;
  return Array.isArray(value) ? value.map(testTree) : valueTree(value as DimensionValue);
}

export function declarationTree(declaration: DimensionDeclaration): TreeMap {
  const { type, description, required, lowest, highest, allowedValues, aliases } = declaration;
  return treeOf({
    type,
    description,
    required: required || null,
    lowest: lowest && valueTree(lowest),
    highest: highest && valueTree(highest),
    allowedValues: allowedValues && allowedValues.map(valueTree),
    aliases: unlessEmpty(aliases),
  });
}

export function planTree({ name, rates }: CatalogPlan): TreeMap {
  return treeOf({ name, rates: rates && byId(rates, rateTree) });
}

export function rateTree({ currencyId, pricing, tests }: CatalogRate): TreeMap {
  return treeOf({
    currencyId,
    creditsPerUnit: pricing.mode === 'FLAT' ? creditsToText(pricing.creditsPerUnit) : null,
    formula: pricing.mode === 'FORMULA' ? pricing.formula : null,
    tests: unlessEmpty(tests.map(testOfRateTree)),
  });
}

export function testOfRateTree({ name, value, dimensions, expectedCredits, expectedError }: FormulaTest): TreeMap {
  const valueText = creditsToText(value);
  return treeOf({
    name,
    value: valueText === '1' ? null : valueText,
    dimensions: dimensions.size === 0 ? null : dimensionsTree(dimensions),
    expectedCredits: expectedCredits === null ? null : creditsToText(expectedCredits),
    expectedError,
  });
}

export function dimensionsTree(dimensions: Dimensions): TreeMap {
  return byId(dimensions, valueTree);
}

function valueTree(value: DimensionValue): Tree {
  return isNumber(value) ? new ExactNumber(value.toFixed()) : value;
}

function unlessEmpty(list: readonly Tree[]): Tree {
  return list.length === 0 ? null : list;
}

/** Sorted by what the ids are made of, not by any language's habits: the same everywhere. */
function byId<T>(things: ReadonlyMap<string, T>, treeOfThing: (thing: T) => Tree): TreeMap {
  const ids = [...things.keys()].sort((a, b) => (a < b ? -1 : 1));
  return new Map(ids.map((id) => [id, treeOfThing(things.get(id)!)]));
}

/** A map of the fields that say something. */
export function treeOf(fields: Readonly<Record<string, Tree>>): TreeMap {
  return new Map(Object.entries(fields).filter(([, value]) => value !== null));
}
