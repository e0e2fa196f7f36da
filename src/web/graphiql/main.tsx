import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { GraphiQL, type GraphiQLProps } from 'graphiql';
import { getOperationAST, parse, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { createRoot } from 'react-dom/client';
import { headersWith, rememberKeyOf, startingKey } from './api-key';
import { EXAMPLES } from './examples';
import { prepareFirstVisit } from './first-visit';

const headers = headersWith(startingKey());
const tabs = EXAMPLES.map(({ query, variables }) => ({ query, variables: JSON.stringify(variables, null, 2), headers }));
prepareFirstVisit(tabs[0]!.variables);

/** What the variables editor accepts for the scalars of the API. */
const scalarSchemas = {
  Credits: { type: ['string', 'number'] },
  Dimensions: { type: 'object' },
  DimensionValue: { type: ['string', 'number', 'boolean'] },
  Metadata: { type: 'object' },
} satisfies GraphiQLProps['customScalarSchemas'];

interface GraphQLRequest {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown>;
}

/** Null where there is no such operation, or no document yet. */
function operationOf({ query, operationName }: GraphQLRequest): OperationDefinitionNode | null {
  try {
    return getOperationAST(parse(query), operationName) ?? null;
  } catch {
    return null;
  }
}

/** For a moment after a change of tab, GraphiQL still names the operation of the tab before. */
function withOwnOperationName(request: GraphQLRequest): GraphQLRequest {
  const own = { ...request, operationName: undefined };
  return operationOf(request) === null && operationOf(own) !== null ? own : request;
}

/** A page cannot set the headers of a WebSocket; they go into its first message. The connection ends with its subscription. */
function subscribe(request: GraphQLRequest, headers: Record<string, string>): AsyncIterable<ExecutionResult> {
  const client = createClient({ url: `${location.origin.replace(/^http/, 'ws')}/graphql`, connectionParams: headers });
  return client.iterate(request) as AsyncIterable<ExecutionResult>;
}

/** GraphiQL asks for the schema and sends every operation through this. */
async function send(
  given: GraphQLRequest,
  options?: { headers?: Record<string, string> },
): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
  const request = withOwnOperationName(given);
  if (operationOf(request)?.operation === 'subscription') return subscribe(request, options?.headers ?? {});
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...options?.headers },
    body: JSON.stringify(request),
  });
  return (await response.json()) as ExecutionResult;
}

createRoot(document.getElementById('root')!).render(
  <GraphiQL
    fetcher={send}
    customScalarSchemas={scalarSchemas}
    defaultHeaders={headers}
    defaultTabs={tabs}
    defaultEditorToolsVisibility="variables"
    shouldPersistHeaders
    onEditHeaders={rememberKeyOf}
  >
    <GraphiQL.Logo>Drawdown</GraphiQL.Logo>
  </GraphiQL>,
);
