import type { ApiKey } from '../domain/api-key';
import type { Catalog } from './catalog';

/** A key with the id of its environment. */
export interface LocatedApiKey extends ApiKey {
  readonly environmentId: string;
}

/** For whoever is on the server's machine: keys across environments, oldest first. Nothing that answers a request may use this. */
export async function everyApiKey(catalog: Catalog, filter: { readonly environmentId?: string; readonly id?: string }): Promise<LocatedApiKey[]> {
  const rows = await catalog.prisma.apiKey.findMany({
    where: {
      ...(filter.id === undefined ? {} : { id: filter.id }),
      ...(filter.environmentId === undefined ? {} : { environment: { id: filter.environmentId } }),
    },
    include: { environment: { select: { id: true } } },
    omit: { secretHash: true },
    orderBy: [{ environmentKey: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map(({ environment, ...apiKey }) => ({ ...apiKey, environmentId: environment.id }));
}
