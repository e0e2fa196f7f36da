import type { ConsumptionReport } from '../domain/consumption';
import { underAllNames, type DeclaredDimensions } from '../domain/declared-dimensions';
import { DrawdownError } from '../domain/errors';
import { isMetered, meteredValue } from '../domain/meter';
import { costByRate } from '../domain/price';
import type { Credits } from '../domain/credits';
import type { RawEventReport } from '../domain/raw-event';
import type { RefusedReport, Report } from '../domain/report';
import type { Price } from '../domain/usage-batch';
import type { UsageReport } from '../domain/usage-event';
import type { Rate } from '../domain/rate';
import { poolText, type PoolRef } from '../store/pools';
import type { BookCustomer, OpenPriceBook } from '../store/price-book';
import type { Context } from './context';
import { EventLoopTurn } from './event-loop-turn';

/** A valid report and who sent it. */
export interface PendingReport {
  readonly context: Context;
  readonly report: Report;
}

/** A price and the pool that is to pay it. */
export interface PriceOfPool extends Price {
  readonly poolRef: PoolRef;
  /** `poolText` of the reference. */
  readonly poolId: string;
}

/** A report with the customer it is for and what it would cost: a price for each feature, or why there is none. */
export interface PricedReport extends PendingReport {
  readonly customer: BookCustomer;
  readonly prices: readonly PriceOfPool[] | RefusedReport;
}

/**
 * Prices reports, each by the rates in force for its customer at its time. Per report, in this order: CUSTOMER_NOT_FOUND, ARCHIVED (customer). Then of
 * usage FEATURE_NOT_FOUND, RATE_NOT_FOUND; of a raw event, for each feature whose meter matches, by their ids, RATE_NOT_FOUND and what its meter refuses
 * (DIMENSION_MISSING, DIMENSION_TYPE, AMOUNT_INVALID); of a stated amount CURRENCY_NOT_FOUND, ARCHIVED (currency). Of what has a rate, then what is declared of
 * the dimensions (DIMENSION_MISSING, DIMENSION_TYPE, DIMENSION_NOT_ALLOWED), before what a meter says of the value. Last what a formula refuses
 * (DIMENSION_MISSING, DIMENSION_TYPE, DIVISION_BY_ZERO, CHARGE_OUT_OF_RANGE), feature by feature.
 */
export async function priceReports(book: OpenPriceBook, batch: readonly PendingReport[]): Promise<(PricedReport | RefusedReport)[]> {
  const customers = await book.customers(
    batch.map(({ context, report }) => ({ environmentKey: context.environmentKey, customerId: report.customerId })),
  );
  const priced: (PricedReport | RefusedReport)[] = [];
  const declarations = new Map<number, Declarations>();
  const turn = new EventLoopTurn(); // formulas of a whole batch may take long
  for (const [index, pending] of batch.entries()) {
    if (turn.isLong) await turn.end();
    const { environmentKey } = pending.context;
    if (!declarations.has(environmentKey)) declarations.set(environmentKey, await book.declarations(environmentKey));
    const customer = customers[index];
    if (!customer) {
      priced.push(noCustomer(pending.report));
      continue;
    }
    const prices = pricesOf(book, declarations.get(environmentKey)!, customer, pending);
    // Most prices are known at once; a promise for each would take longer than they do.
    priced.push({ ...pending, customer, prices: prices instanceof Promise ? await prices : prices });
  }
  return priced;
}

type Declarations = ReadonlyMap<string, DeclaredDimensions>;
type Prices = readonly PriceOfPool[] | RefusedReport;

function pricesOf(book: OpenPriceBook, declarations: Declarations, customer: BookCustomer, pending: PendingReport): Prices | Promise<Prices> {
  const { report } = pending;
  if (customer.isArchived) return refused('ARCHIVED', `The customer ${quoted(report.customerId)} is archived.`);
  if (report.kind === 'USAGE') return usagePrice(book, declarations, customer, pending, report);
  if (report.kind === 'RAW_EVENT') return rawEventPrices(book, declarations, customer, pending, report);
  return statedPrice(book, customer, pending, report);
}

