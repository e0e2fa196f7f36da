import { partsOfFilter, type DimensionFilter } from '../domain/dimension-filter';
import type { Conditions } from './conditions';

/**
 * A filter by dimension as a condition on `usage_event e`. Texts and booleans are found in the dimension sets, numbers with the event,
 * where jsonb compares them by value. IS TRUE keeps the sub-select from becoming a join: it is then hashed once, and the rows stay in
 * the order of their index, which a page needs.
 */
export function dimensionCondition(where: Conditions, filter: DimensionFilter, customerKey: string): string {
  const { inSets, numbers, absent } = partsOfFilter(filter);
  const key = `${where.placeholder(filter.key)}::text`;
  const texts = jsonArray(
    where,
    inSets.map((value) => JSON.stringify(value)),
  );
  const orAbsent = absent ? ` OR NOT s.dimensions ? ${key}` : '';
  const bySet = `NOT coalesce(e.numbers ? ${key}, false) AND (e.set_key IN (SELECT s.key FROM dimension_set s
    WHERE s.customer_key = ${customerKey} AND (s.dimensions -> ${key} = ANY (${texts})${orAbsent}))) IS TRUE`;
  if (numbers.length === 0) return `(${bySet})`;
  const byNumber = `e.numbers -> ${key} = ANY (${jsonArray(
    where,
    numbers.map((value) => value.toFixed()),
  )})`;
  return inSets.length > 0 || absent ? `(${byNumber} OR (${bySet}))` : `(${byNumber})`;
}

function jsonArray(where: Conditions, values: readonly string[]): string {
  return `${where.placeholder(values)}::jsonb[]`;
}
