import { keysOfShape, type BreakdownScope, type BreakdownShape, type BreakdownSnapshot, type GroupKey } from '../domain/breakdown';
import type { BreakdownSource } from '../domain/breakdown-cover';
import { firstEventKeyAt, isId } from '../domain/ids';
import type { Span } from '../domain/time-range';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { earliestReceipt, isUnseen } from './seen-rows';
import { textArray } from './sql-arrays';

/** What one transaction sees, and how a breakdown has to be read in it. */
export interface OpenBreakdown {
  /** What its keys need to be told apart. */
  readonly needs: RollupNeeds;
  /** The currency that was asked for, or the first two of the environment where none was; empty: there is no such thing. */
  readonly currencyKeys: readonly number[];
  /** Their ids. */
  readonly currencyIds: readonly string[];
  /** Those of the customers asked for that there are. */
  readonly customerKeys: ReadonlyMap<string, bigint>;
  /** PostgreSQL's text of what this transaction sees. */
  readonly snapshot: string;
  /** That of an earlier state in which the scope's customers had the same events; null: there is none that was asked about. */
  readonly sameAs: string | null;
  /** All customers of the scope. */
  readonly sources: readonly CustomerSource[];
  /** What is read for any of them. */
  readonly computedFrom: BreakdownSource;
  /** Of the dimensions that the keys name, those of which some values in the scope are with the events; all that are numbers are among them. */
  readonly loose: ReadonlySet<string>;
  /** Under which other names the values of a dimension may be, by the name that the keys have for it; only where there are any. */
  readonly aliases: OtherNames;
  /** The scope has pools of another currency, or they were not looked for. */
  readonly hasOtherPools: boolean;
  /** Some amount or sum in the scope needs more than 64 bits of 10^-9. */
  readonly hasLarge: boolean;
}

/** By the name of a dimension and the feature: the other names that the feature's declaration has for it, in the order in which they are looked under. */
export type OtherNames = ReadonlyMap<string, ReadonlyMap<number, readonly string[]>>;

/** Where a customer's usage is read from. */
export interface CustomerSource {
  readonly customerKey: bigint;
  /** Null: from the events alone, because no rollup tells the keys apart, or because most is not part of the state that is asked for. */
  readonly rollup: SourceRollup | null;
  /** Of the dimensions that the keys name, those that the customer's events have had. */
  readonly needed: readonly string[];
}

/** A rollup that is read; of the base rollup nothing is told but its key. */
export interface SourceRollup extends RollupNeeds {
  readonly key: number;
  /** About how many cells there are in a block of 64 days. */
  readonly size: number;
}

/** What a rollup must tell apart to answer a question. */
export interface RollupNeeds {
  readonly dimensions: readonly string[];
  readonly byRate: boolean;
  readonly byGrant: boolean;
}

interface OpenRow {
  currency_keys: number[];
  currency_ids: string[];
  customer_keys: string[];
  customer_ids: string[];
  snapshot: string;
  sources: SourceRow[];
  loose: string[];
  aliases: [name: string, featureKey: number, others: string[]][];
  has_other_pools: boolean;
  has_large: boolean;
}

type SourceRow = [
  customerKey: string,
  needed: string[],
  rollup: { key: number; dimensions: string[]; by_rate: boolean; by_grant: boolean; size: number } | null,
];

/**
 * Room for the hash tables of a hundred thousand dimension sets; more than that goes to disk.
 * Compiling costs more than it saves, and so do parallel workers, which would each sum up all sets.
 */
export const BREAKDOWN_SETTINGS = `SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '64MB'`;

/**
 * What all customers of the scope can be read from. Of the rollups that tell apart what is asked for, the smallest. The base rollup answers for a customer
 * whose events never had any of the dimensions. `asked` are the customers that were asked for, `scope` those of the scope.
 */
