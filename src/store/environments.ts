import { isVisibleFrom, type Environment } from '../domain/environment';
import { isId } from '../domain/ids';
import type { Page, PageRequest } from '../domain/paging';
import { idPage, insertNew, pageOf, type Catalog, type CatalogFilter } from './catalog';

const HIDDEN = { catalogRevision: true } as const;

export async function findEnvironment(catalog: Catalog, id: string): Promise<Environment | null> {
  if (!isId(id)) return null;
  return catalog.prisma.environment.findUnique({ where: { id }, omit: HIDDEN });
}

/** The own environment or, for its administrators, one created from it. */
export async function findVisibleEnvironment(catalog: Catalog, viewerKey: number, withChildren: boolean, id: string): Promise<Environment | null> {
  const found = await findEnvironment(catalog, id);
  return found && (withChildren ? isVisibleFrom(viewerKey, found) : found.key === viewerKey) ? found : null;
}

export async function anyEnvironment(catalog: Catalog): Promise<boolean> {
  return (await catalog.prisma.environment.findFirst({ select: { key: true } })) !== null;
}

/** The environment itself and, for its administrators, those created from it. */
export async function listEnvironments(
  catalog: Catalog,
  viewerKey: number,
  withChildren: boolean,
  filter: CatalogFilter,
  request: PageRequest,
): Promise<Page<Environment>> {
  const { where, ...page } = idPage(filter, request);
  const visible = { OR: [{ key: viewerKey }, ...(withChildren ? [{ parentKey: viewerKey }] : [])] };
  const rows = await catalog.prisma.environment.findMany({ where: { AND: [visible, where] }, omit: HIDDEN, ...page });
  return pageOf(rows, request);
}

export async function insertEnvironment(catalog: Catalog, environment: Omit<Environment, 'key' | 'archivedAt'>): Promise<Environment> {
  return insertNew(`environment ${environment.id}`, catalog.prisma.environment.create({ data: environment, omit: HIDDEN }));
}

export async function changeEnvironment(
  catalog: Catalog,
  key: number,
  data: Partial<Pick<Environment, 'name' | 'archivedAt'>>,
): Promise<Environment> {
  return catalog.prisma.environment.update({ where: { key }, data, omit: HIDDEN });
}

/** Until the end of the transaction nobody else decides about this environment or its keys. */
export async function lockEnvironment(catalog: Catalog, key: number): Promise<void> {
  await catalog.prisma.$queryRaw`SELECT key FROM environment WHERE key = ${key} FOR NO KEY UPDATE`;
}

/** The ids of the environments created from this one that are not archived. */
export async function childEnvironmentIds(catalog: Catalog, key: number): Promise<string[]> {
  const rows = await catalog.prisma.environment.findMany({
    where: { parentKey: key, archivedAt: null },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  return rows.map((row) => row.id);
}

/** Serialises the processes that find an empty database. The number means nothing but this. */
const FIRST_ENVIRONMENT_LOCK = 7_233_001;

/** Until the end of the transaction no other process makes a first environment. */
export async function lockFirstEnvironment(catalog: Catalog): Promise<void> {
  await catalog.prisma.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_ENVIRONMENT_LOCK}::bigint)`;
}
