const DAY_MS = 24 * 60 * 60 * 1000;

/** The sizes of the rollups' blocks, in UTC days. Each is a multiple of the one before, and every charge is in one block of each size. */
export const ROLLUP_DAYS = [1, 4, 16, 64] as const;
export type RollupDays = (typeof ROLLUP_DAYS)[number];

/** Days since 1970-01-01 UTC. */
export function dayNumber(at: Date): number {
  return Math.floor(at.getTime() / DAY_MS);
}

/** The day number with which the block of this size begins that holds the day. */
export function blockStart(day: number, days: RollupDays): number {
  return Math.floor(day / days) * days;
}