const openSql = (asked: string, scope: string, hasOtherPools: string): string => `WITH asked AS MATERIALIZED (${asked}),
  currency_asked AS MATERIALIZED (SELECT key, id FROM currency WHERE environment_key = $1 AND ($2::text IS NULL OR id = $2) ORDER BY key LIMIT 2),
  scope AS MATERIALIZED (${scope}),
  alias AS MATERIALIZED (
    SELECT asked.name, d.feature_key, array_remove(ARRAY[d.name] || d.aliases, asked.name) AS others
    FROM unnest($3::text[]) AS asked (name) JOIN dimension_declaration d ON d.aliases <> '{}' AND (d.name = asked.name OR asked.name = ANY (d.aliases))
    JOIN feature f ON f.key = d.feature_key WHERE f.environment_key = $1
  ),
  name AS MATERIALIZED (SELECT unnest($3::text[]) AS name UNION SELECT unnest(others) FROM alias),
  needed AS MATERIALIZED (
    SELECT c.key, coalesce(array_agg(DISTINCT k.name) FILTER (WHERE k.name IS NOT NULL), '{}') AS names, array_agg(DISTINCT k.name) FILTER (WHERE k.loose) AS loose
    FROM scope c LEFT JOIN dimension_key k ON k.customer_key = c.key AND k.name IN (SELECT name FROM name) GROUP BY c.key
  ),
  source AS MATERIALIZED (
    SELECT n.key, n.names, n.loose, to_jsonb(r) AS rollup
    FROM needed n LEFT JOIN LATERAL (
      SELECT 0 AS key, '{}'::text[] AS dimensions, TRUE AS by_rate, TRUE AS by_grant, 0 AS size WHERE n.names = '{}'
      UNION ALL SELECT r.* FROM (SELECT r.key, r.dimensions, r.by_rate, r.by_grant, r.size FROM rollup r
      WHERE n.names <> '{}' AND r.customer_key = n.key AND r.state = 'READY' AND r.dimensions @> n.names AND (r.by_rate OR NOT ($4 OR EXISTS (SELECT FROM alias))) AND (r.by_grant OR NOT $5)
      ORDER BY r.size, r.key LIMIT 1) r
    ) r ON TRUE
  )
  SELECT ARRAY(SELECT key FROM currency_asked) AS currency_keys, ARRAY(SELECT id FROM currency_asked) AS currency_ids,
    ARRAY(SELECT key FROM asked ORDER BY key)::text[] AS customer_keys, ARRAY(SELECT id FROM asked ORDER BY key) AS customer_ids,
    pg_current_snapshot()::text AS snapshot,
    coalesce((SELECT json_agg(json_build_array(key::text, names, rollup) ORDER BY key) FROM source), '[]') AS sources,
    ARRAY(SELECT DISTINCT unnest(loose) FROM source) AS loose,
    coalesce((SELECT json_agg(json_build_array(name, feature_key, others) ORDER BY name, feature_key) FROM alias), '[]') AS aliases,
    ${hasOtherPools} AS has_other_pools,
    EXISTS (
      SELECT FROM usage_rollup r WHERE r.customer_key IN (SELECT key FROM scope) AND (r.credits_large IS NOT NULL OR r.value_large IS NOT NULL)
    ) AS has_large`;

/** Two statements, so that each has a plan that is made once for all questions. */
const OPEN_CUSTOMERS = {
  name: 'open-customers',
  text: openSql(
    'SELECT key, id FROM customer WHERE environment_key = $1 AND id = ANY ($6::text[])',
    'SELECT key FROM asked',
    'EXISTS (SELECT FROM pool p WHERE p.customer_key IN (SELECT key FROM asked) AND p.currency_key NOT IN (SELECT key FROM currency_asked))',
  ),
};
const OPEN_ALL = {
  name: 'open-all',
  text: openSql(
    'SELECT NULL::int8 AS key, NULL::text AS id WHERE FALSE',
    'SELECT DISTINCT customer_key AS key FROM pool WHERE currency_key = (SELECT key FROM currency_asked LIMIT 1)',
    'TRUE',
  ),
};

/** What is to be opened. */
export interface OpeningWish {
  readonly scope: BreakdownScope;
  readonly shape: BreakdownShape;
  readonly range: Span;
  /** What is told apart besides the keys of the shape. */
  readonly moreKeys?: readonly GroupKey[];
  /** The state that an earlier page showed and this one is to show, too. */
  readonly held?: BreakdownSnapshot | null;
}

