import { registerEnumType } from 'type-graphql';
import { ERROR_CODES, ERROR_KINDS, type ErrorCode } from '../domain/errors';
import { GRANT_CATEGORIES, GRANT_STATUSES } from '../domain/grant';
import { LEDGER_ENTRY_KINDS } from '../domain/ledger-entry';
import { RATE_MODES } from '../domain/rate';
import { ROLES } from '../domain/role';
import { TIME_ORDERS } from '../domain/time-order';
import { WARNING_CODES } from '../domain/warning';

/** The enums that several topics use, each value described. What one topic alone uses is registered beside its types. */
function register<Name extends string>(name: string, values: Record<Name, Name>, description: string, descriptions: Record<Name, string>): void {
  const names = Object.keys(descriptions) as Name[];
  const valuesConfig = Object.fromEntries(names.map((value) => [value, { description: descriptions[value] }])) as Record<
    Name,
    { description: string }
  >;
  registerEnumType(values, { name, description, valuesConfig });
}

export const ERROR_CODE_NAMES = Object.fromEntries(Object.keys(ERROR_CODES).map((code) => [code, code])) as Record<ErrorCode, ErrorCode>;

register(
  'ErrorCode',
  ERROR_CODE_NAMES,
  'Why Drawdown refuses something; stable, for programs. Errors of a whole request carry it in `extensions.code`. Requests that are refused before ' +
    'Drawdown reads them carry codes that are not here: GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED, OPERATION_RESOLUTION_FAILURE, BAD_USER_INPUT, ' +
    'BAD_REQUEST, NOT_FOUND, BODY_TOO_LARGE, PERSISTED_QUERY_NOT_FOUND and PERSISTED_QUERY_NOT_SUPPORTED.',
  Object.fromEntries(Object.entries(ERROR_CODES).map(([code, [, sentence]]) => [code, sentence])) as Record<ErrorCode, string>,
);

register('ErrorKind', ERROR_KINDS, 'What kind of refusal an error code is. Errors of a whole request carry it in `extensions.kind`, too.', {
  MALFORMED: 'What was sent can never be accepted as it is: change it.',
  MISSING: 'Nothing in this environment has that id.',
  CONFLICTING: 'It is well formed, but does not fit the present state.',
  FORBIDDEN: 'The API key or customer token is missing or not valid, or does not allow it.',
  TRY_AGAIN: 'The outcome is not known, or the moment was unlucky.',
  BUG: 'A mistake of the server, which has noted it.',
});

register('Role', ROLES, 'What the holder of an API key may do.', {
  ADMIN: 'Everything.',
  WRITER: 'Reports usage and reads.',
  READER: 'Reads only.',
});

register('RateMode', RATE_MODES, 'How a rate turns usage into credits.', {
  FLAT: 'A fixed number of credits per unit of the reported value.',
  FORMULA: 'A formula over the dimensions and the reported value.',
});

register(
  'GrantCategory',
  GRANT_CATEGORIES,
  'Where the credits of a grant come from. Of grants with equal priority and expiry, promotional burn before recurring before paid.',
  {
    PROMOTIONAL: 'Given away: trials, goodwill.',
    RECURRING: 'Part of a subscription.',
    PAID: 'Bought.',
  },
);

register('GrantStatus', GRANT_STATUSES, 'What a grant is at an instant.', {
  SCHEDULED: 'Not yet effective.',
  ACTIVE: 'It can be drawn from.',
  DEPLETED: 'Nothing is left of it.',
  EXPIRED: 'It passed its expiry with something left, which was forfeited.',
  VOIDED: 'What was left was taken back.',
});

register('LedgerEntryKind', LEDGER_ENTRY_KINDS, 'Why a balance changed.', {
  GRANTED: 'A grant became effective.',
  CONSUMED: 'Usage was charged: the part drawn from one grant, or from overdraft.',
  OVERDRAFT_SETTLED: 'A grant paid an earlier overdraft; always two entries, whose amounts cancel out.',
  EXPIRED: 'What was left of a grant at its expiry was forfeited.',
  VOIDED: 'What was left of a grant was taken back.',
});

register('TimeOrder', TIME_ORDERS, 'Which end of a list by time comes first.', {
  NEWEST_FIRST: 'The latest instant first.',
  OLDEST_FIRST: 'The earliest instant first.',
});

export const WARNING_CODE_NAMES = WARNING_CODES;

register('WarningCode', WARNING_CODES, 'Why Drawdown warns of something that it accepts; stable, for programs.', {
  CAN_BE_NEGATIVE: 'Some events would have a negative charge, and be refused.',
  CAN_DIVIDE_BY_ZERO: 'Some events would make the formula divide by zero, and be refused.',
  CAN_BE_OUT_OF_RANGE:
    'Some events would lead to a number that is too large, or that is no exponent, number of decimals or bound of tiers, and be refused.',
  BRANCH_NEVER_TAKEN: 'A condition comes out the same for every event.',
  VALUE_NEVER_SEEN: 'The formula compares a dimension with a text that no event was seen with.',
  VALUE_NOT_ALLOWED: 'The formula compares a dimension with a value that it is declared never to have.',
  DIMENSION_NEVER_SEEN: 'No event of the feature was seen with the dimension.',
  DIMENSION_STOPPED: 'The dimension was usual before, and the latest events do not have it.',
  DIMENSION_CAN_BE_MISSING: 'Some events lack the dimension, and would be refused.',
  DIMENSION_TYPE_DIFFERS: 'The dimension has another type in some events, which would be refused, or is declared with another.',
  DIMENSION_UNUSED: 'Most events have a number that looks as if it were to be paid for, and the formula does not use it.',
  CONSTANT_FORMULA: 'The formula uses nothing of the event.',
  FORMULA_TEST_FAILED: 'A test kept with the rate does not give what it is expected to give, which stands against publishing.',
  NO_RATES: 'The version of the plan has no rates.',
  NOT_ON_PLAN: 'A customer that a publication names is not on the plan now, so that nothing changes for it until it is.',
});
