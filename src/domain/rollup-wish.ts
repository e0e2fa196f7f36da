import type { Rollup } from './rollup';

/*
 * Which rollups a customer gets. What was measured to choose these numbers is in docs/decisions.md.
 */

/** Besides the base rollup. Every one of them is written with every event. */
export const MOST_ROLLUPS = 8;
/** What was found not to pay is remembered for so many wishes of a customer. */
export const MOST_DECLINED = 24;
/** More names than this are asked for by filters that nobody repeats. */
export const MOST_ROLLUP_DIMENSIONS = 16;
/** The events of so few are read in less time than anybody notices. */
export const FEWEST_EVENTS = 2_000;
/** So many take seconds to read: from here on all of a customer's dimensions together are rolled up before anybody asks, where that is much less than the events. */
export const FEWEST_EVENTS_OF_WHOLE = 20_000;
/** How many of a customer's newest events are looked at to find out what a rollup would be worth. */
export const SAMPLED_EVENTS = 50_000;
/** So many cells, of blocks of all sizes together, may come of an event; there are 4 sizes, so that 4 would save nothing. */
const MOST_CELLS_PER_EVENT = 3;
/** What nobody has asked for yet has to save more. */
const MOST_CELLS_PER_EVENT_UNASKED = 1.5;
/** So many may come of an event in all of a customer's rollups together. */
const MOST_CELLS_PER_EVENT_TOGETHER = 4;
/** A rollup that tells more apart than was asked for is good enough below this size, and unless another would be so many times smaller. */
const SMALL_ROLLUP = 3_000;
const MUCH_SMALLER = 4;

/** What a question would have been answered from, had there been such a rollup. */
export interface RollupWish {
  readonly customerKey: bigint;
  /** Sorted. */
  readonly dimensions: readonly string[];
  readonly byRate: boolean;
  readonly byGrant: boolean;
  /** Nobody has asked for it yet; it takes no other's place. */
  readonly unasked?: true;
}

/** What of the newest events, or of the cells of a rollup that tells more apart, tells what a rollup would be worth. */
export interface RollupProspect {
  readonly sampledEvents: number;
  /** Of all sizes. */
  readonly cells: number;
  /** Cells in a block of 64 days. */
  readonly size: number;
}

/** Tells a wish from every other. */
export function wishId({ customerKey, dimensions, byRate, byGrant }: RollupWish): string {
  return `${customerKey}:${byRate}:${byGrant}:${JSON.stringify(dimensions)}`;
}

/** Whether reading cells instead of events, or of those of a rollup of a given size (null: there is none), is worth writing them. */
export function pays({ sampledEvents, cells, size }: RollupProspect, presentSize: bigint | null, unasked = false): boolean {
  if (cells > sampledEvents * (unasked ? MOST_CELLS_PER_EVENT_UNASKED : MOST_CELLS_PER_EVENT)) return false;
  return presentSize === null || presentSize >= BigInt(size * MUCH_SMALLER);
}

/** Whether so many cells, those of a new rollup included, are too many for a customer with so many events. */
export function areTooMany(cells: bigint, eventCount: bigint): boolean {
  return cells > eventCount * BigInt(MOST_CELLS_PER_EVENT_TOGETHER);
}

/** How many cells a rollup would have. */
export function prospectiveCells({ sampledEvents, cells }: RollupProspect, eventCount: bigint): bigint {
  return (BigInt(cells) * eventCount) / BigInt(Math.max(1, sampledEvents));
}

/** Whether a rollup that answers a question reads far more than the question needs. */
export function mayBeTooLarge(size: number): boolean {
  return size > SMALL_ROLLUP;
}

/** Whether what was declined is to be judged again. */
export function isOutgrown(eventCountThen: bigint, eventCount: bigint): boolean {
  return eventCount >= 2n * eventCountThen;
}

export function isSameWish(rollup: Omit<Rollup, 'key'>, wish: RollupWish): boolean {
  const { dimensions, byRate, byGrant } = rollup;
  return byRate === wish.byRate && byGrant === wish.byGrant && JSON.stringify(dimensions) === JSON.stringify(wish.dimensions);
}

/** Whether what the rollup tells apart includes what is wished for. */
export function covers({ dimensions, byRate, byGrant }: Omit<Rollup, 'key'>, wish: RollupWish): boolean {
  const tellsNames = dimensions !== null && wish.dimensions.every((name) => dimensions.includes(name));
  return tellsNames && (byRate || !wish.byRate) && (byGrant || !wish.byGrant);
}
