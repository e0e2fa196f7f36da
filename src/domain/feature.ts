import { givenTextProblems, MOST_NAME_LENGTH, MOST_UNIT_LENGTH } from './catalog-input';
import { dimensionRuleProblems, type DimensionRule } from './dimension-rule';
import type { Problem } from './errors';
import { meterProblems, type Meter, type MeterInput } from './meter';

/** Something metered. `unit` says what one of the reported value is, such as `request`. */
export interface Feature extends DimensionRule {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  /** Which raw events are its usage; null: none. */
  readonly meter: Meter | null;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

/** What is to change of a feature; what is absent stays. */
export interface FeatureChange {
  readonly name?: string | null;
  readonly unit?: string | null;
  readonly looseDimensions?: readonly string[] | null;
  readonly rolledUpDimensions?: readonly string[] | null;
  /** null takes it away. */
  readonly meter?: MeterInput | null;
}

export function featureProblems({ name, unit, meter, ...rule }: FeatureChange): Problem[] {
  return [
    ...givenTextProblems('name', name, MOST_NAME_LENGTH),
    ...givenTextProblems('unit', unit, MOST_UNIT_LENGTH),
    ...dimensionRuleProblems(rule),
    ...meterProblems('meter', meter),
  ];
}
