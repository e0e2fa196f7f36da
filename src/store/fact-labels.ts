import { keysOfShape, type BreakdownQuery, type GroupKey } from '../domain/breakdown';
import type { Conditions } from './conditions';
import { onlyCustomer, type FactColumns } from './facts-plan';
import { plainArray } from './sql-arrays';

/** The loose values of an event `e` that the keys ask for, as labels. */
export function looseColumns(values: Conditions, { loose }: FactColumns): string[] {
  return loose.map((name, index) => `${looseLabelSql(`e.loose_dimensions -> ${values.placeholder(name)}::text`)} AS n${index}`);
}

/** The SQL of a key's label (see domain/breakdown valueLabel), over the tables that `labelJoins` joins to the cells. */
export function labelSql(values: Conditions, key: GroupKey, columns: FactColumns): string {
  if ('field' in key) return FIELD_LABELS[key.field];
  const labels = dimensionLabels(values, key.dimension, columns);
  const aliases = [...(columns.aliases.get(key.dimension) ?? [])];
  if (aliases.length > 0) {
    const ofFeature = aliases.map(([featureKey, names]) => {
      const others = names.flatMap((name) => dimensionLabels(values, name, columns));
      return `WHEN ${featureKey} THEN coalesce(${others.join(', ')})`;
    });
    labels.push(`CASE rate.feature_key ${ofFeature.join(' ')} END`);
  }
  return labels.length === 1 ? labels[0]! : `coalesce(${labels.join(', ')})`;
}

/** Where the label of a dimension may be: with the event, or in its set. */
function dimensionLabels(values: Conditions, dimension: string, { loose }: FactColumns): string[] {
  const place = loose.indexOf(dimension);
  return [...(place < 0 ? [] : [`c.n${place}`]), `(s.dimensions -> ${values.placeholder(dimension)}::text)::text`];
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

/** Joins to the cells `c` what their keys stand for. `setKeys`: no others are among them. */
export function labelJoins(values: Conditions, query: BreakdownQuery, columns: FactColumns, setKeys: readonly bigint[] | null = null): string {
  const uses = (field: string) => keysOfShape(query).some((key) => 'field' in key && key.field === field);
  const only = onlyCustomer(query);
  const ofCustomer = (column: string) => `${column} = ${only === null ? 'c.customer_key' : `${values.placeholder(only)}::int8`}`;
  const joins: string[] = [];
  const wanted = setKeys === null ? '' : ` AND s.key = ANY (${values.placeholder(plainArray(setKeys))}::int8[])`;
  if (columns.set) joins.push(`JOIN dimension_set s ON ${ofCustomer('s.customer_key')} AND s.key = c.set_key${wanted}`);
  if (uses('featureId') || uses('planId') || columns.aliases.size > 0) joins.push('LEFT JOIN rate ON rate.key = c.rate_key');
  if (uses('featureId')) joins.push('LEFT JOIN feature f ON f.key = rate.feature_key');
  if (uses('planId'))
    joins.push('LEFT JOIN plan_version ON plan_version.key = rate.plan_version_key LEFT JOIN plan ON plan.key = plan_version.plan_key');
  if (uses('currencyId')) joins.push(`JOIN currency ON currency.key = ${values.placeholder(query.currencyKey)}`);
  if (uses('customerId')) joins.push(`JOIN customer u ON ${ofCustomer('u.key')}`);
  if (uses('resourceId')) joins.push(`JOIN pool p ON ${ofCustomer('p.customer_key')} AND p.key = c.pool_key`);
  if (columns.grant) joins.push(`LEFT JOIN credit_grant g ON ${ofCustomer('g.customer_key')} AND g.key = c.grant_key`);
  return joins.join('\n');
}
