import { refuseInput } from '../domain/catalog-input';
import { DEFAULT_CUSTOMER_ORDER, pageOfCustomers, withPools, type CustomerOrder, type ListedCustomerCredits } from '../domain/customer-credits';
import { textProblems } from '../domain/ids';
import type { Page, PageRequest } from '../domain/paging';
import { loadAccountsOfCustomers } from '../store/balances';
import { loadCustomerBalances } from '../store/customer-balances';
import type { Database } from '../store/database';
import { loadSeries } from '../store/rollups';
import type { Context } from './context';
import { readBreakdown } from './credit-usage';
import { readShape } from './customer-scope';

/** Which customers, and in what order. */
export interface CustomerCreditsWish {
  /** Absent: the only one. */
  readonly currencyId?: string | null;
  readonly search?: string | null;
  readonly orderBy?: CustomerOrder | null;
  readonly includeArchived: boolean;
  /** Of the days of the last month; absent: UTC. */
  readonly timeZone?: string | null;
}

export interface CustomerCreditsPage extends Page<ListedCustomerCredits> {
  readonly order: CustomerOrder;
  readonly currencyKey: number;
  /** The range of what was consumed. */
  readonly from: Date;
  readonly to: Date;
  /** On all pages. */
  readonly customerCount: number;
}

const MOST_SEARCH_CHARACTERS = 255;
const ALL = { size: 2 ** 31 - 1, backward: false, after: null, before: null };

/**
 * The customers with their balance and what they consumed in the last month, both of one moment. All of them are read, as an order by what they
 * used can begin with any.
 *
 * In this order: INPUT_INVALID (search), TIME_RANGE_INVALID (timeZone), CURRENCY_NOT_FOUND, CURRENCY_REQUIRED, CURSOR_INVALID (of another order).
 */
export async function customerCredits(
  database: Database,
  context: Context,
  wish: CustomerCreditsWish,
  request: PageRequest,
): Promise<CustomerCreditsPage> {
  const search = wish.search ?? null;
  refuseInput(['INPUT_INVALID', search === null ? [] : textProblems('search', search, MOST_SEARCH_CHARACTERS, 0)]);
  const order = wish.orderBy ?? DEFAULT_CUSTOMER_ORDER;
  const input = { currencyId: wish.currencyId ?? null, groupBy: ['customerId'], range: 'LAST_MONTH' as const, timeZone: wish.timeZone ?? null };
  const opening = { context, input, shape: readShape(context, input), held: null };
  const { answer } = await readBreakdown(database, opening, async (transaction, query, open) => {
    const { series } = await loadSeries(transaction, query, open, ALL);
    const consumed = new Map(series.map(({ values, credits }) => [values[0], credits]));
    const filter = { environmentKey: context.environmentKey, currencyKey: query.currencyKey, search, includeArchived: wish.includeArchived };
    const balances = await loadCustomerBalances(transaction, filter, context.now);
    const customers = balances.map((balance) => ({ ...balance, consumed: consumed.get(balance.id) ?? 0n }));
    const page = pageOfCustomers(customers, order, request);
    const pools = await loadAccountsOfCustomers(
      transaction,
      page.items.map(({ customerKey }) => customerKey),
      query.currencyKey,
    );
    const items = page.items.map((customer) =>
      withPools(
        customer,
        pools.filter(({ customerKey }) => customerKey === customer.customerKey),
        context.now,
      ),
    );
    return { ...page, items, order, currencyKey: query.currencyKey, from: query.range.from, to: query.range.to, customerCount: customers.length };
  });
  return answer;
}
