import type { UseQueryResult } from '@tanstack/react-query';
import type { ApiError } from '../../api/api-error';
import type { Dimensions } from '../../api/exact-json';
import { useAnswer } from '../../api/use-api';
import { problemAt } from '../../components/field';
import { useSettled } from '../../forms/use-settled';
import { FlatPriceChecked, FormulaTried, type FormulaTriedQuery, type RecentEventsQuery } from '../../generated/rate';

import { pathOfOwn, ratesWith, type Pricing } from './pricing';

export type Tried = FormulaTriedQuery['previewFormula'];
export type RecentEvent = RecentEventsQuery['usageEvents']['edges'][number]['node'];

/** Something to try a formula on. */
export interface Sample {
  readonly value: string;
  readonly dimensions: Dimensions;
}

export const NO_SAMPLE: Sample = { value: '1', dimensions: {} };

/** What a formula makes of an event. The same question is asked once, however many show its answer. */
export function useTried(formula: string | null, { value, dimensions }: Sample): UseQueryResult<FormulaTriedQuery, ApiError> {
  const input = { formula: formula ?? '', value, dimensions };
  return useAnswer(FormulaTried, { input }, { enabled: formula !== null, keepPrevious: formula !== null });
}

/** What is wrong or doubtful in a formula, by what was seen of the feature's events, which takes longer than one result. */
export function useChecked(formula: string | null, featureId: string): UseQueryResult<FormulaTriedQuery, ApiError> {
  return useAnswer(FormulaTried, { input: { formula: formula ?? '', featureId } }, { enabled: formula !== null, keepPrevious: formula !== null });
}

/** A number that no rule of the API minds, and that need not be asked about. */
const PLAIN_PRICE = /^\d{1,9}(\.\d{1,9})?$/;

/** What is wrong with a flat price, once typing pauses: the API is asked what it would say to it in a draft. */
export function useFlatProblem(planId: string, featureId: string, pricing: Pricing): string | null {
  const settled = useSettled(pricing);
  const text = settled.creditsPerUnit.trim();
  const isDoubtful = settled.mode === 'FLAT' && text !== '' && !PLAIN_PRICE.test(text);
  const check = useAnswer(FlatPriceChecked, { input: { planId, rates: ratesWith(null, featureId, settled) } }, { enabled: isDoubtful });
  return isDoubtful ? problemAt(check.error, pathOfOwn('creditsPerUnit')) : null;
}
