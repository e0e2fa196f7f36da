import { useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ApiError } from '../../api/api-error';
import { subscribe } from '../../api/subscribe';
import { useAnswer } from '../../api/use-api';
import { BacktestProgress, BacktestState, type BacktestFieldsFragment, type BacktestStateQuery } from '../../generated/review';
import { useSession } from '../../session/session';

export type Backtest = BacktestFieldsFragment;

/** Where a WebSocket cannot get through, progress is asked for. */
const ASK_MS = 2_000;

export function isOver({ state }: Pick<Backtest, 'state'>): boolean {
  return state === 'DONE' || state === 'FAILED' || state === 'CANCELLED';
}

/** A back-test as it is now. While it is under way, the server tells of each change. */
export function useBacktest(start: Backtest): UseQueryResult<BacktestStateQuery, ApiError> {
  const { credential } = useSession();
  const queries = useQueryClient();
  const { id } = start;
  const known = queries.getQueryData<BacktestStateQuery>([BacktestState, { id }])?.backtest ?? start;
  const isRunning = !isOver(known);
  useEffect(() => {
    if (!isRunning) return;
    return subscribe(
      credential,
      BacktestProgress,
      { id },
      {
        onNext: ({ backtestChanged }) => queries.setQueryData<BacktestStateQuery>([BacktestState, { id }], { backtest: backtestChanged }),
        onEnd: () => undefined,
      },
    );
  }, [credential, id, isRunning, queries]);
  return useAnswer(BacktestState, { id }, { ...(isRunning && { refreshMs: ASK_MS }) });
}
