import type { Credits } from './credits';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The sizes of the rollups' blocks, in UTC days. Each is a multiple of the one before, and every charge is in one block of each size. */
export const ROLLUP_DAYS = [1, 8, 64] as const;
export type RollupDays = (typeof ROLLUP_DAYS)[number];

/** Days since 1970-01-01 UTC. */
export function dayNumber(at: Date): number {
  return Math.floor(at.getTime() / DAY_MS);
}

/** The day number with which the block of this size begins that holds the day. */
export function blockStart(day: number, days: RollupDays): number {
  return Math.floor(day / days) * days;
}

export function dayStart(day: number): Date {
  return new Date(day * DAY_MS);
}

/** What a cell is about. `set` stands for the dimension set; grantKey 0n is overdraft or a charge of nothing. */
export interface RollupScope<Set> {
  readonly customerKey: bigint;
  readonly set: Set;
  readonly featureKey: number;
  readonly poolKey: bigint;
  readonly grantKey: bigint;
}

/** What is to be added to one cell. */
export interface RollupDelta<Set> extends RollupScope<Set> {
  readonly days: RollupDays;
  readonly start: number;
  credits: Credits;
  value: Credits;
  eventCount: number;
}

/** Sums what a batch adds to the cells, so that each cell is touched once. */
export class RollupDeltas<Set extends { readonly id: number }> {
  private readonly cells = new Map<string, RollupDelta<Set>>();

  add(scope: RollupScope<Set>, at: Date, credits: Credits, value: Credits, eventCount: number): void {
    const day = dayNumber(at);
    const scopeText = `${scope.set.id}:${scope.featureKey}:${scope.poolKey}:${scope.grantKey}`;
    for (const days of ROLLUP_DAYS) {
      const start = blockStart(day, days);
      const id = `${days}:${start}:${scopeText}`;
      const cell = this.cells.get(id);
      if (!cell) {
        this.cells.set(id, { ...scope, days, start, credits, value, eventCount });
        continue;
      }
      cell.credits += credits;
      cell.value += value;
      cell.eventCount += eventCount;
    }
  }

  get all(): readonly RollupDelta<Set>[] {
    return [...this.cells.values()];
  }
}
