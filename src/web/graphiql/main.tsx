import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { headersWith, rememberKeyOf, startingKey } from './api-key';
import { EXAMPLES } from './examples';

const headers = headersWith(startingKey());

/** GraphiQL asks for the schema and sends every operation through this. */
async function send(request: unknown, options?: { headers?: Record<string, string> }): Promise<unknown> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...options?.headers },
    body: JSON.stringify(request),
  });
  return response.json();
}

createRoot(document.getElementById('root')!).render(
  <GraphiQL
    fetcher={send}
    defaultHeaders={headers}
    defaultTabs={EXAMPLES.map(({ query, variables }) => ({ query, variables: JSON.stringify(variables, null, 2), headers }))}
    defaultEditorToolsVisibility="variables"
    shouldPersistHeaders
    onEditHeaders={rememberKeyOf}
  >
    <GraphiQL.Logo>Drawdown</GraphiQL.Logo>
  </GraphiQL>,
);
