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

/** What the server makes of a formula and an event; the same question is asked once, however many show it. */
export function useTried(formula: string | null, { value, dimensions }: Sample, featureId: string): UseQueryResult<FormulaTriedQuery, ApiError> {
  const input = { formula: formula ?? '', value, dimensions, featureId };
  return useAnswer(FormulaTried, { input }, { enabled: formula !== null, keepPrevious: formula !== null });
}
