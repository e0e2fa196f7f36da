import { ROLLUP_DAYS, type Rollup, type RollupDays } from '../domain/rollup';
import type { Conditions } from './conditions';
import { isDrawOfEvent } from './rollup-facts';
import { addUpAmounts, addUpCells } from './rollup-sums';

/** Of which events `e` of a customer the cells are wanted, and of which sizes. */
export interface EventCells {
  readonly customerKey: bigint;
  readonly rollup: Rollup;
  readonly sizes?: readonly RollupDays[];
  /** A condition on `e`. */
  readonly events: string;
}

/**
 * Tables that add events up to the cells of a rollup: `block` has the small amounts of each cell and the others apart. Its set is told by
 * `hash`, which `combination` has with its dimensions: it may not be in the dictionary yet.
 */
export function eventCells(values: Conditions, { customerKey, rollup, sizes = ROLLUP_DAYS, events }: EventCells): string {
  const customer = `${values.placeholder(customerKey)}::int8`;
  const names = (rollup.dimensions ?? []).map((name) => `${values.placeholder(name)}::text`);
  const loose = looseColumns(rollup, names);
  const parts = ['set_key', ...loose.map((_, index) => `l${index}`)].join(', ');
  return `draw AS (
  ${drawsSql(rollup, customer, events, ['', ...loose.map((column, index) => `${column} AS l${index}`)].join(', '))}
), day AS (
  SELECT ${dayOf('at')} AS day, ${parts}, rate_key, pool_key, grant_key,
         ${addUpAmounts('credits', 'credits')}, ${addUpAmounts('value', 'value')}, sum(event_count) AS event_count
  FROM draw GROUP BY day, ${parts}, rate_key, pool_key, grant_key
), ${blocksSql(customer, parts, projectedSql(rollup, names), sizes)}`;
}

/** The same tables, added up from the cells of another rollup of the customer that tells as much apart or more. */
export function cellsOfCells(
  values: Conditions,
  { customerKey, rollup, source }: { readonly customerKey: bigint; readonly rollup: Rollup; readonly source: Pick<Rollup, 'key'> },
): string {
  const customer = `${values.placeholder(customerKey)}::int8`;
  const names = (rollup.dimensions ?? []).map((name) => `${values.placeholder(name)}::text`);
  const keys = `${rollup.byRate ? 'r.rate_key' : '0'} AS rate_key, r.pool_key, ${rollup.byGrant ? 'r.grant_key' : '0::int8'} AS grant_key`;
  return `day AS (
  SELECT r.start AS day, r.set_key, ${keys}, ${addUpCells('r', 'credits')}, ${addUpCells('r', 'value')}, sum(r.event_count) AS event_count
  FROM usage_rollup r WHERE r.customer_key = ${customer} AND r.rollup_key = ${values.placeholder(source.key)} AND r.days = 1 GROUP BY 1, 2, 3, 4, 5
), ${blocksSql(
    customer,
    'set_key',
    setSql(names, (name) => `s.dimensions -> ${name}`),
    ROLLUP_DAYS,
  )}`;
}

/** From `day`, whose cells are told apart by `parts`, which `projected` makes a set of, to blocks of all sizes. */
function blocksSql(customer: string, parts: string, projected: string, sizes: readonly RollupDays[]): string {
  return `combination AS MATERIALIZED (
  SELECT ${parts}, dimension_set_hash(dimensions) AS hash, dimensions FROM (
    SELECT ${parts}, ${projected} AS dimensions
    FROM (SELECT DISTINCT ${parts} FROM day) found JOIN dimension_set s ON s.customer_key = ${customer} AND s.key = found.set_key
  ) made
), block AS (
  SELECT days, floor(day / days::numeric)::int * days AS start, hash, rate_key, pool_key, grant_key,
         sum(credits_small) AS credits_small, sum(credits_large) AS credits_large,
         sum(value_small) AS value_small, sum(value_large) AS value_large, sum(event_count)::int8 AS event_count
  FROM day JOIN combination USING (${parts}) CROSS JOIN (VALUES ${sizes.map((days) => `(${days}::int2)`).join(', ')}) AS size (days)
  GROUP BY days, 2, hash, rate_key, pool_key, grant_key
)`;
}

export function dayOf(at: string): string {
  return `floor(extract(epoch FROM ${at}) / 86400)::int`;
}

/** What each draw adds; where grants are not told apart, each event. */
function drawsSql({ byRate, byGrant }: Rollup, customer: string, events: string, loose: string): string {
  const rate = byRate ? 'coalesce(e.rate_key, 0)' : '0';
  const columns = (grant: string, credits: string, value: string, count: string) =>
    `SELECT e.at, e.set_key, ${rate} AS rate_key, e.pool_key, ${grant} AS grant_key, ${credits} AS credits, ${value} AS value, ${count} AS event_count${loose}`;
  const ofEvents = `FROM usage_event e WHERE e.customer_key = ${customer} AND ${events}`;
  if (!byGrant) return `${columns('0::int8', 'e.cost', 'e.value', '1')} ${ofEvents}`;
  const isFirst = 'l.sequence = e.first_sequence';
  return `${columns('coalesce(l.grant_key, 0)', '-l.amount', `CASE WHEN ${isFirst} THEN e.value ELSE 0 END`, `(${isFirst})::int`)}
  FROM usage_event e JOIN ledger_entry l ON l.event_key = e.key AND ${isDrawOfEvent('l')}
  WHERE e.customer_key = ${customer} AND l.customer_key = ${customer} AND ${events}
  UNION ALL
  ${columns('0', '0', 'e.value', '1')} ${ofEvents} AND e.entry_count = 0`;
}

/** What of an event's loose dimensions the rollup tells apart; the null of JSON stands for none, so that it can be joined by. */
function looseColumns({ dimensions }: Rollup, names: readonly string[]): string[] {
  if (dimensions === null) return [`dimension_shape('{}', e.loose_dimensions)`];
  return names.map((name) => `coalesce(dimension_value(e.loose_dimensions -> ${name}), 'null')`);
}

/** The set of a cell, from the event's set `s` and what `looseColumns` found. */
function projectedSql({ dimensions }: Rollup, names: readonly string[]): string {
  if (dimensions === null) return `jsonb_build_array((dimension_shape(s.dimensions, NULL) -> 0) || (l0 -> 0))`;
  return setSql(names, (name, index) => `CASE WHEN l${index} = 'null' THEN s.dimensions -> ${name} ELSE l${index} END`);
}

function setSql(names: readonly string[], valueOf: (name: string, index: number) => string): string {
  return `jsonb_strip_nulls(jsonb_build_object(${names.map((name, index) => `${name}, ${valueOf(name, index)}`).join(', ')}))`;
}
