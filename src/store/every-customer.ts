import type { Catalog } from './catalog';

/** Which customers: null stands for all. */
export interface CustomerFilter {
  readonly environmentId: string | null;
  readonly customerId: string | null;
}

/** A customer by its id and that of its environment. */
export interface LocatedCustomer {
  readonly key: bigint;
  readonly id: string;
  readonly environmentId: string;
}

const AT_ONCE = 500;

/** For whoever is on the server's machine: customers across environments, archived ones too, oldest first. Nothing that answers a request may use this. */
export async function* everyCustomer(catalog: Catalog, filter: CustomerFilter): AsyncGenerator<LocatedCustomer> {
  for (let key = 0n; ;) {
    const rows = await catalog.prisma.customer.findMany({
      where: { ...whereOf(filter), key: { gt: key } },
      select: { key: true, id: true, environment: { select: { id: true } } },
      orderBy: { key: 'asc' },
      take: AT_ONCE,
    });
    for (const { environment, ...customer } of rows) yield { ...customer, environmentId: environment.id };
    const last = rows.at(-1);
    if (!last) return;
    key = last.key;
  }
}

export async function countCustomers(catalog: Catalog, filter: CustomerFilter): Promise<number> {
  return catalog.prisma.customer.count({ where: whereOf(filter) });
}

function whereOf({ environmentId, customerId }: CustomerFilter) {
  return {
    ...(customerId === null ? {} : { id: customerId }),
    ...(environmentId === null ? {} : { environment: { id: environmentId } }),
  };
}
