import { keepPreviousData, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { useSession } from '../session/session';
import type { ApiError } from './api-error';
import { ask } from './client';
import type { TypedDocument } from './typed-document';

export interface AskOptions {
  /** False: is not asked (yet). */
  readonly enabled?: boolean;
  /** Shows the answer before while the next one is asked for, as for pages and filters. */
  readonly keepPrevious?: boolean;
  /** Asks again after so many milliseconds, for as long as the page is in sight. */
  readonly refreshMs?: number;
  /** Stays with the answer it has, as for pages of one list. */
  readonly held?: boolean;
}

/** The answer to a question, kept and shared by all who ask the same. */
export function useAnswer<Answer, Variables>(
  document: TypedDocument<Answer, Variables>,
  variables: Variables,
  { enabled = true, keepPrevious = false, refreshMs, held = false }: AskOptions = {},
): UseQueryResult<Answer, ApiError> {
  const { credential } = useSession();
  return useQuery<Answer, ApiError>({
    queryKey: [document, variables],
    queryFn: ({ signal }) => ask(credential, document, variables, signal),
    enabled,
    ...(keepPrevious && { placeholderData: keepPreviousData }),
    ...(held && { staleTime: Infinity }),
    ...(refreshMs !== undefined && { refetchInterval: refreshMs }),
  });
}

/** A change. When it is done, everything on the page is asked anew: what it touches is the server's knowledge. So it is when the state is another than was shown. */
export function useChange<Answer, Variables>(
  document: TypedDocument<Answer, Variables>,
  onDone?: (answer: Answer) => void,
): UseMutationResult<Answer, ApiError, Variables> {
  const { credential } = useSession();
  const queries = useQueryClient();
  return useMutation<Answer, ApiError, Variables>({
    mutationFn: (variables) => ask(credential, document, variables),
    onSuccess: async (answer) => {
      onDone?.(answer);
      await queries.invalidateQueries();
    },
    onError: (error) => void (error.kind === 'CONFLICTING' && queries.invalidateQueries()),
  });
}
