import { refuseInput } from '../domain/catalog-input';
import { aliasesOf, type DimensionAliases } from '../domain/declared-dimensions';
import type { Problem } from '../domain/errors';
import { readTests, type FormulaTest, type FormulaTestInput } from '../domain/formula-test';
import { isId } from '../domain/ids';
import { MOST_RATES } from '../domain/plan';
import { checkProblems, type PlanVersionCheck, type RateUnderCheck } from '../domain/plan-version-check';
import { readPricing, type PricingInput, type PricingReading } from '../domain/pricing-input';
import type { Catalog } from '../store/catalog';
import { findCurrenciesById } from '../store/currencies';
import { findDeclarations } from '../store/dimension-declarations';
import { findFeaturesById } from '../store/features';
import { findDraftRates } from '../store/rates';
import type { Context } from './context';

export interface DraftRateInput extends PricingInput {
  readonly featureId: string;
  readonly currencyId: string;
  /** Absent or null: the tests that the feature's rate has stay. */
  readonly tests?: readonly FormulaTestInput[] | null;
}

/** What is wrong with how many rates there are. */
export function countProblems(rates: readonly DraftRateInput[]): Problem[] {
  return rates.length > MOST_RATES ? [{ field: 'rates', message: `must be at most ${MOST_RATES}; these are ${rates.length}.` }] : [];
}

/** A rate as it was read; without tests it keeps those of the feature's rate. */
export interface RateReading extends PricingReading {
  readonly tests: readonly FormulaTest[] | null;
}

export function readDraftRates(rates: readonly DraftRateInput[]): RateReading[] {
  return rates.map((rate, index) => readRate(rate, `rates.${index}.`));
}

function readRate(input: DraftRateInput, path: string): RateReading {
  const problems: Problem[] = [];
  const tests = input.tests ? readTests(input.tests, problems, path) : null;
  const reading = readPricing(input, path);
  return { ...reading, inputProblems: [...problems, ...reading.inputProblems], tests };
}

/** What the rates name, by id, and what is kept with the features. */
export interface Priced {
  readonly features: ReadonlyMap<string, { readonly key: number; readonly archivedAt: Date | null }>;
  readonly currencies: ReadonlyMap<string, { readonly key: number; readonly archivedAt: Date | null }>;
  /** By the feature's key. */
  readonly aliases: ReadonlyMap<number, DimensionAliases>;
  readonly tests: ReadonlyMap<number, readonly FormulaTest[]>;
}

export async function findPriced(catalog: Catalog, { environmentKey }: Context, planId: string, rates: readonly DraftRateInput[]): Promise<Priced> {
  const idsOf = (idOf: (rate: DraftRateInput) => string) => [...new Set(rates.map(idOf))].filter(isId);
  const features = await findFeaturesById(
    catalog,
    environmentKey,
    idsOf(({ featureId }) => featureId),
  );
  const currencies = await findCurrenciesById(
    catalog,
    environmentKey,
    idsOf(({ currencyId }) => currencyId),
  );
  const featureKeys = features.map(({ key }) => key);
  const declared = await findDeclarations(catalog, featureKeys);
  const ofFeature = (key: number) => declared.filter(({ featureKey }) => featureKey === key).map(({ declaration }) => declaration);
  const draft = await findDraftRates(catalog, environmentKey, planId);
  return {
    features: new Map(features.map((one) => [one.id, one])),
    currencies: new Map(currencies.map((one) => [one.id, one])),
    aliases: new Map(featureKeys.map((key) => [key, aliasesOf(ofFeature(key))])),
    tests: new Map(draft.map(({ featureKey, tests }) => [featureKey, tests ?? []])),
  };
}

/** Those rates that can be checked: nothing is wrong with how they are written, and what they name is there. */
export function ratesUnderCheck(inputs: readonly DraftRateInput[], readings: readonly RateReading[], found: Priced): RateUnderCheck[] {
  return inputs.flatMap(({ featureId, currencyId }, index) => {
    const { pricing, tests: given } = readings[index]!;
    const feature = found.features.get(featureId);
    const currency = found.currencies.get(currencyId);
    if (!pricing || !feature || !currency) return [];
    const ids = { featureKey: feature.key, featureId, currencyKey: currency.key, currencyId };
    const kept = { aliases: found.aliases.get(feature.key)!, tests: given ?? found.tests.get(feature.key) ?? [] };
    const rate = { key: 0, planId: null, planVersion: null, customerKey: null, ...ids, pricing, ...kept };
    return [{ rate, path: `rates.${index}`, featureArchived: feature.archivedAt !== null, currencyArchived: currency.archivedAt !== null }];
  });
}

/** Refuses, with all problems of all rates together, under the first code of the documented order that has any. */
export function refuseRates(
  rates: readonly DraftRateInput[],
  readings: readonly PricingReading[],
  { features, currencies }: Priced,
  check: PlanVersionCheck,
): void {
  const unknown = (word: 'feature' | 'currency', idOf: (rate: DraftRateInput) => string, known: ReadonlyMap<string, unknown>) =>
    rates.flatMap((rate, index) =>
      known.has(idOf(rate)) ? [] : [{ field: `rates.${index}.${word}Id`, message: `There is no ${word} ${idOf(rate)}.` }],
    );
  refuseInput(
    ['INPUT_INVALID', [...readings.flatMap(({ inputProblems }) => inputProblems), ...pricedTwice(rates)]],
    ['AMOUNT_INVALID', readings.flatMap(({ amountProblems }) => amountProblems)],
    ['FEATURE_NOT_FOUND', unknown('feature', ({ featureId }) => featureId, features)],
    ['CURRENCY_NOT_FOUND', unknown('currency', ({ currencyId }) => currencyId, currencies)],
    ['FORMULA_INVALID', readings.flatMap(({ formulaProblems }) => formulaProblems)],
    ...checkProblems({ ...check, testProblems: [] }),
  );
}

function pricedTwice(rates: readonly DraftRateInput[]): Problem[] {
  const firsts = new Map<string, number>();
  for (const [index, { featureId }] of rates.entries()) if (!firsts.has(featureId)) firsts.set(featureId, index);
  return rates.flatMap(({ featureId }, index) =>
    firsts.get(featureId) === index ? [] : [{ field: `rates.${index}.featureId`, message: `The feature ${featureId} is priced twice.` }],
  );
}
