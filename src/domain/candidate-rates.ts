import { DrawdownError, type ErrorCode } from './errors';
import type { Credits } from './credits';
import type { DimensionAliases } from './declared-dimensions';
import type { Dimensions } from './dimensions';
import { costByRate } from './price';
import type { Pricing } from './rate';

/** How a feature would be priced. */
export interface CandidateRate {
  readonly featureKey: number;
  /** Null: in whichever currency an event was charged. */
  readonly currencyKey: number | null;
  readonly pricing: Pricing;
  /** As of a rate. */
  readonly aliases?: DimensionAliases;
}

/** Prices under trial: those of a whole plan version, which refuses usage of other features, or of a single feature, which leaves all other usage alone. */
export interface CandidateRates {
  readonly isWholePlan: boolean;
  readonly byFeature: ReadonlyMap<number, CandidateRate>;
}

/** What of a charged event decides its price. */
export interface ChargedUsage {
  readonly featureKey: number;
  readonly value: Credits;
  readonly dimensions: Dimensions;
  /** Of the pool that paid. */
  readonly currencyKey: number;
  /** What was charged. */
  readonly cost: Credits;
}

/** What an event would have cost, and in which currency, or why it would have been refused. */
export type CandidatePrice = { readonly cost: Credits; readonly currencyKey: number } | { readonly code: ErrorCode; readonly message: string };

export function candidateRates(rates: readonly CandidateRate[], isWholePlan: boolean): CandidateRates {
  return { isWholePlan, byFeature: new Map(rates.map((rate) => [rate.featureKey, rate])) };
}

/** Null: the candidate says nothing about such usage. A refusal is an outcome here, and so never thrown; what is thrown is a bug. */
export function candidatePrice({ byFeature, isWholePlan }: CandidateRates, usage: ChargedUsage): CandidatePrice | null {
  const rate = byFeature.get(usage.featureKey);
  if (!rate) return isWholePlan ? { code: 'RATE_NOT_FOUND', message: 'The rates under trial have none for this feature.' } : null;
  try {
    return { cost: costByRate(rate, usage.value, usage.dimensions), currencyKey: rate.currencyKey ?? usage.currencyKey };
  } catch (error) {
    if (error instanceof DrawdownError) return { code: error.code, message: error.message };
    throw error;
  }
}
