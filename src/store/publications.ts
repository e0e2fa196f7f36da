import type { Page, PageRequest } from '../domain/paging';
import type { PlanPublication, PublicationScope } from '../domain/publication';
import { cursorInteger, pageOf, type Catalog } from './catalog';
import { Prisma } from './generated/client';

interface PublicationRow {
  readonly key: number;
  readonly plan_key: number;
  readonly plan_id: string;
  readonly plan_version_key: number;
  readonly number: number;
  readonly scope: PublicationScope;
  readonly effective_at: Date;
  readonly published_at: Date;
  readonly published_by: string | null;
  readonly published_by_api_key_id: string | null;
  readonly cancelled_at: Date | null;
  readonly cancelled_by: string | null;
  readonly cancelled_by_api_key_id: string | null;
}

function publicationFrom(row: PublicationRow): PlanPublication {
  return {
    key: row.key,
    planKey: row.plan_key,
    planId: row.plan_id,
    planVersionKey: row.plan_version_key,
    versionNumber: row.number,
    scope: row.scope,
    effectiveAt: row.effective_at,
    publishedAt: row.published_at,
    publishedBy: row.published_by,
    publishedByKeyId: row.published_by_api_key_id,
    cancelledAt: row.cancelled_at,
    cancelledBy: row.cancelled_by,
    cancelledByKeyId: row.cancelled_by_api_key_id,
  };
}

/** One statement, because a transaction has one connection: Prisma would read what a publication refers to in several at once. */
async function selectPublications(catalog: Catalog, which: Prisma.Sql): Promise<PlanPublication[]> {
  const rows = await catalog.prisma.$queryRaw<PublicationRow[]>`
    SELECT b.key, b.plan_key, p.id AS plan_id, b.plan_version_key, v.number, b.scope::text AS scope, b.effective_at, b.published_at,
      publisher.name AS published_by, b.published_by_api_key_id::text AS published_by_api_key_id, b.cancelled_at,
      canceller.name AS cancelled_by, b.cancelled_by_api_key_id::text AS cancelled_by_api_key_id
    FROM plan_publication b JOIN plan p ON p.key = b.plan_key JOIN plan_version v ON v.key = b.plan_version_key
    LEFT JOIN api_key publisher ON publisher.id = b.published_by_api_key_id
    LEFT JOIN api_key canceller ON canceller.id = b.cancelled_by_api_key_id
    ${which}`;
  return rows.map(publicationFrom);
}

/** All publications of these plans, cancelled ones among them, in the order of publishing. */
export async function findPublications(catalog: Catalog, planKeys: readonly number[]): Promise<PlanPublication[]> {
  return selectPublications(catalog, Prisma.sql`WHERE b.plan_key = ANY (${planKeys}::int[]) ORDER BY b.key`);
}

export async function findPublication(catalog: Catalog, environmentKey: number, key: number): Promise<PlanPublication | null> {
  const [found = null] = await selectPublications(catalog, Prisma.sql`WHERE p.environment_key = ${environmentKey} AND b.key = ${key}`);
  return found;
}

/** The publications of a plan, the latest first. */
export async function listPublications(catalog: Catalog, planKey: number, request: PageRequest): Promise<Page<PlanPublication>> {
  const { after, before, backward, size } = request;
  const bounds = [
    ...(after ? [Prisma.sql`AND b.key < ${cursorInteger(after, 0)}`] : []),
    ...(before ? [Prisma.sql`AND b.key > ${cursorInteger(before, 0)}`] : []),
  ];
  const order = backward ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const which = Prisma.sql`WHERE b.plan_key = ${planKey} ${Prisma.join([Prisma.empty, ...bounds], ' ')} ORDER BY b.key ${order} LIMIT ${size + 1}`;
  return pageOf(await selectPublications(catalog, which), request);
}

/** What of a publication is decided when it is made. */
export interface NewPublication {
  readonly planKey: number;
  readonly planVersionKey: number;
  readonly scope: PublicationScope;
  readonly effectiveAt: Date;
  readonly publishedAt: Date;
  readonly publishedByApiKeyId: string | null;
}

/** The key of the new publication. `customerKeys`: whom it names, with the scope CUSTOMERS. */
export async function insertPublication(catalog: Catalog, publication: NewPublication, customerKeys: readonly bigint[]): Promise<number> {
  const { key } = await catalog.prisma.planPublication.create({ data: publication, select: { key: true } });
  const data = customerKeys.map((customerKey) => ({ customerKey, publicationKey: key }));
  if (data.length > 0) await catalog.prisma.planPublicationCustomer.createMany({ data });
  return key;
}

export async function setPublicationCancelled(catalog: Catalog, key: number, cancelledAt: Date, apiKeyId: string | null): Promise<void> {
  await catalog.prisma.planPublication.update({ where: { key }, data: { cancelledAt, cancelledByApiKeyId: apiKeyId } });
}

/** By the keys of the customers: the publications that name them. */
export async function findListings(catalog: Catalog, customerKeys: readonly bigint[]): Promise<Map<bigint, Set<number>>> {
  const rows = await catalog.prisma.planPublicationCustomer.findMany({ where: { customerKey: { in: [...customerKeys] } } });
  const listings = new Map<bigint, Set<number>>(customerKeys.map((key) => [key, new Set()]));
  for (const { customerKey, publicationKey } of rows) listings.get(customerKey)!.add(publicationKey);
  return listings;
}
