import type { RateToEditQuery, SavePlanDraftMutationVariables, VersionFieldsFragment } from '../../generated/rate';

export type Version = VersionFieldsFragment;
export type PlanToPrice = NonNullable<RateToEditQuery['plan']>;
export type Currency = RateToEditQuery['currencies']['edges'][number]['node'];
type DraftRate = SavePlanDraftMutationVariables['input']['rates'][number];

/** How a feature is priced, as it is typed: what belongs to the other mode is kept, but not saved. */
export interface Pricing {
  readonly mode: 'FLAT' | 'FORMULA';
  readonly currencyId: string;
  readonly creditsPerUnit: string;
  readonly formula: string;
}

/** The version that is edited: the draft, or, where there is none, the one that a draft would begin with. */
export interface Base {
  /** Null: there is no draft yet. */
  readonly revision: number | null;
  readonly version: Version | null;
}

export function baseOf({ draft, publishedVersion }: PlanToPrice): Base {
  return { revision: draft?.revision ?? null, version: draft ?? publishedVersion };
}

export function pricingIn({ version }: Base, featureId: string, currencies: readonly Currency[]): Pricing {
  const rate = version?.rates.find(({ feature }) => feature.id === featureId);
  return {
    mode: rate?.mode ?? 'FLAT',
    currencyId: rate?.currency.id ?? version?.rates[0]?.currency.id ?? currencies[0]?.id ?? '',
    creditsPerUnit: rate?.creditsPerUnit ?? '',
    formula: rate?.formula ?? '',
  };
}

export function isPricedIn({ version }: Base, featureId: string): boolean {
  return version?.rates.some(({ feature }) => feature.id === featureId) ?? false;
}

export function isSamePricing(a: Pricing, b: Pricing): boolean {
  if (a.mode !== b.mode || a.currencyId !== b.currencyId) return false;
  return a.mode === 'FLAT' ? a.creditsPerUnit === b.creditsPerUnit : a.formula === b.formula;
}

/** Where the API says that something of the edited price is wrong: it is the first of those that are saved. */
export function pathOfOwn(name: 'currencyId' | 'creditsPerUnit' | 'formula'): string {
  return `rates.0.${name}`;
}

/** All rates of the version with this one put in (or, null, taken out). Ours is the first, so that problems of it are found by their path. */
export function ratesWith(version: Version | null, featureId: string, pricing: Pricing | null): DraftRate[] {
  const others = (version?.rates ?? []).filter(({ feature }) => feature.id !== featureId);
  const mine = pricing ? [{ featureId, ...chargedBy(pricing) }] : [];
  return [
    ...mine,
    ...others.map(({ feature, currency, mode, creditsPerUnit, formula }) => ({
      featureId: feature.id,
      currencyId: currency.id,
      mode,
      creditsPerUnit,
      formula,
    })),
  ];
}

function chargedBy({ mode, currencyId, creditsPerUnit, formula }: Pricing) {
  return mode === 'FLAT' ? { mode, currencyId, creditsPerUnit: creditsPerUnit.trim() } : { mode, currencyId, formula };
}

/** Why there is nothing to try where `formulaOf` gives none. */
export function nothingToTry({ mode, creditsPerUnit }: Pricing): string {
  if (mode === 'FORMULA') return 'Type a formula, and its result appears here.';
  return creditsPerUnit.trim() === '' ? 'Type a price, and its result appears here.' : 'There is no result until the price is right.';
}

/** A formula that charges what the pricing does, to be tried; null: there is nothing to try yet. */
export function formulaOf({ mode, creditsPerUnit, formula }: Pricing): string | null {
  if (mode === 'FORMULA') return formula.trim() === '' ? null : formula;
  return /^\d+(\.\d+)?$/.test(creditsPerUnit.trim()) ? `value * ${creditsPerUnit.trim()}` : null;
}