function usagePrice(book: OpenPriceBook, declarations: Declarations, customer: BookCustomer, { context }: PendingReport, report: UsageReport) {
  const rate = book.rate(customer, report.featureId, report.at ?? context.now);
  if (rate) return priceByRate(customer, report, rate, declarations.get(report.featureId), () => report.value);
  return withoutRate(book, context, report);
}

async function withoutRate(book: OpenPriceBook, context: Context, report: UsageReport): Promise<RefusedReport> {
  if (await book.hasFeature(context.environmentKey, report.featureId)) return noRate(report, report.featureId);
  return refused('FEATURE_NOT_FOUND', `There is no feature ${quoted(report.featureId)}.`);
}

async function rawEventPrices(
  book: OpenPriceBook,
  declarations: Declarations,
  customer: BookCustomer,
  { context }: PendingReport,
  report: RawEventReport,
) {
  const prices: PriceOfPool[] = [];
  for (const feature of await book.metered(context.environmentKey, report.eventName)) {
    const { featureId } = feature;
    const declared = declarations.get(featureId);
    const dimensions = underAllNames(report.dimensions, declared?.aliases);
    if (!isMetered(feature, dimensions)) continue;
    const rate = book.rate(customer, featureId, report.at ?? context.now);
    const price = rate ? priceByRate(customer, report, rate, declared, () => meteredValue(feature, dimensions)) : noRate(report, featureId);
    if ('error' in price) return { ...price, featureId };
    prices.push(...price);
  }
  return prices;
}

async function statedPrice(book: OpenPriceBook, customer: BookCustomer, { context }: PendingReport, report: ConsumptionReport) {
  const { currencyId, amount } = report;
  const currency = await book.currency(context.environmentKey, currencyId);
  if (!currency) return refused('CURRENCY_NOT_FOUND', `There is no currency ${quoted(currencyId)}.`);
  if (currency.isArchived) return refused('ARCHIVED', `The currency ${quoted(currencyId)} is archived.`);
  return [priceOfPool(customer, report, { rate: null, currencyKey: currency.key, currencyId, value: amount, cost: amount })];
}

function priceByRate(
  customer: BookCustomer,
  report: Report,
  found: Rate,
  declared: DeclaredDimensions | undefined,
  valueOf: () => Credits,
): readonly PriceOfPool[] | RefusedReport {
  const dimensions = declared ? declared.renamed(report.dimensions) : report.dimensions;
  const error = declared?.refusal(dimensions);
  if (error) return { error, featureId: null };
  try {
    const value = valueOf();
    const rate = declared ? { ...found, aliases: declared.aliases } : found;
    const { currencyKey, currencyId } = rate;
    const cost = costByRate(rate, value, dimensions);
    return [priceOfPool(customer, report, { rate, currencyKey, currencyId, value, cost, dimensions })];
  } catch (error) {
    if (error instanceof DrawdownError) return { error, featureId: null };
    throw error;
  }
}

function priceOfPool(customer: BookCustomer, { resourceId }: Report, price: Price): PriceOfPool {
  const poolRef = { customerKey: customer.key, currencyKey: price.currencyKey, resourceId };
  return { ...price, poolRef, poolId: poolText(poolRef) };
}

function noCustomer({ customerId }: Report): RefusedReport {
  return refused('CUSTOMER_NOT_FOUND', `There is no customer ${quoted(customerId)}.`);
}

function noRate({ customerId, at }: Report, featureId: string): RefusedReport {
  const when = at ? `at ${at.toISOString()}` : 'now';
  const message = `The customer ${quoted(customerId)} has no rate for ${quoted(featureId)} ${when}. Put it on a plan that prices the feature.`;
  return refused('RATE_NOT_FOUND', message);
}

function refused(code: ConstructorParameters<typeof DrawdownError>[0], message: string): RefusedReport {
  return { error: new DrawdownError(code, message), featureId: null };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
