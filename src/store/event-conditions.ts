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
  const ways: string[] = [];
  if (numbers.length > 0)
    ways.push(
      `e.numbers -> ${key} = ANY (${jsonArray(
        where,
        numbers.map((value) => value.toFixed()),
      )})`,
    );
  if (inSets.length > 0)
    ways.push(
      inSet(
        customerKey,
        `s.dimensions -> ${key} = ANY (${jsonArray(
          where,
          inSets.map((value) => JSON.stringify(value)),
        )})`,
      ),
    );
  if (absent) ways.push(`NOT coalesce(e.numbers ? ${key}, false) AND ${inSet(customerKey, `NOT s.dimensions ? ${key}`)}`);
  return `(${ways.join(' OR ')})`;
}

function inSet(customerKey: string, condition: string): string {
  return `(e.set_key IN (SELECT s.key FROM dimension_set s WHERE s.customer_key = ${customerKey} AND ${condition})) IS TRUE`;
}

function jsonArray(where: Conditions, values: readonly string[]): string {
  return `${where.placeholder(values)}::jsonb[]`;
}
