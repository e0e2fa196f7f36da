import type { RateOverride } from '../domain/rate';
import type { Queryable } from './database';
import { RATE_COLUMNS, RATE_TABLES, rateFrom, type RateRow } from './rate-rows';
import { plainArray } from './sql-arrays';

interface OverrideRow extends RateRow {
  readonly customer_key: bigint;
  readonly valid_from: Date;
  readonly valid_to: Date | null;
}

/** All overrides of these customers, in order of time; those that were taken back before they began are valid at no instant. */
export async function loadOverridesOfCustomers(queryable: Queryable, customerKeys: readonly bigint[]): Promise<Map<bigint, RateOverride[]>> {
  const { rows } = await queryable.query<OverrideRow>(
    `SELECT ${RATE_COLUMNS}, o.valid_from, o.valid_to FROM rate_override o JOIN (${RATE_TABLES}) ON r.key = o.rate_key
     WHERE o.customer_key = ANY ($1::int8[]) ORDER BY o.customer_key, o.valid_from, o.rate_key`,
    [plainArray(customerKeys)],
  );
  const overrides = new Map<bigint, RateOverride[]>(customerKeys.map((key) => [key, []]));
  for (const row of rows) overrides.get(row.customer_key)!.push({ rate: rateFrom(row), validFrom: row.valid_from, validTo: row.valid_to });
  return overrides;
}
