import { dimensionOfKey, type DimensionSeen } from '../domain/breakdown-dimensions';
import { MOST_KEY_LENGTH, MOST_TEXT_LENGTH, type DimensionValue } from '../domain/dimensions';
import { refuseProblems, type Problem } from '../domain/errors';
import { textProblems } from '../domain/ids';
import type { Page, PageRequest } from '../domain/paging';
import type { Database } from '../store/database';
import { listDimensionKeys, listDimensionValues } from '../store/dimensions-seen';
import type { Context } from './context';
import { requireCustomer } from './lookups';

/** Whose dimensions, and how their names or values begin; absent: any. */
export interface DimensionsWish {
  readonly customerId: string;
  readonly prefix?: string | null;
}

/** The dimension keys seen for a customer. In this order: INPUT_INVALID (prefix), CUSTOMER_NOT_FOUND. */
export async function creditUsageDimensions(
  database: Database,
  context: Context,
  { customerId, prefix }: DimensionsWish,
  request: PageRequest,
): Promise<Page<DimensionSeen>> {
  refuseProblems('INPUT_INVALID', textProblems('prefix', prefix ?? '', MOST_KEY_LENGTH, 0));
  const customer = await requireCustomer(database, context, customerId);
  return listDimensionKeys(database, customer.key, prefix ?? '', request);
}

/** The different values of one dimension; `key` as in groupBy. In this order: INPUT_INVALID (key, prefix), CUSTOMER_NOT_FOUND. */
export async function creditUsageDimensionValues(
  database: Database,
  context: Context,
  { customerId, prefix, key }: DimensionsWish & { readonly key: string },
  request: PageRequest,
): Promise<Page<DimensionValue>> {
  const problems: Problem[] = [];
  const dimension = dimensionOfKey('key', key, problems) ?? key;
  refuseProblems('INPUT_INVALID', [
    ...problems,
    ...textProblems('key', dimension, MOST_KEY_LENGTH),
    ...textProblems('prefix', prefix ?? '', MOST_TEXT_LENGTH, 0),
  ]);
  const customer = await requireCustomer(database, context, customerId);
  return listDimensionValues(database, customer.key, dimension, prefix ?? '', request);
}
