import { createClient } from 'graphql-ws';
import type { Credential } from '../session/credential';
import type { TypedDocument } from './typed-document';

export interface Listener<Answer> {
  readonly onNext: (answer: Answer) => void;
  /** It is over: refused, or the connection could not be made again. */
  readonly onEnd: () => void;
}

/** Listens to a subscription over a WebSocket of its own until the returned function is called. A page cannot set its headers: they go into the first message. */
export function subscribe<Answer, Variables>(
  credential: Credential | null,
  document: TypedDocument<Answer, Variables>,
  variables: Variables,
  { onNext, onEnd }: Listener<Answer>,
): () => void {
  const client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: connectionParams(credential),
  });
  const stop = client.subscribe<Answer>(
    { query: document, variables: variables as Record<string, unknown> },
    { next: ({ data, errors }) => (errors || !data ? onEnd() : onNext(data)), error: onEnd, complete: onEnd },
  );
  return () => {
    stop();
    void client.dispose();
  };
}

function connectionParams(credential: Credential | null): Record<string, string> {
  if (!credential) return {};
  return credential.kind === 'key' ? { 'X-API-Key': credential.secret } : { Authorization: `Bearer ${credential.secret}` };
}
