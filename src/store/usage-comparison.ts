import { labelValue, type BreakdownQuery, type GroupKey } from '../domain/breakdown';
import type { SeriesWindow } from '../domain/breakdown-cursor';
import { creditsFromNumeric } from '../domain/credits';
import type { Span } from '../domain/time-range';
import { usageChange, type ComparedSeries, type UsageChange } from '../domain/usage-comparison';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { factsPlan, querySums, settingsFor, type Adder } from './facts-plan';
import type { OpenBreakdown } from './rollup-snapshot';
import { boundsSql, keysOrderSql, labelNames, seriesSql, sumsFrom } from './rollups';

/** A page of series with the change of the whole. */
export interface ComparisonPage {
  readonly series: readonly ComparedSeries[];
  readonly total: UsageChange;
  readonly seriesCount: number;
}

/** Null where there is no series at all. */
interface ChangeRow {
  previous_credits: string | null;
  previous_value: string | null;
  previous_event_count: string | null;
  current_credits: string | null;
  current_value: string | null;
  current_event_count: string | null;
  volume_change: string | null;
  price_change: string | null;
}

type TotalRow = { [Name in keyof ChangeRow as `total_${Name}`]: ChangeRow[Name] };

interface ComparedRow extends ChangeRow, TotalRow {
  series_count: bigint;
  /** Null where the page is empty. */
  labels: (string | null)[] | null;
  position: bigint;
}

const SUMS = ['previous_credits', 'previous_value', 'previous_event_count', 'current_credits', 'current_value', 'current_event_count'] as const;
const COLUMNS = [...SUMS, 'volume_change', 'price_change'] as const;
/** What the parts of a change are computed by, besides the keys asked for. */
const BY_FEATURE: GroupKey = { name: 'featureId', field: 'featureId' };
const BY_RATE: GroupKey = { name: 'rateId', field: 'rateId' };
export const COMPARISON_KEYS: readonly GroupKey[] = [BY_FEATURE, BY_RATE];

/** The series of two ranges side by side, the largest change first. */
export async function loadComparison(
  transaction: Transaction,
  query: BreakdownQuery,
  previous: Span,
  open: OpenBreakdown,
  window: SeriesWindow,
): Promise<ComparisonPage> {
  const rows = await querySums<ComparedRow>(transaction, settingsFor(open), (adder) => comparisonQuery({ query, previous, open, window, adder }));
  const first = rows[0]!;
  const total = Object.fromEntries(COLUMNS.map((name) => [name, first[`total_${name}`]])) as unknown as ChangeRow;
  return {
    seriesCount: Number(first.series_count),
    total: changeFrom(total),
    series: rows.flatMap((row) => (row.labels ? [{ position: Number(row.position), values: row.labels.map(labelValue), ...changeFrom(row) }] : [])),
  };
}

interface ComparisonPlan {
  readonly query: BreakdownQuery;
  readonly previous: Span;
  readonly open: OpenBreakdown;
  readonly window: SeriesWindow;
  readonly adder: Adder;
}

function comparisonQuery(plan: ComparisonPlan): { text: string; values: unknown[] } {
  const { query, window } = plan;
  const values = new Conditions();
  const order = (table: string) =>
    [`abs(${table}.current_credits - ${table}.previous_credits) DESC`, ...keysOrderSql(query, columnsOf(plan), table)].join(', ');
  const labels = labelNames(query);
  const text = `WITH ${comparedSql(values, plan)}, total AS MATERIALIZED (
  SELECT count(*) AS series_count, ${COLUMNS.map((name) => `sum(${name}) AS ${name}`).join(', ')} FROM compared
), bounds AS MATERIALIZED (
  ${boundsSql(values, window)}
), page AS (
  SELECT *, ARRAY[${labels.join(', ')}]::text[] AS labels FROM compared ORDER BY ${order('compared')} OFFSET (SELECT first FROM bounds) LIMIT (SELECT size FROM bounds)
)
SELECT t.series_count, ${COLUMNS.map((name) => `t.${name} AS total_${name}, page.${name}`).join(', ')}, page.labels,
       (SELECT first FROM bounds) + row_number() OVER (ORDER BY ${order('page')}) AS position
FROM total t LEFT JOIN page ON TRUE ORDER BY position`;
  return { text, values: values.values };
}

/** The table `compared`: labels g0, g1, … and the sums of both ranges, with the parts of the change that prices by feature tell. */
function comparedSql(values: Conditions, plan: ComparisonPlan): string {
  const labels = labelNames(plan.query);
  const [feature, rate] = [`g${labels.length}`, `g${labels.length + 1}`];
  const parts = [...labels, feature];
  const sums = (side: string, name: string, more = '') => `coalesce(sum(${name}) FILTER (WHERE is_current = ${side}${more}), 0)`;
  const both = (name: string) => `${sums('FALSE', name)} AS previous_${name}, ${sums('TRUE', name)} AS current_${name}`;
  return `previous AS MATERIALIZED (${sideSql(values, plan, plan.previous)}), current AS MATERIALIZED (${sideSql(values, plan, plan.query.range)}),
part AS (
  SELECT ${parts.join(', ')}, ${['credits', 'value', 'event_count'].map(both).join(', ')},
         ${sums('TRUE', 'credits', ' AND is_new')} AS new_credits, ${sums('TRUE', 'value', ' AND is_new')} AS new_value
  FROM (
    SELECT *, FALSE AS is_current, FALSE AS is_new FROM previous
    UNION ALL SELECT *, TRUE, coalesce(${rate}, '') NOT IN (SELECT coalesce(${rate}, '') FROM previous) FROM current
  ) sides GROUP BY ${parts.join(', ')}
), compared AS MATERIALIZED (
  SELECT ${[...labels, ...SUMS.map((name) => `sum(${name}) AS ${name}`)].join(', ')},
         sum(CASE WHEN previous_value = 0 THEN current_credits - previous_credits
                  ELSE round((current_value - previous_value) * previous_credits / previous_value, 12) END) AS volume_change,
         sum(CASE WHEN previous_value = 0 THEN 0 ELSE new_credits - round(new_value * previous_credits / previous_value, 12) END) AS price_change
  FROM part GROUP BY ${labels.join(', ') || '()'} HAVING count(*) > 0
)`;
}

/** The series of one range by the keys asked for, feature and rate. */
function sideSql(values: Conditions, plan: ComparisonPlan, span: Span): string {
  const query = { ...byRate(plan), range: { ...plan.query.range, ...span } };
  const { adder } = plan;
  return `WITH ${seriesSql(values, { ...factsPlan({ query, open: plan.open, buckets: [span], withEvents: true }), adder })} SELECT * FROM series`;
}

function byRate({ query }: ComparisonPlan): BreakdownQuery {
  return { ...query, groupBy: [...query.groupBy, ...COMPARISON_KEYS] };
}

function columnsOf(plan: ComparisonPlan) {
  return factsPlan({ query: byRate(plan), open: plan.open, buckets: [], withEvents: true }).columns;
}

function changeFrom(row: ChangeRow): UsageChange {
  return usageChange({
    previous: sumsFrom({ credits: row.previous_credits, value: row.previous_value, event_count: row.previous_event_count }),
    current: sumsFrom({ credits: row.current_credits, value: row.current_value, event_count: row.current_event_count }),
    volumeChange: creditsFromNumeric(row.volume_change ?? '0'),
    priceChange: creditsFromNumeric(row.price_change ?? '0'),
  });
}
