import { isDeepStrictEqual } from 'node:util';
import { refuseInput, requireFound, requireUnarchived } from '../domain/catalog-input';
import type { Problem } from '../domain/errors';
import { isId } from '../domain/ids';
import { MOST_RATES, type PlanVersion } from '../domain/plan';
import { checkProblems, type FormulaScopes, type PlanVersionCheck, type RateUnderCheck } from '../domain/plan-version-check';
import { readPricing, type PricingInput, type PricingReading } from '../domain/pricing-input';
import type { Warning } from '../domain/warning';
import { changeCatalog, type Catalog } from '../store/catalog';
import { findCurrenciesById } from '../store/currencies';
import type { Database } from '../store/database';
import { findFeaturesById } from '../store/features';
import { findPlanVersions, raiseDraftRevision } from '../store/plan-versions';
import { findPlan } from '../store/plans';
import { replaceRates } from '../store/rates';
import { checkRates } from './check-rates';
import type { Context } from './context';
import { scopesOfRates } from './formula-scopes';
import { requireDraft } from './load-plan-draft';

export interface DraftRateInput extends PricingInput {
  readonly featureId: string;
  readonly currencyId: string;
}

export interface PlanDraftSaving {
  readonly planId: string;
  /** Of the draft that was edited; absent: whatever it is now. */
  readonly revision?: number | null;
  readonly rates: readonly DraftRateInput[];
}

export interface SavedPlanDraft {
  readonly planVersion: PlanVersion;
  readonly warnings: readonly Warning[];
}

/**
 * Replaces all rates of a draft. All that is wrong with any of them is told together, and then nothing is saved.
 *
 * In this order: INPUT_INVALID (too many rates); PLAN_NOT_FOUND; ARCHIVED (plan); DRAFT_NOT_FOUND; DRAFT_CHANGED; then of the rates: INPUT_INVALID,
 * AMOUNT_INVALID, FEATURE_NOT_FOUND, CURRENCY_NOT_FOUND, FORMULA_INVALID, ARCHIVED.
 */
export async function savePlanDraft(database: Database, context: Context, input: PlanDraftSaving): Promise<SavedPlanDraft> {
  const { planId, revision, rates } = input;
  if (rates.length > MOST_RATES)
    refuseInput(['INPUT_INVALID', [{ field: 'rates', message: `must be at most ${MOST_RATES}; these are ${rates.length}.` }]]);
  const readings = rates.map((rate, index) => readPricing(rate, `rates.${index}.`));
  const before = await checkBefore(database, context, rates, readings);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const plan = requireFound('PLAN_NOT_FOUND', 'plan', planId, await findPlan(catalog, context.environmentKey, planId));
    requireUnarchived(`plan ${planId}`, plan);
    const draft = requireDraft(plan, await findPlanVersions(catalog, [plan.key]), revision);
    const found = await findPriced(catalog, context, rates);
    const underCheck = ratesUnderCheck(rates, readings, found);
    const check = isDeepStrictEqual(underCheck, before.rates) ? before.check : await checkRates(underCheck, before.scopes);
    refuseRates(rates, readings, found, check);
    await replaceRates(
      catalog,
      draft.key,
      underCheck.map(({ rate }) => rate),
    );
    return { planVersion: { ...draft, revision: await raiseDraftRevision(catalog, plan.key) }, warnings: check.warnings };
  });
}

interface CheckBefore {
  readonly rates: readonly RateUnderCheck[];
  readonly scopes: FormulaScopes;
  readonly check: PlanVersionCheck;
}

/** Checks the rates: it takes long, which is done before the catalog is held. */
async function checkBefore(
  database: Database,
  context: Context,
  inputs: readonly DraftRateInput[],
  readings: readonly PricingReading[],
): Promise<CheckBefore> {
  const rates = ratesUnderCheck(inputs, readings, await findPriced(database, context, inputs));
  const scopes = await scopesOfRates(database, context, rates);
  return { rates, scopes, check: await checkRates(rates, scopes) };
}

/** What the rates name, by id. */
interface Priced {
  readonly features: ReadonlyMap<string, { readonly key: number; readonly archivedAt: Date | null }>;
  readonly currencies: ReadonlyMap<string, { readonly key: number; readonly archivedAt: Date | null }>;
}

async function findPriced(catalog: Catalog, { environmentKey }: Context, rates: readonly DraftRateInput[]): Promise<Priced> {
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
  return { features: new Map(features.map((one) => [one.id, one])), currencies: new Map(currencies.map((one) => [one.id, one])) };
}

/** Those rates that can be checked: nothing is wrong with how they are written, and what they name is there. */
function ratesUnderCheck(inputs: readonly DraftRateInput[], readings: readonly PricingReading[], { features, currencies }: Priced): RateUnderCheck[] {
  return inputs.flatMap(({ featureId, currencyId }, index) => {
    const { pricing } = readings[index]!;
    const feature = features.get(featureId);
    const currency = currencies.get(currencyId);
    if (!pricing || !feature || !currency) return [];
    const ids = { featureKey: feature.key, featureId, currencyKey: currency.key, currencyId };
    const rate = { key: 0, planId: null, planVersion: null, customerKey: null, ...ids, pricing };
    return [{ rate, path: `rates.${index}`, featureArchived: feature.archivedAt !== null, currencyArchived: currency.archivedAt !== null }];
  });
}

/** Refuses, with all problems of all rates together, under the first code of the documented order that has any. */
function refuseRates(
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
    ...checkProblems(check),
  );
}

function pricedTwice(rates: readonly DraftRateInput[]): Problem[] {
  const firsts = new Map<string, number>();
  for (const [index, { featureId }] of rates.entries()) if (!firsts.has(featureId)) firsts.set(featureId, index);
  return rates.flatMap(({ featureId }, index) =>
    firsts.get(featureId) === index ? [] : [{ field: `rates.${index}.featureId`, message: `The feature ${featureId} is priced twice.` }],
  );
}
