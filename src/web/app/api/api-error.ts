/** One thing that is wrong with an input: a path into it, and what is wrong there. */
export interface InputProblem {
  readonly field: string;
  /** In a formula: its line and column, from 1. */
  readonly line?: number | null;
  readonly column?: number | null;
  readonly message: string;
}

/** Why the API refused, or could not be asked. `code` is one of the schema's ErrorCode, or `UNREACHABLE`. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly kind: string,
    message: string,
    readonly problems: readonly InputProblem[] = [],
    readonly requestId: string | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** Whether the same request may succeed in a moment. */
  get isPassing(): boolean {
    return this.kind === 'TRY_AGAIN';
  }
}

interface AnsweredError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly kind?: string; readonly problems?: readonly InputProblem[]; readonly requestId?: string };
}

export function apiErrorFrom({ message, extensions = {} }: AnsweredError): ApiError {
  const { code = 'INTERNAL', kind = 'BUG', problems = [], requestId = null } = extensions;
  return new ApiError(code, kind, message, problems, requestId);
}

export function unreachable(): ApiError {
  return new ApiError('UNREACHABLE', 'TRY_AGAIN', 'The server cannot be reached. Check the connection, then try again.');
}
