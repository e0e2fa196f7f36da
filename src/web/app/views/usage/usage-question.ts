import { parseExactly, stringifyExactly, type DimensionValue } from '../../api/exact-json';
import type { UsageBreakdownQueryVariables } from '../../generated/usage';
import { LOCAL_ZONE, midnightIn, nextDay } from '../../format/instant';
import type { Address } from '../../navigation/use-address';

export type UsageInput = UsageBreakdownQueryVariables['input'];
export type UsageFilter = NonNullable<NonNullable<UsageInput['filters']>[number]>;
export type Interval = NonNullable<UsageInput['interval']>;

/** What the page asks, as its address says. */
export interface UsageQuestion {
  readonly input: UsageInput;
  readonly zone: string;
  readonly groupBy: readonly string[];
  readonly filters: readonly UsageFilter[];
}

export const RANGES = [
  { value: 'LAST_DAY', label: 'Day' },
  { value: 'LAST_WEEK', label: 'Week' },
  { value: 'LAST_MONTH', label: 'Month' },
  { value: 'LAST_YEAR', label: 'Year' },
] as const;
type Range = (typeof RANGES)[number]['value'];
export const CUSTOM_RANGE = 'CUSTOM';

export const INTERVALS: readonly { readonly value: Interval; readonly label: string }[] = [
  { value: 'QUARTER_HOUR', label: 'Quarter hours' },
  { value: 'HOUR', label: 'Hours' },
  { value: 'DAY', label: 'Days' },
  { value: 'WEEK', label: 'Weeks' },
  { value: 'MONTH', label: 'Months' },
  { value: 'YEAR', label: 'Years' },
];

const ORDERS: Readonly<Record<string, 'CREDITS' | 'VALUE' | 'EVENT_COUNT' | 'KEY'>> = {
  credits: 'CREDITS',
  value: 'VALUE',
  events: 'EVENT_COUNT',
  key: 'KEY',
};
export const DEFAULT_SORT = '-credits';

/** Null: all customers. */
export function usageQuestion(address: Address, customerId: string | null, currencyId: string | null): UsageQuestion {
  const zone = zoneOf(address);
  const groupBy = address.list('by');
  const filters = filtersOf(address);
  const sort = address.text('sort') ?? DEFAULT_SORT;
  const field = ORDERS[sort.replace('-', '')] ?? 'CREDITS';
  const input: UsageInput = {
    customerId,
    currencyId,
    timeZone: zone,
    groupBy,
    filters,
    orderBy: { field, direction: sort.startsWith('-') ? 'DESC' : 'ASC' },
    interval: INTERVALS.find(({ value }) => value === address.text('interval'))?.value ?? null,
    ...rangeOf(address, zone),
  };
  return { input, zone, groupBy, filters };
}

export function zoneOf(address: Address): string {
  return address.text('zone') ?? LOCAL_ZONE;
}

/** Days of the address, by the clock of the zone; the last one is part of the range. */
export interface CustomDays {
  readonly first: string;
  readonly last: string;
}

export function customDays({ text }: Address): CustomDays | null {
  const [first, last] = [text('from'), text('to')];
  return first !== null && last !== null && isDay(first) && isDay(last) ? { first, last } : null;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

function rangeOf(address: Address, zone: string): Pick<UsageInput, 'range' | 'from' | 'to'> {
  const days = customDays(address);
  if (days) return { from: midnightIn(zone, days.first), to: midnightIn(zone, nextDay(days.last)) };
  const asked = address.text('range');
  return { range: RANGES.find(({ value }) => value === asked)?.value ?? ('LAST_MONTH' satisfies Range) };
}

/** Each filter stands in the address as the API takes it. What is no filter is left out. */
function filtersOf({ list }: Address): UsageFilter[] {
  return list('where').flatMap((text) => {
    const filter = filterFrom(text);
    return filter ? [filter] : [];
  });
}

function filterFrom(text: string): UsageFilter | null {
  try {
    const parsed = parseExactly(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

export function filterTexts(filters: readonly UsageFilter[]): string[] {
  return filters.map((filter) => stringifyExactly(filter));
}

/** Only usage with this value in the key; null: only usage without one. */
export function isValue(key: string, value: DimensionValue | null): UsageFilter {
  return { key, equals: value } as UsageFilter;
}

/** The opposite of a filter. */
export function opposite(filter: UsageFilter): UsageFilter {
  return filter.not ?? { not: filter };
}
