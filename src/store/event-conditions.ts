import { valueLabel } from '../domain/breakdown';
import { partsOfFilter, type DimensionFilter } from '../domain/dimension-filter';
import type { DimensionValue } from '../domain/dimensions';
import type { Conditions } from './conditions';

/**
 * A filter by dimension as a condition on `usage_event e`. What is rolled up is found in the dimension sets, what is loose with the event, where
 * jsonb compares numbers by value; a text may be in either. IS TRUE keeps the sub-select from becoming a join: it is then hashed once, and the rows
 * stay in the order of their index, which a page needs.
 */
export function dimensionCondition(where: Conditions, filter: DimensionFilter, customerKey: string): string {
  const { given, inSets, absent } = partsOfFilter(filter);
  const key = `${where.placeholder(filter.key)}::text`;
  const ways: string[] = [];
  if (given.length > 0) ways.push(`e.loose_dimensions -> ${key} = ANY (${jsonArray(where, given.map(labelOf))})`);
  if (inSets.length > 0) ways.push(inSet(customerKey, `s.dimensions -> ${key} = ANY (${jsonArray(where, inSets.map(labelOf))})`));
  if (absent) ways.push(`NOT coalesce(e.loose_dimensions ? ${key}, false) AND ${inSet(customerKey, `NOT s.dimensions ? ${key}`)}`);
  return `(${ways.join(' OR ')})`;
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
