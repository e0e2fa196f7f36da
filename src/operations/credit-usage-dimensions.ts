import { customerProblems, customersOf, type BreakdownInput } from '../domain/breakdown';
import { distinctValues, type DimensionUsage, type DistinctValues } from '../domain/breakdown-dimensions';
import { refuseInput } from '../domain/catalog-input';
import { textProblems } from '../domain/ids';
import { MOST_KEY_LENGTH, MOST_TEXT_LENGTH } from '../domain/dimensions';
import type { Page, PageRequest } from '../domain/paging';
import { resolveTimeRange, type TimeRangeInput } from '../domain/time-range';
import type { Database } from '../store/database';
import { listDimensions, sampleValues, type DimensionScope } from '../store/dimension-usage';
import type { Context } from './context';
import { creditUsage, emptyFrom, type Breakdown } from './credit-usage';
import { customersInScope } from './customer-scope';
import { currencyIfGiven, requireCustomers } from './lookups';
import { ask } from './precedence';

/** Events that are looked at to count different values. */
const MOST_SAMPLED_EVENTS = 100_000;

/** Whose dimensions, of which time, and how their names begin; absent: any. */
export interface DimensionsInput extends Pick<BreakdownInput, 'customerId' | 'customerIds' | 'currencyId'>, Omit<TimeRangeInput, 'interval'> {
  readonly prefix?: string | null;
}

export interface DimensionPage extends Page<DimensionUsage> {
  readonly scope: DimensionScope;
}

/**
 * The dimensions that events of a range have, by name. Those of all currencies count, where none is given.
 * In this order: INPUT_INVALID (customerIds, prefix), TIME_RANGE_INVALID, TRY_AGAIN (too many ask), CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND.
 */
export async function creditUsageDimensions(
  database: Database,
  context: Context,
  input: DimensionsInput,
  request: PageRequest,
): Promise<DimensionPage> {
  const prefix = input.prefix ?? '';
  refuseInput(['INPUT_INVALID', [...customerProblems(input), ...textProblems('prefix', prefix, MOST_KEY_LENGTH, 0)]]);
  const { from, to } = resolveTimeRange(input, context.now);
  const customerIds = customersInScope(context, customersOf(input));
  const customers = customerIds && (await requireCustomers(database, context, customerIds));
  const currency = await currencyIfGiven(database, context, input.currencyId);
  const keys = { environmentKey: context.environmentKey, customerKeys: customers?.map(({ key }) => key) ?? null, currencyKey: currency?.key ?? null };
  const scope = { ...keys, range: { from, to } };
  const page = await ask(database, (transaction) => listDimensions(transaction, scope, emptyFrom(context), prefix, request));
  return { ...page, scope };
}

/** How many different values dimensions of one page have; of a bounded number of events, however many there are. */
export async function countDistinctValues(
  database: Database,
  scope: DimensionScope,
  dimensions: readonly DimensionUsage[],
): Promise<DistinctValues[]> {
  const names = dimensions.map(({ dimension }) => dimension);
  const samples = await ask(database, (transaction) => sampleValues(transaction, scope, names, MOST_SAMPLED_EVENTS));
  return dimensions.map(({ dimension, eventCount }) => distinctValues(eventCount, samples.get(dimension) ?? { eventCount: 0, values: 0, once: 0 }));
}

/** A breakdown by one key. `prefix`: only of texts that begin so. */
export interface DimensionValuesInput extends Omit<BreakdownInput, 'groupBy' | 'interval'> {
  readonly key: string;
  readonly prefix?: string | null;
}

/**
 * The values of a key, which are the series of a breakdown by it, and add up with it.
 * In this order: INPUT_INVALID (key, prefix), and what creditUsage refuses.
 */
export async function creditUsageDimensionValues(
  database: Database,
  context: Context,
  { key, prefix, ...input }: DimensionValuesInput,
  request: PageRequest,
): Promise<Breakdown> {
  refuseInput(['INPUT_INVALID', [...textProblems('key', key, MOST_KEY_LENGTH), ...textProblems('prefix', prefix ?? '', MOST_TEXT_LENGTH, 0)]]);
  const filters = [...(input.filters ?? []), ...(prefix ? [{ key, prefix }] : [])];
  return creditUsage(database, context, { ...input, filters, groupBy: [key], interval: 'NONE' }, request);
}
