import { creditsFromNumeric, creditsToText } from '../domain/credits';
import type { CustomerOverdraftPolicy } from '../domain/customer';
import type { OverdraftRule } from '../domain/overdraft';
import type { Catalog } from './catalog';
import type { Prisma } from './generated/client';

const WITH_CURRENCY = { currency: { select: { id: true } } } as const;
type PolicyRow = Prisma.CustomerOverdraftPolicyGetPayload<{ include: typeof WITH_CURRENCY }>;

function overdraftPolicy({ currency, limit, ...row }: PolicyRow): CustomerOverdraftPolicy {
  return { ...row, currencyId: currency.id, limit: limit && creditsFromNumeric(limit.toFixed()) };
}

/** The policies set for these customers, in the order of the currencies' ids. */
export async function findOverdraftPolicies(catalog: Catalog, customerKeys: readonly bigint[]): Promise<CustomerOverdraftPolicy[]> {
  const rows = await catalog.prisma.customerOverdraftPolicy.findMany({
    where: { customerKey: { in: [...customerKeys] } },
    include: WITH_CURRENCY,
    orderBy: { currency: { id: 'asc' } },
  });
  return rows.map(overdraftPolicy);
}

export async function putOverdraftPolicy(
  catalog: Catalog,
  customerKey: bigint,
  currencyKey: number,
  { policy, limit }: OverdraftRule,
): Promise<CustomerOverdraftPolicy> {
  const data = { policy, limit: limit === null ? null : creditsToText(limit) };
  const where = { customerKey_currencyKey: { customerKey, currencyKey } };
  const create = { customerKey, currencyKey, ...data };
  return overdraftPolicy(await catalog.prisma.customerOverdraftPolicy.upsert({ where, update: data, create, include: WITH_CURRENCY }));
}
