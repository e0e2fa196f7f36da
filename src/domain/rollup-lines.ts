import type { Credits } from './credits';
import type { BatchSet, PlacedEvent, Projection } from './dimension-placement';
import { dayNumber, smallPart } from './rollup';

/** What a batch adds to the cells of one day, and so to those of each larger block that holds it. */
export interface RollupLine {
  readonly customerKey: bigint;
  readonly rollupKey: number;
  readonly day: number;
  readonly set: BatchSet;
  readonly rateKey: number;
  readonly poolKey: bigint;
  readonly grantKey: bigint;
  readonly credits: Addends;
  readonly value: Addends;
  eventCount: number;
}

/** Amounts added up by whether they are small: of an amount that has more than 9 decimals or is too large, all is large. */
export interface Addends {
  /** In units of 10^-9. */
  small: bigint;
  /** Null: there was no amount that is not small. */
  large: Credits | null;
}

/** Adds a batch up. Value and count stand with an event's first draw, so that they add up over grants; where grants are not told apart, an event is one amount. */
export function rollupLines(events: readonly PlacedEvent[]): RollupLine[] {
  const lines = new Map<string, RollupLine>();
  for (const placed of events)
    for (const projection of placed.projections)
      drawsOf(placed, projection).forEach(({ grantKey, amount }, index) => {
        const line = lineOf(lines, placed, projection, grantKey ?? 0n);
        add(line.credits, amount);
        if (index > 0) return;
        add(line.value, placed.event.value);
        line.eventCount += 1;
      });
  return [...lines.values()];
}

function drawsOf(
  { event: { charge } }: PlacedEvent,
  { rollup }: Projection,
): readonly { readonly grantKey: bigint | null; readonly amount: Credits }[] {
  return rollup.byGrant && charge.draws.length > 0 ? charge.draws : [{ grantKey: null, amount: charge.cost }];
}

function lineOf(lines: Map<string, RollupLine>, { event }: PlacedEvent, { rollup, set }: Projection, grantKey: bigint): RollupLine {
  const { customerKey, poolKey, at } = event;
  const rateKey = rollup.byRate ? (event.charge.rate?.key ?? 0) : 0;
  const day = dayNumber(at);
  const id = `${rollup.key}:${set.index}:${day}:${rateKey}:${poolKey}:${grantKey}`;
  let line = lines.get(id);
  if (!line) {
    const nothing = { small: 0n, large: null };
    line = {
      customerKey,
      rollupKey: rollup.key,
      day,
      set,
      rateKey,
      poolKey,
      grantKey,
      credits: { ...nothing },
      value: { ...nothing },
      eventCount: 0,
    };
    lines.set(id, line);
  }
  return line;
}

function add(sum: Addends, amount: Credits): void {
  const small = smallPart(amount);
  if (small === null) sum.large = (sum.large ?? 0n) + amount;
  else sum.small += small;
}
