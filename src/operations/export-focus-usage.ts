import { MOST_GROUP_KEYS, readBreakdownShape, type BreakdownInput, type BreakdownQuery } from '../domain/breakdown';
import { refuseProblems } from '../domain/errors';
import type { Feature } from '../domain/feature';
import {
  DIRECT_CONSUMPTION,
  FOCUS_GROUP_FIELDS,
  focusBillingFrom,
  isFocusField,
  withBillingPeriod,
  type FocusBillingInput,
  type FocusCharge,
} from '../domain/focus';
import { findCustomersById } from '../store/customers';
import type { Database } from '../store/database';
import type { ExportPace } from '../store/export-session';
import { findFeaturesById } from '../store/features';
import type { UsageRow } from '../store/usage-export';
import type { Context } from './context';
import { exportCreditUsage, type UsageExport, type UsageExportWish } from './export-credit-usage';

/** `billing`: what a charge is in money, and whose; null: nobody says. */
export interface FocusExportWish extends UsageExportWish {
  readonly billing: FocusBillingInput | null;
}

/**
 * The same usage as charges of FOCUS, by customer, resource and feature besides the keys that are asked for.
 * Refuses INPUT_INVALID (billing), what `exportCreditUsage` refuses, in that order, and INPUT_INVALID (a billing period without the range).
 */
export async function exportFocusUsage(
  database: Database,
  context: Context,
  wish: FocusExportWish,
  pace: ExportPace,
  signal: AbortSignal,
): Promise<UsageExport<FocusCharge>> {
  const asked = wish.billing && focusBillingFrom(wish.billing);
  const input = withFocusKeys(wish.input, context);
  const { query, batches } = await exportCreditUsage(database, context, { input, points: wish.points }, pace, signal);
  try {
    const billing = asked && withBillingPeriod(asked, query.range);
    return { query, batches: chargesOf(database, context, { query, billing }, batches) };
  } catch (error) {
    await batches.return(undefined);
    throw error;
  }
}

interface FocusQuery extends Pick<FocusCharge, 'billing'> {
  readonly query: BreakdownQuery;
}

function withFocusKeys(input: BreakdownInput, { now }: Context): BreakdownInput {
  readBreakdownShape(input, now);
  const given = input.groupBy ?? [];
  const groupBy = [...given, ...FOCUS_GROUP_FIELDS.filter((field) => !given.includes(field))];
  const message = `has ${groupBy.length} keys together with ${FOCUS_GROUP_FIELDS.join(', ')}, which FOCUS needs; ${MOST_GROUP_KEYS} is the most.`;
  refuseProblems('GROUP_BY_INVALID', groupBy.length > MOST_GROUP_KEYS ? [{ field: 'groupBy', message }] : []);
  return { ...input, groupBy };
}

async function* chargesOf(
  database: Database,
  { environmentKey }: Context,
  { query, billing }: FocusQuery,
  batches: AsyncGenerator<readonly UsageRow[]>,
): AsyncGenerator<FocusCharge[]> {
  const features = new Map<string, Feature>();
  for await (const rows of batches) {
    const charges = rows.map((row) => ({ row, ids: idsOf(query, row) }));
    const customers = await findCustomersById(database, environmentKey, [...new Set(charges.map(({ ids }) => ids.customerId))]);
    const names = new Map(customers.map(({ id, name }) => [id, name]));
    const unknown = [...new Set(charges.map(({ ids }) => ids.featureId))].filter((id): id is string => id !== null && !features.has(id));
    if (unknown.length > 0) for (const feature of await findFeaturesById(database, environmentKey, unknown)) features.set(feature.id, feature);
    yield charges.map(({ row, ids }) =>
      chargeOf(query, row, {
        ...ids,
        billing,
        customerName: names.get(ids.customerId)!,
        feature: ids.featureId === null ? null : features.get(ids.featureId)!,
      }),
    );
  }
}

type Ids = { readonly customerId: string; readonly featureId: string | null; readonly resourceId: string | null };

/** The keys were put there by `withFocusKeys`. */
function idsOf({ groupBy }: BreakdownQuery, { values }: UsageRow): Ids {
  const valueOf = (field: string) => values[groupBy.findIndex((key) => 'field' in key && key.field === field)] ?? null;
  return Object.fromEntries(FOCUS_GROUP_FIELDS.map((field) => [field, valueOf(field)])) as unknown as Ids;
}

type Names = Ids & Pick<FocusCharge, 'billing' | 'customerName'> & { readonly feature: Feature | null };

function chargeOf({ currencyId, groupBy }: BreakdownQuery, { span, values, ...sums }: UsageRow, { feature, ...names }: Names): FocusCharge {
  const { credits, value, eventCount } = sums;
  const tags = groupBy.map((key, index) => ({ key, value: values[index]! })).filter(({ key }) => !isFocusField(key));
  return {
    ...names,
    featureName: feature?.name ?? DIRECT_CONSUMPTION,
    unit: feature?.unit ?? currencyId,
    currencyId,
    from: span.from,
    to: span.to,
    credits,
    value,
    eventCount,
    tags,
  };
}
