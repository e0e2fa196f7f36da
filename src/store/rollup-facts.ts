import { keysOfShape, type BreakdownQuery, type GroupKey } from '../domain/breakdown';
import { coverByEvents, coverRange, type Cover, type CoverBlock } from '../domain/breakdown-cover';
import { MOST_CLOCK_SKEW_MS } from '../domain/clock-skew';
import { firstEventKeyAt } from '../domain/ids';
import type { Span } from '../domain/time-range';
import type { Conditions } from './conditions';
import type { Transaction } from './database';
import { isUnseen } from './seen-rows';
import { instantArray, plainArray } from './sql-arrays';
import type { OpenBreakdown } from './rollup-snapshot';

/** What the facts have to tell apart, as few columns as the keys need. */
export interface FactColumns {
  readonly bucket: boolean;
  readonly customer: boolean;
  readonly set: boolean;
  readonly rate: boolean;
  readonly pool: boolean;
  readonly grant: boolean;
  /** Dimensions that may be loose, in the order of the columns n0, n1, … of their labels. */
  readonly loose: readonly string[];
}

/** A sum is `small` units of 10^-9 plus `large`. Decimals add up slowly, so only the columns that can be needed are carried along. */
export function amountNames({ byEvents, hasLarge }: OpenBreakdown): string[] {
  const sizes = byEvents ? ['large'] : hasLarge ? ['small', 'large'] : ['small'];
  return [...['credits', 'value'].flatMap((name) => sizes.map((size) => `${name}_${size}`)), 'event_count'];
}

/** The sums of what `amountNames` names, by the same names. */
export function sumsSql({ open, adder }: FactsPlan): string[] {
  return amountNames(open).map((name) => `${name.endsWith('_large') ? 'sum' : adder}(${name}) AS ${name}`);
}

/** The amount that sums of facts make up. */
export function amountSql(name: 'credits' | 'value', { open, adder }: FactsPlan): string {
  const parts = { small: `${adder}(${name}_small) * 0.000000001`, large: `coalesce(sum(${name}_large), 0)` };
  const names = amountNames(open);
  return (['small', 'large'] as const).flatMap((size) => (names.includes(`${name}_${size}`) ? [parts[size]] : [])).join(' + ');
}

/** What `breakdownFacts` writes: each row adds to or takes from the sums of a bucket. */
export interface FactsPlan {
  readonly query: BreakdownQuery;
  readonly open: OpenBreakdown;
  readonly columns: FactColumns;
  readonly buckets: readonly Span[];
  /** Only facts of these dimension sets; null: of all. */
  readonly setKeys: readonly bigint[] | null;
  /** What writes the facts; absent: `breakdownFacts`. */
  readonly facts?: FactsWriter;
  readonly adder: Adder;
}

export type FactsWriter = (values: Conditions, plan: FactsPlan) => string;

/** The aggregate that adds 64-bit numbers up: `sum_small` is quick, and fails where a sum needs more bits than that. */
export type Adder = 'sum_small' | 'sum';

const NUMERIC_VALUE_OUT_OF_RANGE = '22003';

/**
 * The planner cannot know how many sets remain after summing, and takes them for a few hundred. For the blocks of one customer, joining and
 * grouping by hash and reading in the order of the pages is right whatever their number.
 */
const SETTINGS_FOR_BLOCKS = 'SET LOCAL enable_nestloop = off; SET LOCAL enable_sort = off; SET LOCAL enable_indexscan = off; ';

/** The same of events: joined one by one, as for a few hundred, their labels would take time in proportion to events × sets. */
const SETTINGS_FOR_EVENTS = 'SET LOCAL enable_nestloop = off; ';

/** What the planner has to be told for reading all of the scope. */
export function settingsFor({ byEvents, customerKeys }: OpenBreakdown): string {
  if (byEvents) return SETTINGS_FOR_EVENTS;
  return customerKeys.size === 1 ? SETTINGS_FOR_BLOCKS : '';
}

/** Asks for sums the quick way, and the other way where one of them does not fit. */
export async function querySums<Row extends object>(
  transaction: Transaction,
  settings: string,
  write: (adder: Adder) => { readonly text: string; readonly values: unknown[] },
): Promise<Row[]> {
  return withAdder(transaction, settings, async (adder) => (await transaction.query<Row>(write(adder))).rows);
}

/** Does what adds up the quick way, and the other way where a sum does not fit. */
export async function withAdder<T>(transaction: Transaction, settings: string, ask: (adder: Adder) => Promise<T>): Promise<T> {
  await transaction.query(`${settings}SAVEPOINT adding`);
  try {
    return await ask('sum_small');
  } catch (error) {
    if ((error as { code?: unknown }).code !== NUMERIC_VALUE_OUT_OF_RANGE) throw error;
    await transaction.query('ROLLBACK TO SAVEPOINT adding');
    return ask('sum');
  }
}

