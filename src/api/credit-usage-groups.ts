import { valueType, type BreakdownQuery, type GroupKey, type GroupValue } from '../domain/breakdown';
import { creditGrantId, creditGrantKeys } from './credit-grant.types';
import type { CreditUsageGroup, UsageFilterInput } from './credit-usage.types';
import type { DimensionFilterInput } from './dimension-filter.types';
import { rateId, rateKeyText } from './plan.types';

/** The values of a series as callers know them. */
export function groupsOf({ groupBy }: BreakdownQuery, values: readonly GroupValue[]): CreditUsageGroup[] {
  return groupBy.map((key, index) => ({ key: key.name, value: withOpaqueId(key, values[index]!), type: valueType(values[index]!) }));
}

/** The breakdown knows grants by `customer:grant` and rates by their keys, callers by opaque ids. */
export function withOpaqueId(key: GroupKey, value: GroupValue): GroupValue {
  if (!('field' in key) || typeof value !== 'string') return value;
  if (key.field === 'rateId') return rateId(Number(value));
  if (key.field !== 'grantId') return value;
  const [customerKey, grantKey] = value.split(':').map(BigInt) as [bigint, bigint];
  return creditGrantId(customerKey, grantKey);
}

/** The input with the ids of grants and rates as the breakdown knows them. */
export function withKeys<Input extends UsageFilterInput>(input: Input): Input {
  return { ...input, filters: input.filters?.map(filterWithKeys) };
}

function filterWithKeys(filter: DimensionFilterInput): DimensionFilterInput {
  const { key, equals, in: values, and, or, not } = filter;
  const text = key === 'grantId' ? grantText : key === 'rateId' ? rateText : null;
  if (!text) return { ...filter, and: and?.map(filterWithKeys), or: or?.map(filterWithKeys), not: not && filterWithKeys(not) };
  return { ...filter, ...(equals === undefined ? {} : { equals: text(equals) }), ...(values ? { in: values.map(text) } : {}) };
}

/** What is no id of a rate is left as it is: no rate has it. */
function rateText(value: GroupValue): GroupValue {
  return (typeof value === 'string' && rateKeyText(value)) || value;
}

/** What is no id of a grant is left as it is: no grant has it. */
function grantText(value: GroupValue): GroupValue {
  const keys = typeof value === 'string' ? creditGrantKeys(value) : null;
  return keys ? `${keys.customerKey}:${keys.key}` : value;
}
