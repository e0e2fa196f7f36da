import fc from 'fast-check';
import { groupKey, valueLabel, type BreakdownInput, type GroupValue, type UsageSeries } from '../../src/domain/breakdown';
import { creditsFromNumeric } from '../../src/domain/credits';
import { Decimal } from '../../src/domain/decimal';
import type { DimensionFilterInput } from '../../src/domain/dimension-filter';
import type { Context } from '../../src/operations/context';
import type { Database } from '../../src/store/database';
import { mutate } from './catalog';
import { testDatabase } from './database';
import { Seller } from './seller';
import { testServer } from './server';

const HOUR_MS = 60 * 60 * 1000;
export const DAY_MS = 24 * HOUR_MS;
export const NOW = new Date('2026-03-10T12:34:56.789Z');
export const MIDNIGHT = Date.parse('2026-03-10T00:00:00Z');
/** Texts that are hard to write, to compare or to sort. */
const MODELS = ['gpt', 'gpt 4', 'gpt"4\\', 'gp\tt\u0001\n', 'é', '😀', '', '3', 'true'];

/** Usage of all kinds in a database of its own, and who can add to it. */
export interface UsageWorld {
  readonly database: Database;
  readonly context: Context;
  readonly seller: Seller;
}

/** Customers `mixed` (numbers, too), `texts` (texts and booleans only) and `plain` (no grants) with usage in one currency, `gems` in another. */
export async function usageWorld(): Promise<UsageWorld> {
  const database = await testDatabase();
  const server = await testServer(database, { now: () => NOW });
  const seller = new Seller(server);
  await seller.sell({ chat: '0.1 * coalesce(tokens, 3) + 0.000000000001 * value', image: '2.5', free: '0' });
  await seller.sell({ other: '7' }, 'gems', 'gem-plan');
  for (const id of ['mixed', 'texts', 'plain']) await seller.customer(id);
  await seller.customer('gems', 'gem-plan');
  for (const customerId of ['mixed', 'texts'])
    for (const [index, category] of ['PROMOTIONAL', 'RECURRING', 'PAID'].entries())
      for (const resourceId of [null, 'ws-1'])
        await seller.grant(customerId, String(11 + 17 * index), { category, resourceId, effectiveAt: '2026-01-01T00:00:00Z' });
  await seller.reportAll(fc.sample(reports(), { numRuns: 250, seed: 6 }));
  for (const [name, ...aliases] of ALIASES) {
    const declaration = { featureId: 'chat', name, type: name === 'size' ? 'NUMBER' : 'TEXT', aliases };
    await mutate(server, 'setDimensionDeclaration', declaration, 'declaration { name }');
  }
  await seller.reportAll(fc.sample(reports().map(withoutAliases), { numRuns: 450, seed: 7 }));
  await seller.reportAll([{ customerId: 'gems', featureId: 'other' }]);
  return { database, context: { environmentKey: server.key, environmentId: server.id, now: NOW }, seller };
}

/** What `chat` declares of its dimensions when some of its usage has been reported: the name of today and a former one. */
const ALIASES = [
  ['team', 'squad'],
  ['size', 'length'],
] as const;

/** The names of two reports of a kind: of one by its former name, where it has both. */
function withoutAliases<T extends { dimensions: Record<string, unknown> }>(report: T): T {
  const given = { ...report.dimensions };
  for (const [today, former] of ALIASES) if (former in given) delete given[today];
  return { ...report, dimensions: given };
}

/** Usage on and about midnights, in the present, and anywhere in the last 100 days. */
function reports() {
  const near = fc
    .tuple(fc.integer({ min: 0, max: 80 }), fc.constantFrom(-1, 0, 1, HOUR_MS - 1, HOUR_MS))
    .map(([days, ms]) => MIDNIGHT - days * DAY_MS + ms);
  const any = fc.integer({ min: MIDNIGHT - 100 * DAY_MS, max: NOW.getTime() + HOUR_MS });
  const team = fc.constantFrom('red', 'blue');
  const texts = { model: fc.constantFrom(...MODELS), team, squad: team, featureId: fc.constantFrom('x', 'y'), fast: fc.boolean() };
  const numbers = {
    mixed: fc.constantFrom<unknown>(3, '3', 3.5, true, 10, -2, 'a'),
    tokens: fc.constantFrom(1, 2.5, 1000),
    toks: fc.constantFrom(1, 7),
  };
  return fc
    .record({
      customerId: fc.constantFrom('mixed', 'texts', 'plain'),
      featureId: fc.constantFrom('chat', 'image', 'free'),
      resourceId: fc.constantFrom(null, 'ws-1'),
      value: fc.constantFrom('1', '0', '0.000000000001', '12.5'),
      timestamp: fc.oneof(near, any).map((ms) => new Date(ms).toISOString()),
      texts: fc.record(texts, { requiredKeys: [] }),
      numbers: fc.record(numbers, { requiredKeys: [] }),
    })
    .map(({ texts: some, numbers: more, ...report }) => ({ ...report, dimensions: report.customerId === 'mixed' ? { ...some, ...more } : some }));
}

