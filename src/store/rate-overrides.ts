import { creditsToText } from '../domain/credits';
import type { Page, PageRequest } from '../domain/paging';
import type { RateOverride, StoredRateOverride } from '../domain/rate';
import { cursorInteger, pageOf, type Catalog } from './catalog';
import type { Queryable } from './database';
import { Prisma } from './generated/client';
import { RATE_COLUMNS, RATE_TABLES, rateFrom, type RateRow } from './rate-rows';
import type { NewRate } from './rates';
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

interface StoredRow extends OverrideRow {
  readonly created_at: Date;
  readonly created_by: string | null;
  readonly created_by_api_key_id: string | null;
}

async function selectOverrides(catalog: Catalog, which: Prisma.Sql): Promise<StoredRateOverride[]> {
  const rows = await catalog.prisma.$queryRaw<StoredRow[]>`
    SELECT ${Prisma.raw(RATE_COLUMNS)}, o.valid_from, o.valid_to, o.created_at, creator.name AS created_by,
      o.created_by_api_key_id::text AS created_by_api_key_id
    FROM rate_override o JOIN (${Prisma.raw(RATE_TABLES)}) ON r.key = o.rate_key LEFT JOIN api_key creator ON creator.id = o.created_by_api_key_id
    ${which}`;
  return rows.map((row) => ({
    rate: rateFrom(row),
    customerKey: row.customer_key,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    createdAt: row.created_at,
    createdBy: row.created_by,
    createdByKeyId: row.created_by_api_key_id,
  }));
}

/** All overrides of a customer for a feature. */
export async function findOverridesOfFeature(catalog: Catalog, customerKey: bigint, featureKey: number): Promise<StoredRateOverride[]> {
  return selectOverrides(catalog, Prisma.sql`WHERE o.customer_key = ${customerKey} AND r.feature_key = ${featureKey} ORDER BY o.rate_key`);
}

/** By the keys of their rates. */
export async function findOverrides(catalog: Catalog, environmentKey: number, rateKeys: readonly number[]): Promise<StoredRateOverride[]> {
  return selectOverrides(catalog, Prisma.sql`WHERE o.rate_key = ANY (${rateKeys}::int[]) AND f.environment_key = ${environmentKey}`);
}

/** The overrides of a customer, those set last first. */
export async function listOverrides(catalog: Catalog, customerKey: bigint, request: PageRequest): Promise<Page<StoredRateOverride>> {
  const { after, before, backward, size } = request;
  const bounds = [
    ...(after ? [Prisma.sql`AND o.rate_key < ${cursorInteger(after, 0)}`] : []),
    ...(before ? [Prisma.sql`AND o.rate_key > ${cursorInteger(before, 0)}`] : []),
  ];
  const order = backward ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const within = Prisma.join([Prisma.empty, ...bounds], ' ');
  const which = Prisma.sql`WHERE o.customer_key = ${customerKey} ${within} ORDER BY o.rate_key ${order} LIMIT ${size + 1}`;
  return pageOf(await selectOverrides(catalog, which), request);
}

/** What of an override is decided when it is set. */
export interface NewRateOverride extends NewRate {
  readonly customerKey: bigint;
  readonly validFrom: Date;
  readonly validTo: Date | null;
  readonly createdAt: Date;
  readonly createdByApiKeyId: string | null;
}

/** The key of the rate of the new override. */
export async function insertOverride(catalog: Catalog, { featureKey, currencyKey, pricing, ...override }: NewRateOverride): Promise<number> {
  const { key } = await catalog.prisma.rate.create({
    data: {
      customerKey: override.customerKey,
      featureKey,
      currencyKey,
      mode: pricing.mode,
      creditsPerUnit: pricing.mode === 'FLAT' ? creditsToText(pricing.creditsPerUnit) : null,
      formula: pricing.mode === 'FORMULA' ? pricing.formula : null,
    },
    select: { key: true },
  });
  await catalog.prisma.rateOverride.create({ data: { ...override, rateKey: key } });
  return key;
}

export async function setOverrideEnd(catalog: Catalog, rateKey: number, validTo: Date): Promise<void> {
  await catalog.prisma.rateOverride.update({ where: { rateKey }, data: { validTo } });
}

/** Whether the customer has usage of the feature at the instant or later. */
export async function hasUsageSince(catalog: Catalog, customerKey: bigint, featureKey: number, since: Date): Promise<boolean> {
  const rows = await catalog.prisma.$queryRaw<unknown[]>`
    SELECT 1 FROM usage_event WHERE customer_key = ${customerKey} AND at >= ${since} AND feature_key = ${featureKey} LIMIT 1`;
  return rows.length > 0;
}
