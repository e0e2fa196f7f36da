import { valueLabel } from './breakdown';
import { looseNames, NO_DIMENSION_RULE, type DimensionRule } from './dimension-rule';
import { dimensionTexts, dimensionType, isLoose, type Dimensions, type DimensionType } from './dimensions';
import { BASE_ROLLUP, type Rollup } from './rollup';
import type { ChargedEvent } from './usage-batch';

/** A combination of dimensions of a customer, that of an event or of a cell, one object within a batch. */
export interface BatchSet {
  /** Tells it from every other set. */
  readonly id: string;
  /** Its place among the sets of the batch. */
  readonly index: number;
  readonly customerKey: bigint;
  /** Canonical JSON. */
  readonly text: string;
  /** It is that of a cell, and not of an event of the batch. */
  readonly projected: boolean;
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
  /** Which cells of each rollup of the customer it counts in. */
  readonly projections: readonly Projection[];
}

/** What of an event's dimensions a rollup tells apart. */
export interface Projection {
  readonly rollup: Rollup;
  readonly set: BatchSet;
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

/** Rollups by customer besides the base rollup; absent: there are none. */
export type RollupsByCustomer = ReadonlyMap<bigint, readonly Rollup[]>;

/** A shape with the set of its cells in the base rollup. */
interface KnownShape extends BatchShape {
  readonly base: BatchSet;
}

/** Parts the dimensions of a batch's events, one by one, into those of their dimension sets and those that stay with the events, and finds the cells they count in. */
export class DimensionPlacement {
  private readonly placed: PlacedEvent[] = [];
  private readonly sets = new Map<string, BatchSet>();
  private readonly shapes = new Map<string, KnownShape>();
  private readonly looseNames: LooseNames;

  constructor(
    looseness: Looseness,
    private readonly rollups: RollupsByCustomer,
  ) {
    this.looseNames = new LooseNames(looseness);
  }

  add({ event, firstSequence }: ChargedEvent): void {
    const { customerKey, featureKey, dimensions } = event;
    const loose = this.looseNames.of(customerKey, featureKey);
    const texts = dimensionTexts(dimensions, loose);
    const set = this.setOf(customerKey, texts.set, false);
    const projections = [{ rollup: BASE_ROLLUP, set: this.shapeOf(event, texts.shape, loose).base }];
    for (const rollup of this.rollups.get(customerKey) ?? [])
      projections.push({ rollup, set: this.setOf(customerKey, projectedText(dimensions, rollup.dimensions ?? []), true) });
    this.placed.push({ event, firstSequence, set, loose: texts.loose, projections });
  }

  get batch(): PlacedBatch {
    return { events: this.placed, sets: [...this.sets.values()], shapes: [...this.shapes.values()] };
  }

  private shapeOf({ customerKey, dimensions }: ChargedEvent['event'], text: string, loose: ReadonlySet<string>): KnownShape {
    const id = `${customerKey}:${text}`;
    let shape = this.shapes.get(id);
    if (!shape) {
      const base = this.setOf(customerKey, shapeText(dimensions), true);
      this.shapes.set(id, (shape = { id, customerKey, dimensions: shapeDimensions(dimensions, loose), base }));
    }
    return shape;
  }

  private setOf(customerKey: bigint, text: string, projected: boolean): BatchSet {
    const id = `${customerKey}:${text}`;
    let set = this.sets.get(id);
    if (!set) this.sets.set(id, (set = { id, index: this.sets.size, customerKey, text, projected }));
    return set;
  }
}

/** Which dimensions there are and of which types, as the dictionary has it for the base rollup: a list, so that no key of a dimension is found in it. */
function shapeText(dimensions: Dimensions): string {
  const types = [...dimensions].map(([name, value]) => `${JSON.stringify(name)}:"${dimensionType(value)}"`);
  return `[{${types.sort().join(',')}}]`;
}

/** Those of the dimensions that have one of the names, as canonical JSON; the names are sorted. */
export function projectedText(dimensions: Dimensions, names: readonly string[]): string {
  let text = '';
  for (const name of names) {
    const value = dimensions.get(name);
    if (value !== undefined) text += `${text && ','}${JSON.stringify(name)}:${valueLabel(value)}`;
  }
  return `{${text}}`;
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

function shapeDimensions(dimensions: Dimensions, loose: ReadonlySet<string>): ShapeDimension[] {
  return [...dimensions].map(([name, value]) => ({ name, type: dimensionType(value), loose: isLoose(name, value, loose) }));
}
