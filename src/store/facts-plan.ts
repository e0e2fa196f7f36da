import { keysOfShape, type BreakdownQuery } from '../domain/breakdown';
import { coverByEvents, coverRange, type Cover } from '../domain/breakdown-cover';
import type { Span } from '../domain/time-range';
import type { Conditions } from './conditions';
import type { Transaction } from './database';
import { plannedOnce, type Statement } from './planned-once';
import type { CustomerSource, OtherNames, OpenBreakdown } from './rollup-snapshot';

/** What the facts have to tell apart, as few columns as the keys need. */
export interface FactColumns {
  readonly bucket: boolean;
  readonly customer: boolean;
  readonly set: boolean;
  readonly rate: boolean;
  readonly pool: boolean;
  readonly grant: boolean;
  /** Dimensions that events may have loosely, in the order of the columns n0, n1, … of their labels; none where no event is read. */
  readonly loose: readonly string[];
  /** Dimensions that may be numbers. */
  readonly numeric: ReadonlySet<string>;
  readonly aliases: OtherNames;
}

/** What `breakdownFacts` writes: each row adds to or takes from the sums of a bucket. */
export interface FactsPlan {
  readonly query: BreakdownQuery;
  readonly open: OpenBreakdown;
  readonly columns: FactColumns;
  readonly buckets: readonly Span[];
  /** How each bucket is read where there is a rollup, and where there is none. */
  readonly covers: { readonly rollups: readonly Cover[]; readonly events: readonly Cover[] };
  /** Whether events are among the facts. */
  readonly readsEvents: boolean;
  /** Only cells of these dimension sets; null: of all. */
  readonly setKeys: readonly bigint[] | null;
  /** Only cells of the dimension sets of the table `page` of the same statement. */
  readonly ofPage: boolean;
  /** What writes the facts; absent: `breakdownFacts`. */
  readonly facts?: FactsWriter;
  readonly adder: Adder;
}

/** What may be said of a plan; the rest follows. */
export interface FactsWish {
  readonly query: BreakdownQuery;
  readonly open: OpenBreakdown;
  readonly buckets: readonly Span[];
  /** Whether the buckets are told apart. */
  readonly byBucket?: boolean;
  readonly setKeys?: readonly bigint[] | null;
  readonly ofPage?: boolean;
  readonly facts?: FactsWriter;
  /** Labels must be the same as where events are read, whether or not any are. */
  readonly withEvents?: boolean;
}

/** All but the adder, which is tried out. */
export function factsPlan({
  query,
  open,
  buckets,
  byBucket = false,
  setKeys = null,
  ofPage = false,
  facts,
  withEvents = false,
}: FactsWish): Omit<FactsPlan, 'adder'> {
  const { rolledUp, read } = sourcesOf(open);
  const covers = {
    rollups: rolledUp.length > 0 ? buckets.map(({ from, to }) => coverRange(from, to, query.emptyFrom)) : [],
    events: read.length > 0 ? buckets.map(({ from, to }) => coverByEvents(from, to)) : [],
  };
  const readsEvents =
    withEvents || facts !== undefined || read.length > 0 || takesOff(query, open) || covers.rollups.some(({ spans }) => spans.length > 0);
  return { query, open, columns: factColumns(query, open, { byBucket, readsEvents }), buckets, covers, readsEvents, setKeys, ofPage, facts };
}

/** Whether the blocks hold more than the question is about. */
export function takesOff(query: BreakdownQuery, open: OpenBreakdown): boolean {
  if (query.knownAt !== null) return open.computedFrom !== 'EVENTS';
  return open.snapshot !== query.snapshot.text && open.sameAs !== query.snapshot.text;
}

/** The customers by where they are read from. */
export function sourcesOf({ sources }: OpenBreakdown): { rolledUp: CustomerSource[]; read: CustomerSource[] } {
  return { rolledUp: sources.filter(({ rollup }) => rollup !== null), read: sources.filter(({ rollup }) => rollup === null) };
}

/** A sum is `small` units of 10^-9 plus `large`. Decimals add up slowly, so only the columns that can be needed are carried along. */
export function amountNames({ computedFrom, hasLarge }: OpenBreakdown): string[] {
  const sizes = computedFrom === 'EVENTS' ? ['large'] : hasLarge ? ['small', 'large'] : ['small'];
  return [...['credits', 'value'].flatMap((name) => sizes.map((size) => `${name}_${size}`)), 'event_count'];
}

/** The sums of what `amountNames` names, by the same names. */
export function sumsSql({ open, adder }: FactsPlan): string[] {
  return amountNames(open).map((name) => `${name.endsWith('_large') ? 'sum' : adder}(${name}) AS ${name}`);
}

/** Makes an amount of a number of units. */
export const SMALL_UNIT = ' * 0.000000001';

