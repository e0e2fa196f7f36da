import type { Dimensions, DimensionValue } from '../dimensions';
import type { Formula } from '../formula/formula';
import type { ProfileEvent } from './feature-profile';
import { faultText, outcomeOf, type Fault } from './faults';

/** How often something happens to the events looked at, with one of them. */
interface Happened {
  count: number;
  readonly event: ProfileEvent;
}

/** What a formula makes of events that really were. */
export interface Replay {
  readonly events: number;
  readonly faults: ReadonlyMap<string, Happened & { readonly fault: Fault }>;
  /** Dimensions that were needed and missing. */
  readonly missing: ReadonlyMap<string, Happened>;
  /** Dimensions that were needed and had another type. */
  readonly mistyped: ReadonlyMap<string, Happened>;
}

/** An event is refused for one dimension at a time; so many are looked through. */
const MOST_REFUSALS = 8;

/** `fill`: a usual value of a dimension, with which an event that lacks it is tried on. */
export function replay(formula: Formula, events: readonly ProfileEvent[], fill: (dimension: string) => DimensionValue): Replay {
  const faults = new Map<string, Happened & { fault: Fault }>();
  const missing = new Map<string, Happened>();
  const mistyped = new Map<string, Happened>();
  for (const event of events) {
    let dimensions: Dimensions = event.dimensions;
    for (let tries = 0; tries < MOST_REFUSALS; tries++) {
      const outcome = outcomeOf(formula, event.value, dimensions);
      if ('result' in outcome) break;
      if ('fault' in outcome) {
        // What was filled in is not what was.
        if (tries === 0) count(faults, faultText(outcome.fault), { count: 0, event, fault: outcome.fault });
        break;
      }
      const name = outcome.refusal.problems[0]?.field.replace(/^dimensions\./, '') ?? '';
      count(outcome.refusal.code === 'DIMENSION_MISSING' ? missing : mistyped, name, { count: 0, event });
      dimensions = new Map(dimensions).set(name, fill(name));
    }
  }
  return { events: events.length, faults, missing, mistyped };
}

function count<H extends Happened>(found: Map<string, H>, key: string, first: H): void {
  const known = found.get(key) ?? first;
  known.count += 1;
  found.set(key, known);
}
