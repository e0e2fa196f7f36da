import { creditsToText } from './credits';
import type { Currency } from './currency';
import type { Feature } from './feature';
import type { Rate } from './rate';

export const RATE_CHANGE_KINDS = { ADDED: 'ADDED', CHANGED: 'CHANGED', REMOVED: 'REMOVED' } as const;
export type RateChangeKind = keyof typeof RATE_CHANGE_KINDS;

/** What becomes of the price of one feature between two versions. `oldRate` is null where it is added, `newRate` where it is removed. */
export interface RateChange {
  readonly kind: RateChangeKind;
  readonly featureKey: number;
  readonly featureId: string;
  readonly oldRate: Rate | null;
  readonly newRate: Rate | null;
}

/** Every difference between the rates of two versions, by the id of the feature. Formulas differ where their texts do. */
export function rateChanges(oldRates: readonly Rate[], newRates: readonly Rate[]): RateChange[] {
  const oldByFeature = new Map(oldRates.map((rate) => [rate.featureId, rate]));
  const newByFeature = new Map(newRates.map((rate) => [rate.featureId, rate]));
  const featureIds = [...new Set([...oldByFeature.keys(), ...newByFeature.keys()])].sort();
  return featureIds.flatMap((featureId) => {
    const oldRate = oldByFeature.get(featureId) ?? null;
    const newRate = newByFeature.get(featureId) ?? null;
    if (oldRate && newRate && isSamePrice(oldRate, newRate)) return [];
    const kind = !oldRate ? 'ADDED' : newRate ? 'CHANGED' : 'REMOVED';
    return [{ kind, featureKey: (newRate ?? oldRate)!.featureKey, featureId, oldRate, newRate }];
  });
}

function isSamePrice(a: Rate, b: Rate): boolean {
  if (a.currencyKey !== b.currencyKey) return false;
  if (a.pricing.mode === 'FLAT') return b.pricing.mode === 'FLAT' && a.pricing.creditsPerUnit === b.pricing.creditsPerUnit;
  return b.pricing.mode === 'FORMULA' && a.pricing.formula === b.pricing.formula;
}

/** The names that a change is told with. */
export interface RateNames {
  readonly feature: Pick<Feature, 'name' | 'unit'>;
  currency(key: number): Pick<Currency, 'unitSingular' | 'unitPlural'>;
}

/** A change as a sentence for people. */
export function rateChangeSentence({ oldRate, newRate }: RateChange, names: RateNames): string {
  const { name } = names.feature;
  if (!newRate) return `${name} is no longer priced: usage of it is refused. Until now it costs ${priceWords(oldRate!, names)}.`;
  if (!oldRate) return `${name} is priced from now on: it costs ${priceWords(newRate, names)}.`;
  return `${name} costs ${priceWords(newRate, names)} instead of ${priceWords(oldRate, names)}.`;
}

const ONE_CREDIT = 10n ** 12n;

function priceWords({ currencyKey, pricing }: Rate, { feature, currency }: RateNames): string {
  const { unitSingular, unitPlural } = currency(currencyKey);
  if (pricing.mode === 'FORMULA') return `${unitPlural} by the formula “${pricing.formula}”`;
  const amount = creditsToText(pricing.creditsPerUnit);
  return `${amount} ${pricing.creditsPerUnit === ONE_CREDIT ? unitSingular : unitPlural} per ${feature.unit}`;
}
