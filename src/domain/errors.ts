/** The six kinds of refusal. BUG never carries its own words to a client. */
export const ERROR_KINDS = {
  MALFORMED: 'MALFORMED',
  MISSING: 'MISSING',
  CONFLICTING: 'CONFLICTING',
  FORBIDDEN: 'FORBIDDEN',
  TRY_AGAIN: 'TRY_AGAIN',
  BUG: 'BUG',
} as const;
export type ErrorKind = keyof typeof ERROR_KINDS;

/** The closed list of codes: each with its kind and one sentence that says what it means. */
export const ERROR_CODES = {
  // malformed: what was sent can never be accepted as it is
  INPUT_INVALID: ['MALFORMED', 'A field of the input has a value outside its range or form.'],
  ID_INVALID: ['MALFORMED', 'An id must have 1 to 255 characters from A-Z a-z 0-9 _ . : @ $ -.'],
  AMOUNT_INVALID: ['MALFORMED', 'An amount must be a decimal with at most 26 digits before the point and 12 after.'],
  DIMENSION_INVALID: ['MALFORMED', 'A dimension has a name or a value that cannot be kept.'],
  TIMESTAMP_INVALID: ['MALFORMED', 'A timestamp is outside the accepted range.'],
  TIME_RANGE_INVALID: [
    'MALFORMED',
    'A time range is empty, too long or half given, has an end that is no instant, would have too many points, or names an unknown zone.',
  ],
  BATCH_SIZE_INVALID: ['MALFORMED', 'A batch must have 1 to 1,000 events.'],
  PAGE_INVALID: ['MALFORMED', 'first or last must be from 1 to 100, and at most one of them may be given.'],
  CURSOR_INVALID: ['MALFORMED', 'A cursor was not made by this connection or for this input, or is too old.'],
  SEQUENCE_INVALID: ['MALFORMED', 'A sequence was not given for this input by creditUsage or creditUsageChanged, or is older than a day.'],
  FORMULA_INVALID: ['MALFORMED', 'A formula does not pass its checks.'],
  CURRENCY_REQUIRED: ['MALFORMED', 'There are several currencies, and credits of different ones are never added: say which one in currencyId.'],
  GROUP_BY_INVALID: ['MALFORMED', 'groupBy must have at most 8 different keys.'],
  DIMENSION_MISSING: ['MALFORMED', 'The formula uses a dimension that the event does not have, or one is declared as required.'],
  DIMENSION_TYPE: ['MALFORMED', 'A dimension has another type than the formula needs, or than is declared.'],
  DIMENSION_NOT_ALLOWED: ['MALFORMED', 'A dimension has a value that it is declared never to have, or is given under two of its names.'],
  DIVISION_BY_ZERO: ['MALFORMED', 'The formula divides by zero for this event.'],
  CHARGE_OUT_OF_RANGE: ['MALFORMED', 'The charge is negative or larger than an amount can be.'],
  // missing: nothing of that name in this environment
  ENVIRONMENT_NOT_FOUND: ['MISSING', 'There is no such environment.'],
  API_KEY_NOT_FOUND: ['MISSING', 'There is no such API key.'],
  CURRENCY_NOT_FOUND: ['MISSING', 'There is no such currency.'],
  FEATURE_NOT_FOUND: ['MISSING', 'There is no such feature.'],
  PLAN_NOT_FOUND: ['MISSING', 'There is no such plan.'],
  PLAN_VERSION_NOT_FOUND: ['MISSING', 'There is no such plan version.'],
  DRAFT_NOT_FOUND: ['MISSING', 'The plan has no draft.'],
  PUBLICATION_NOT_FOUND: ['MISSING', 'There is no such publication.'],
  RATE_NOT_FOUND: ['MISSING', 'The customer’s plan has no rate for this feature at this time, or the draft has none.'],
  RATE_OVERRIDE_NOT_FOUND: ['MISSING', 'There is no such rate override.'],
  CUSTOMER_NOT_FOUND: ['MISSING', 'There is no such customer.'],
  CREDIT_GRANT_NOT_FOUND: ['MISSING', 'There is no such credit grant.'],
  BACKTEST_NOT_FOUND: ['MISSING', 'There is no such back-test.'],
  DIMENSION_DECLARATION_NOT_FOUND: ['MISSING', 'The feature has no declaration of a dimension of this name.'],
  SHADOW_NOT_FOUND: ['MISSING', 'The plan has no shadow that goes on.'],
  // conflicting: well formed, but not in this state
  FORMULA_TEST_FAILED: ['CONFLICTING', 'A test kept with a rate does not give what it is expected to give.'],
  ALREADY_EXISTS: ['CONFLICTING', 'The id is taken.'],
  ARCHIVED: ['CONFLICTING', 'The thing is archived and cannot be used or changed.'],
  IN_USE: ['CONFLICTING', 'Something still uses it.'],
  DRAFT_EXISTS: ['CONFLICTING', 'The plan already has a draft.'],
  DRAFT_CHANGED: ['CONFLICTING', 'The draft has changed since that revision: review it again.'],
  VERSION_PUBLISHED: ['CONFLICTING', 'A published plan version cannot be changed.'],
  VERSION_NOT_PUBLISHED: ['CONFLICTING', 'The plan version is a draft, which is published by its revision.'],
  PLAN_NOT_PUBLISHED: ['CONFLICTING', 'The plan has no published version.'],
  PUBLICATION_EFFECTIVE: ['CONFLICTING', 'The publication is effective already: publish another version instead.'],
  PUBLICATION_CANCELLED: ['CONFLICTING', 'The publication is cancelled already.'],
  RATE_OVERRIDE_CONFLICT: ['CONFLICTING', 'Another override of the customer and feature is valid in that time.'],
  RATE_OVERRIDE_ENDED: ['CONFLICTING', 'The rate override is over already.'],
  USAGE_CHARGED: ['CONFLICTING', 'Usage of that time has been charged already, so that its price cannot be changed.'],
  PLAN_HISTORY_CONFLICT: ['CONFLICTING', 'A plan change must begin after the one before it.'],
  CREDIT_GRANT_CLOSED: ['CONFLICTING', 'The credit grant is already depleted, expired or voided.'],
  SHADOW_EXISTS: ['CONFLICTING', 'The plan already has a shadow: stop it first.'],
  BACKTEST_FINISHED: ['CONFLICTING', 'The back-test is done, failed or cancelled already.'],
  IDEMPOTENCY_KEY_REUSED: ['CONFLICTING', 'The idempotency key was used before with other content.'],
  INSUFFICIENT_CREDITS: ['CONFLICTING', 'The pool has too few credits, and its overdraft policy does not cover the rest.'],
  TOO_MANY_GRANTS: ['CONFLICTING', 'The pool already has 1,000 grants that are scheduled or active.'],
  BALANCE_OUT_OF_RANGE: ['CONFLICTING', 'The balance of the pool would be larger than an amount can be.'],
  LAST_ADMIN_KEY: ['CONFLICTING', 'The last admin key of an environment cannot be revoked.'],
  // forbidden
  UNAUTHENTICATED: ['FORBIDDEN', 'The request has no valid API key or customer token.'],
  FORBIDDEN: ['FORBIDDEN', 'The role of the API key, or a customer token, does not allow this.'],
  // try again
  TRY_AGAIN: [
    'TRY_AGAIN',
    'The outcome is not known or the moment was unlucky. With an idempotency key, send the same again; otherwise look first whether it was done.',
  ],
  // bug
  INTERNAL: ['BUG', 'Something went wrong on the server.'],
} as const satisfies Record<string, readonly [ErrorKind, string]>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One thing wrong with an input: where (`field` is a path such as `dimensions.0.key`) and what. */
export interface Problem {
  readonly field: string;
  readonly message: string;
  /** In a formula: line and column of the text, both from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** What a refusal says, as data: an Error among the data of an answer would count as thrown. */
export type Refusal = Pick<DrawdownError, 'code' | 'kind' | 'message' | 'problems'>;

export function refusalOf({ code, kind, message, problems }: DrawdownError): Refusal {
  return { code, kind, message, problems };
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