export function factColumns(query: BreakdownQuery, open: OpenBreakdown, bucket: boolean): FactColumns {
  const keys = keysOfShape(query);
  const uses = (...fields: string[]) => keys.some((key) => 'field' in key && fields.includes(key.field));
  const dimensions = keys.flatMap((key) => ('dimension' in key ? [key.dimension] : []));
  return {
    bucket,
    customer: onlyCustomer(query) === null,
    set: dimensions.length > 0,
    rate: uses('featureId', 'planId', 'rateId'),
    pool: uses('resourceId') || open.hasOtherPools,
    grant: uses('grantId', 'grantCategory'),
    loose: open.byEvents ? [...new Set(dimensions)] : [],
  };
}

/** The names of the columns that tell facts apart. */
export function columnNames(columns: FactColumns): string[] {
  const { bucket, customer, set, rate, pool, grant, loose } = columns;
  const names = { bucket, customer_key: customer, set_key: set, rate_key: rate, pool_key: pool, grant_key: grant };
  return [...Object.entries(names).flatMap(([name, isUsed]) => (isUsed ? [name] : [])), ...loose.map((_, index) => `n${index}`)];
}

/** Blocks of the rollups, events where blocks do not fit, and minus the events that the snapshot did not see. */
export function breakdownFacts(values: Conditions, plan: FactsPlan): string {
  const { columns, open, query } = plan;
  const covers = plan.buckets.map(({ from, to }) => (open.byEvents ? coverByEvents(from, to) : coverRange(from, to, query.emptyFrom)));
  const parts: string[] = [];
  if (!open.byEvents) parts.push(...(columns.bucket ? [bucketBlockFacts(values, plan, covers)] : blockFacts(values, plan, covers[0]!)));
  if (parts.length === 0 || covers.some(({ spans }) => spans.length > 0)) parts.push(spanFacts(values, plan, covers));
  if (query.knownAt === null ? open.snapshot !== query.snapshot.text : !open.byEvents) parts.push(unseenFacts(values, plan));
  return parts.join('\nUNION ALL\n');
}

/** Runs of neighbouring blocks, each read by itself: the planner then knows how large it is, and no row needs to be asked for its sign. */
function blockFacts(values: Conditions, plan: FactsPlan, { blocks }: Cover): string[] {
  const customerKey = onlyCustomer(plan.query);
  return runsOf(blocks).map(({ days, start, end, sign }) => {
    const amounts = amountNames(plan.open).map((name) => (sign > 0 ? `r.${name}` : `-r.${name} AS ${name}`));
    const customer = customerKey === null ? 'IN (SELECT customer_key FROM scope_customer)' : `= ${values.placeholder(customerKey)}`;
    return `SELECT ${[...keyColumns(plan, '', 'r', 'r'), ...amounts].join(', ')} FROM usage_rollup r
WHERE r.customer_key ${customer} AND r.days = ${days} AND r.start >= ${start} AND r.start < ${end}`;
  });
}

function runsOf(blocks: readonly CoverBlock[]): { days: number; start: number; end: number; sign: number }[] {
  const runs: { days: number; start: number; end: number; sign: number }[] = [];
  for (const { days, start, sign } of [...blocks].sort((a, b) => a.days - b.days || a.start - b.start)) {
    const last = runs.at(-1);
    if (last?.days === days && last.end === start && last.sign === sign) last.end += days;
    else runs.push({ days, start, end: start + days, sign });
  }
  return runs;
}

/** The same by buckets, of which there may be a thousand. OFFSET 0 keeps each block one search of the primary key, whatever the planner thinks of their number. */
function bucketBlockFacts(values: Conditions, plan: FactsPlan, covers: readonly Cover[]): string {
  const blocks = covers.flatMap((cover, index) => cover.blocks.map((block) => ({ ...block, bucket: index + 1 })));
  const lists = (['bucket', 'days', 'start', 'sign'] as const).map((name) => values.placeholder(plainArray(blocks.map((block) => block[name]))));
  const amounts = amountNames(plan.open).map((name) => `r.${name} * b.sign AS ${name}`);
  return `SELECT ${[...keyColumns(plan, 'b.bucket', 'r', 'r'), ...amounts].join(', ')}
FROM unnest(${lists[0]}::int4[], ${lists[1]}::int2[], ${lists[2]}::int4[], ${lists[3]}::int2[]) AS b (bucket, days, start, sign)
CROSS JOIN scope_customer c
CROSS JOIN LATERAL (
  SELECT * FROM usage_rollup r WHERE r.customer_key = c.customer_key AND r.days = b.days AND r.start = b.start${ofSets(values, plan, 'r')} OFFSET 0
) r`;
}

