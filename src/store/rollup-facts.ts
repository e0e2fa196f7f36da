import type { Cover, CoverBlock } from '../domain/breakdown-cover';
import { firstEventKeyAt } from '../domain/ids';
import type { Conditions } from './conditions';
import { looseColumns } from './fact-labels';
import { amountNames, columnNames, onlyCustomer, sourcesOf, takesOff, type FactsPlan } from './facts-plan';
import type { OpenBreakdown } from './rollup-snapshot';
import { earliestReceipt, isUnseen } from './seen-rows';
import { instantArray, plainArray } from './sql-arrays';

/** Customers as `scopeSql` gives them. */
const CUSTOMERS = 'scope_customer';
const ROLLED_UP_CUSTOMERS = '(SELECT * FROM scope_customer WHERE rollup_key IS NOT NULL)';
const READ_CUSTOMERS = '(SELECT * FROM scope_customer WHERE rollup_key IS NULL)';

/** Blocks of the rollups, events where blocks do not fit and of those who have no rollup, and minus the events that are not part of what is asked for. */
export function breakdownFacts(values: Conditions, plan: FactsPlan): string {
  const { covers, open, query } = plan;
  const { rolledUp, read } = sourcesOf(open);
  const parts: string[] = [];
  if (covers.rollups.some(({ blocks }) => blocks.length > 0)) parts.push(...blockFacts(values, plan));
  const hasEdges = covers.rollups.some(({ spans }) => spans.length > 0);
  if (hasEdges) parts.push(spanFacts(values, plan, covers.rollups, read.length > 0 ? ROLLED_UP_CUSTOMERS : CUSTOMERS, null));
  if (read.length > 0 || parts.length === 0)
    parts.push(spanFacts(values, plan, covers.events, rolledUp.length > 0 ? READ_CUSTOMERS : CUSTOMERS, query.knownAt));
  if (takesOff(query, open)) parts.push(unseenFacts(values, plan));
  return parts.join('\nUNION ALL\n');
}

function blockFacts(values: Conditions, plan: FactsPlan): string[] {
  const { columns, covers, setKeys, query } = plan;
  if (columns.bucket || setKeys !== null) return [bucketBlockFacts(values, plan, covers.rollups)];
  const runs = runsOf(covers.rollups[0]!.blocks);
  return runs.map((run) => (onlyCustomer(query) === null ? runFactsOfMany(values, plan, run) : runFacts(values, plan, run)));
}

/** Runs of neighbouring blocks, each read by itself: the planner then knows how large it is, and no row needs to be asked for its sign. */
function runFacts(values: Conditions, plan: FactsPlan, run: BlockRun): string {
  const { customerKey, rollup } = plan.open.sources[0]!;
  return `SELECT ${runColumns(plan, run)} FROM usage_rollup r
WHERE r.customer_key = ${values.placeholder(customerKey)} AND r.rollup_key = ${values.placeholder(rollup!.key)} AND ${isInRun(values, run)}`;
}

/** The same of each of several customers. OFFSET 0 keeps each run one search of the primary key. */
function runFactsOfMany(values: Conditions, plan: FactsPlan, run: BlockRun): string {
  return `SELECT ${runColumns(plan, run)} FROM ${ROLLED_UP_CUSTOMERS} c CROSS JOIN LATERAL (
  SELECT * FROM usage_rollup r WHERE r.customer_key = c.customer_key AND r.rollup_key = c.rollup_key AND ${isInRun(values, run)} OFFSET 0
) r`;
}

function runColumns(plan: FactsPlan, { sign }: BlockRun): string {
  const amounts = amountNames(plan.open).map((name) => (sign > 0 ? `r.${name}` : `-r.${name} AS ${name}`));
  return [...keyColumns(plan, '', 'r', 'r'), ...noLooseColumns(plan), ...amounts].join(', ');
}

function isInRun(values: Conditions, { days, start, end }: BlockRun): string {
  return `r.days = ${days} AND r.start >= ${values.placeholder(start)} AND r.start < ${values.placeholder(end)}`;
}

