import type { BreakdownQuery, UsageSums } from '../domain/breakdown';
import { BASE_ROLLUP } from '../domain/rollup';
import type { DimensionType } from '../domain/dimensions';
import { Conditions } from './conditions';
import type { Transaction } from './database';
import { labelJoins } from './fact-labels';
import { amountSql, factsPlan, querySums, settingsFor, type FactsPlan } from './facts-plan';
import { sourcedFrom, type OpenBreakdown } from './rollup-snapshot';
import { cellsSql, filtersSql, sumsFrom, type SumsRow } from './rollups';

/** How much usage carries a dimension, by the type of its values. */
export interface DimensionCount extends UsageSums {
  readonly dimension: string;
  readonly type: DimensionType;
}

interface CountRow extends SumsRow {
  name: string;
  type: DimensionType;
}

/**
 * The dimensions of the usage in a scope and range that passes the filters, by name and type. The base rollups know them; where filters look into
 * dimensions, the events are read. What of the query says how series are made and ordered does not matter.
 */
export async function loadDimensionCounts(transaction: Transaction, query: BreakdownQuery, open: OpenBreakdown): Promise<DimensionCount[]> {
  const ofBase = sourcedFrom(open, ({ rollup }) => (rollup?.key === BASE_ROLLUP.key ? rollup : null));
  const plan = factsPlan({ query: { ...query, groupBy: [] }, open: ofBase, buckets: [query.range], byShape: true });
  const rows = await querySums<CountRow>(transaction, settingsFor(ofBase), (adder) => countsQuery({ ...plan, adder }));
  return rows.map((row) => ({ dimension: row.name, type: row.type, ...sumsFrom(row) }));
}

function countsQuery(plan: FactsPlan): { text: string; values: unknown[] } {
  const { query, columns, adder } = plan;
  const values = new Conditions();
  const types = `CASE jsonb_typeof(s.dimensions) WHEN 'array' THEN s.dimensions -> 0 ELSE (dimension_shape(s.dimensions, NULL) -> 0) || coalesce(c.shape, '{}') END`;
  const text = `WITH ${cellsSql(values, plan)}
SELECT d.key AS name, d.value AS type, ${amountSql('credits', plan)} AS credits, ${amountSql('value', plan)} AS value, ${adder}(c.event_count) AS event_count
FROM cells c ${labelJoins(values, query, columns)}
CROSS JOIN LATERAL jsonb_each_text(${types}) AS d
WHERE ${filtersSql(values, query, columns)}
GROUP BY d.key, d.value HAVING ${adder}(c.event_count) > 0 OR ${amountSql('credits', plan)} > 0
ORDER BY d.key COLLATE "C", d.value`;
  return { text, values: values.values };
}
