import type { Credits } from './credits';
import type { DimensionAliases } from './declared-dimensions';
import type { FormulaTest } from './formula-test';

export const RATE_MODES = { FLAT: 'FLAT', FORMULA: 'FORMULA' } as const;
export type RateMode = keyof typeof RATE_MODES;

/** How a feature's usage turns into credits: so many per unit of the reported value, or by a formula. */
export type Pricing = { readonly mode: 'FLAT'; readonly creditsPerUnit: Credits } | { readonly mode: 'FORMULA'; readonly formula: string };

/**
 * A rate as a charge uses it. It belongs to one plan version and never changes once that is published, or it is a customer's override of
 * what its plan says: then `customerKey` is set, and there is no plan.
 */
export interface Rate {
  readonly key: number;
  readonly planId: string | null;
  readonly planVersion: number | null;
  readonly customerKey: bigint | null;
  readonly featureKey: number;
  readonly featureId: string;
  readonly currencyKey: number;
  readonly currencyId: string;
  readonly pricing: Pricing;
  /** The names that dimensions of the feature have, where one has several; the formula may use any. Absent: none has. */
  readonly aliases?: DimensionAliases;
  /** Examples that it must give the right credits for, to be published. Absent: none. */
  readonly tests?: readonly FormulaTest[];
}

/** Prices the usage of one customer and feature in [validFrom, validTo) instead of the plan's rate. Of one feature no two are valid at one instant. */
export interface RateOverride {
  readonly rate: Rate;
  readonly validFrom: Date;
  /** Null: until further notice. The same as `validFrom`: it was taken back before it began. */
  readonly validTo: Date | null;
}

/** An override as it is kept. */
export interface StoredRateOverride extends RateOverride {
  readonly customerKey: bigint;
  readonly createdAt: Date;
  /** The name and the id of the API key that set it; null: the server itself. */
  readonly createdBy: string | null;
  readonly createdByKeyId: string | null;
}

/** Whether two overrides of one feature would be valid at one instant. */
export function overlap(a: Pick<RateOverride, 'validFrom' | 'validTo'>, b: Pick<RateOverride, 'validFrom' | 'validTo'>): boolean {
  const isEmpty = ({ validFrom, validTo }: Pick<RateOverride, 'validFrom' | 'validTo'>) => validTo !== null && validTo <= validFrom;
  if (isEmpty(a) || isEmpty(b)) return false;
  return (b.validTo === null || a.validFrom < b.validTo) && (a.validTo === null || b.validFrom < a.validTo);
}

/** The override of a feature that is valid at an instant. */
export function overrideAt<O extends RateOverride>(overrides: readonly O[], featureId: string, at: Date): O | null {
  return (
    overrides.find(({ rate, validFrom, validTo }) => rate.featureId === featureId && validFrom <= at && (validTo === null || at < validTo)) ?? null
  );
}