/** Neighbouring blocks of one size. */
export interface BlockRun {
  readonly days: number;
  readonly start: number;
  end: number;
  readonly sign: number;
}

export function runsOf(blocks: readonly CoverBlock[]): BlockRun[] {
  const runs: BlockRun[] = [];
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
  return `SELECT ${[...keyColumns(plan, 'b.bucket', 'r', 'r'), ...noLooseColumns(plan), ...amounts].join(', ')}
FROM unnest(${lists[0]}::int4[], ${lists[1]}::int2[], ${lists[2]}::int4[], ${lists[3]}::int2[]) AS b (bucket, days, start, sign)
CROSS JOIN ${ROLLED_UP_CUSTOMERS} c
CROSS JOIN LATERAL (
  SELECT * FROM usage_rollup r
  WHERE r.customer_key = c.customer_key AND r.rollup_key = c.rollup_key AND r.days = b.days AND r.start = b.start${ofSets(values, plan)} OFFSET 0
) r`;
}

/** `knownAt`: only what had been received by then. */
function spanFacts(values: Conditions, plan: FactsPlan, covers: readonly Cover[], customers: string, knownAt: Date | null): string {
  const spans = covers.flatMap((cover, index) => cover.spans.map((span) => ({ ...span, bucket: index + 1 })));
  const [buckets, signs] = (['bucket', 'sign'] as const).map((name) => values.placeholder(plainArray(spans.map((span) => span[name]))));
  const [starts, ends] = (['from', 'to'] as const).map((name) => values.placeholder(instantArray(spans.map((span) => span[name]))));
  return eventFacts(
    values,
    plan,
    'b.bucket',
    eventsOf(
      customers,
      `unnest(${buckets}::int4[], ${starts}::timestamptz[], ${ends}::timestamptz[], ${signs}::int2[]) AS b (bucket, starts, ends, sign)`,
      `e.at >= b.starts AND e.at < b.ends${knownAt ? ` AND e.received_at <= ${values.placeholder(knownAt)}` : ''}`,
    ),
  );
}

/** The events that are counted and must not be: what was committed after the snapshot, or what the blocks hold that was received too late. Both lie at the end of the primary key, which is ordered by receipt. */
function unseenFacts(values: Conditions, plan: FactsPlan): string {
  const { range, knownAt, snapshot } = plan.query;
  const since = knownAt ?? earliestReceipt(snapshot);
  const starts = () => values.placeholder(instantArray(plan.buckets.map(({ from }) => from)));
  const isNew = () => isUnseen(values, 'e', snapshot.text);
  return eventFacts(
    values,
    plan,
    plan.columns.bucket ? `width_bucket(e.at, ${starts()}::timestamptz[])` : '',
    eventsOf(
      knownAt ? ROLLED_UP_CUSTOMERS : CUSTOMERS,
      '(SELECT -1::int2 AS sign) AS b',
      `e.key >= ${values.placeholder(firstEventKeyAt(since))} AND e.at >= ${values.placeholder(range.from)} AND e.at < ${values.placeholder(range.to)}
    AND ${knownAt ? `e.received_at > ${values.placeholder(knownAt)}` : isNew()}`,
    ),
  );
}

/** The events `e` of the customers that fulfil a condition, once for each of the stretches `b`. */
function eventsOf(customers: string, stretches: string, condition: string): string {
  return `${stretches}
CROSS JOIN ${customers} c
CROSS JOIN LATERAL (
  SELECT e.* FROM usage_event e WHERE e.customer_key = c.customer_key AND ${condition} OFFSET 0
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

/** What cells tell apart is in their sets. */
function noLooseColumns({ columns }: FactsPlan): string[] {
  return columns.loose.map((_, index) => `NULL::text AS n${index}`);
}

function ofSets(values: Conditions, { setKeys, ofPage }: FactsPlan): string {
  if (ofPage) return ' AND r.set_key = ANY (ARRAY(SELECT set_key FROM page))';
  return setKeys === null ? '' : ` AND r.set_key = ANY (${values.placeholder(plainArray(setKeys))}::int8[])`;
}
