import { groupKey } from './breakdown';
import { keyProblems, readDimensionFilters, type DimensionFilter, type DimensionFilterInput } from './dimension-filter';
import type { DimensionType } from './dimensions';
import type { Problem } from './errors';

/** A dimension of events of one scope and range. */
export interface DimensionUsage {
  readonly dimension: string;
  /** How many of the events have it. */
  readonly eventCount: number;
  /** What kinds of values it has there. */
  readonly types: readonly DimensionType[];
  /** Some of its values are with each event and not in its dimension set, of some customer in the scope, whenever that was. */
  readonly loose: boolean;
}

/** How many different values a dimension has. */
export interface DistinctValues {
  readonly count: number;
  readonly isEstimate: boolean;
}

/** What some of the events that have a dimension tell about its values. */
export interface ValueSample {
  /** The events looked at that have the dimension. */
  readonly eventCount: number;
  /** Their different values. */
  readonly values: number;
  /** Those of the values that only one of them has. */
  readonly once: number;
}

/**
 * The number of different values of the events that have a dimension: exact where all of them were looked at; otherwise the estimator Duj1 of Haas and
 * Stokes (1998), which PostgreSQL's ANALYZE uses, too: the more values were seen only once, the more are left unseen.
 */
export function distinctValues(eventCount: number, { eventCount: seen, values, once }: ValueSample): DistinctValues {
  if (seen >= eventCount) return { count: values, isEstimate: false };
  const estimate = seen === 0 ? 1 : (seen * values) / (seen - once + (once * seen) / eventCount);
  return { count: Math.round(Math.min(Math.max(estimate, values), eventCount)), isEstimate: true };
}

/** The dimension that a key means, written as in groupBy; null, with a problem added, where it means a field of the events. */
export function dimensionOfKey(field: string, key: string, problems: Problem[]): string | null {
  const named = groupKey(key);
  if ('dimension' in named) return named.dimension;
  problems.push({ field, message: `is a field and not a dimension; a dimension of this name is written dimensions.${key}.` });
  return null;
}

/** Reads filters where fields have arguments of their own: a key can only mean a dimension. Puts what is wrong into `problems`. */
export function readEventFilters(field: string, inputs: readonly DimensionFilterInput[], problems: Problem[]): DimensionFilter[] {
  const readKey = (at: string, key: string) => {
    problems.push(...keyProblems(at, key));
    return dimensionOfKey(at, key, problems) ?? key;
  };
  return readDimensionFilters(field, inputs, readKey, problems);
}
