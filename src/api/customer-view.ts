import { GraphQLError, TypeInfo, visit, visitWithTypeInfo, type DocumentNode, type GraphQLSchema } from 'graphql';
import { DrawdownError } from '../domain/errors';

const CONNECTIONS = [
  'CreditBalance',
  'CreditGrant',
  'CreditUsage',
  'CreditUsageComparison',
  'CreditUsageDimension',
  'CreditUsageDimensionValue',
  'CreditUsageEntry',
];
const SUMS = ['credits', 'value', 'eventCount'];
const CHANGES = ['change', 'current', 'previous', 'mixChange', 'priceChange', 'volumeChange'];

/**
 * All that a customer token opens, field by field. What is not here is refused, and so is whatever the API gains, until somebody decides otherwise here.
 * Rows are its own by customer-scope; left out are the seller's own words and numbers about them (metadata; reasons, cost bases and idempotency keys of grants)
 * and the catalog beyond the names and rates that priced something.
 */
export const CUSTOMER_VIEW: Readonly<Record<string, readonly string[]>> = {
  Query: [
    'compareCreditUsage',
    'creditBalance',
    'creditBalances',
    'creditGrants',
    'creditLedger',
    'creditUsage',
    'creditUsageDimensions',
    'creditUsageDimensionValues',
    'customer',
    'usageEvent',
    'usageEvents',
    'viewer',
  ],
  Viewer: ['role', 'customer'],
  Subscription: ['creditUsageChanged'],
  PageInfo: ['hasPreviousPage', 'hasNextPage', 'startCursor', 'endCursor'],
  ...Object.fromEntries([...CONNECTIONS, 'LedgerEntry', 'UsageEvent'].flatMap(connectionFields)),

  Customer: ['id', 'name', 'planVersion'],
  Plan: ['id', 'name'],
  PlanVersion: ['number', 'plan', 'publishedAt'],
  Currency: ['id', 'name', 'symbol', 'unitSingular', 'unitPlural'],
  Feature: ['id', 'name', 'unit'],
  Rate: ['id', 'planVersion', 'feature', 'currency', 'mode', 'creditsPerUnit', 'formula'],

  CreditBalance: ['customer', 'currency', 'resourceId', 'at', 'balance', 'granted', 'consumed', 'forfeited', 'overdraft', 'nextChange'],
  PoolChange: ['kind', 'at', 'amount', 'grant'],
  CreditGrant: [
    ...['id', 'customer', 'currency', 'resourceId', 'amount', 'remaining', 'category', 'priority', 'status'],
    ...['effectiveAt', 'expiresAt', 'createdAt', 'depletedAt', 'voidedAt'],
  ],
  LedgerEntry: ['id', 'sequence', 'at', 'kind', 'amount', 'balanceBefore', 'balanceAfter', 'currency', 'resourceId', 'grant', 'event', 'calculation'],
  LedgerCalculation: ['rate', 'mode', 'creditsPerUnit', 'formula', 'parameters', 'steps', 'cost'],
  FormulaStep: ['expression', 'line', 'column', 'value'],
  Parameter: ['name', 'value'],
  UsageEvent: [
    ...['id', 'customer', 'feature', 'currency', 'resourceId', 'idempotencyKey', 'value', 'timestamp', 'receivedAt', 'dimensions'],
    ...['eventName', 'reason', 'charge'],
  ],
  Charge: ['rate', 'cost', 'parameters', 'steps', 'draws', 'balanceAfter', 'overdraft'],
  Draw: ['amount', 'grant'],

  CreditUsageConnection: [
    ...connectionFields('CreditUsage')[0]![1],
    ...['total', 'other', 'seriesCount', 'interval', 'from', 'to', 'timeZone', 'computedFrom', 'asOf', 'sequence'],
  ],
  CreditUsageSeries: ['groups', ...SUMS, 'creditsPerUnit', 'share', 'points', 'rates', 'entries'],
  CreditUsageGroup: ['key', 'value', 'type', 'name'],
  CreditUsageSums: SUMS,
  CreditUsageOther: [...SUMS, 'seriesCount', 'points'],
  CreditUsageOtherPoint: [...SUMS, 'from', 'to'],
  CreditUsagePoint: [...SUMS, 'from', 'to', 'entries'],
  CreditUsageRate: [...SUMS, 'rate', 'creditsPerUnit'],
  CreditUsageComparisonConnection: [
    ...connectionFields('CreditUsageComparison')[0]![1],
    ...['total', 'seriesCount', 'from', 'to', 'previousFrom', 'previousTo'],
  ],
  CreditUsageComparison: ['groups', ...CHANGES],
  CreditUsageComparedSums: CHANGES,
  CreditUsageChange: ['series', 'moreChanged', 'total', 'seriesCount', 'from', 'to', 'asOf', 'sequence'],
  CreditUsageDimension: ['dimension', 'key', 'eventCount', 'types', 'loose', 'distinctValues'],
  CreditUsageDistinctValues: ['count', 'isEstimate'],
  CreditUsageDimensionValueConnection: [...connectionFields('CreditUsageDimensionValue')[0]![1], 'total', 'valueCount'],
  CreditUsageDimensionValue: ['value', 'type', 'usage'],
};

function connectionFields(name: string): [type: string, fields: readonly string[]][] {
  return [
    [`${name}Connection`, ['edges', 'pageInfo']],
    [`${name}Edge`, ['cursor', 'node']],
  ];
}

/** Refuses (FORBIDDEN) a document with a field that a customer token does not open, before anything of it is executed. What the schema says of itself is open. */
export function checkCustomerView(schema: GraphQLSchema, document: DocumentNode): void {
  const typeInfo = new TypeInfo(schema);
  const closed = new Set<string>();
  const Field = ({ name }: { readonly name: { readonly value: string } }): void => {
    const type = typeInfo.getParentType()?.name ?? '';
    const isOpen = type.startsWith('__') || name.value.startsWith('__') || CUSTOMER_VIEW[type]?.includes(name.value);
    if (!isOpen) closed.add(`${type}.${name.value}`);
  };
  visit(document, visitWithTypeInfo(typeInfo, { Field }));
  if (closed.size > 0) throw forbidden([...closed]);
}

const MOST_NAMED_FIELDS = 10;

function forbidden(fields: readonly string[]): GraphQLError {
  const more = fields.length > MOST_NAMED_FIELDS ? ' and more' : '';
  const message = `A customer token does not open ${fields.slice(0, MOST_NAMED_FIELDS).join(', ')}${more}.`;
  return new GraphQLError(message, { originalError: new DrawdownError('FORBIDDEN', message), extensions: { http: { status: 403 } } });
}
