import { readDimensionFilters, type DimensionFilterInput } from '../domain/dimension-filter';
import { DrawdownError, refuseProblems } from '../domain/errors';
import type { Grant } from '../domain/grant';
import type { LedgerEntryKind, PoolEntry } from '../domain/ledger-entry';
import type { Page, PageRequest } from '../domain/paging';
import type { TimeOrder } from '../domain/time-order';
import type { Database } from '../store/database';
import { loadGrants, type GrantRef } from '../store/grants';
import { listEntries } from '../store/ledger';
import type { Context } from './context';
import { instantProblems, resourceProblems, timeSpan } from './read-input';
import { currencyIfGiven, featureIfGiven, requireCustomer } from './lookups';
import { settlePools } from './settle-pools';

/** Which entries are wanted; what is absent does not restrict. */
export interface LedgerWish {
  readonly customerId: string;
  readonly currencyId?: string | null;
  readonly resourceId?: string | null;
  readonly kinds?: readonly LedgerEntryKind[] | null;
  readonly featureId?: string | null;
  /** null: the id that was given is none of a grant. */
  readonly grant?: GrantRef | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
  readonly usageFrom?: Date | null;
  readonly usageTo?: Date | null;
  readonly dimensions?: readonly DimensionFilterInput[] | null;
  readonly order: TimeOrder;
}

/**
 * The lines of a customer's pools, by time. What is due is written first, so that activation and expiry stand at their own instants.
 *
 * In this order: INPUT_INVALID (instants, resourceId, dimensions), CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND, FEATURE_NOT_FOUND, CREDIT_GRANT_NOT_FOUND.
 */
export async function creditLedger(database: Database, context: Context, wish: LedgerWish, request: PageRequest): Promise<Page<PoolEntry>> {
  const { from, to, usageFrom, usageTo } = wish;
  const problems = [...instantProblems({ from, to, usageFrom, usageTo }), ...resourceProblems(wish.resourceId)];
  const dimensions = readDimensionFilters('dimensions', wish.dimensions ?? [], problems);
  refuseProblems('INPUT_INVALID', problems);
  const customer = await requireCustomer(database, context, wish.customerId);
  const currency = await currencyIfGiven(database, context, wish.currencyId);
  const feature = await featureIfGiven(database, context, wish.featureId);
  await settlePools(database, context, customer.key);
  const grant = wish.grant === undefined ? null : await grantOf(database, context, customer.key, wish.grant);
  const keys = { customerKey: customer.key, currencyKey: currency?.key ?? null, featureKey: feature?.key ?? null };
  const spans = { span: timeSpan(from, to), usageSpan: timeSpan(usageFrom, usageTo) };
  const filter = { ...keys, ...spans, resourceId: wish.resourceId ?? null, kinds: wish.kinds ?? null, grant, dimensions };
  return listEntries(database.pool, filter, wish.order, request);
}

/** A grant of another customer answers like a missing one. */
async function grantOf(database: Database, context: Context, customerKey: bigint, ref: GrantRef | null): Promise<Grant> {
  const [grant] = ref?.customerKey === customerKey ? await loadGrants(database.pool, context.environmentKey, [ref]) : [];
  if (!grant) throw new DrawdownError('CREDIT_GRANT_NOT_FOUND');
  return grant;
}
