import { credentialHeaders, type Credential } from '../session/credential';
import { apiErrorFrom, unreachable } from './api-error';
import { parseExactly, stringifyExactly } from './exact-json';

/** Asks for an export and hands the file to the browser, as if it had been a link. Refuses with an ApiError. */
export async function download(credential: Credential | null, path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json', ...(credential && credentialHeaders(credential)) };
  const response = await fetch(path, { method: 'POST', headers, body: stringifyExactly(body) }).catch(() => Promise.reject(unreachable()));
  if (!response.ok) throw refusal(await response.text());
  // What breaks off in the middle is no file: reading it to its end tells.
  const file = await response.blob().catch(() => Promise.reject(unreachable()));
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'export.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(address));
}

function refusal(text: string): Error {
  try {
    return apiErrorFrom((parseExactly(text) as { errors: Parameters<typeof apiErrorFrom>[0][] }).errors[0]!);
  } catch {
    return unreachable();
  }
}
