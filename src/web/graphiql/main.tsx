import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { GraphiQL, type GraphiQLProps } from 'graphiql';
import { getOperationAST, parse } from 'graphql';
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

/** For a moment after a change of tab, GraphiQL still names the operation of the tab before. */
function withOwnOperationName(request: GraphQLRequest): GraphQLRequest {
  try {
    return getOperationAST(parse(request.query), request.operationName) ? request : { ...request, operationName: undefined };
  } catch {
    return request;
  }
}

function isSubscription({ query, operationName }: GraphQLRequest): boolean {
  return getOperationAST(parse(query), operationName)?.operation === 'subscription';
}

/** A page cannot set the headers of a WebSocket; they go into its first message. The connection ends with its subscription. */
function subscribe(request: GraphQLRequest, headers: Record<string, string>): AsyncIterable<unknown> {
  return createClient({ url: `${location.origin.replace(/^http/, 'ws')}/graphql`, connectionParams: headers }).iterate(request);
}

/** GraphiQL asks for the schema and sends every operation through this. */
async function send(request: GraphQLRequest, options?: { headers?: Record<string, string> }): Promise<unknown> {
  if (isSubscription(withOwnOperationName(request))) return subscribe(withOwnOperationName(request), options?.headers ?? {});
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...options?.headers },
    body: JSON.stringify(withOwnOperationName(request)),
  });
  return response.json();
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
