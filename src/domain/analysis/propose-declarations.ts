import { Decimal } from '../decimal';
import type { DimensionDeclaration } from '../dimension-declaration';
import type { DimensionType } from '../dimensions';
import { ENOUGH_EVENTS, type DimensionProfile, type FeatureProfile, type NumbersSeen, type TextsSeen } from './feature-profile';

/** A proposal with how much it rests on. */
export interface ProposedDeclaration {
  readonly declaration: DimensionDeclaration;
  /** Of the events looked at, how many had the dimension. */
  readonly count: number;
}

/** So many different texts are taken for all there are, where each was seen several times. */
const MOST_PROPOSED_VALUES = 12;
const TIMES_EACH = 5;

/**
 * What could be declared of the dimensions of a feature, by the events looked at: only what they agree on. Dimensions with several types or that
 * stopped arriving are left out, and so are those that are declared already.
 */
export function proposeDeclarations(profile: FeatureProfile, declared: readonly DimensionDeclaration[]): ProposedDeclaration[] {
  if (profile.events.length < ENOUGH_EVENTS) return [];
  const names = new Set(declared.flatMap(({ name, aliases }) => [name, ...aliases]));
  return [...profile.dimensions.values()]
    .filter((one) => !names.has(one.name) && !one.stopped && one.count >= ENOUGH_EVENTS)
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .flatMap((one) => {
      const type = typeOf(one);
      return type ? [{ declaration: proposal(one, type, profile), count: one.count }] : [];
    });
}

function typeOf({ numbers, texts, booleans }: DimensionProfile): DimensionType | null {
  const types = [...(numbers ? ['NUMBER' as const] : []), ...(texts ? ['TEXT' as const] : []), ...(booleans > 0 ? ['BOOLEAN' as const] : [])];
  return types.length === 1 ? types[0]! : null;
}

function proposal({ name, numbers, texts, count }: DimensionProfile, type: DimensionType, { events }: FeatureProfile): DimensionDeclaration {
  return {
    name,
    type,
    description: null,
    lowest: numbers && lowestOf(numbers),
    highest: null,
    allowedValues: texts && areAll(texts) ? [...texts.values.keys()].sort() : null,
    required: count === events.length,
    aliases: [],
  };
}

/** Numbers that were never negative are proposed to be at least 0, whole ones that were never 0 at least 1. How large one can become no event says. */
function lowestOf({ least, whole }: NumbersSeen): Decimal | null {
  if (least.lt(0)) return null;
  return new Decimal(whole && least.gte(1) ? 1 : 0);
}

function areAll({ values, complete }: TextsSeen): boolean {
  return complete && values.size <= MOST_PROPOSED_VALUES && [...values.values()].every((times) => times >= TIMES_EACH);
}
