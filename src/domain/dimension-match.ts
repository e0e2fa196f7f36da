import { valueLabel } from './breakdown';
import type { Comparison, DimensionFilter, FilterTest } from './dimension-filter';
import type { Decimal } from './decimal';
import { isNumber, type Dimensions, type DimensionValue } from './dimensions';

/** Whether the dimensions of an event pass a filter: exactly where a breakdown, a ledger and a list of events with this filter have the event. */
export function passesFilter(filter: DimensionFilter, dimensions: Dimensions): boolean {
  if ('not' in filter) return !passesFilter(filter.not, dimensions);
  if ('and' in filter) return filter.and.every((part) => passesFilter(part, dimensions));
  if ('or' in filter) return filter.or.some((part) => passesFilter(part, dimensions));
  return passesTest(filter.test, dimensions.get(filter.key) ?? null);
}

function passesTest(test: FilterTest, value: DimensionValue | null): boolean {
  if ('values' in test) return labelsOf(test).has(valueLabel(value));
  if ('prefix' in test) return typeof value === 'string' && value.startsWith(test.prefix);
  return value !== null && isNumber(value) && test.bounds.every(({ comparison, number }) => HOLDS[comparison](value, number));
}

/** Equal values have equal labels, whatever their type. Once per test: it may be asked of every event. */
const labels = new WeakMap<FilterTest, ReadonlySet<string | null>>();

function labelsOf(test: Extract<FilterTest, { readonly values: unknown }>): ReadonlySet<string | null> {
  let found = labels.get(test);
  if (!found) labels.set(test, (found = new Set(test.values.map(valueLabel))));
  return found;
}

const HOLDS: Record<Comparison, (value: Decimal, number: Decimal) => boolean> = {
  greaterThan: (value, number) => value.greaterThan(number),
  atLeast: (value, number) => value.greaterThanOrEqualTo(number),
  lessThan: (value, number) => value.lessThan(number),
  atMost: (value, number) => value.lessThanOrEqualTo(number),
};
