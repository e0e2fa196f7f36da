import { creditsToText, type Credits } from './credits';
import { Decimal } from './decimal';
import { dimensionType, MOST_KEY_LENGTH, type DimensionType, type DimensionValue } from './dimensions';
import { keyProblems, keysOfFilter, readDimensionFilters, type DimensionFilterInput, type Filter } from './dimension-filter';
import { refuseProblems, type Problem } from './errors';
import { idProblems, isStorableText } from './ids';
import { instantProblems } from './instant';
import type { Rate } from './rate';
import type { TimeRange, TimeRangeInput } from './time-range';

export const MOST_GROUP_KEYS = 8;
export const MOST_CUSTOMERS = 100;
/** Longer than any report takes from its receipt to its commit. */
export const KNOWN_AFTER_MS = 5 * 60 * 1000;

/** What an event has besides its dimensions. */
export const GROUP_FIELDS = {
  featureId: 'featureId',
  customerId: 'customerId',
  resourceId: 'resourceId',
  currencyId: 'currencyId',
  planId: 'planId',
  rateId: 'rateId',
  grantId: 'grantId',
  grantCategory: 'grantCategory',
} as const;
export type GroupField = keyof typeof GROUP_FIELDS;
const DIMENSION_PREFIX = 'dimensions.';

/** One key to group by or to filter on: a field, or a dimension. `name` is how the caller wrote it. */
export type GroupKey = { readonly name: string } & ({ readonly field: GroupField } | { readonly dimension: string });

/** The value of a key in one series; null: the events do not have it. */
export type GroupValue = DimensionValue | null;

export function valueType(value: GroupValue): DimensionType | null {
  return value === null ? null : dimensionType(value);
}

export const SERIES_ORDER_FIELDS = { CREDITS: 'CREDITS', VALUE: 'VALUE', EVENT_COUNT: 'EVENT_COUNT', KEY: 'KEY' } as const;
export type SeriesOrderField = keyof typeof SERIES_ORDER_FIELDS;
export const ORDER_DIRECTIONS = { ASC: 'ASC', DESC: 'DESC' } as const;
export type OrderDirection = keyof typeof ORDER_DIRECTIONS;

/** Series that are equal in `field` follow by their keys, ascending, so that no two ever change places. */
export interface SeriesOrder {
  readonly field: SeriesOrderField;
  readonly direction: OrderDirection;
}

export const DEFAULT_SERIES_ORDER: SeriesOrder = { field: 'CREDITS', direction: 'DESC' };

export type BreakdownFilter = Filter<GroupKey>;

/** What a caller asks to be broken down. */
export interface BreakdownInput extends TimeRangeInput {
  /** Absent: the only one. */
  readonly currencyId?: string | null;
  /** One of the two, or neither: all customers. */
  readonly customerId?: string | null;
  readonly customerIds?: readonly string[] | null;
  /** undefined: every pool; null: the customers' own pools. */
  readonly resourceId?: string | null;
  readonly groupBy?: readonly string[] | null;
  readonly filters?: readonly DimensionFilterInput[] | null;
  readonly orderBy?: SeriesOrder | null;
  /** What was known then: only what had been received. Absent: what is known now. */
  readonly asOf?: Date | null;
}

/** What of an input can be judged without looking anything up. */
export interface BreakdownShape {
  readonly groupBy: readonly GroupKey[];
  readonly filters: readonly BreakdownFilter[];
  readonly orderBy: SeriesOrder;
  /** Null: all customers of the environment. */
  readonly customerIds: readonly string[] | null;
  /** Only what had been received by then; null: everything. */
  readonly knownAt: Date | null;
}

/** Whose usage, by the ids the caller gave. */
export interface BreakdownScope {
  readonly environmentKey: number;
  /** Null: the only one. */
  readonly currencyId: string | null;
  /** Null: all customers of the environment. */
  readonly customerIds: readonly string[] | null;
}

/** A breakdown to be computed: everything looked up and resolved. */
export interface BreakdownQuery extends BreakdownShape {
  readonly scope: BreakdownScope;
  readonly currencyKey: number;
  readonly currencyId: string;
  /** Null: all customers of the environment. */
  readonly customerKeys: readonly bigint[] | null;
  readonly range: TimeRange;
  /** No event is at or after this instant. */
  readonly emptyFrom: Date;
  /** What was visible to the page that all pages must agree with. */
  readonly snapshot: BreakdownSnapshot;
}

/** The state of the database that all pages of one list show. */
export interface BreakdownSnapshot {
  /** PostgreSQL's own text of a snapshot. */
  readonly text: string;
  readonly asOf: Date;
}

