import { dimensionText, type DimensionValue } from '../../api/exact-json';
import type { UsageFilter } from './usage-question';

export interface Group {
  readonly key: string;
  readonly value: DimensionValue | null;
  /** Of the customer or feature that the value is the id of. */
  readonly name: string | null;
}

/** Fields of every usage, which can be grouped by like dimensions. */
export const FIELDS: Readonly<Record<string, string>> = {
  customerId: 'Customer',
  featureId: 'Feature',
  resourceId: 'Resource',
  planId: 'Plan',
  rateId: 'Rate',
  grantCategory: 'Grant category',
  grantId: 'Grant',
};

/** What a key is called. A dimension has its own name, also where it is written `dimensions.NAME`. */
export function keyName(key: string): string {
  return FIELDS[key] ?? key.replace(/^dimensions\./, '');
}

/** How a value reads; null: there is none. */
export function valueName(value: DimensionValue | null): string {
  if (value === null) return 'none';
  return value === '' ? 'empty text' : dimensionText(value);
}

export function groupName({ name, value }: Group): string {
  return name ?? valueName(value);
}

/** With its id, where it is called by a name. */
export function groupTitle({ name, value }: Group): string {
  return name === null ? valueName(value) : `${name} (${valueName(value)})`;
}

/** Between the values of a series, at whose end a line may break. */
export const BETWEEN = '\u00a0· ';

export function groupTitles(groups: readonly Group[]): string {
  return groups.map(groupTitle).join(BETWEEN);
}

/** What these series are broken down by: while the next answer is on its way, that is not what is asked. */
export function groupKeys(groups: readonly Group[]): string[] {
  return groups.map(({ key }) => key);
}

export function seriesName(groups: readonly Group[]): string {
  return groups.length === 0 ? 'All usage' : groups.map(groupName).join(BETWEEN);
}

/** Each value with its key: `Feature: Assistant · model: atlas-large`. */
export function seriesTitle(groups: readonly Group[]): string {
  return groups.length === 0 ? 'All usage' : groups.map((group) => `${keyName(group.key)}: ${groupName(group)}`).join(' · ');
}

/** Tells a series from all others of its breakdown. */
export function seriesKey(groups: readonly Group[]): string {
  return JSON.stringify(groups.map(({ value }) => (value === null ? null : [typeof value, dimensionText(value)])));
}

const COMPARISONS = { atLeast: 'is at least', atMost: 'is at most', greaterThan: 'is greater than', lessThan: 'is less than' } as const;

export type NameOf = (key: string, value: DimensionValue | null) => string;

/** A filter in words. */
export function filterText(filter: UsageFilter, nameOf: NameOf = (_, value) => valueName(value)): string {
  if (filter.not) return `not (${filterText(filter.not, nameOf)})`.replace(/^not \((.+) is ([^()]*)\)$/, '$1 is not $2');
  if (filter.and) return filter.and.map((one) => filterText(one, nameOf)).join(' and ');
  if (filter.or) return filter.or.map((one) => filterText(one, nameOf)).join(' or ');
  const name = keyName(filter.key ?? '');
  if (filter.in) return `${name} is ${filter.in.map((value) => valueName(value as DimensionValue | null)).join(' or ')}`;
  if (typeof filter.prefix === 'string') return `${name} begins with ${filter.prefix}`;
  if (typeof filter.exists === 'boolean') return filter.exists ? `${name} has a value` : `${name} is none`;
  const tests = Object.entries(COMPARISONS).flatMap(([field, words]) => {
    const bound = filter[field as keyof typeof COMPARISONS];
    return bound == null ? [] : [`${name} ${words} ${valueName(bound as DimensionValue)}`];
  });
  return tests.length > 0 ? tests.join(' and ') : `${name} is ${nameOf(filter.key ?? '', (filter.equals ?? null) as DimensionValue | null)}`;
}
