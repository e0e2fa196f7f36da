import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { FastifyBaseLogger } from 'fastify';
import { ERROR_CODES, type DrawdownError, type ErrorKind, type Problem } from '../domain/errors';
import { refusalFrom } from '../operations/refusal';

/** The codes that GraphQL itself gives: what is wrong with a request before any of our code sees it. */
const REQUEST_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** The domain's refusal behind an error, however GraphQL has wrapped it; null where there is none. */
function refusalIn(error: unknown): DrawdownError | null {
  return error instanceof GraphQLError ? refusalIn(error.originalError) : refusalFrom(error);
}

function requestCode(error: GraphQLFormattedError): string | null {
  const code = error.extensions?.['code'];
  return typeof code === 'string' && REQUEST_CODES.has(code) ? code : null;
}

/** The one translator from errors to what a client sees. Whatever is neither a refusal nor GraphQL's own is INTERNAL and keeps its words to itself. */
export function translateError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const refusal = refusalIn(error);
  const { locations, path } = formatted;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const requestId = requestIdOf(error);
  if (refusal && refusal.kind !== 'BUG') {
    const { code, kind, problems } = refusal;
    return { message: refusal.message, ...place, extensions: { code, kind, problems, requestId } };
  }
  const code = requestCode(formatted);
  if (code) return { message: withoutValues(formatted.message), ...place, extensions: { code, kind: 'MALFORMED', problems: [], requestId } };
  return { message: ERROR_CODES.INTERNAL[1], ...place, extensions: { code: 'INTERNAL', kind: 'BUG', problems: [], requestId } };
}

/** GraphQL repeats the value that it refuses; what it says about the value is enough. */
export function withoutValues(message: string): string {
  return message
    .replace(
      /^(Variable "\$\w+") got invalid value [\s\S]*?(?: at "([\w.[\]]+)")?; ((?:Expected|Field|String|Int|Float|Boolean|ID|Enum|Value)\b[\s\S]*)$/,
      spokenPlace,
    )
    .replace(/(cannot represent[^:]*?): [\s\S]*$/, '$1.')
    .replace(
      /^Expected value of type ("?[^",]+"?), found [\s\S]*?(?:; ([\s\S]*))?$/,
      (_all, type: string, why?: string) => `Expected a value of type ${type}.${why ? ` ${why}` : ''}`,
    );
}

function spokenPlace(_all: string, variable: string, path: string | undefined, why: string): string {
  return `${variable} has an invalid value${path ? ` at "${path}"` : ''}; ${why}`;
}

/** Whether an error is one of ours to repair, and so belongs in the log. */
export function isInternal(error: GraphQLError): boolean {
  const refusal = refusalIn(error);
  return refusal ? refusal.kind === 'BUG' : requestCode(error.toJSON()) === null;
}

const requestIds = new WeakMap<object, string>();

/** Marks errors with the request they belong to and logs those that are bugs. Called once for every error of a request, before it is translated. */
export function noteErrors(errors: readonly GraphQLError[], requestId: string, log: FastifyBaseLogger): void {
  for (const error of errors) {
    requestIds.set(error, requestId);
    if (refusalIn(error)?.code === 'UNAUTHENTICATED') Object.assign(error.extensions, { http: { status: 401 } });
    if (isInternal(error)) log.error({ requestId, path: error.path, err: error.originalError ?? error }, 'request failed');
  }
}

function requestIdOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? requestIds.get(error) : undefined;
}

/** An answer to what failed outside of GraphQL. */
export interface TransportAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** The same translator for what GraphQL never sees: exports, no such address, a body that is too long or no JSON, bytes that are no HTTP. */
export function transportAnswer(error: Error & { readonly statusCode?: number }, requestId: string): TransportAnswer {
  const { status, message, problems = [], ...what } = transportRefusal(error);
  const headers: Record<string, string> = what.kind === 'TRY_AGAIN' ? { 'retry-after': RETRY_AFTER_S } : {};
  return { status, headers, body: { errors: [{ message, extensions: { ...what, problems, requestId } }] } };
}

const RETRY_AFTER_S = '5';

const KIND_STATUS: Record<ErrorKind, number> = {
  MALFORMED: 400,
  MISSING: 404,
  CONFLICTING: 409,
  FORBIDDEN: 403,
  TRY_AGAIN: 503,
  BUG: 500,
};

interface TransportRefusal {
  readonly status: number;
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly problems?: readonly Problem[];
}

function transportRefusal(error: Error & { readonly statusCode?: number }): TransportRefusal {
  const refusal = refusalFrom(error);
  if (refusal && refusal.kind !== 'BUG') {
    const { code, kind, message, problems } = refusal;
    return { status: code === 'UNAUTHENTICATED' ? 401 : KIND_STATUS[kind], code, kind, message, problems };
  }
  const code = error instanceof GraphQLError ? requestCode(error.toJSON()) : null;
  if (code) return { status: 400, code, kind: 'MALFORMED', message: withoutValues(error.message) };
  if (error instanceof SyntaxError) return { status: 400, code: 'BAD_REQUEST', kind: 'MALFORMED', message: 'The body is no valid JSON.' };
  const { statusCode: status = 500, message } = error;
  if (status === 404) return { status, code: 'NOT_FOUND', kind: 'MISSING', message: 'There is nothing at this address.' };
  if (status === 413) return { status, code: 'BODY_TOO_LARGE', kind: 'MALFORMED', message: 'The body is too long.' };
  if (status >= 400 && status < 500) return { status, code: 'BAD_REQUEST', kind: 'MALFORMED', message };
  return { status: 500, code: 'INTERNAL', kind: 'BUG', message: ERROR_CODES.INTERNAL[1] };
}
