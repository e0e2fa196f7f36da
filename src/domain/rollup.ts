import { creditsToText, type Credits } from './credits';

export const DAY_MS = 24 * 60 * 60 * 1000;

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

/** What a customer's usage is added up by, besides days and pools. */
export interface Rollup {
  /** Of all rollups of the customer. */
  readonly key: number;
  /** The names of dimensions, sorted; null: no values, but which dimensions the events have, and of which types. */
  readonly dimensions: readonly string[] | null;
  readonly byRate: boolean;
  readonly byGrant: boolean;
}

/** Every customer has it from the first event on: it answers what has nothing to do with the values of dimensions. */
export const BASE_ROLLUP: Rollup = { key: 0, dimensions: null, byRate: true, byGrant: true };

/**
 * What a cell of a rollup is about: a block of days, and all by which its draws can be told apart. 0 stands for what the rollup does not tell apart, and
 * as `grantKey` for overdraft, or no draw at all.
 */
export interface RollupCell {
  readonly rollupKey: number;
  readonly days: RollupDays;
  readonly start: number;
  readonly setKey: bigint;
  readonly rateKey: number;
  readonly poolKey: bigint;
  readonly grantKey: bigint;
}

/** A sum as it is kept: `small` units of 10^-9 plus `large`. Of all ways to write it only one is canonical; see README.md beside this file. */
export interface RollupSum {
  readonly small: bigint;
  readonly large: Credits | null;
}

export interface RollupSums {
  readonly credits: RollupSum;
  readonly value: RollupSum;
  readonly eventCount: bigint;
}

/** A cell that is not what events and draws add up to; null: there is no such cell, or there should be none. */
export interface RollupDifference {
  readonly cell: RollupCell;
  readonly found: RollupSums | null;
  readonly expected: RollupSums | null;
}

/** A unit of the small part is 10^-9 credits. */
export const CREDITS_PER_SMALL = 1_000n;
/** A sum of small amounts that reaches this many units, 10^9 credits, needs a large part. */
export const SMALL_BOUND = 10n ** 18n;
/** An amount of this many units, 10^6 credits, is not small: those of a whole batch together stay below the bound. */
export const SMALL_AMOUNT_BOUND = SMALL_BOUND / 1_000n;

/** An amount in units of the small part; null where it is not small, because it has more than 9 decimals or is too large. */
export function smallPart(amount: Credits): bigint | null {
  const small = amount / CREDITS_PER_SMALL;
  const fits = small * CREDITS_PER_SMALL === amount && small < SMALL_AMOUNT_BOUND && small > -SMALL_AMOUNT_BOUND;
  return fits ? small : null;
}

export function sameSums(a: RollupSums | null, b: RollupSums | null): boolean {
  if (a === null || b === null) return a === b;
  return sameSum(a.credits, b.credits) && sameSum(a.value, b.value) && a.eventCount === b.eventCount;
}

function sameSum(a: RollupSum, b: RollupSum): boolean {
  return a.small === b.small && a.large === b.large;
}

/** One sentence for people. */
export function rollupDifferenceText({ cell, found, expected }: RollupDifference): string {
  const which = `A cell of ${cell.days} days from day ${cell.start}`;
  const [is, shouldBe] = [found && sumsText(found), expected && sumsText(expected)];
  if (is !== null && is === shouldBe) return `${which} has the right sums (${is}), but not in their canonical form.`;
  return `${which} (credits, value, events) is ${is ?? 'missing'}, not ${shouldBe ?? 'to be there'}.`;
}

function sumsText({ credits, value, eventCount }: RollupSums): string {
  return [creditsToText(sumAmount(credits)), creditsToText(sumAmount(value)), eventCount].join(', ');
}

/** The amount that the parts make up. */
function sumAmount({ small, large }: RollupSum): Credits {
  return small * CREDITS_PER_SMALL + (large ?? 0n);
}