/** What one draw of an event took; value and count stand with the first. */
export interface Fact {
  /** Pool and sequence of its ledger entry; null: it took nothing. */
  entry: string | null;
  customerId: string;
  currencyId: string;
  at: Date;
  receivedAt: Date;
  fields: Record<string, string | null>;
  dimensions: Map<string, GroupValue>;
  credits: bigint;
  value: bigint;
  eventCount: number;
}

interface FactRow {
  entry: string | null;
  customer_id: string;
  currency_id: string;
  feature_id: string;
  plan_id: string;
  rate_key: string;
  resource_id: string;
  at: Date;
  received_at: Date;
  dimensions: string;
  grant: string | null;
  category: string | null;
  amount: string;
  value: string;
  is_first: boolean;
}

/** Every draw of every event, from the ledger. */
export async function readFacts(database: Database): Promise<Fact[]> {
  const { rows } = await database.pool.query<FactRow>(
    `SELECT l.pool_key || '/' || l.sequence AS entry, u.id AS customer_id, y.id AS currency_id, f.id AS feature_id, p.resource_id, e.at, (d.dimensions || coalesce(e.loose_dimensions, '{}'))::text AS dimensions,
            n.id AS plan_id, t.key::text AS rate_key, e.received_at, g.customer_key || ':' || g.key AS grant, g.category, coalesce(-l.amount, 0) AS amount, e.value, coalesce(l.sequence = e.first_sequence, TRUE) AS is_first
     FROM usage_event e JOIN customer u ON u.key = e.customer_key JOIN pool p ON p.key = e.pool_key JOIN currency y ON y.key = p.currency_key
     JOIN rate t ON t.key = e.rate_key JOIN plan_version v ON v.key = t.plan_version_key JOIN plan n ON n.key = v.plan_key
     JOIN feature f ON f.key = e.feature_key JOIN dimension_set d ON d.key = e.set_key
     LEFT JOIN ledger_entry l ON l.event_key = e.key AND l.customer_key = e.customer_key AND l.kind = 'CONSUMED' LEFT JOIN credit_grant g ON g.key = l.grant_key`,
  );
  return rows.map((row) => ({
    entry: row.entry,
    customerId: row.customer_id,
    currencyId: row.currency_id,
    at: row.at,
    receivedAt: row.received_at,
    fields: {
      featureId: row.feature_id,
      customerId: row.customer_id,
      resourceId: row.resource_id || null,
      currencyId: row.currency_id,
      planId: row.plan_id,
      rateId: row.rate_key,
      grantId: row.grant,
      grantCategory: row.category,
    },
    dimensions: dimensionsOf(row),
    credits: creditsFromNumeric(row.amount),
    value: row.is_first ? creditsFromNumeric(row.value) : 0n,
    eventCount: row.is_first ? 1 : 0,
  }));
}

/** Under all their names; a value of its own comes first. */
function dimensionsOf({ dimensions, feature_id }: FactRow): Map<string, GroupValue> {
  const given = Object.entries(JSON.parse(dimensions) as Record<string, string | boolean | number>);
  const found = new Map<string, GroupValue>(given.map(([name, value]) => [name, typeof value === 'number' ? new Decimal(value) : value]));
  const own = new Map(found);
  if (feature_id === 'chat')
    for (const [today, former] of ALIASES)
      for (const [name, other] of [[today, former] as const, [former, today] as const])
        if (!own.has(name) && own.has(other)) found.set(name, own.get(other)!);
  return found;
}

export function valueIn(fact: Fact, name: string): GroupValue {
  const key = groupKey(name);
  return 'field' in key ? fact.fields[key.field]! : (fact.dimensions.get(key.dimension) ?? null);
}