function spanFacts(values: Conditions, plan: FactsPlan, covers: readonly Cover[]): string {
  const { open, query } = plan;
  const spans = covers.flatMap((cover, index) => cover.spans.map((span) => ({ ...span, bucket: index + 1 })));
  const [buckets, signs] = (['bucket', 'sign'] as const).map((name) => values.placeholder(plainArray(spans.map((span) => span[name]))));
  const [starts, ends] = (['from', 'to'] as const).map((name) => values.placeholder(instantArray(spans.map((span) => span[name]))));
  return eventFacts(
    values,
    plan,
    'b.bucket',
    eventsOfScope(
      values,
      plan,
      `unnest(${buckets}::int4[], ${starts}::timestamptz[], ${ends}::timestamptz[], ${signs}::int2[]) AS b (bucket, starts, ends, sign)`,
      `e.at >= b.starts AND e.at < b.ends${open.byEvents && query.knownAt ? ` AND e.received_at <= ${values.placeholder(query.knownAt)}` : ''}`,
    ),
  );
}

/** The events that are in the blocks and must not be. Those that were committed after a snapshot lie at the end of the primary key, which is ordered by receipt. */
function unseenFacts(values: Conditions, plan: FactsPlan): string {
  const { range, knownAt, snapshot } = plan.query;
  const since = knownAt ?? new Date(snapshot.asOf.getTime() - MOST_CLOCK_SKEW_MS);
  const starts = () => values.placeholder(instantArray(plan.buckets.map(({ from }) => from)));
  const isNew = () => isUnseen(values, 'e', snapshot.text);
  return eventFacts(
    values,
    plan,
    plan.columns.bucket ? `width_bucket(e.at, ${starts()}::timestamptz[])` : '',
    eventsOfScope(
      values,
      plan,
      '(SELECT -1::int2 AS sign) AS b',
      `e.key >= ${values.placeholder(firstEventKeyAt(since))} AND e.at >= ${values.placeholder(range.from)} AND e.at < ${values.placeholder(range.to)}
    AND ${knownAt ? `e.received_at > ${values.placeholder(knownAt)}` : isNew()}`,
    ),
  );
}

/** The events `e` of the scope that fulfil a condition, once for each of the stretches `b`. */
function eventsOfScope(values: Conditions, plan: FactsPlan, stretches: string, condition: string): string {
  return `${stretches}
CROSS JOIN scope_customer c
CROSS JOIN LATERAL (
  SELECT e.* FROM usage_event e WHERE e.customer_key = c.customer_key AND ${condition}${ofSets(values, plan, 'e')} OFFSET 0
) e`;
}

/** What the events `e` of the source add, or take away by the sign of its `b`. */
export function eventFacts(values: Conditions, plan: FactsPlan, bucket: string, source: string): string {
  const { columns } = plan;
  const amounts = columns.grant
    ? eventAmounts(plan.open, 'd.credits', 'd.value', 'd.event_count')
    : eventAmounts(plan.open, 'e.cost', 'e.value', '1::int8');
  return `SELECT ${[...keyColumns(plan, bucket, 'e', 'd'), ...looseColumns(values, columns), ...amounts].join(', ')}
FROM ${source}${columns.grant ? DRAWS : ''}`;
}

/** The loose values of an event `e` that the keys ask for, as labels. */
export function looseColumns(values: Conditions, { loose }: FactColumns): string[] {
  return loose.map((name, index) => `${looseLabelSql(`e.loose_dimensions -> ${values.placeholder(name)}::text`)} AS n${index}`);
}

/** Finds the ledger entries of an event `e`. */
export function isDrawOfEvent(entry: string): string {
  return `${entry}.customer_key = e.customer_key AND ${entry}.pool_key = e.pool_key
    AND ${entry}.sequence >= e.first_sequence AND ${entry}.sequence < e.first_sequence + e.entry_count`;
}

/** The draws of an event as its ledger entries; one of nothing, without a grant, where it has none. Value and count stand with the first. */
const DRAWS = `
CROSS JOIN LATERAL (
  SELECT coalesce(l.grant_key, 0) AS grant_key, coalesce(-l.amount, 0) AS credits,
         CASE WHEN l.sequence > e.first_sequence THEN 0 ELSE e.value END AS value, CASE WHEN l.sequence > e.first_sequence THEN 0 ELSE 1 END::int8 AS event_count
  FROM (SELECT) AS one
  LEFT JOIN ledger_entry l ON ${isDrawOfEvent('l')}
  OFFSET 0
) d`;

