import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  createSourceEventStream,
  execute,
  getOperationAST,
  getVariableValues,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { ApiContext } from './context';
import { MOST_TOKENS, checkComplexity, checkVariableLevels, sizeRule } from './limits';

/** An operation as it came. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
}

/** What an operation is to be executed with; `newContext` makes what its resolvers get, once for each thing that is told. */
export interface PreparedOperation extends ExecutionArgs {
  readonly newContext: () => ApiContext;
}

type Judged = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>;

/** Judges an operation as Apollo does for HTTP, with the same limits and codes: gives what is wrong, or what it is to be executed with. */
export function judgeSubscription(schema: GraphQLSchema, introspection: boolean, request: OperationRequest): readonly GraphQLError[] | Judged {
  const document = parsed(request.query);
  if (document instanceof GraphQLError) return [document];
  const rules = [...specifiedRules, sizeRule, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  const errors = validate(schema, document, rules);
  if (errors.length > 0) return errors.map((error) => withCode(introspection ? error : withoutNames(error), 'GRAPHQL_VALIDATION_FAILED'));
  return judgeOperation(schema, document, request);
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens: MOST_TOKENS });
  } catch (error) {
    return withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED');
  }
}

function judgeOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operationName, variables }: OperationRequest,
): readonly GraphQLError[] | Judged {
  const operation = getOperationAST(document, operationName);
  if (!operation) return [refused('OPERATION_RESOLUTION_FAILURE', 'The document has no operation of this name, or several and none was named.')];
  if (operation.operation !== 'subscription')
    return [refused('BAD_REQUEST', 'Only subscriptions are served over WebSocket; send queries and mutations by HTTP to the same address.')];
  const tooDeep = refusalOfDepth(variables ?? {});
  if (tooDeep) return [tooDeep];
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 50 });
  if (values.errors) return values.errors.map((error) => withCode(error, 'BAD_USER_INPUT'));
  try {
    checkComplexity(schema, document, operation, variables ?? {});
  } catch (error) {
    return [error as GraphQLError];
  }
  return { schema, document, operationName, variableValues: variables };
}

function refusalOfDepth(variables: object): GraphQLError | null {
  try {
    checkVariableLevels(variables);
    return null;
  } catch (error) {
    return new GraphQLError('', { originalError: error as Error });
  }
}

function refused(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  Object.assign(error.extensions, { code });
  return error;
}

function withoutNames({ message, ...error }: GraphQLError): GraphQLError {
  return new GraphQLError(message.replace(/ ?Did you mean .+\?$/, ''), error);
}

/** Begins a subscription. Each thing that is told is executed with a context of its own, so that nothing is kept from one to the next. */
export async function subscribe(operation: PreparedOperation): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(operation);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]();
  const answers: AsyncIterableIterator<ExecutionResult> = {
    async next() {
      const { done, value } = await events.next();
      if (done) return { done: true, value: undefined };
      return { done: false, value: await execute({ ...operation, rootValue: value, contextValue: operation.newContext() }) };
    },
    // Not through a generator: its return would wait for what is awaited, which may never come.
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => answers,
  };
  return answers;
}
