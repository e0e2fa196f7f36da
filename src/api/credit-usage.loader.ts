import type { BreakdownQuery, UsagePoint, UsageRate } from '../domain/breakdown';
import type { DistinctValues } from '../domain/breakdown-dimensions';
import { creditUsagePoints, creditUsageRates } from '../operations/credit-usage';
import { countDistinctValues } from '../operations/credit-usage-dimensions';
import type { Database } from '../store/database';
import type { CreditUsageDimension } from './credit-usage-dimensions.types';
import type { CreditUsageSeries } from './credit-usage.types';

/** The points of the series, in their order. */
export function loadUsagePoints(database: Database, series: readonly CreditUsageSeries[]): Promise<UsagePoint[][]> {
  return byPage(series, ofQuery, (query, ofPage) => creditUsagePoints(database, query, ofPage));
}

/** The rates that priced the series, in their order. */
export function loadUsageRates(database: Database, series: readonly CreditUsageSeries[]): Promise<UsageRate[][]> {
  return byPage(series, ofQuery, (query, ofPage) => creditUsageRates(database, query, ofPage));
}

/** How many different values the dimensions have, in their order. */
export function loadDistinctValues(database: Database, dimensions: readonly CreditUsageDimension[]): Promise<DistinctValues[]> {
  return byPage(
    dimensions,
    ({ scope }) => scope,
    (scope, ofPage) => countDistinctValues(database, scope, ofPage),
  );
}

function ofQuery({ query }: CreditUsageSeries): BreakdownQuery {
  return query;
}

/** Asks for what is on one page at once; what is on a page shares the object of its question. */
async function byPage<Item, Question, Answer>(
  items: readonly Item[],
  questionOf: (item: Item) => Question,
  ask: (question: Question, ofPage: readonly Item[]) => Promise<Answer[]>,
): Promise<Answer[]> {
  const found = new Map<Item, Answer>();
  for (const question of new Set(items.map(questionOf))) {
    const ofPage = items.filter((one) => questionOf(one) === question);
    const answers = await ask(question, ofPage);
    ofPage.forEach((one, index) => found.set(one, answers[index]!));
  }
  return items.map((one) => found.get(one)!);
}
