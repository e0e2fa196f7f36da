import type { Credits } from './credits';

export const RATE_MODES = { FLAT: 'FLAT', FORMULA: 'FORMULA' } as const;
export type RateMode = keyof typeof RATE_MODES;

/** How a feature's usage turns into credits: so many per unit of the reported value, or by a formula. */
export type Pricing = { readonly mode: 'FLAT'; readonly creditsPerUnit: Credits } | { readonly mode: 'FORMULA'; readonly formula: string };

/** A rate as a charge uses it. It belongs to one plan version and never changes once that is published. */
export interface Rate {
  readonly key: number;
  readonly planId: string;
  readonly planVersion: number;
  readonly featureKey: number;
  readonly featureId: string;
  readonly currencyKey: number;
  readonly currencyId: string;
  readonly pricing: Pricing;
}
