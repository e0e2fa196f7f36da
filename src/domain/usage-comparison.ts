import type { GroupValue, UsageSums } from './breakdown';
import type { Credits } from './credits';
import { DrawdownError, refuseProblems } from './errors';
import { instantProblems } from './instant';
import type { Span } from './time-range';

/** The range to compare with; absent: one as long, directly before. */
export interface PreviousRangeInput {
  readonly previousFrom?: Date | null;
  readonly previousTo?: Date | null;
}

/** How the credits came to change; the three parts add up to the change, to the last digit. */
export interface UsageChange {
  readonly previous: UsageSums;
  readonly current: UsageSums;
  readonly change: Credits;
  /** By how much was used: the change of a feature's value at its previous price per unit. All of it where there was no value before. */
  readonly volumeChange: Credits;
  /** By rates that priced nothing in the previous range: what they took beyond the previous price per unit of the feature. */
  readonly priceChange: Credits;
  /** By what was used: the rest, such as dearer requests at the same rate. */
  readonly mixChange: Credits;
}

/** A series of two ranges. */
export interface ComparedSeries extends UsageChange {
  /** Its place in the list, from 1. */
  readonly position: number;
  readonly values: readonly GroupValue[];
}

/** Sums of two ranges with the parts that are computed by feature, each rounded at 12 decimals. */
export interface ChangeParts {
  readonly previous: UsageSums;
  readonly current: UsageSums;
  readonly volumeChange: Credits;
  readonly priceChange: Credits;
}

export function usageChange(parts: ChangeParts): UsageChange {
  const change = parts.current.credits - parts.previous.credits;
  return { ...parts, change, mixChange: change - parts.volumeChange - parts.priceChange };
}

/** Refuses: TIME_RANGE_INVALID. */
export function resolvePreviousRange({ previousFrom, previousTo }: PreviousRangeInput, current: Span): Span {
  if (!previousFrom && !previousTo) return { from: new Date(2 * current.from.getTime() - current.to.getTime()), to: current.from };
  if (!previousFrom || !previousTo)
    refuseProblems('TIME_RANGE_INVALID', [
      { field: previousFrom ? 'previousTo' : 'previousFrom', message: 'must be given: previousFrom and previousTo belong together.' },
    ]);
  refuseProblems('TIME_RANGE_INVALID', [...instantProblems('previousFrom', previousFrom), ...instantProblems('previousTo', previousTo)]);
  if (previousFrom! >= previousTo!) throw new DrawdownError('TIME_RANGE_INVALID', 'previousTo must be after previousFrom.');
  return { from: previousFrom!, to: previousTo! };
}