export interface UsageSums {
  readonly credits: Credits;
  readonly value: Credits;
  /** Events, each counted where its first draw is. */
  readonly eventCount: number;
}

export const NO_USAGE: UsageSums = { credits: 0n, value: 0n, eventCount: 0 };

/** The sums of all events that have the same values in the keys of `groupBy`. */
export interface UsageSeries extends UsageSums {
  /** Its place in the list, from 1. */
  readonly position: number;
  readonly values: readonly GroupValue[];
}

/** The part of a series that one rate priced; null: that was stated. */
export interface UsageRate extends UsageSums {
  readonly rate: Rate | null;
}

/** A page of series with the sums of the whole list. */
export interface SeriesPage {
  readonly series: readonly UsageSeries[];
  readonly total: UsageSums;
  readonly seriesCount: number;
}

/** The sums of one series in one bucket. */
export interface UsagePoint extends UsageSums {
  readonly from: Date;
  readonly to: Date;
}

/**
 * Judges keys, filters, customers and asOf. Refuses: ID_INVALID (resourceId), GROUP_BY_INVALID, INPUT_INVALID (customerIds, filters, asOf), in this order.
 */
export function readBreakdownShape(input: BreakdownInput, now: Date): BreakdownShape {
  refuseProblems('ID_INVALID', input.resourceId == null ? [] : idProblems('resourceId', input.resourceId));
  const groupBy = (input.groupBy ?? []).map(groupKey);
  refuseProblems('GROUP_BY_INVALID', groupByProblems(groupBy));
  const problems = [...customerProblems(input), ...knownAtProblems(input.asOf ?? null, now)];
  const filters = readFilters(input.filters ?? [], problems);
  refuseProblems('INPUT_INVALID', problems);
  if (input.resourceId !== undefined) filters.push({ key: { name: 'resourceId', field: 'resourceId' }, test: { values: [input.resourceId] } });
  return {
    groupBy,
    filters,
    orderBy: input.orderBy ?? DEFAULT_SERIES_ORDER,
    customerIds: customersOf(input),
    knownAt: input.asOf ?? null,
  };
}

/** The customers asked for, each once; null: all of the environment. */
export function customersOf({ customerId, customerIds }: Pick<BreakdownInput, 'customerId' | 'customerIds'>): string[] | null {
  if (customerId != null) return [customerId];
  return customerIds ? [...new Set(customerIds)] : null;
}

export function customerProblems({ customerId, customerIds }: Pick<BreakdownInput, 'customerId' | 'customerIds'>): Problem[] {
  if (customerIds == null) return [];
  if (customerId != null) return [{ field: 'customerIds', message: 'must not be given together with customerId.' }];
  const fits = customerIds.length >= 1 && customerIds.length <= MOST_CUSTOMERS;
  return fits ? [] : [{ field: 'customerIds', message: `must have 1 to ${MOST_CUSTOMERS} customers.` }];
}

/** A state of knowledge is final when every report that was under way then has been committed or refused. */
function knownAtProblems(asOf: Date | null, now: Date): Problem[] {
  if (asOf === null) return [];
  const problems = instantProblems('asOf', asOf);
  const isFinal = asOf.getTime() <= now.getTime() - KNOWN_AFTER_MS;
  return isFinal || problems.length > 0
    ? problems
    : [{ field: 'asOf', message: `must be at least ${KNOWN_AFTER_MS / 60_000} minutes ago; leave it out for the present.` }];
}

function readFilters(inputs: readonly DimensionFilterInput[], problems: Problem[]): BreakdownFilter[] {
  const readKey = (field: string, name: string): GroupKey => {
    problems.push(...keyProblems(field, name));
    return groupKey(name);
  };
  const filters = readDimensionFilters('filters', inputs, readKey, problems);
  if (filters.some(looksIntoIds)) problems.push({ field: 'filters', message: 'grantId and rateId can be tested by equals, in and exists alone.' });
  return filters;
}

/** They mean nothing but themselves. */
function looksIntoIds(filter: BreakdownFilter): boolean {
  if ('key' in filter)
    return 'field' in filter.key && (filter.key.field === 'grantId' || filter.key.field === 'rateId') && !('values' in filter.test);
  if ('not' in filter) return looksIntoIds(filter.not);
  return ('and' in filter ? filter.and : filter.or).some(looksIntoIds);
}

/** Every key that a breakdown has to know the values of. */
export function keysOfShape({ groupBy, filters }: Pick<BreakdownShape, 'groupBy' | 'filters'>): GroupKey[] {
  return [...groupBy, ...filters.flatMap(keysOfFilter)];
}