/** Looks the scope up, what kinds of values its keys have, and what can be read for them. */
export async function openBreakdown(
  transaction: Transaction,
  { scope, shape, range, moreKeys = [], held = null }: OpeningWish,
): Promise<OpenBreakdown> {
  const needs = needsOf([...keysOfShape(shape), ...moreKeys]);
  const ids = scope.customerIds?.filter(isId) ?? null;
  const currencyId = scope.currencyId !== null && !isId(scope.currencyId) ? '' : scope.currencyId;
  const values = [scope.environmentKey, currencyId, textArray(needs.dimensions), needs.byRate, needs.byGrant];
  const [{ rows }, isSame] = await Promise.all([
    transaction.query<OpenRow>(ids === null ? { ...OPEN_ALL, values } : { ...OPEN_CUSTOMERS, values: [...values, ids] }),
    held !== null && ids !== null && shape.knownAt === null && hasNothingSince(transaction, scope.environmentKey, ids, held),
  ]);
  const row = rows[0]!;
  const sources = row.sources.map(sourceFrom);
  const aliases = aliasesFrom(row.aliases);
  const open = {
    needs: aliases.size > 0 ? { ...needs, byRate: true } : needs,
    currencyKeys: row.currency_keys,
    currencyIds: row.currency_ids,
    customerKeys: new Map(row.customer_ids.map((id, index) => [id, BigInt(row.customer_keys[index]!)])),
    snapshot: row.snapshot,
    sameAs: held && isSame ? held.text : null,
    sources,
    computedFrom: computedFrom(sources),
    loose: new Set(row.loose),
    aliases,
    hasOtherPools: row.has_other_pools,
    hasLarge: row.has_large,
  };
  return isLongAgo(shape.knownAt, range) ? fromEvents(open) : open;
}

/** Whether no event of these customers was committed since. Then a page of an earlier state reads what a first page does, however much others report. */
async function hasNothingSince(
  transaction: Transaction,
  environmentKey: number,
  customerIds: readonly string[],
  snapshot: BreakdownSnapshot,
): Promise<boolean> {
  const values = new Conditions();
  const since = firstEventKeyAt(earliestReceipt(snapshot));
  const customers = `SELECT key FROM customer WHERE environment_key = ${values.placeholder(environmentKey)} AND id = ANY (${values.placeholder(textArray(customerIds))}::text[])`;
  const isNew = `e.key >= ${values.placeholder(since)} AND ${isUnseen(values, 'e', snapshot.text)}`;
  const { rows } = await transaction.query<{ is_same: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM (${customers}) c JOIN usage_event e ON e.customer_key = c.key WHERE ${isNew}) AS is_same`,
    values.values,
  );
  return rows[0]!.is_same;
}

/** The same, read from the events alone. */
function fromEvents(open: OpenBreakdown): OpenBreakdown {
  const sources = open.sources.map((source) => ({ ...source, rollup: null }));
  return { ...open, sources, computedFrom: computedFrom(sources) };
}

/** What has to be told apart for the keys. */
export function needsOf(keys: readonly GroupKey[]): RollupNeeds {
  const uses = (...fields: string[]) => keys.some((key) => 'field' in key && fields.includes(key.field));
  return {
    dimensions: [...new Set(keys.flatMap((key) => ('dimension' in key ? [key.dimension] : [])))].sort(),
    byRate: uses('featureId', 'planId', 'rateId'),
    byGrant: uses('grantId', 'grantCategory'),
  };
}

function sourceFrom([customerKey, needed, found]: SourceRow): CustomerSource {
  const rollup = found && { key: found.key, dimensions: found.dimensions, byRate: found.by_rate, byGrant: found.by_grant, size: found.size };
  return { customerKey: BigInt(customerKey), rollup, needed };
}

function aliasesFrom(rows: OpenRow['aliases']): OtherNames {
  const aliases = new Map<string, Map<number, readonly string[]>>();
  for (const [name, featureKey, others] of rows)
    aliases.set(name, (aliases.get(name) ?? new Map<number, readonly string[]>()).set(featureKey, others));
  return aliases;
}

function computedFrom(sources: readonly CustomerSource[]): BreakdownSource {
  if (sources.every(({ rollup }) => rollup !== null)) return 'ROLLUPS';
  return sources.every(({ rollup }) => rollup === null) ? 'EVENTS' : 'ROLLUPS_AND_EVENTS';
}

/** Whether fewer events were known at the instant than came in since: then it is cheaper to add up the former than to take off the latter. */
function isLongAgo(knownAt: Date | null, { from, to }: Span): boolean {
  if (knownAt === null) return false;
  return knownAt.getTime() - from.getTime() < to.getTime() - knownAt.getTime();
}

/** Whether PostgreSQL would read the text as a snapshot: `xmin:xmax:xip,…`, ascending, within its bounds. */
export function isSnapshotText(text: string): boolean {
  const [, xmin, xmax, xips] = /^(\d{1,18}):(\d{1,18}):((?:\d{1,18}(?:,\d{1,18})*)?)$/.exec(text) ?? [];
  if (xmin === undefined || xmax === undefined) return false;
  const running = xips ? xips.split(',').map(BigInt) : [];
  const isAscending = running.every((xid, index) => xid >= (running[index - 1] ?? BigInt(xmin)) && xid < BigInt(xmax));
  return isAscending && BigInt(xmin) > 0n && BigInt(xmin) <= BigInt(xmax);
}
