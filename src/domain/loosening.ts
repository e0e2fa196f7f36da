/*
 * When the server loosens a dimension by itself. What was measured to choose these numbers is in docs/decisions.md.
 */

/** How many of a customer's newest dimension sets are judged, by the events since the first of them. */
export const NEWEST_SETS = 1_000;
/** Where every fourth event brings a set of its own, rollups come to the size of the events, and adding up saves little. */
export const EVENTS_PER_NEW_SET = 4;
/** A dimension that has more values than this makes more sets than a breakdown should have to add up; so many sets are too many in any case. */
export const MANY_VALUES = 100_000;
/** How many older sets are compared with the newest events. As many as NEWEST_SETS between them are left out: what lasts a while is in both. */
export const OLDER_SETS = 50_000;
/** How often a value is met again is chance: so many meetings more speak in favour of few values. */
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

/** How often these events have a dimension, and its different values in them, in the older sets, and in both. */
export interface ValueGrowth {
  readonly name: string;
  readonly eventCount: number;
  readonly newValues: number;
  readonly olderValues: number;
  readonly commonValues: number;
}

/** Whether so many events bring a set of their own that rolling them up is of no use. */
export function isGrowingFast({ newestCount, eventCount }: SetGrowth): boolean {
  return newestCount === NEWEST_SETS && eventCount < EVENTS_PER_NEW_SET * newestCount;
}

/**
 * The dimensions that make sets grow so fast. Combinations of few values each fill up sooner or later, and are left alone until there are too many of
 * them: then the dimension with the most values goes.
 */
export function dimensionsToLoosen({ setCount }: SetGrowth, values: readonly ValueGrowth[], loosened: ReadonlySet<string>): string[] {
  const endless = values.filter((one) => hardlyRepeats(one) || hardlyComesBack(one));
  // What was loosened and still is in new sets is there because a seller wants it so; the other dimensions shall not pay for it.
  const isKept = values.some(({ name }) => loosened.has(name));
  const widest = setCount >= MANY_VALUES && endless.length === 0 && !isKept ? [...values].sort(byValues).slice(0, 1) : [];
  return [...endless, ...widest].map(({ name }) => name).filter((name) => !loosened.has(name));
}

/** Of n events drawn from v values, n² / 2v pairs have the same: where fewer have, there are more values. */
function hardlyRepeats({ eventCount, newValues }: ValueGrowth): boolean {
  return (eventCount * eventCount) / 2 >= MANY_VALUES * (eventCount - newValues + BENEFIT_OF_DOUBT);
}

/** Of two samples with a and b of v values, a × b / v are in both: where fewer are, there are more values, or old ones are given up. */
function hardlyComesBack({ newValues, olderValues, commonValues }: ValueGrowth): boolean {
  return newValues * olderValues >= MANY_VALUES * (commonValues + BENEFIT_OF_DOUBT);
}

function byValues(a: ValueGrowth, b: ValueGrowth): number {
  const count = ({ newValues, olderValues, commonValues }: ValueGrowth) => newValues + olderValues - commonValues;
  return count(b) - count(a) || (a.name < b.name ? -1 : 1);
}

/** After how many new sets a customer with so many is looked at again: they cannot grow by more than half unseen. */
export function setsUntilNextLook(setCount: number): number {
  return Math.max(NEWEST_SETS, Math.floor(setCount / 2));
}
