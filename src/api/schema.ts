import 'reflect-metadata';
import './enums';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { checkAuthorized } from './authentication';
import { GrantCreditsResolver } from './grant-credits.resolver';
import { ReportUsageResolver } from './report-usage.resolver';

/** Every resolver class of the API, one line per topic. */
const resolvers: Function[] = [GrantCreditsResolver, ReportUsageResolver];

export function buildApiSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: resolvers as NonEmptyArray<Function>,
    authChecker: checkAuthorized,
    validate: false,
  });
}

/** The text of `schema.graphql`. */
export function schemaText(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
