import { credentialHeaders, type Credential } from '../session/credential';
import { apiErrorFrom, unreachable } from './api-error';
import { parseExactly, stringifyExactly } from './exact-json';
import type { TypedDocument } from './typed-document';

/** Asks the API as whoever `credential` is. Refuses with an ApiError; the first one, where there are several. */
export async function ask<Answer, Variables>(
  credential: Credential | null,
  document: TypedDocument<Answer, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(credential && credentialHeaders(credential)) };
  const body = stringifyExactly({ query: document, variables });
  const { data, errors } = readAnswer(await post(headers, body, signal)) as { data?: Answer | null; errors?: Parameters<typeof apiErrorFrom>[0][] };
  if (errors?.[0]) throw apiErrorFrom(errors[0]);
  return data!;
}

async function post(headers: Record<string, string>, body: string, signal?: AbortSignal): Promise<string> {
  try {
    const response = await fetch('/graphql', { method: 'POST', headers, body, ...(signal && { signal }) });
    return await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
}

/** What stands between us and the server may answer with a page of its own. */
function readAnswer(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    throw unreachable();
  }
}
