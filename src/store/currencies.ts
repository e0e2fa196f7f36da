import type { Currency } from '../domain/currency';
import { isId } from '../domain/ids';
import type { Page, PageRequest } from '../domain/paging';
import { idPage, insertNew, pageOf, type Catalog, type CatalogFilter } from './catalog';

const HIDDEN = { environmentKey: true } as const;

export async function findCurrency(catalog: Catalog, environmentKey: number, id: string): Promise<Currency | null> {
  if (!isId(id)) return null;
  return catalog.prisma.currency.findUnique({ where: { environmentKey_id: { environmentKey, id } }, omit: HIDDEN });
}

export async function findCurrenciesByKey(catalog: Catalog, environmentKey: number, keys: readonly number[]): Promise<Currency[]> {
  return catalog.prisma.currency.findMany({ where: { environmentKey, key: { in: [...keys] } }, omit: HIDDEN });
}

export async function findCurrenciesById(catalog: Catalog, environmentKey: number, ids: readonly string[]): Promise<Currency[]> {
  return catalog.prisma.currency.findMany({ where: { environmentKey, id: { in: [...ids] } }, omit: HIDDEN });
}

export async function listCurrencies(catalog: Catalog, environmentKey: number, filter: CatalogFilter, request: PageRequest): Promise<Page<Currency>> {
  const { where, ...page } = idPage(filter, request);
  return pageOf(await catalog.prisma.currency.findMany({ where: { environmentKey, ...where }, omit: HIDDEN, ...page }), request);
}

export async function insertCurrency(catalog: Catalog, environmentKey: number, currency: Omit<Currency, 'key' | 'archivedAt'>): Promise<Currency> {
  return insertNew(`currency ${currency.id}`, catalog.prisma.currency.create({ data: { environmentKey, ...currency }, omit: HIDDEN }));
}

export async function changeCurrency(catalog: Catalog, key: number, data: Partial<Omit<Currency, 'key' | 'id' | 'createdAt'>>): Promise<Currency> {
  return catalog.prisma.currency.update({ where: { key }, data, omit: HIDDEN });
}

/** Until the end of the transaction nobody makes a pool or a grant in the currency. */
export async function lockCurrency(catalog: Catalog, key: number): Promise<void> {
  await catalog.prisma.$queryRaw`SELECT key FROM currency WHERE key = ${key} FOR UPDATE`;
}
