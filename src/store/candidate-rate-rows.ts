import type { CandidateRate } from '../domain/candidate-rates';
import { creditsFromNumeric, creditsToText } from '../domain/credits';

/** A rate as it is kept: [feature, currency, credits per unit] or [feature, currency, null, formula]. */
type RateText = readonly [featureKey: number, currencyKey: number | null, creditsPerUnit: string | null, formula?: string];

/** Rates under trial as JSON: a copy, which stays what it is whatever becomes of the draft. */
export function candidateRatesToJson(rates: readonly CandidateRate[]): string {
  return JSON.stringify(rates.map(rateText));
}

function rateText({ featureKey, currencyKey, pricing }: CandidateRate): RateText {
  if (pricing.mode === 'FLAT') return [featureKey, currencyKey, creditsToText(pricing.creditsPerUnit)];
  return [featureKey, currencyKey, null, pricing.formula];
}

export function candidateRatesFromJson(text: string): CandidateRate[] {
  return (JSON.parse(text) as RateText[]).map(([featureKey, currencyKey, creditsPerUnit, formula]) => ({
    featureKey,
    currencyKey,
    pricing: creditsPerUnit === null ? { mode: 'FORMULA', formula: formula! } : { mode: 'FLAT', creditsPerUnit: creditsFromNumeric(creditsPerUnit) },
  }));
}
