import 'reflect-metadata';
import './enums';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray, type PubSub } from 'type-graphql';
import { checkAuthorized } from './authentication';
import { ApiKeyResolver } from './api-key.resolver';
import { AuditResolver } from './audit.resolver';
import { BacktestResolver } from './backtest.resolver';
import { BacktestResultResolver, PoolRunOutResolver, RefusedEventResolver } from './backtest-result.resolver';
import { CandidateRateResolver } from './candidate-rate.resolver';
import { ConsumeCreditsResolver } from './consume-credits.resolver';
import { CreditBalanceResolver, PoolChangeResolver } from './credit-balance.resolver';
import { CreditGrantResolver } from './credit-grant.resolver';
import { CompareCreditUsageResolver } from './compare-credit-usage.resolver';
import {
  CreditUsageGroupResolver,
  CreditUsagePointResolver,
  CreditUsageResolver,
  CreditUsageOtherResolver,
  CreditUsageSeriesResolver,
} from './credit-usage.resolver';
import { CreditUsageChangedResolver } from './credit-usage-changed.resolver';
import { CreditUsageDimensionsResolver, CreditUsageDimensionValuesResolver } from './credit-usage-dimensions.resolver';
import { CurrencyResolver } from './currency.resolver';
import { CustomerCreditsConnectionResolver, CustomerCreditsResolver } from './customer-credits.resolver';
import { CustomerResolver } from './customer.resolver';
import { CustomerSettingsResolver } from './customer-settings.resolver';
import { CustomerTokenResolver } from './customer-token.resolver';
import { DimensionDeclarationResolver } from './dimension-declaration.resolver';
import { EnvironmentResolver } from './environment.resolver';
import { DimensionProfileResolver, FeatureProfileResolver } from './feature-profile.resolver';
import { EstimateUsageResolver } from './estimate-usage.resolver';
import { FeatureResolver } from './feature.resolver';
import { FormulaResolver } from './formula.resolver';
import { GrantCreditsResolver } from './grant-credits.resolver';
import {
  CreditImpactResolver,
  CurrencyImpactResolver,
  CustomerImpactResolver,
  FeatureImpactResolver,
  RefusalImpactResolver,
} from './impact.resolver';
import { FeatureUsageResolver, PlanReviewResolver, RatesReviewResolver } from './plan-review.resolver';
import { LedgerCalculationResolver, LedgerEntryResolver } from './ledger-entry.resolver';
import { PlanResolver } from './plan.resolver';
import { PlanVersionResolver } from './plan-version.resolver';
import { PublicationResolver } from './publication.resolver';
import { CustomerRateOverridesResolver, OverridingRateResolver, RateOverrideResolver } from './rate-override.resolver';
import { RateResolver } from './rate.resolver';
import { ReportEventsResolver } from './report-events.resolver';
import { ReportUsageResolver } from './report-usage.resolver';
import { UnmatchedEventResolver } from './unmatched-event.resolver';
import { ShadowReportResolver, ShadowResolver } from './shadow.resolver';
import { ChargeResolver, DrawResolver, UsageEventResolver } from './usage-event.resolver';
import { ViewerResolver } from './viewer.resolver';

/** Every resolver class of the API, one line per topic. */
const resolvers: Function[] = [
  ApiKeyResolver,
  AuditResolver,
  BacktestResolver,
  BacktestResultResolver,
  CandidateRateResolver,
  ChargeResolver,
  ConsumeCreditsResolver,
  CreditBalanceResolver,
  CreditGrantResolver,
  CreditImpactResolver,
  CreditUsageChangedResolver,
  CreditUsageDimensionsResolver,
  CreditUsageDimensionValuesResolver,
  CreditUsageResolver,
  CreditUsagePointResolver,
  CreditUsageGroupResolver,
  CreditUsageOtherResolver,
  CreditUsageSeriesResolver,
  CompareCreditUsageResolver,
  CurrencyImpactResolver,
  CurrencyResolver,
  CustomerImpactResolver,
  CustomerRateOverridesResolver,
  CustomerCreditsConnectionResolver,
  CustomerCreditsResolver,
  CustomerResolver,
  CustomerSettingsResolver,
  CustomerTokenResolver,
  DimensionDeclarationResolver,
  DimensionProfileResolver,
  DrawResolver,
  EnvironmentResolver,
  EstimateUsageResolver,
  FeatureProfileResolver,
  FeatureImpactResolver,
  FeatureResolver,
  FeatureUsageResolver,
  FormulaResolver,
  GrantCreditsResolver,
  LedgerCalculationResolver,
  LedgerEntryResolver,
  OverridingRateResolver,
  PlanResolver,
  PlanReviewResolver,
  RatesReviewResolver,
  PlanVersionResolver,
  PoolChangeResolver,
  PoolRunOutResolver,
  PublicationResolver,
  RateOverrideResolver,
  RateResolver,
  RefusalImpactResolver,
  RefusedEventResolver,
  ReportEventsResolver,
  ReportUsageResolver,
  UnmatchedEventResolver,
  ShadowReportResolver,
  ShadowResolver,
  UsageEventResolver,
  ViewerResolver,
];

const QUERY_DESCRIPTION =
  'What can be read. All of it belongs to the environment of the API key in the header X-API-Key; what another environment has answers like what is not there. ' +
  'Of the roles, WRITER may do what READER may, and ADMIN everything. A customer token, in the header Authorization after `Bearer `, opens to one customer what is its ' +
  'own: other customers are not there, all customers are itself, and the fields that it does not open are refused with FORBIDDEN. An id of a thing is looked up: one that is not found, whatever is wrong with it, gives null or ' +
  'a code such as CUSTOMER_NOT_FOUND. Anything may be refused with UNAUTHENTICATED, FORBIDDEN or TRY_AGAIN.';

const MUTATION_DESCRIPTION =
  'What can be changed. Each takes one input and answers a payload of its own; when it answers, all of it is committed, and when it refuses, nothing is. ' +
  'Several in one document are done one after the other, each for itself. Anything may be refused with UNAUTHENTICATED, FORBIDDEN or TRY_AGAIN. After TRY_AGAIN the outcome is ' +
  'not known: a repeat with the same id or idempotency key does nothing twice, but may answer ALREADY_EXISTS, ARCHIVED or the like where the first was done. ' +
  'reportUsage, reportEvents, consumeCredits and grantCredits judge the form of all ids before they look anything up: ID_INVALID.';

const SUBSCRIPTION_DESCRIPTION =
  'What is told as it happens, over WebSocket at the same address (the protocol graphql-transport-ws), which serves subscriptions alone. The API key goes into ' +
  'the header X-API-Key, or the customer token into Authorization, of the request that opens the connection or, from browsers, into the payload of connection_init ' +
  'under the same name. When the key or token is no longer valid, the connection is closed with 4401.';

/** type-graphql asks for one, and uses it only for subscriptions without a source of their own. */
const NO_PUB_SUB: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('Every subscription has a source of its own.');
  },
};

export function buildApiSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: resolvers as NonEmptyArray<Function>,
    authChecker: checkAuthorized,
    validate: false,
    pubSub: NO_PUB_SUB,
  });
  schema.getQueryType()!.description = QUERY_DESCRIPTION;
  schema.getMutationType()!.description = MUTATION_DESCRIPTION;
  schema.getSubscriptionType()!.description = SUBSCRIPTION_DESCRIPTION;
  return schema;
}

/** The text of `schema.graphql`. */
export function schemaText(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