function passes(fact: Fact, { key, and, or, not, ...test }: DimensionFilterInput): boolean {
  if (and) return and.every((part) => passes(fact, part));
  if (or) return or.some((part) => passes(fact, part));
  if (not) return !passes(fact, not);
  const value = valueIn(fact, key!);
  if (test.exists != null) return (value !== null) === test.exists;
  if (test.prefix != null) return typeof value === 'string' && value.startsWith(test.prefix);
  const values = test.in ?? (test.equals === undefined ? null : [test.equals]);
  if (values) return values.map(valueLabel).includes(valueLabel(value));
  return value instanceof Decimal && isWithin(value, test);
}

function isWithin(value: Decimal, { greaterThan, atLeast, lessThan, atMost }: DimensionFilterInput): boolean {
  const lows = value.gt((greaterThan as Decimal | null) ?? -Infinity) && value.gte((atLeast as Decimal | null) ?? -Infinity);
  return lows && value.lt((lessThan as Decimal | null) ?? Infinity) && value.lte((atMost as Decimal | null) ?? Infinity);
}

export type Sums = { values: GroupValue[]; credits: bigint; value: bigint; eventCount: number };

/** Whether a fact is one of those asked for. */
export function isAskedFor(fact: Fact, input: BreakdownInput, from: Date, to: Date): boolean {
  if (fact.currencyId !== input.currencyId || fact.at < from || fact.at >= to) return false;
  if (input.customerId != null && fact.customerId !== input.customerId) return false;
  if (input.customerIds && !input.customerIds.includes(fact.customerId)) return false;
  if (input.resourceId !== undefined && fact.fields['resourceId'] !== input.resourceId) return false;
  if (input.asOf && fact.receivedAt > input.asOf) return false;
  return (input.filters ?? []).every((filter) => passes(fact, filter));
}

/** The same breakdown, computed from the facts one by one. */
export function bruteForce(facts: readonly Fact[], input: BreakdownInput, from: Date, to: Date): Sums[] {
  const series = new Map<string, Sums>();
  for (const fact of facts) {
    if (!isAskedFor(fact, input, from, to)) continue;
    const values = (input.groupBy ?? []).map((name) => valueIn(fact, name));
    const label = JSON.stringify(values.map(valueLabel));
    const sums = series.get(label) ?? { values, credits: 0n, value: 0n, eventCount: 0 };
    series.set(label, {
      values,
      credits: sums.credits + fact.credits,
      value: sums.value + fact.value,
      eventCount: sums.eventCount + fact.eventCount,
    });
  }
  return [...series.values()].filter(({ credits, eventCount }) => credits > 0n || eventCount > 0).sort(orderOf(input));
}

function orderOf({ orderBy }: BreakdownInput): (a: Sums, b: Sums) => number {
  const { field, direction } = orderBy ?? { field: 'CREDITS', direction: 'DESC' };
  const sign = direction === 'ASC' ? 1 : -1;
  const byKeys = (a: Sums, b: Sums) => a.values.reduce((order, value, index) => order || compareValues(value, b.values[index]!), 0);
  if (field === 'KEY') return (a, b) => sign * byKeys(a, b);
  const amount = (sums: Sums) => ({ CREDITS: sums.credits, VALUE: sums.value, EVENT_COUNT: BigInt(sums.eventCount) })[field];
  return (a, b) => sign * Number(amount(a) > amount(b)) - sign * Number(amount(a) < amount(b)) || byKeys(a, b);
}

/** Numbers, texts, booleans, none. */
function compareValues(a: GroupValue, b: GroupValue): number {
  const rank = (value: GroupValue) => (value === null ? 3 : ['object', 'string', 'boolean'].indexOf(typeof value));
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'object') return a && b ? a.comparedTo(b as Decimal) : 0;
  return typeof a === 'string'
    ? Buffer.compare(Buffer.from(JSON.stringify(a).slice(0, -1)), Buffer.from(JSON.stringify(b).slice(0, -1)))
    : Number(a) - Number(b);
}

export const sumsOf = ({ values, credits, value, eventCount }: UsageSeries | Sums) => ({
  labels: values.map(valueLabel),
  credits,
  value,
  eventCount,
});
export const added = (list: readonly { credits: bigint; value: bigint; eventCount: number }[]) => ({
  credits: list.reduce((sum, one) => sum + one.credits, 0n),
  value: list.reduce((sum, one) => sum + one.value, 0n),
  eventCount: list.reduce((sum, one) => sum + one.eventCount, 0),
});
