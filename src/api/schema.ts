import 'reflect-metadata';
import './enums';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { checkAuthorized } from './authentication';
import { ApiKeyResolver } from './api-key.resolver';
import { AuditResolver } from './audit.resolver';
import { CreditBalanceResolver, PoolChangeResolver } from './credit-balance.resolver';
import { CreditGrantResolver } from './credit-grant.resolver';
import { CreditUsageResolver, CreditUsageSeriesResolver } from './credit-usage.resolver';
import { CreditUsageDimensionsResolver } from './credit-usage-dimensions.resolver';
import { CurrencyResolver } from './currency.resolver';
import { CustomerResolver } from './customer.resolver';
import { CustomerSettingsResolver } from './customer-settings.resolver';
import { EnvironmentResolver } from './environment.resolver';
import { FeatureResolver } from './feature.resolver';
import { FormulaResolver } from './formula.resolver';
import { GrantCreditsResolver } from './grant-credits.resolver';
import { LedgerEntryResolver } from './ledger-entry.resolver';
import { PlanResolver } from './plan.resolver';
import { PlanVersionResolver } from './plan-version.resolver';
import { RateResolver } from './rate.resolver';
import { ReportUsageResolver } from './report-usage.resolver';
import { ChargeResolver, DrawResolver, UsageEventResolver } from './usage-event.resolver';

/** Every resolver class of the API, one line per topic. */
const resolvers: Function[] = [
  ApiKeyResolver,
  AuditResolver,
  ChargeResolver,
  CreditBalanceResolver,
  CreditGrantResolver,
  CreditUsageDimensionsResolver,
  CreditUsageResolver,
  CreditUsageSeriesResolver,
  CurrencyResolver,
  CustomerResolver,
  CustomerSettingsResolver,
  DrawResolver,
  EnvironmentResolver,
  FeatureResolver,
  FormulaResolver,
  GrantCreditsResolver,
  LedgerEntryResolver,
  PlanResolver,
  PlanVersionResolver,
  PoolChangeResolver,
  RateResolver,
  ReportUsageResolver,
  UsageEventResolver,
];

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