/** `featureId` and the like are fields; every other name is a dimension, and so is what follows `dimensions.` */
export function groupKey(name: string): GroupKey {
  if (name.startsWith(DIMENSION_PREFIX)) return { name, dimension: name.slice(DIMENSION_PREFIX.length) };
  return Object.hasOwn(GROUP_FIELDS, name) ? { name, field: name as GroupField } : { name, dimension: name };
}

/** How a dimension is written as a key. */
export function dimensionKeyName(dimension: string): string {
  return Object.hasOwn(GROUP_FIELDS, dimension) || dimension.startsWith(DIMENSION_PREFIX) ? DIMENSION_PREFIX + dimension : dimension;
}

function groupByProblems(keys: readonly GroupKey[]): Problem[] {
  if (keys.length > MOST_GROUP_KEYS) return [{ field: 'groupBy', message: `has ${keys.length} keys; ${MOST_GROUP_KEYS} is the most.` }];
  const seen = new Set<string>();
  return keys.flatMap((key, index) => {
    const identity = 'field' in key ? `field ${key.field}` : `dimension ${key.dimension}`;
    if (seen.has(identity)) return [{ field: `groupBy.${index}`, message: 'is there twice.' }];
    seen.add(identity);
    const length = 'field' in key ? 1 : key.dimension.length;
    const fits = length >= 1 && length <= MOST_KEY_LENGTH && isStorableText(key.name);
    return fits ? [] : [{ field: `groupBy.${index}`, message: `must be a field or the name of a dimension, of 1 to ${MOST_KEY_LENGTH} characters.` }];
  });
}

/** The JSON text of a value, the same for equal values and different for all others; null for null. */
export function valueLabel(value: GroupValue): string | null {
  if (value === null) return null;
  return typeof value === 'object' ? numberLabel(value) : JSON.stringify(value);
}

/** The value that a label was made of. */
export function labelValue(label: string | null): GroupValue {
  if (label === null) return null;
  if (label.startsWith('"')) return JSON.parse(label) as string;
  return label === 'true' || label === 'false' ? label === 'true' : new Decimal(label);
}

/** Shortest digits without an exponent; 0 and -0 are one. */
function numberLabel(number: Decimal): string {
  return number.isZero() ? '0' : number.toFixed();
}

/** What is left of the total without the given series. */
export function withoutSeries(total: UsageSums, series: readonly UsageSums[]): UsageSums {
  return series.reduce(
    (rest, { credits, value, eventCount }) => ({
      credits: rest.credits - credits,
      value: rest.value - value,
      eventCount: rest.eventCount - eventCount,
    }),
    total,
  );
}

/** The points of the total without those of the given series; where nothing is left, there is none. */
export function pointsWithoutSeries(total: readonly UsagePoint[], series: readonly (readonly UsagePoint[])[]): UsagePoint[] {
  const byStart = new Map<number, UsagePoint[]>(total.map(({ from }) => [from.getTime(), []]));
  for (const point of series.flat()) byStart.get(point.from.getTime())!.push(point);
  return total.flatMap((point) => {
    const rest = { ...point, ...withoutSeries(point, byStart.get(point.from.getTime())!) };
    return rest.eventCount === 0 && rest.credits === 0n ? [] : [rest];
  });
}

const QUOTIENT_SCALE = 10n ** 12n;

/** One amount by another, rounded half-even at 12 decimals; null where that is 0. */
export function quotientOf(amount: Credits, by: Credits): Credits | null {
  if (by === 0n) return null;
  const [dividend, divisor] = by < 0n ? [-amount * QUOTIENT_SCALE, -by] : [amount * QUOTIENT_SCALE, by];
  const quotient = dividend / divisor;
  const twiceRest = (dividend % divisor) * 2n;
  const size = twiceRest < 0n ? -twiceRest : twiceRest;
  const isAway = size > divisor || (size === divisor && quotient % 2n !== 0n);
  return isAway ? quotient + (twiceRest < 0n ? -1n : 1n) : quotient;
}

/** Credits as a part of the total, from 0 to 1, rounded half-even at 12 decimals; null where the total is 0. */
export function shareOf(credits: Credits, total: Credits): string | null {
  const share = quotientOf(credits, total);
  return share === null ? null : creditsToText(share);
}

/** One point per bucket: those that are missing have no usage. */
export function zeroFilled(points: readonly UsagePoint[], buckets: readonly { from: Date; to: Date }[]): UsagePoint[] {
  const byStart = new Map(points.map((point) => [point.from.getTime(), point]));
  return buckets.map(({ from, to }) => byStart.get(from.getTime()) ?? { from, to, ...NO_USAGE });
}
