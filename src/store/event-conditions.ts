import { COMPARISONS, partsOfValues, type DimensionFilter, type FilterTest } from '../domain/dimension-filter';
import type { DimensionValue } from '../domain/dimensions';
import type { Conditions } from './conditions';

/**
 * A filter by dimension as a condition on `usage_event e`. Texts and booleans are found in the dimension sets, numbers with the event,
 * where jsonb compares them by value. IS TRUE keeps the sub-select from becoming a join: it is then hashed once, and the rows stay in
 * the order of their index, which a page needs.
 */
export function dimensionCondition(where: Conditions, filter: DimensionFilter, customerKey: string): string {
  if ('not' in filter) return `NOT ${dimensionCondition(where, filter.not, customerKey)}`;
  if ('and' in filter) return `(${filter.and.map((part) => dimensionCondition(where, part, customerKey)).join(' AND ') || 'TRUE'})`;
  if ('or' in filter) return `(${filter.or.map((part) => dimensionCondition(where, part, customerKey)).join(' OR ') || 'FALSE'})`;
  return `(${testCondition(where, filter.test, `${where.placeholder(filter.key)}::text`, customerKey)}) IS TRUE`;
}

function testCondition(where: Conditions, test: FilterTest, key: string, customerKey: string): string {
  if ('values' in test) return valuesCondition(where, test.values, key, customerKey);
  if ('prefix' in test)
    return inSet(
      customerKey,
      `jsonb_typeof(s.dimensions -> ${key}) = 'string' AND starts_with(s.dimensions ->> ${key}, ${where.placeholder(test.prefix)})`,
    );
  return test.bounds
    .map(({ comparison, number }) => `(e.numbers ->> ${key})::numeric ${COMPARISONS[comparison]} ${where.placeholder(number.toFixed())}::numeric`)
    .join(' AND ');
}

function valuesCondition(where: Conditions, values: readonly (DimensionValue | null)[], key: string, customerKey: string): string {
  const { inSets, numbers, absent } = partsOfValues(values);
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
  return ways.join(' OR ');
}

function inSet(customerKey: string, condition: string): string {
  return `(e.set_key IN (SELECT s.key FROM dimension_set s WHERE s.customer_key = ${customerKey} AND ${condition})) IS TRUE`;
}

function jsonArray(where: Conditions, values: readonly string[]): string {
  return `${where.placeholder(values)}::jsonb[]`;
}
