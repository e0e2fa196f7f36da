import { blockStart, dayNumber, ROLLUP_DAYS, type RollupDays } from './rollup';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A block of the rollups that is added (1) or subtracted (-1). */
export interface CoverBlock {
  readonly days: RollupDays;
  readonly start: number;
  readonly sign: 1 | -1;
}

/** A stretch whose events are added or subtracted one by one. */
export interface CoverSpan {
  readonly from: Date;
  readonly to: Date;
  readonly sign: 1 | -1;
}

/** What gives the sums of a range: every millisecond in it is counted exactly once, every other not at all. */
export interface Cover {
  readonly blocks: readonly CoverBlock[];
  readonly spans: readonly CoverSpan[];
}

interface PricedCover extends Cover {
  readonly cost: number;
}

/** In milliseconds, half-open. */
type Stretch = readonly [from: number, to: number];

/** Where the sums of a breakdown come from. */
export const BREAKDOWN_SOURCES = { ROLLUPS: 'ROLLUPS', EVENTS: 'EVENTS', ROLLUPS_AND_EVENTS: 'ROLLUPS_AND_EVENTS' } as const;
export type BreakdownSource = keyof typeof BREAKDOWN_SOURCES;

const NOTHING: PricedCover = { blocks: [], spans: [], cost: 0 };
/** Reading a busy day's events costs about as much as reading so many blocks. */
const DAY_OF_EVENTS_COST = 4;
const COARSEST = ROLLUP_DAYS.length - 1;

/**
 * The cheapest cover of a range by blocks and events. There are no events from `emptyFrom` on, so that a block
 * which reaches beyond it can stand for a range that ends there.
 */
export function coverRange(from: Date, to: Date, emptyFrom: Date): Cover {
  const end = Math.min(to.getTime(), emptyFrom.getTime());
  const level = levelHolding(dayNumber(from), end);
  const days = ROLLUP_DAYS[level]!;
  const covers: PricedCover[] = [];
  for (let start = blockStart(dayNumber(from), days); start * DAY_MS < end; start += days)
    covers.push(coverInBlock(level, start, [[from.getTime(), end]], emptyFrom.getTime()));
  return joined(covers);
}

/** That of the smallest block which holds a range that begins on the day: a larger one would only have to be cut down to it. The coarsest where none does. */
function levelHolding(day: number, end: number): number {
  const level = ROLLUP_DAYS.findIndex((days) => (blockStart(day, days) + days) * DAY_MS >= end);
  return level < 0 ? COARSEST : level;
}

/** Events alone, for what blocks cannot tell apart. */
export function coverByEvents(from: Date, to: Date): Cover {
  return { blocks: [], spans: [{ from, to, sign: 1 }] };
}

/** Covers the part of `wanted` in one block: by parts of the block, or by the whole block without the parts that are not wanted. */
function coverInBlock(level: number, start: number, wanted: readonly Stretch[], emptyFrom: number): PricedCover {
  const days = ROLLUP_DAYS[level]!;
  const whole: Stretch = [start * DAY_MS, Math.min((start + days) * DAY_MS, emptyFrom)];
  const inside = within(wanted, whole);
  const first = inside[0];
  if (!first) return NOTHING;
  const block: PricedCover = { blocks: [{ days, start, sign: 1 }], spans: [], cost: 1 };
  if (first[0] === whole[0] && first[1] === whole[1]) return block;
  const byParts = coverByParts(level, start, inside, emptyFrom);
  if (byParts.cost <= block.cost) return byParts;
  const withoutRest = joined([block, negated(coverByParts(level, start, outside(inside, whole), emptyFrom))]);
  return withoutRest.cost < byParts.cost ? withoutRest : byParts;
}

function coverByParts(level: number, start: number, wanted: readonly Stretch[], emptyFrom: number): PricedCover {
  if (level === 0) return joined(wanted.map(eventsOf));
  const partDays = ROLLUP_DAYS[level - 1]!;
  const parts: PricedCover[] = [];
  for (let part = start; part < start + ROLLUP_DAYS[level]!; part += partDays) parts.push(coverInBlock(level - 1, part, wanted, emptyFrom));
  return joined(parts);
}

function eventsOf([from, to]: Stretch): PricedCover {
  return { blocks: [], spans: [{ from: new Date(from), to: new Date(to), sign: 1 }], cost: ((to - from) / DAY_MS) * DAY_OF_EVENTS_COST };
}

function within(stretches: readonly Stretch[], [from, to]: Stretch): Stretch[] {
  const clipped: Stretch[] = [];
  for (const [start, end] of stretches) if (start < to && end > from) clipped.push([Math.max(start, from), Math.min(end, to)]);
  return clipped;
}

/** What the ordered stretches leave over of the whole. */
function outside(stretches: readonly Stretch[], [from, to]: Stretch): Stretch[] {
  const gaps: Stretch[] = [];
  let position = from;
  for (const [start, end] of stretches) {
    if (position < start) gaps.push([position, start]);
    position = end;
  }
  if (position < to) gaps.push([position, to]);
  return gaps;
}

function joined(covers: readonly PricedCover[]): PricedCover {
  return {
    blocks: covers.flatMap(({ blocks }) => blocks),
    spans: covers.flatMap(({ spans }) => spans),
    cost: covers.reduce((cost, cover) => cost + cover.cost, 0),
  };
}

function negated(cover: PricedCover): PricedCover {
  return { blocks: cover.blocks.map(opposite), spans: cover.spans.map(opposite), cost: cover.cost };
}

function opposite<T extends { readonly sign: 1 | -1 }>(piece: T): T {
  return { ...piece, sign: piece.sign === 1 ? -1 : 1 };
}
