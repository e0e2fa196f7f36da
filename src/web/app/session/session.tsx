import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { ApiError } from '../api/api-error';
import { ViewerOfKey, ViewerOfToken } from '../generated/viewer';
import { credentialOfAddress, keepCredential, type Credential } from './credential';

export interface Session {
  readonly credential: Credential | null;
  signIn(credential: Credential): void;
  signOut(): void;
}

const SessionContext = createContext<Session | null>(null);

const FRESH_MS = 15_000;
const MOST_RETRIES = 2;
const WHO_IS_IN: readonly unknown[] = [ViewerOfKey, ViewerOfToken];

/** A key may be revoked, and a token run out, while it is in use. */
function isSignedOut(error: Error): boolean {
  return error instanceof ApiError && error.code === 'UNAUTHENTICATED';
}

/** Answers are kept for one holder only: another one begins with none. */
function newQueryClient(): QueryClient {
  const retry = (failures: number, error: Error): boolean => error instanceof ApiError && error.isPassing && failures < MOST_RETRIES;
  const queryCache = new QueryCache({ onError: (error, query) => isSignedOut(error) && !WHO_IS_IN.includes(query.queryKey[0]) && askAgainWhoIsIn() });
  const askAgainWhoIsIn = (): void => void client.invalidateQueries({ predicate: ({ queryKey }) => WHO_IS_IN.includes(queryKey[0]) });
  const client = new QueryClient({ queryCache, defaultOptions: { queries: { staleTime: FRESH_MS, retry, refetchOnWindowFocus: true } } });
  return client;
}

export function SessionProvider({ start, children }: { readonly start: Credential | null; readonly children: ReactNode }) {
  const [{ credential, queries }, setState] = useState(() => ({ credential: start, queries: { holder: 1, client: newQueryClient() } }));
  const change = useCallback((next: Credential | null) => {
    keepCredential(next);
    setState(({ queries: { holder } }) => ({ credential: next, queries: { holder: holder + 1, client: newQueryClient() } }));
  }, []);
  useEffect(() => {
    // A link that is opened in a tab that shows the same page does not load it again.
    const read = (): void => {
      const given = credentialOfAddress();
      if (given) change(given);
    };
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, [change]);
  const session = useMemo(() => ({ credential, signIn: change, signOut: () => change(null) }), [credential, change]);
  return (
    <SessionContext value={session}>
      <QueryClientProvider key={queries.holder} client={queries.client}>
        {children}
      </QueryClientProvider>
    </SessionContext>
  );
}

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('There is no session around this.');
  return session;
}
