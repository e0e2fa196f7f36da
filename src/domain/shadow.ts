import { candidatePrice, type CandidatePrice, type CandidateRates, type ChargedUsage } from './candidate-rates';
import { refuseProblems } from './errors';
import { ImpactTally, type ImpactCell } from './impact';
import { instantProblems } from './instant';
import { dayNumber } from './rollup';
import type { UsageEvent } from './usage-event';

/** Rates that are evaluated beside those in force, from an instant on until it is stopped. */
export interface Shadow {
  readonly key: number;
  readonly planKey: number;
  /** Of the plan, whose rates they were. */
  readonly version: number;
  /** As they were when it was started. */
  readonly rates: CandidateRates;
  readonly startedAt: Date;
  /** Null: it goes on. */
  readonly stoppedAt: Date | null;
}

/** Sums of one shadow. */
export interface ShadowCell extends ImpactCell {
  readonly shadowKey: number;
}

/** Finds the shadow of the plan whose rate priced an event; null where it has none, or no rate of a plan priced it. */
export type ShadowOf = (event: UsageEvent) => Pick<Shadow, 'key' | 'rates'> | null;

/** What shadows would have charged for events that were charged. Nothing that a shadow's rates do changes anything else. */
export function shadowCells(events: readonly UsageEvent[], shadowOf: ShadowOf): ShadowCell[] {
  const tallies = new Map<number, ImpactTally>();
  for (const event of events) {
    const shadow = shadowOf(event);
    if (!shadow) continue;
    let tally = tallies.get(shadow.key);
    if (!tally) tallies.set(shadow.key, (tally = new ImpactTally()));
    const usage = usageOf(event);
    tally.add(event.customerKey, dayNumber(event.at), usage, shadowPrice(shadow.rates, usage));
  }
  return [...tallies].flatMap(([shadowKey, tally]) => tally.cells.map((cell) => ({ ...cell, shadowKey })));
}

function usageOf({ value, dimensions, currencyKey, charge: { rate, cost } }: UsageEvent): ChargedUsage {
  return { featureKey: rate!.featureKey, value, dimensions, currencyKey, cost };
}

/** A bug in the evaluation of rates that charge nothing must not stand against a report. */
function shadowPrice(rates: CandidateRates, usage: ChargedUsage): CandidatePrice {
  try {
    return candidatePrice(rates, usage)!; // those of a whole version have an answer for everything
  } catch (error) {
    return { code: 'INTERNAL', message: String(error) };
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The first UTC day that begins at an instant or later; null where none is given. Refuses: TIME_RANGE_INVALID. */
export function firstDay(field: string, instant: Date | null | undefined): number | null {
  refuseProblems('TIME_RANGE_INVALID', instantProblems(field, instant));
  return instant ? Math.ceil(instant.getTime() / DAY_MS) : null;
}
