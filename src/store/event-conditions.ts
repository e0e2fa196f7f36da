import { valueLabel } from '../domain/breakdown';
import { COMPARISONS, partsOfValues, type DimensionFilter, type FilterTest } from '../domain/dimension-filter';
import type { DimensionValue } from '../domain/dimensions';
import type { Conditions } from './conditions';

/**
 * A filter by dimension as a condition on `usage_event e`. What is rolled up is found in the dimension sets, what is loose with the event, where
 * jsonb compares numbers by value; a text may be in either. IS TRUE keeps the sub-select from becoming a join: it is then hashed once, and the rows
 * stay in the order of their index, which a page needs.
 */
export function dimensionCondition(where: Conditions, filter: DimensionFilter, customerKey: string): string {
  if ('not' in filter) return `NOT ${dimensionCondition(where, filter.not, customerKey)}`;
  if ('and' in filter) return `(${filter.and.map((part) => dimensionCondition(where, part, customerKey)).join(' AND ') || 'TRUE'})`;
  if ('or' in filter) return `(${filter.or.map((part) => dimensionCondition(where, part, customerKey)).join(' OR ') || 'FALSE'})`;
  return `(${testCondition(where, filter.test, `${where.placeholder(filter.key)}::text`, customerKey)}) IS TRUE`;
}

function testCondition(where: Conditions, test: FilterTest, key: string, customerKey: string): string {
  if ('values' in test) return valuesCondition(where, test.values, key, customerKey);
  if ('prefix' in test) return prefixCondition(where, test.prefix, key, customerKey);
  const bounds = test.bounds.map(
    ({ comparison, number }) => `(e.loose_dimensions ->> ${key})::numeric ${COMPARISONS[comparison]} ${where.placeholder(number.toFixed())}::numeric`,
  );
  return `CASE jsonb_typeof(e.loose_dimensions -> ${key}) WHEN 'number' THEN ${bounds.join(' AND ')} END`;
}

function prefixCondition(where: Conditions, prefix: string, key: string, customerKey: string): string {
  const given = where.placeholder(prefix);
  const begins = (dimensions: string) => `jsonb_typeof(${dimensions} -> ${key}) = 'string' AND starts_with(${dimensions} ->> ${key}, ${given})`;
  return `${begins('e.loose_dimensions')} OR ${inSet(customerKey, begins('s.dimensions'))}`;
}

function valuesCondition(where: Conditions, values: readonly (DimensionValue | null)[], key: string, customerKey: string): string {
  const { given, inSets, absent } = partsOfValues(values);
  const ways: string[] = [];
  if (given.length > 0) ways.push(`e.loose_dimensions -> ${key} = ANY (${jsonArray(where, given.map(labelOf))})`);
  if (inSets.length > 0) ways.push(inSet(customerKey, `s.dimensions -> ${key} = ANY (${jsonArray(where, inSets.map(labelOf))})`));
  if (absent) ways.push(`NOT coalesce(e.loose_dimensions ? ${key}, false) AND ${inSet(customerKey, `NOT s.dimensions ? ${key}`)}`);
  return ways.join(' OR ');
}

function inSet(customerKey: string, condition: string): string {
  return `(e.set_key IN (SELECT s.key FROM dimension_set s WHERE s.customer_key = ${customerKey} AND ${condition})) IS TRUE`;
}

function labelOf(value: DimensionValue): string {
  return valueLabel(value)!;
}

function jsonArray(where: Conditions, values: readonly string[]): string {
  return `${where.placeholder(values)}::jsonb[]`;
}
