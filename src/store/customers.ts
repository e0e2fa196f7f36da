import type { Customer } from '../domain/customer';
import { isId } from '../domain/ids';
import type { Metadata } from '../domain/metadata';
import type { Page, PageRequest } from '../domain/paging';
import { idPage, insertNew, pageOf, type Catalog, type CatalogFilter } from './catalog';
import type { Prisma } from './generated/client';

const HIDDEN = { environmentKey: true, tokenEpoch: true } as const;
type CustomerRow = Prisma.CustomerGetPayload<{ omit: typeof HIDDEN }>;

function customerOf(row: CustomerRow): Customer {
  return { ...row, metadata: row.metadata as Metadata };
}

export async function findCustomer(catalog: Catalog, environmentKey: number, id: string): Promise<Customer | null> {
  if (!isId(id)) return null;
  const row = await catalog.prisma.customer.findUnique({ where: { environmentKey_id: { environmentKey, id } }, omit: HIDDEN });
  return row && customerOf(row);
}

export async function findCustomersByKey(catalog: Catalog, environmentKey: number, keys: readonly bigint[]): Promise<Customer[]> {
  const rows = await catalog.prisma.customer.findMany({ where: { environmentKey, key: { in: [...keys] } }, omit: HIDDEN });
  return rows.map(customerOf);
}

export async function findCustomersById(catalog: Catalog, environmentKey: number, ids: readonly string[]): Promise<Customer[]> {
  const rows = await catalog.prisma.customer.findMany({ where: { environmentKey, id: { in: [...ids] } }, omit: HIDDEN });
  return rows.map(customerOf);
}

export async function listCustomers(catalog: Catalog, environmentKey: number, filter: CatalogFilter, request: PageRequest): Promise<Page<Customer>> {
  const { where, ...page } = idPage(filter, request);
  const rows = await catalog.prisma.customer.findMany({ where: { environmentKey, ...where }, omit: HIDDEN, ...page });
  return pageOf(rows.map(customerOf), request);
}

/** The customers that a publication names, by id. */
export async function listCustomersOfPublication(catalog: Catalog, publicationKey: number, request: PageRequest): Promise<Page<Customer>> {
  const { where, ...page } = idPage({ includeArchived: true }, request);
  const rows = await catalog.prisma.customer.findMany({ where: { publications: { some: { publicationKey } }, ...where }, omit: HIDDEN, ...page });
  return pageOf(rows.map(customerOf), request);
}

export async function insertCustomer(catalog: Catalog, environmentKey: number, customer: Omit<Customer, 'key' | 'archivedAt'>): Promise<Customer> {
  const data = { environmentKey, ...customer, metadata: customer.metadata as Prisma.InputJsonObject };
  return customerOf(await insertNew(`customer ${customer.id}`, catalog.prisma.customer.create({ data, omit: HIDDEN })));
}

export async function changeCustomer(
  catalog: Catalog,
  key: bigint,
  change: Partial<Pick<Customer, 'name' | 'metadata' | 'archivedAt'>>,
): Promise<Customer> {
  const { metadata, ...data } = change;
  const json = metadata ? { metadata: metadata as Prisma.InputJsonObject } : {};
  return customerOf(await catalog.prisma.customer.update({ where: { key }, data: { ...data, ...json }, omit: HIDDEN }));
}

/** Until the end of the transaction nobody gives the customer a pool or a grant. */
export async function lockCustomer(catalog: Catalog, key: bigint): Promise<void> {
  await catalog.prisma.$queryRaw`SELECT key FROM customer WHERE key = ${key} FOR UPDATE`;
}
