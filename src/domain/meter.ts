import { readEventFilters } from './breakdown-dimensions';
import { creditsFromText, type Credits } from './credits';
import { Decimal } from './decimal';
import type { DimensionFilter, DimensionFilterInput } from './dimension-filter';
import { passesFilter } from './dimension-match';
import { isNumber, nameProblem, type Dimensions } from './dimensions';
import { DrawdownError, type Problem } from './errors';
import { textProblems } from './ids';

export const MOST_EVENT_NAME_LENGTH = 255;
/** Features of one environment whose meters have the same event name: each may charge one event. */
export const MOST_METERS = 32;

/** Which raw events are usage of a feature, and how much of it each is. */
export interface Meter {
  readonly eventName: string;
  /** All must pass, as they were written. */
  readonly filters: readonly DimensionFilterInput[];
  /** The dimension that says how much was used; null: each event is 1. */
  readonly valueDimension: string | null;
}

/** A meter as a caller wrote it. */
export interface MeterInput {
  readonly eventName: string;
  readonly filters?: readonly DimensionFilterInput[] | null;
  readonly valueDimension?: string | null;
}

/** A feature with a meter that is made ready to be asked many times. */
export interface MeteredFeature {
  readonly featureKey: number;
  readonly featureId: string;
  readonly filters: readonly DimensionFilter[];
  readonly valueDimension: string | null;
}

export function eventNameProblems(field: string, eventName: string): Problem[] {
  return textProblems(field, eventName, MOST_EVENT_NAME_LENGTH);
}

/** What is wrong with a meter; a missing one is no problem. */
export function meterProblems(field: string, input: MeterInput | null | undefined): Problem[] {
  if (!input) return [];
  const problems = eventNameProblems(`${field}.eventName`, input.eventName);
  readEventFilters(`${field}.filters`, input.filters ?? [], problems);
  const message = input.valueDimension == null ? undefined : nameProblem(input.valueDimension);
  return message === undefined ? problems : [...problems, { field: `${field}.valueDimension`, message }];
}

/** A meter without problems. */
export function meterFrom({ eventName, filters, valueDimension }: MeterInput): Meter {
  return { eventName, filters: (filters ?? []).map(withoutGaps), valueDimension: valueDimension ?? null };
}

/** Only what was given. To equal nothing is not to exist. */
function withoutGaps({ equals, and, or, not, ...rest }: DimensionFilterInput): DimensionFilterInput {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null && value !== undefined));
  return {
    ...given,
    ...(equals === null ? { exists: false } : equals !== undefined && { equals }),
    ...(and && { and: and.map(withoutGaps) }),
    ...(or && { or: or.map(withoutGaps) }),
    ...(not && { not: withoutGaps(not) }),
  };
}

export function meteredFeature(featureKey: number, featureId: string, { filters, valueDimension }: Meter): MeteredFeature {
  return { featureKey, featureId, filters: readEventFilters('filters', filters, []), valueDimension };
}

/** Whether an event of the meter's name is usage of the feature. */
export function isMetered({ filters }: MeteredFeature, dimensions: Dimensions): boolean {
  return filters.every((filter) => passesFilter(filter, dimensions));
}

const ONE = creditsFromText('1')!;

/** How much of the feature an event is. Refuses: DIMENSION_MISSING, DIMENSION_TYPE, AMOUNT_INVALID (more digits than an amount has). */
export function meteredValue({ valueDimension }: MeteredFeature, dimensions: Dimensions): Credits {
  if (valueDimension === null) return ONE;
  const name = JSON.stringify(valueDimension);
  const value = dimensions.get(valueDimension);
  if (value === undefined) throw new DrawdownError('DIMENSION_MISSING', `The meter counts the dimension ${name}, which the event does not have.`);
  if (!isNumber(value)) throw new DrawdownError('DIMENSION_TYPE', `The meter counts the dimension ${name}, which must be a number.`);
  const amount = creditsFromText(value.toFixed());
  if (amount === null)
    throw new DrawdownError('AMOUNT_INVALID', `The meter counts the dimension ${name}, which has more than 26 digits before the point or 12 after.`);
  return amount;
}

/** A meter as JSON that any program can read without losing digits: a number is `{"number": "1.5"}`. */
export function meterToJson({ eventName, filters, valueDimension }: Meter): object {
  return { eventName, filters: filters.map((filter) => mapped(filter, valueToJson)), valueDimension };
}

export function meterFromJson(json: unknown): Meter {
  const { filters, ...meter } = json as Meter;
  return { ...meter, filters: filters.map((filter) => mapped(filter, valueFromJson)) };
}

/** The filter with every text, number and boolean in it put through a function. */
function mapped(value: unknown, change: (value: unknown) => unknown): DimensionFilterInput {
  const map = (inner: unknown): unknown => {
    const changed = change(inner);
    if (changed !== inner || typeof inner !== 'object' || inner === null) return changed;
    if (Array.isArray(inner)) return inner.map(map);
    return Object.fromEntries(Object.entries(inner).map(([name, item]) => [name, map(item)]));
  };
  return map(value) as DimensionFilterInput;
}

function valueToJson(value: unknown): unknown {
  return value instanceof Decimal ? { number: value.toFixed() } : value;
}

function valueFromJson(value: unknown): unknown {
  const isOfNumber = typeof value === 'object' && value !== null && 'number' in value;
  return isOfNumber ? new Decimal((value as { number: string }).number) : value;
}