function keyColumns({ columns }: FactsPlan, bucket: string, table: string, grantTable: string): string[] {
  return columnNames({ ...columns, loose: [] }).map((name) => {
    if (name === 'bucket') return `${bucket} AS bucket`;
    return `${name === 'grant_key' ? grantTable : table}.${name}`;
  });
}

/** Amounts of single events are decimals: large, unless the rollups show that none needs to be. */
function eventAmounts(open: OpenBreakdown, credits: string, value: string, eventCount: string): string[] {
  const small = (amount: string) => (open.hasLarge ? '0::int8' : `(${amount} * 1000000000)::int8 * b.sign`);
  const columns: Record<string, string> = {
    credits_small: small(credits),
    credits_large: `${credits} * b.sign`,
    value_small: small(value),
    value_large: `${value} * b.sign`,
    event_count: `${eventCount} * b.sign`,
  };
  return amountNames(open).map((name) => `${columns[name]} AS ${name}`);
}

function ofSets(values: Conditions, { setKeys }: FactsPlan, table: string): string {
  return setKeys === null ? '' : ` AND ${table}.set_key = ANY (${values.placeholder(plainArray(setKeys))}::int8[])`;
}

/** The SQL of a key's label (see domain/breakdown valueLabel), over the tables that `labelJoins` joins to the cells. */
export function labelSql(values: Conditions, key: GroupKey, columns: FactColumns): string {
  if ('field' in key) return FIELD_LABELS[key.field];
  const label = `(s.dimensions -> ${values.placeholder(key.dimension)}::text)::text`;
  const loose = columns.loose.indexOf(key.dimension);
  return loose < 0 ? label : `coalesce(c.n${loose}, ${label})`;
}

/** The label of a loose value, given as jsonb: numbers without the zeros at their end, all else as it is in the dimension sets. */
function looseLabelSql(value: string): string {
  return `CASE jsonb_typeof(${value}) WHEN 'number' THEN trim_scale((${value})::numeric)::text ELSE (${value})::text END`;
}

/** Ids need no escapes. Grants are known by their two keys. A stated amount has neither rate nor feature. */
const FIELD_LABELS = {
  featureId: `'"' || f.id || '"'`,
  planId: `'"' || plan.id || '"'`,
  currencyId: `'"' || currency.id || '"'`,
  rateId: `'"' || nullif(c.rate_key, 0) || '"'`,
  customerId: `'"' || u.id || '"'`,
  resourceId: `'"' || nullif(p.resource_id, '') || '"'`,
  grantId: `'"' || g.customer_key || ':' || g.key || '"'`,
  grantCategory: `'"' || g.category || '"'`,
} as const;

/** Joins to the cells `c` what their keys stand for. */
export function labelJoins(values: Conditions, query: BreakdownQuery, columns: FactColumns): string {
  const uses = (field: string) => keysOfShape(query).some((key) => 'field' in key && key.field === field);
  const only = onlyCustomer(query);
  const ofCustomer = (column: string) => `${column} = ${only === null ? 'c.customer_key' : `${values.placeholder(only)}::int8`}`;
  const joins: string[] = [];
  if (columns.set) joins.push(`JOIN dimension_set s ON ${ofCustomer('s.customer_key')} AND s.key = c.set_key`);
  if (uses('featureId') || uses('planId')) joins.push('LEFT JOIN rate ON rate.key = c.rate_key');
  if (uses('featureId')) joins.push('LEFT JOIN feature f ON f.key = rate.feature_key');
  if (uses('planId'))
    joins.push('LEFT JOIN plan_version ON plan_version.key = rate.plan_version_key LEFT JOIN plan ON plan.key = plan_version.plan_key');
  if (uses('currencyId')) joins.push(`JOIN currency ON currency.key = ${values.placeholder(query.currencyKey)}`);
  if (uses('customerId')) joins.push(`JOIN customer u ON ${ofCustomer('u.key')}`);
  if (uses('resourceId')) joins.push(`JOIN pool p ON ${ofCustomer('p.customer_key')} AND p.key = c.pool_key`);
  if (columns.grant) joins.push(`LEFT JOIN credit_grant g ON ${ofCustomer('g.customer_key')} AND g.key = c.grant_key`);
  return joins.join('\n');
}

/** The one customer that a breakdown is about; null where there are several. */
export function onlyCustomer({ customerKeys }: BreakdownQuery): bigint | null {
  return customerKeys?.length === 1 ? customerKeys[0]! : null;
}
