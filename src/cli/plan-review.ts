import type { ExactNumber } from '../domain/exact-number';
import { rateChangeSentence } from '../domain/rate-change';
import type { Rate } from '../domain/rate';
import type { ApiClient } from './api-client';
import { rateTree, testOfRateTree, treeOf, type Catalog, type CatalogPlan, type CatalogRate } from './catalog';
import { plansWithOtherRates, type CatalogDifferences, type Changed } from './catalog-differences';
import { inTurn, type ServerCatalog } from './catalog-download';
import { isSameTree, type FileProblem, type Place, type Tree, type TreeMap } from './catalog-tree';

/** A catalog file beside the server. */
export interface Comparison {
  readonly file: Catalog;
  readonly server: ServerCatalog;
  readonly differences: CatalogDifferences;
  readonly placeOf: (path: string) => Place;
}

interface RatesReview {
  readonly changes: readonly ReviewedChange[];
  readonly problems: readonly Remark[];
  readonly warnings: readonly (Remark & { readonly code: string })[];
  readonly impact: readonly { readonly scope: string; readonly customerCount: ExactNumber; readonly overriddenCustomerCount: ExactNumber }[];
}

interface ReviewedChange {
  readonly feature: { readonly id: string };
  readonly sentence: string;
  readonly usage: readonly { readonly currency: { readonly id: string }; readonly eventCount: ExactNumber; readonly credits: string }[];
}

interface Remark {
  readonly field: string;
  readonly message: string;
}

const REVIEW = `query Review($input: ReviewRatesInput!) { reviewRates(input: $input) {
  changes { feature { id } sentence usage { currency { id } eventCount credits } }
  problems { field message } warnings { code field message }
  impact { scope customerCount overriddenCustomerCount } } }`;

/** The plans whose prices would change, each reviewed by the server, in words; `problems` stand against publishing. */
export async function reviewLines(
  api: ApiClient,
  comparison: Comparison,
  customerIds: readonly string[] | null,
): Promise<{ lines: string[]; problems: FileProblem[] }> {
  const problems: FileProblem[] = [];
  const lines = await inTurn(plansWithOtherRates(comparison.differences), (plan) => linesOfPlan(api, comparison, plan, customerIds, problems));
  return { lines: lines.flat(), problems };
}

async function linesOfPlan(
  api: ApiClient,
  comparison: Comparison,
  plan: Changed<CatalogPlan>,
  customerIds: readonly string[] | null,
  problems: FileProblem[],
): Promise<string[]> {
  const { server, placeOf } = comparison;
  const rates = plan.after.rates!;
  const isKnown = ([featureId, { currencyId }]: [string, CatalogRate]) =>
    server.catalog.features.has(featureId) && server.catalog.currencies.has(currencyId);
  const known = plan.before === null ? [] : [...rates].filter(isKnown);
  const own = [...rates.keys()].filter((id) => !known.some(([featureId]) => featureId === id));
  const pathOf = (field: string) =>
    pathInFile(
      plan.id,
      field,
      known.map(([id]) => id),
    );
  const review = plan.before === null ? null : await askForReview(api, plan.id, known, customerIds);
  for (const { field, message } of review?.problems ?? []) problems.push({ ...placeOf(pathOf(field)), path: pathOf(field), message });
  const reviewed = (review?.changes ?? []).filter(({ feature }) => !own.includes(feature.id));
  const version = server.versions.get(plan.id) ?? null;
  return [
    `plan ${plan.id}, against ${version === null ? 'nothing, as none was published yet' : `version ${version}`}:`,
    ...reviewed.flatMap(changeLines),
    ...own.flatMap((featureId) => ownSentence(comparison, plan, featureId)),
    ...testLines(plan),
    ...(review?.warnings ?? []).map(({ code, field, message }) => `  warning ${code}, line ${placeOf(pathOf(field)).line}: ${message}`),
    ...impactLines(review),
  ];
}

async function askForReview(
  api: ApiClient,
  planId: string,
  rates: readonly [string, CatalogRate][],
  customerIds: readonly string[] | null,
): Promise<RatesReview> {
  const input = treeOf({ planId, rates: rates.map(([id, rate]) => draftRate(id, rate)), customerIds });
  return (await api.ask<{ reviewRates: RatesReview }>(REVIEW, new Map([['input', input]]))).reviewRates;
}

/** A rate as the API takes it. Tests are always told: what the file does not have is not there. */
export function draftRate(featureId: string, rate: CatalogRate): TreeMap {
  const { mode } = rate.pricing;
  return new Map<string, Tree>([['featureId', featureId], ['mode', mode], ...rateTree(rate), ['tests', rate.tests.map(testOfRateTree)]]);
}

/** `rates.2.formula` of the API is in the file under the feature's id. */
function pathInFile(planId: string, field: string, featureIds: readonly string[]): string {
  const [, index, ...rest] = field.split('.');
  const featureId = index === undefined ? undefined : featureIds[Number(index)];
  return featureId === undefined ? `plans/${planId}/rates` : [`plans/${planId}/rates/${featureId}`, ...rest].join('/');
}

function changeLines({ sentence, usage }: ReviewedChange): string[] {
  const used = usage.map(
    ({ currency, eventCount, credits }) =>
      `    In the last 30 days: ${eventCount.text} ${eventCount.text === '1' ? 'event' : 'events'}, ${credits} ${currency.id}.`,
  );
  return [`  ${sentence}`, ...used];
}

/** What the server cannot review, because the plan, the feature or the currency is not there yet. */
function ownSentence({ file, server }: Comparison, { before, after }: Changed<CatalogPlan>, featureId: string): string[] {
  const [oldRate, newRate] = [before?.rates?.get(featureId) ?? null, after.rates!.get(featureId)!];
  if (oldRate !== null && isSameTree(rateTree(oldRate), rateTree(newRate))) return [];
  const rates = [oldRate, newRate];
  const currencyOf = (key: number) => {
    const { currencyId } = rates[key]!;
    return (file.currencies.get(currencyId) ?? server.catalog.currencies.get(currencyId))!;
  };
  const feature = (file.features.get(featureId) ?? server.catalog.features.get(featureId))!;
  const asRate = (key: 0 | 1): Rate | null => {
    const rate = rates[key];
    if (!rate) return null;
    const nowhere = { key: 0, planId: null, planVersion: null, customerKey: null, featureKey: 0, currencyKey: key };
    return { ...nowhere, featureId, currencyId: rate.currencyId, pricing: rate.pricing };
  };
  const change = { kind: oldRate ? ('CHANGED' as const) : ('ADDED' as const), featureKey: 0, featureId, oldRate: asRate(0), newRate: asRate(1) };
  return [`  ${rateChangeSentence(change, { feature, currency: currencyOf })}`];
}

/** Tests are no part of a price, but of a version. */
function testLines({ before, after }: Changed<CatalogPlan>): string[] {
  return [...after.rates!].flatMap(([featureId, { tests }]) => {
    const old = before?.rates?.get(featureId)?.tests ?? [];
    return isSameTree(tests.map(testOfRateTree), old.map(testOfRateTree))
      ? []
      : [`  The formula tests of ${featureId} change: ${old.length} until now, ${tests.length} from then on.`];
  });
}

function impactLines(review: RatesReview | null): string[] {
  if (!review) return [];
  const parts = review.impact.map(({ scope, customerCount, overriddenCustomerCount }) => {
    const own = overriddenCustomerCount.text === '0' ? '' : `, ${overriddenCustomerCount.text} of them with a price of their own`;
    return `    ${scope}: ${customerCount.text}${own}`;
  });
  return ['  Customers that it would affect with', ...parts];
}
