import type { UseQueryResult } from '@tanstack/react-query';
import type { ApiError } from '../../api/api-error';
import type { Dimensions } from '../../api/exact-json';
import { useAnswer } from '../../api/use-api';
import { FormulaTried, type FormulaTriedQuery, type RecentEventsQuery } from '../../generated/rate';

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
