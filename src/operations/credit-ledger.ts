import { readEventFilters } from '../domain/breakdown-dimensions';
import { refuseInput } from '../domain/catalog-input';
import type { DimensionFilter, DimensionFilterInput } from '../domain/dimension-filter';
import { DrawdownError, type Problem } from '../domain/errors';
import type { Grant, GrantCategory } from '../domain/grant';
import type { LedgerEntryKind, PoolEntry } from '../domain/ledger-entry';
import type { Page, PageRequest } from '../domain/paging';
import type { TimeOrder } from '../domain/time-order';
import type { Database } from '../store/database';
import { loadGrants, type GrantRef } from '../store/grants';
import { listEntries, type LedgerFilter } from '../store/ledger';
import type { Context } from './context';
import { resourceProblems, spanProblems, timeSpan } from './read-input';
import { currencyIfGiven, featureIfGiven, requireCustomer } from './lookups';
import { settlePools } from './settle-pools';

/** Which entries are wanted; what is absent does not restrict. */
export interface LedgerWish {
  readonly customerId: string;
  readonly currencyId?: string | null;
  /** null: the customer's own pool. */
  readonly resourceId?: string | null;
  readonly kinds?: readonly LedgerEntryKind[] | null;
  readonly featureId?: string | null;
  /** null: the entries without a grant, which are what overdraft paid or owed. UNKNOWN: the id that was given is none of a grant. */
  readonly grant?: GrantRef | 'UNKNOWN' | null;
  /** null: the entries without a grant. */
  readonly grantCategory?: GrantCategory | null;
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
 * In this order: ID_INVALID (resourceId), INPUT_INVALID (dimensions), TIME_RANGE_INVALID, CUSTOMER_NOT_FOUND, CURRENCY_NOT_FOUND, FEATURE_NOT_FOUND,
 * CREDIT_GRANT_NOT_FOUND.
 */
export async function creditLedger(database: Database, context: Context, wish: LedgerWish, request: PageRequest): Promise<Page<PoolEntry>> {
  return listEntries(database.pool, await ledgerFilter(database, context, wish), wish.order, request);
}

/** What is wanted, judged and looked up, with what is due written. Refuses what `creditLedger` refuses. */
export async function ledgerFilter(database: Database, context: Context, wish: LedgerWish): Promise<LedgerFilter> {
  const dimensions = readFilters(wish);
  const customer = await requireCustomer(database, context, wish.customerId);
  const currency = await currencyIfGiven(database, context, wish.currencyId);
  const feature = await featureIfGiven(database, context, wish.featureId);
  await settlePools(database, context, customer.key);
  const grant = wish.grant ? await grantOf(database, context, customer.key, wish.grant) : wish.grant;
  const { resourceId, kinds = null, grantCategory } = wish;
  const keys = { customerKey: customer.key, currencyKey: currency?.key ?? null, featureKey: feature?.key ?? null };
  const spans = { span: timeSpan(wish.from, wish.to), usageSpan: timeSpan(wish.usageFrom, wish.usageTo) };
  return { ...keys, ...spans, resourceId, kinds, grant, grantCategory, dimensions };
}

function readFilters({ resourceId, dimensions, from, to, usageFrom, usageTo }: LedgerWish): DimensionFilter[] {
  const problems: Problem[] = [];
  const filters = readEventFilters('dimensions', dimensions ?? [], problems);
  const ofSpans = [...spanProblems('from', from, 'to', to), ...spanProblems('usageFrom', usageFrom, 'usageTo', usageTo)];
  refuseInput(['ID_INVALID', resourceProblems(resourceId)], ['INPUT_INVALID', problems], ['TIME_RANGE_INVALID', ofSpans]);
  return filters;
}

/** A grant of another customer answers like a missing one. */
async function grantOf(database: Database, context: Context, customerKey: bigint, ref: GrantRef | 'UNKNOWN'): Promise<Grant> {
  const isOfCustomer = ref !== 'UNKNOWN' && ref.customerKey === customerKey;
  const [grant] = isOfCustomer ? await loadGrants(database.pool, context.environmentKey, [ref]) : [];
  if (!grant) throw new DrawdownError('CREDIT_GRANT_NOT_FOUND');
  return grant;
}
