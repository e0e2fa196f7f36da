import type { FastifyRequest } from 'fastify';
import {
  getNamedType,
  getVariableValues,
  GraphQLEnumType,
  GraphQLError,
  GraphQLInputObjectType,
  GraphQLNonNull,
  GraphQLSchema,
  parse,
  type GraphQLEnumValueConfigMap,
  type GraphQLField,
  type GraphQLScalarType,
  type OperationDefinitionNode,
} from 'graphql';
import type { FocusBillingInput } from '../domain/focus';
import type { CreditUsageInput } from './credit-usage.types';
import type { CreditLedgerArgs } from './ledger-entry.types';
import { checkVariableLevels } from './limits';
import { EXPORT_COLUMN_SETS, type ExportColumnSet } from './export-columns';
import { EXPORT_FORMATS, type ExportFormat } from './export-format';
import { parseJson } from './json';

export interface UsageExportRequest {
  readonly input: CreditUsageInput;
  readonly format: ExportFormat;
  readonly columns: ExportColumnSet;
  readonly points: boolean;
  /** Only with the columns of FOCUS. */
  readonly focus: FocusBillingInput | null;
}

export interface LedgerExportRequest {
  readonly input: Omit<CreditLedgerArgs, 'first' | 'after' | 'last' | 'before'>;
  readonly format: ExportFormat;
}

const USAGE_VARIABLES =
  '$input: CreditUsageInput!, $format: ExportFormat! = CSV, $columns: ExportColumns! = DRAWDOWN, $points: Boolean! = false, $focus: FocusBillingInput = null';
const LEDGER_VARIABLES = '$input: CreditLedgerInput!, $format: ExportFormat! = CSV, $columns: LedgerExportColumns! = DRAWDOWN';
const PAGE_ARGUMENTS = new Set(['first', 'after', 'last', 'before']);

/** What GraphQL adds where a name is nearly one that there is. */
const SUGGESTION = / Did you mean .+\?$/;

/** Reads the bodies of exports as the variables of a GraphQL request, with the API's own types: what is accepted, and how it is refused, cannot differ. */
export class ExportRequests {
  private readonly schema: GraphQLSchema;

  /** `hidesSchema`: refusals do not suggest names of the schema. */
  constructor(
    api: GraphQLSchema,
    private readonly hidesSchema: boolean,
  ) {
    const { creditLedger } = api.getQueryType()!.getFields();
    const types = [
      api.getType('CreditUsageInput') as GraphQLInputObjectType,
      ledgerInput(creditLedger!),
      focusBillingInput(api),
      ...ENUMS,
      getNamedType(api.getType('Boolean')!),
    ];
    this.schema = new GraphQLSchema({ types });
  }

  usage(request: FastifyRequest): UsageExportRequest {
    const usage = this.read(USAGE_VARIABLES, request) as unknown as UsageExportRequest;
    if (usage.focus && usage.columns !== 'FOCUS') throw badInput('focus goes with the columns FOCUS alone.');
    return usage;
  }

  ledger(request: FastifyRequest): LedgerExportRequest {
    return this.read(LEDGER_VARIABLES, request) as unknown as LedgerExportRequest;
  }

  /** Refuses (BAD_USER_INPUT) with the first that is wrong. */
  private read(variables: string, request: FastifyRequest): Record<string, unknown> {
    const given = request.method === 'GET' ? queryOf(request) : bodyOf(request);
    const { variableDefinitions } = parse(`query (${variables}) { x }`).definitions[0] as OperationDefinitionNode;
    const names = variableDefinitions!.map(({ variable }) => variable.name.value);
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    if (unknown !== undefined) throw badInput(`An export has ${names.join(', ')}, and nothing else.`);
    checkVariableLevels(given);
    const { coerced, errors } = getVariableValues(this.schema, variableDefinitions!, given, { maxErrors: 1 });
    if (errors) throw badInput(this.hidesSchema ? errors[0]!.message.replace(SUGGESTION, '') : errors[0]!.message);
    return coerced;
  }
}

/** All arguments of the query but those of its pages. */
function ledgerInput(query: GraphQLField<unknown, unknown>): GraphQLInputObjectType {
  const fields = query.args.filter(({ name }) => !PAGE_ARGUMENTS.has(name)).map(({ name, type, defaultValue }) => [name, { type, defaultValue }]);
  return new GraphQLInputObjectType({ name: 'CreditLedgerInput', fields: Object.fromEntries(fields) });
}

function focusBillingInput(api: GraphQLSchema): GraphQLInputObjectType {
  const ofScalar = (name: string) => api.getType(name) as GraphQLScalarType;
  const [text, instant] = [{ type: ofScalar('String') }, { type: ofScalar('DateTime') }];
  const required = (name: string) => ({ type: new GraphQLNonNull(ofScalar(name)) });
  const fields = {
    providerName: required('String'),
    publisherName: text,
    invoiceIssuerName: text,
    serviceCategory: text,
    billingCurrency: required('String'),
    pricePerCredit: required('Credits'),
    billingPeriodStart: instant,
    billingPeriodEnd: instant,
  } satisfies Record<keyof FocusBillingInput, unknown>;
  return new GraphQLInputObjectType({ name: 'FocusBillingInput', fields });
}

const ENUMS = [
  enumOf('ExportFormat', EXPORT_FORMATS),
  enumOf('ExportColumns', EXPORT_COLUMN_SETS),
  enumOf('LedgerExportColumns', { DRAWDOWN: 'DRAWDOWN' }),
];

function enumOf(name: string, values: Readonly<Record<string, string>>): GraphQLEnumType {
  return new GraphQLEnumType({ name, values: Object.fromEntries(Object.keys(values).map((key) => [key, {}])) as GraphQLEnumValueConfigMap });
}

type Given = Readonly<Record<string, unknown>>;

function bodyOf({ body }: FastifyRequest): Given {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badInput('The body must be a JSON object.');
  return body as Given;
}

/** The same as texts in the address, where `input` and `focus` are JSON. */
function queryOf({ query }: FastifyRequest): Given {
  const { input, focus, points, ...rest } = query as Record<string, unknown>;
  return {
    ...rest,
    ...(input === undefined ? {} : { input: jsonOf('input', input) }),
    ...(focus === undefined ? {} : { focus: jsonOf('focus', focus) }),
    ...(points === undefined ? {} : { points: points === 'true' || (points === 'false' ? false : points) }),
  };
}

function jsonOf(name: string, text: unknown): unknown {
  try {
    return parseJson(String(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw badInput(`${name} is no valid JSON.`);
    throw error;
  }
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
