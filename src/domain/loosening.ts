/*
 * When the server loosens a dimension by itself. What was measured to choose these numbers is in docs/decisions.md.
 */

/** How many of a customer's newest dimension sets are judged. */
export const NEWEST_SETS = 2_000;
/** Where at least every fourth event brings a set of its own, rollups are about as large as the events, and adding them up saves nothing. */
export const EVENTS_PER_NEW_SET = 4;
/** A dimension that may have more values than this makes more sets than a breakdown should have to add up; so many sets are too many in any case. */
export const MANY_VALUES = 100_000;
/** How many of the sets before the newest ones are compared with them. */
export const OLDER_SETS = 50_000;
/** The number of values that two samples have in common is chance, the more so the smaller it is: so much is added to it in favour of few values. */
const BENEFIT_OF_DOUBT = 3;

/** How a customer's dimension sets have grown of late. */
export interface SetGrowth {
  /** All sets, counted up to MANY_VALUES. */
  readonly setCount: number;
  /** Up to NEWEST_SETS. */
  readonly newestCount: number;
  /** How many events there were since the first of the newest sets, counted up to EVENTS_PER_NEW_SET × NEWEST_SETS. */
  readonly eventCount: number;
}

/** The different values of a dimension in the newest sets, in the OLDER_SETS before them, and in both. */
export interface ValueGrowth {
  readonly name: string;
  readonly newValues: number;
  readonly olderValues: number;
  readonly commonValues: number;
}

/** Whether most events bring a set of their own, and there is enough to tell why. */
export function isGrowingFast({ setCount, newestCount, eventCount }: SetGrowth): boolean {
  return newestCount === NEWEST_SETS && setCount >= 2 * NEWEST_SETS && eventCount < EVENTS_PER_NEW_SET * newestCount;
}

/**
 * The dimensions that make sets grow so fast. Of a dimension with many values, the newest sets and those before have few in common: their numbers tell
 * how many there are in all (as fish that were marked tell of a lake's). Combinations of few values each fill up sooner or later, and are left
 * alone until there are too many of them: then the dimension with the most values goes.
 */
export function dimensionsToLoosen({ setCount }: SetGrowth, values: readonly ValueGrowth[], loosened: ReadonlySet<string>): string[] {
  const endless = values.filter(hasManyValues);
  // What was loosened and still is in new sets is there because a seller wants it so; the other dimensions shall not pay for it.
  const isKept = values.some(({ name }) => loosened.has(name));
  const widest = setCount >= MANY_VALUES && endless.length === 0 && !isKept ? [...values].sort(byValues).slice(0, 1) : [];
  return [...endless, ...widest].map(({ name }) => name).filter((name) => !loosened.has(name));
}

function hasManyValues({ newValues, olderValues, commonValues }: ValueGrowth): boolean {
  return newValues * olderValues >= MANY_VALUES * (commonValues + BENEFIT_OF_DOUBT);
}

function byValues(a: ValueGrowth, b: ValueGrowth): number {
  const count = ({ newValues, olderValues, commonValues }: ValueGrowth) => newValues + olderValues - commonValues;
  return count(b) - count(a) || (a.name < b.name ? -1 : 1);
}

/** After how many new sets a customer with so many is looked at again: often enough that they cannot grow by more than a quarter unseen. */
export function setsUntilNextLook(setCount: number): number {
  return Math.max(NEWEST_SETS / 2, Math.floor(setCount / 4));
}
