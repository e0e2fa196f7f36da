import { setTimeout as sleep } from 'node:timers/promises';
import { ImportError, type LineProblem } from './import-file';
import type { MappedLine } from './import-mapping';

export interface SenderOptions {
  readonly url: string;
  readonly key: string;
  /** Whether the lines are raw events. */
  readonly raw: boolean;
  /** How often a request is repeated before the import gives up. */
  readonly retries: number;
  readonly firstWaitMs: number;
  readonly onWait: (reason: string, waitMs: number) => void;
  readonly signal: AbortSignal;
}

/** What became of one line: `known` ones were there from an earlier run, `readable` ones were not sent at all. */
export type Outcome =
  | { readonly line: number; readonly status: 'accepted' | 'known' | 'readable'; readonly unmatched?: boolean }
  | { readonly line: number; readonly status: 'refused'; readonly problem: LineProblem };

/** An answer to one request: results, one per event, or why there are none. */
type Answer = { results: readonly Result[] } | { again: string } | { tooLarge: true };

interface Result {
  readonly duplicate: boolean;
  readonly error: LineProblem | null;
  /** Of a raw event that no meter matched. */
  readonly unmatchedEvent?: object | null;
}

interface ErrorAnswer {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

const USAGE_BODY = bodyStart('reportUsageBatch', 'duplicate error { code message }');
const EVENTS_BODY = bodyStart('reportEvents', 'duplicate unmatchedEvent { id } error { code message }');
const BODY_END = ']}}}';
const REQUEST_TIMEOUT_MS = 60_000;
const LONGEST_WAIT_MS = 10_000;
const KEY_REFUSED_CODES = new Set(['UNAUTHENTICATED', 'FORBIDDEN']);
const PASSING_CODES = new Set(['TRY_AGAIN', 'INTERNAL']);

function bodyStart(name: 'reportUsageBatch' | 'reportEvents', selection: string): string {
  const inputType = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const mutation = `mutation Import($input: ${inputType}!) { report: ${name}(input: $input) { results { ${selection} } } }`;
  return `{"operationName":"Import","query":${JSON.stringify(mutation)},"variables":{"input":{"events":[`;
}

export function requestBody(lines: readonly MappedLine[], raw: boolean): string {
  return (raw ? EVENTS_BODY : USAGE_BODY) + lines.map(({ event }) => event).join(',') + BODY_END;
}

/** Sends lines until each has an outcome; only what is worth repeating is repeated. Throws ImportError where that is hopeless. */
export async function sendLines(options: SenderOptions, lines: readonly MappedLine[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let pending = lines;
  for (let attempt = 0; pending.length > 0; attempt++) {
    const answer = await post(options, pending);
    if ('tooLarge' in answer) return [...outcomes, ...(await sendSmaller(options, pending))];
    let reason = 'The server asks to try again.';
    if ('again' in answer) reason = answer.again;
    else pending = sortOut(pending, answer.results, outcomes);
    if (pending.length > 0) await waitBefore(options, attempt, reason);
  }
  return outcomes;
}

/** Adds what is settled to the outcomes and answers what is not. */
function sortOut(lines: readonly MappedLine[], results: readonly Result[], outcomes: Outcome[]): MappedLine[] {
  return lines.filter(({ line }, i) => {
    const { duplicate, error, unmatchedEvent } = results[i]!;
    if (error && PASSING_CODES.has(error.code)) return true;
    outcomes.push(
      error ? { line, status: 'refused', problem: error } : { line, status: duplicate ? 'known' : 'accepted', unmatched: Boolean(unmatchedEvent) },
    );
    return false;
  });
}

async function sendSmaller(options: SenderOptions, lines: readonly MappedLine[]): Promise<Outcome[]> {
  if (lines.length === 1)
    return [{ line: lines[0]!.line, status: 'refused', problem: { code: 'LINE_INVALID', message: 'The event is larger than the server accepts.' } }];
  const middle = Math.ceil(lines.length / 2);
  return [...(await sendLines(options, lines.slice(0, middle))), ...(await sendLines(options, lines.slice(middle)))];
}

async function waitBefore(options: SenderOptions, attempt: number, reason: string): Promise<void> {
  if (attempt >= options.retries)
    throw new ImportError(`${reason} Gave up after ${attempt + 1} attempts; run the import again later: it goes on where it is.`);
  const longest = Math.min(LONGEST_WAIT_MS, options.firstWaitMs * 2 ** attempt);
  const waitMs = Math.round(longest * (0.5 + Math.random() / 2));
  options.onWait(reason, waitMs);
  await sleep(waitMs, undefined, { signal: options.signal });
}

async function post(options: SenderOptions, lines: readonly MappedLine[]): Promise<Answer> {
  const headers = { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': options.key };
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  try {
    const response = await fetch(options.url, { method: 'POST', headers, body: requestBody(lines, options.raw), signal });
    return answerOf(options.url, response.status, await response.text(), lines.length);
  } catch (error) {
    if (error instanceof ImportError || options.signal.aborted) throw error;
    const { name, cause } = error as Error & { cause?: { code?: string } };
    return { again: `${options.url} cannot be reached (${cause?.code ?? name}).` };
  }
}

/** Judges an HTTP answer. Throws ImportError where repeating the request cannot help. */
export function answerOf(url: string, status: number, text: string, wanted: number): Answer {
  if (status === 413) return { tooLarge: true };
  if (status === 429 || status >= 500) return { again: `The server answers HTTP ${status}.` };
  const body = bodyOf(text);
  const [error] = body?.errors ?? [];
  if (status === 401 || status === 403) throw keyRefused(error?.message ?? `HTTP ${status}.`);
  if (error) return answerOfError(error);
  const results = body?.data?.report?.results;
  if (results?.length !== wanted) throw new ImportError(`${url} does not answer like Drawdown's GraphQL API (HTTP ${status}); is the --url right?`);
  return { results };
}

function answerOfError({ message, extensions }: ErrorAnswer): Answer {
  const code = extensions?.code ?? '';
  if (KEY_REFUSED_CODES.has(code)) throw keyRefused(message);
  if (PASSING_CODES.has(code)) return { again: `The server answers ${code}.` };
  throw new ImportError(`The server refuses the request: ${message}`);
}

function keyRefused(reason: string): ImportError {
  return new ImportError(`The server refuses the API key: ${reason} Give a key with the role WRITER or ADMIN by --key or DRAWDOWN_API_KEY.`);
}

interface Body {
  readonly data?: { readonly report?: { readonly results?: readonly Result[] } | null } | null;
  readonly errors?: readonly ErrorAnswer[];
}

function bodyOf(text: string): Body | null {
  try {
    return JSON.parse(text) as Body | null;
  } catch {
    return null;
  }
}
