import { looseNames, NO_DIMENSION_RULE, type DimensionRule } from './dimension-rule';
import { dimensionTexts, dimensionType, isLoose, type Dimensions, type DimensionType } from './dimensions';
import type { ChargedEvent } from './usage-batch';

/** A combination of rolled up dimensions of a customer, one object within a batch. */
export interface BatchSet {
  /** Tells it from every other set. */
  readonly id: string;
  /** Its place among the sets of the batch. */
  readonly index: number;
  readonly customerKey: bigint;
  /** Canonical JSON. */
  readonly text: string;
}

/** A dimension as events of one shape have it. */
export interface ShapeDimension {
  readonly name: string;
  readonly type: DimensionType;
  readonly loose: boolean;
}

/** The dimensions that events of a customer have in common, whatever their values. */
export interface BatchShape {
  /** Tells it from every other shape. */
  readonly id: string;
  readonly customerKey: bigint;
  readonly dimensions: readonly ShapeDimension[];
}

/** An accepted event with where its dimensions are to be kept. */
export interface PlacedEvent extends ChargedEvent {
  readonly set: BatchSet;
  /** JSON of the dimensions that are loose. */
  readonly loose: string | null;
}

export interface PlacedBatch {
  readonly events: readonly PlacedEvent[];
  readonly sets: readonly BatchSet[];
  readonly shapes: readonly BatchShape[];
}

/** What decides which dimensions of an event are loose. */
export interface Looseness {
  /** By the keys of features; absent: nothing is decided for the feature. */
  readonly rules: ReadonlyMap<number, DimensionRule>;
  /** The names that the server has loosened for a customer. */
  loosened(customerKey: bigint): ReadonlySet<string>;
}

/** Parts the dimensions of events into those of their dimension sets and those that stay with the events. */
export function placeDimensions(charged: readonly ChargedEvent[], looseness: Looseness): PlacedBatch {
  const sets = new Map<string, BatchSet>();
  const shapes = new Map<string, BatchShape>();
  const names = new LooseNames(looseness);
  const events = charged.map((one): PlacedEvent => {
    const { customerKey, featureKey, dimensions } = one.event;
    const loose = names.of(customerKey, featureKey);
    const texts = dimensionTexts(dimensions, loose);
    const shapeId = `${customerKey}:${texts.shape}`;
    if (!shapes.has(shapeId)) shapes.set(shapeId, { id: shapeId, customerKey, dimensions: shapeOf(dimensions, loose) });
    return { ...one, set: setOf(sets, customerKey, texts.set), loose: texts.loose };
  });
  return { events, sets: [...sets.values()], shapes: [...shapes.values()] };
}

/** The loose names by customer and feature, put together once each. */
class LooseNames {
  private readonly found = new Map<bigint, Map<number | null, ReadonlySet<string>>>();

  constructor(private readonly looseness: Looseness) {}

  of(customerKey: bigint, featureKey: number | null): ReadonlySet<string> {
    let ofCustomer = this.found.get(customerKey);
    if (!ofCustomer) this.found.set(customerKey, (ofCustomer = new Map<number | null, ReadonlySet<string>>()));
    let names = ofCustomer.get(featureKey);
    if (!names) {
      const { rules } = this.looseness;
      ofCustomer.set(
        featureKey,
        (names = looseNames(this.looseness.loosened(customerKey), (featureKey !== null && rules.get(featureKey)) || NO_DIMENSION_RULE)),
      );
    }
    return names;
  }
}

function shapeOf(dimensions: Dimensions, loose: ReadonlySet<string>): ShapeDimension[] {
  return [...dimensions].map(([name, value]) => ({ name, type: dimensionType(value), loose: isLoose(name, value, loose) }));
}

function setOf(sets: Map<string, BatchSet>, customerKey: bigint, text: string): BatchSet {
  const id = `${customerKey}:${text}`;
  let set = sets.get(id);
  if (!set) sets.set(id, (set = { id, index: sets.size, customerKey, text }));
  return set;
}
