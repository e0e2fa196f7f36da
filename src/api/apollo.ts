import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { giveWay } from '../operations/precedence';
import type { ApiContext } from './context';
import { checkCustomerView } from './customer-view';
import { noteErrors, translateError } from './errors';
import { parseJson, writeJson } from './json';
import { MOST_TOKENS, checkComplexity, checkVariableLevels, sizeRule } from './limits';
import type { ContextOf } from './request-context';
import { buildApiSchema } from './schema';

export interface GraphqlOptions {
  readonly contextOf: ContextOf;
  readonly log: FastifyBaseLogger;
  /** Whether clients may ask for the schema. Where they may not, errors do not suggest names either. */
  readonly introspection: boolean;
  /** The longest body, in bytes; a longer one is answered with 413. */
  readonly mostBodyBytes: number;
  /** In place of one made here: the one that is also served elsewhere, or a smaller one for a measurement or a test of the door alone. */
  readonly schema?: GraphQLSchema;
}

/** Serves the API at `/graphql`: POST with a JSON body, GET for queries. The server that comes back must be stopped with the process. */
export async function serveGraphql(app: FastifyInstance, options: GraphqlOptions): Promise<ApolloServer<ApiContext>> {
  const apollo = apolloServer(options);
  await apollo.start();
  const context = contextFunction(options);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: options.mostBodyBytes },
      async (_request: FastifyRequest, text: string) => {
        if (text.length >= LARGE_BODY) await giveWay();
        return parseJson(text);
      },
    );
    scope.route({ method: ['GET', 'POST'], url: '/graphql', handler: fastifyApolloHandler(apollo, { context }) });
  });
  return apollo;
}

/** Characters from which on a body is a batch, whose reading takes longer than to answer a question. */
const LARGE_BODY = 20_000;

/** Nothing of Apollo's that loads pages from elsewhere or reports to anyone; its cache control would put a function before every field. */
const WITHOUT_APOLLOS_OWN = [
  ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
];

function apolloServer(options: GraphqlOptions): ApolloServer<ApiContext> {
  return new ApolloServer<ApiContext>({
    schema: options.schema ?? buildApiSchema(),
    introspection: options.introspection,
    hideSchemaDetailsFromClientErrors: !options.introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    parseOptions: { maxTokens: MOST_TOKENS },
    validationRules: [sizeRule],
    formatError: translateError,
    stringifyResult: writeJson,
    stopOnTerminationSignals: false,
    logger: options.log,
    plugins: [...WITHOUT_APOLLOS_OWN, watchRequests(options.log)],
  });
}

/** Refuses what asks for too much, and notes errors before they are translated. */
function watchRequests(log: FastifyBaseLogger): ApolloServerPlugin<ApiContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, request, contextValue }) {
          if (contextValue.role === 'CUSTOMER') checkCustomerView(schema, document);
          checkVariableLevels(request.variables ?? {});
          if (operation?.operation === 'subscription') throw notOverHttp();
          if (operation) checkComplexity(schema, document, operation, request.variables ?? {});
        },
        async didEncounterErrors({ errors, contextValue }) {
          noteErrors(errors, contextValue.requestId, log);
        },
      };
    },
  };
}

function notOverHttp(): GraphQLError {
  const extensions = { code: 'BAD_REQUEST', http: { status: 400 } };
  return new GraphQLError('Subscriptions are served over WebSocket at this address, by the protocol graphql-transport-ws.', { extensions });
}

function contextFunction({ contextOf, log }: GraphqlOptions): (request: FastifyRequest) => Promise<ApiContext> {
  return (request) => contextOf(request).catch((error: unknown) => refuseRequest(error, request.id, log));
}

/** Nothing is known about the request, and nothing of GraphQL has begun. */
function refuseRequest(cause: unknown, requestId: string, log: FastifyBaseLogger): never {
  log.error({ requestId, err: cause }, 'an API key or token could not be looked up');
  const error = new GraphQLError('', { originalError: cause as Error, extensions: { http: { status: 503 } } });
  noteErrors([error], requestId, log);
  throw error;
}
