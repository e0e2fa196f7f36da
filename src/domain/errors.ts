/** The six kinds of refusal. `bug` never carries its own words to a client. */
export type ErrorKind = 'malformed' | 'missing' | 'conflicting' | 'forbidden' | 'try again' | 'bug';

/** The closed list of codes: each with its kind and one sentence that says what it means. */
export const ERROR_CODES = {
  // malformed: what was sent can never be accepted as it is
  INPUT_INVALID: ['malformed', 'A field of the input has a value outside its range or form.'],
  ID_INVALID: ['malformed', 'An id must have 1 to 255 characters from A-Z a-z 0-9 _ . : @ $ -.'],
  AMOUNT_INVALID: ['malformed', 'An amount must be a decimal with at most 26 digits before the point and 12 after.'],
  DIMENSION_INVALID: ['malformed', 'A dimension has a name or a value that cannot be kept.'],
  TIMESTAMP_INVALID: ['malformed', 'A timestamp is outside the accepted range.'],
  TIME_RANGE_INVALID: ['malformed', 'A time range is empty, too long or names an unknown zone.'],
  BATCH_SIZE_INVALID: ['malformed', 'A batch must have 1 to 1,000 events.'],
  PAGE_INVALID: ['malformed', 'first or last must be from 1 to 100, and exactly one of them may be given.'],
  CURSOR_INVALID: ['malformed', 'A cursor was not made by this connection.'],
  FORMULA_INVALID: ['malformed', 'A formula does not pass its checks.'],
  GROUP_BY_INVALID: ['malformed', 'groupBy must have at most 8 different keys.'],
  DIMENSION_MISSING: ['malformed', 'The formula uses a dimension that the event does not have.'],
  DIMENSION_TYPE: ['malformed', 'A dimension has another type than the formula needs.'],
  DIVISION_BY_ZERO: ['malformed', 'The formula divides by zero for this event.'],
  CHARGE_OUT_OF_RANGE: ['malformed', 'The charge is negative or larger than an amount can be.'],
  // missing: nothing of that name in this environment
  ENVIRONMENT_NOT_FOUND: ['missing', 'There is no such environment.'],
  API_KEY_NOT_FOUND: ['missing', 'There is no such API key.'],
  CURRENCY_NOT_FOUND: ['missing', 'There is no such currency.'],
  FEATURE_NOT_FOUND: ['missing', 'There is no such feature.'],
  PLAN_NOT_FOUND: ['missing', 'There is no such plan.'],
  PLAN_VERSION_NOT_FOUND: ['missing', 'There is no such plan version.'],
  RATE_NOT_FOUND: ['missing', 'The customer has no rate for this feature at this time.'],
  CUSTOMER_NOT_FOUND: ['missing', 'There is no such customer.'],
  CREDIT_GRANT_NOT_FOUND: ['missing', 'There is no such credit grant.'],
  // conflicting: well formed, but not in this state
  ALREADY_EXISTS: ['conflicting', 'The id is taken.'],
  ARCHIVED: ['conflicting', 'The thing is archived and cannot be used or changed.'],
  IN_USE: ['conflicting', 'Something still uses it.'],
  DRAFT_EXISTS: ['conflicting', 'The plan already has a draft.'],
  VERSION_PUBLISHED: ['conflicting', 'A published plan version cannot be changed.'],
  PLAN_NOT_PUBLISHED: ['conflicting', 'The plan has no published version.'],
  PLAN_HISTORY_CONFLICT: ['conflicting', 'A plan change must begin after the one before it.'],
  CREDIT_GRANT_CLOSED: ['conflicting', 'The credit grant is already depleted, expired or voided.'],
  IDEMPOTENCY_KEY_REUSED: ['conflicting', 'The idempotency key was used before with other content.'],
  INSUFFICIENT_CREDITS: ['conflicting', 'The pool has too few credits, and its overdraft policy does not cover the rest.'],
  BALANCE_OUT_OF_RANGE: ['conflicting', 'The balance of the pool would be larger than an amount can be.'],
  LAST_ADMIN_KEY: ['conflicting', 'The last admin key of an environment cannot be revoked.'],
  // forbidden
  UNAUTHENTICATED: ['forbidden', 'The request has no valid API key.'],
  FORBIDDEN: ['forbidden', 'The role of the API key does not allow this.'],
  // try again
  TRY_AGAIN: ['try again', 'The outcome is not known or the moment was unlucky; send the same request again, with the same keys.'],
  // bug
  INTERNAL: ['bug', 'Something went wrong on the server.'],
} as const satisfies Record<string, readonly [ErrorKind, string]>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One thing wrong with an input: where (`field` is a path such as `rates.0.formula`) and what. */
export interface Problem {
  readonly field: string;
  readonly message: string;
  /** In a formula: line and column of the text, both from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** The one error of the domain. `message` says what is wrong and what to do; `problems` lists all that is wrong with an input. */
export class DrawdownError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string = ERROR_CODES[code][1],
    readonly problems: readonly Problem[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DrawdownError';
  }

  get kind(): ErrorKind {
    return ERROR_CODES[this.code][0];
  }
}

/** Throws one error with all the problems, if there are any. */
export function refuseProblems(code: ErrorCode, problems: readonly Problem[]): void {
  const first = problems[0];
  if (first) throw new DrawdownError(code, problems.map((p) => `${p.field}: ${p.message}`).join(' '), problems);
}