/** The amount that sums of facts make up. */
export function amountSql(name: 'credits' | 'value', { open, adder }: FactsPlan): string {
  const parts = { small: `${adder}(${name}_small)${SMALL_UNIT}`, large: `coalesce(sum(${name}_large), 0)` };
  const names = amountNames(open);
  return (['small', 'large'] as const).flatMap((size) => (names.includes(`${name}_${size}`) ? [parts[size]] : [])).join(' + ');
}

export type FactsWriter = (values: Conditions, plan: FactsPlan) => string;

/** The aggregate that adds 64-bit numbers up: `sum_small` is quick, and fails where a sum needs more bits than that. */
export type Adder = 'sum_small' | 'sum';

const NUMERIC_VALUE_OUT_OF_RANGE = '22003';

/**
 * The planner cannot know how many sets remain after summing, and takes them for a few hundred. For the blocks of one customer, joining and
 * grouping by hash and reading in the order of the pages is right whatever their number, and whatever the values.
 */
const SETTINGS_FOR_BLOCKS =
  'SET LOCAL enable_nestloop = off; SET LOCAL enable_sort = off; SET LOCAL enable_indexscan = off; SET LOCAL plan_cache_mode = force_generic_plan; ';

/** The same of events: joined one by one, as for a few hundred, their labels would take time in proportion to events × sets. */
const SETTINGS_FOR_EVENTS = 'SET LOCAL enable_nestloop = off; ';

/** What the planner has to be told for reading all of the scope. */
export function settingsFor({ computedFrom, customerKeys }: OpenBreakdown): string {
  if (computedFrom === 'EVENTS') return SETTINGS_FOR_EVENTS;
  return customerKeys.size === 1 ? SETTINGS_FOR_BLOCKS : '';
}

/** Asks for sums the quick way, and the other way where one of them does not fit. */
export async function querySums<Row extends object>(transaction: Transaction, settings: string, write: (adder: Adder) => Statement): Promise<Row[]> {
  const planned = settings === SETTINGS_FOR_BLOCKS ? plannedOnce : (statement: Statement): Statement => statement;
  return withAdder(transaction, settings, async (adder) => (await transaction.query<Row>(planned(write(adder)))).rows);
}

/** Does what adds up the quick way, and the other way where a sum does not fit. */
export async function withAdder<T>(transaction: Transaction, settings: string, ask: (adder: Adder) => Promise<T>): Promise<T> {
  const prepared = transaction.query(`${settings}SAVEPOINT adding`);
  try {
    const [, answer] = await Promise.all([prepared, ask('sum_small')]);
    return answer;
  } catch (error) {
    if ((error as { code?: unknown }).code !== NUMERIC_VALUE_OUT_OF_RANGE) throw error;
    await transaction.query('ROLLBACK TO SAVEPOINT adding');
    return ask('sum');
  }
}

/** What is told apart besides the keys. */
interface Apart {
  readonly byBucket: boolean;
  readonly readsEvents: boolean;
}

function factColumns(query: BreakdownQuery, open: OpenBreakdown, { byBucket, readsEvents }: Apart): FactColumns {
  const keys = keysOfShape(query);
  const uses = (...fields: string[]) => keys.some((key) => 'field' in key && fields.includes(key.field));
  const dimensions = new Set(keys.flatMap((key) => ('dimension' in key ? namesOf(key.dimension, open.aliases) : [])));
  return {
    bucket: byBucket,
    customer: onlyCustomer(query) === null,
    set: dimensions.size > 0,
    rate: uses('featureId', 'planId', 'rateId') || open.aliases.size > 0,
    pool: uses('resourceId') || open.hasOtherPools,
    grant: uses('grantId', 'grantCategory'),
    loose: readsEvents ? [...dimensions].filter((name) => open.loose.has(name)) : [],
    numeric: open.loose,
    aliases: open.aliases,
  };
}

/** All names under which values of a dimension may be, its own first. */
export function namesOf(dimension: string, aliases: OtherNames): string[] {
  return [dimension, ...[...(aliases.get(dimension)?.values() ?? [])].flat()];
}

/** The names of the columns that tell facts apart. */
export function columnNames(columns: FactColumns): string[] {
  const { bucket, customer, set, rate, pool, grant, loose } = columns;
  const names = { bucket, customer_key: customer, set_key: set, rate_key: rate, pool_key: pool, grant_key: grant };
  return [...Object.entries(names).flatMap(([name, isUsed]) => (isUsed ? [name] : [])), ...loose.map((_, index) => `n${index}`)];
}

/** The one customer that a breakdown is about; null where there are several. */
export function onlyCustomer({ customerKeys }: BreakdownQuery): bigint | null {
  return customerKeys?.length === 1 ? customerKeys[0]! : null;
}
