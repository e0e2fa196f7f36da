import { shareOf, type BreakdownQuery } from '../domain/breakdown';
import { FOCUS_COLUMNS, type FocusCharge, type FocusColumn } from '../domain/focus';
import { balanceBefore } from '../domain/ledger-entry';
import { parametersOf } from '../domain/price';
import type { Rate } from '../domain/rate';
import type { UsageEvent } from '../domain/usage-event';
import type { LedgerRow } from '../operations/export-credit-ledger';
import type { UsageRow } from '../store/usage-export';
import { creditGrantId } from './credit-grant.types';
import { withOpaqueId } from './credit-usage-groups';
import { DimensionValueScalar } from './dimension-filter.types';
import { amountColumn, digitsColumn, instantColumn, jsonColumn, numberColumn, textColumn, valueColumn, type Column } from './export-format';
import { writeJson } from './json';
import { ledgerEntryId } from './ledger-entry.types';
import { DimensionsScalar } from './scalars';
import { usageEventId } from './usage-event.types';

/** Which columns an export of usage has. */
export const EXPORT_COLUMN_SETS = { DRAWDOWN: 'DRAWDOWN', FOCUS: 'FOCUS' } as const;
export type ExportColumnSet = keyof typeof EXPORT_COLUMN_SETS;

/** A column for each key of groupBy, and the same ones for every breakdown. */
export function usageColumns({ groupBy, currencyId }: BreakdownQuery): Column<UsageRow>[] {
  const sums: Column<UsageRow>[] = [
    amountColumn('credits', ({ credits }) => credits),
    amountColumn('value', ({ value }) => value),
    numberColumn('eventCount', ({ eventCount }) => String(eventCount)),
    digitsColumn('share', ({ credits, total }) => shareOf(credits, total)),
    instantColumn('from', ({ span }) => span.from),
    instantColumn('to', ({ span }) => span.to),
    textColumn('currencyId', () => currencyId),
  ];
  const taken = new Set(sums.map(({ name }) => name));
  const keys = groupBy.flatMap((key, index) => {
    if ('field' in key && key.field === 'currencyId') return []; // it has its column in any case
    const name = taken.has(key.name) ? `dimensions.${key.name}` : key.name;
    if ('field' in key) return textColumn<UsageRow>(name, ({ values }) => withOpaqueId(key, values[index]!) as string | null);
    return valueColumn<UsageRow>(name, ({ values }) => values[index]!);
  });
  return [...keys, ...sums];
}

/** All that an entry leads to. The same columns for every ledger. */
export const LEDGER_COLUMNS: readonly Column<LedgerRow>[] = [
  textColumn('id', ({ entry }) => ledgerEntryId(entry)),
  textColumn('currencyId', ({ currencyId }) => currencyId),
  textColumn('resourceId', ({ pool }) => pool.resourceId),
  digitsColumn('sequence', ({ entry }) => entry.sequence.toString()),
  instantColumn('at', ({ entry }) => entry.at),
  textColumn('kind', ({ entry }) => entry.kind),
  amountColumn('amount', ({ entry }) => entry.amount),
  amountColumn('balanceBefore', ({ entry }) => balanceBefore(entry)),
  amountColumn('balanceAfter', ({ entry }) => entry.balanceAfter),
  textColumn('grantId', ({ grant }) => grant && creditGrantId(grant.customerKey, grant.key)),
  textColumn('grantCategory', ({ grant }) => grant && grant.category),
  textColumn(
    'eventId',
    ofEvent(({ customerKey, key }) => usageEventId(customerKey, key)),
  ),
  textColumn(
    'idempotencyKey',
    ofEvent(({ idempotencyKey }) => idempotencyKey),
  ),
  textColumn(
    'featureId',
    ofEvent(({ featureId }) => featureId),
  ),
  instantColumn(
    'timestamp',
    ofEvent(({ at }) => at),
  ),
  instantColumn(
    'receivedAt',
    ofEvent(({ receivedAt }) => receivedAt),
  ),
  amountColumn(
    'value',
    ofEvent(({ value }) => value),
  ),
  jsonColumn('dimensions', ofEvent(dimensionsText)),
  textColumn(
    'planId',
    ofRate((rate) => rate.planId),
  ),
  numberColumn(
    'planVersion',
    ofRate((rate) => String(rate.planVersion)),
  ),
  textColumn(
    'mode',
    ofRate((rate) => rate.pricing.mode),
  ),
  amountColumn(
    'creditsPerUnit',
    ofRate((rate) => (rate.pricing.mode === 'FLAT' ? rate.pricing.creditsPerUnit : null)),
  ),
  textColumn(
    'formula',
    ofRate((rate) => (rate.pricing.mode === 'FORMULA' ? rate.pricing.formula : null)),
  ),
  jsonColumn('parameters', ofEvent(parametersText)),
  amountColumn(
    'cost',
    ofEvent(({ charge }) => charge.cost),
  ),
  textColumn(
    'eventName',
    ofEvent(({ rawEvent }) => rawEvent && rawEvent.name),
  ),
  textColumn(
    'reason',
    ofEvent(({ reason }) => reason),
  ),
];

/** Null where no usage caused the entry. */
function ofEvent<Value>(of: (event: UsageEvent) => Value | null): (row: LedgerRow) => Value | null {
  return ({ event }) => event && of(event);
}

/** Null where no usage caused the entry, and where its cost was stated. */
function ofRate<Value>(of: (rate: Rate) => Value | null): (row: LedgerRow) => Value | null {
  return ofEvent(({ charge: { rate } }) => rate && of(rate));
}

function dimensionsText({ dimensions }: UsageEvent): string {
  return writeJson(DimensionsScalar.serialize(dimensions));
}

function parametersText(event: UsageEvent): string {
  return writeJson(parametersOf(event).map(({ name, value }) => ({ name, value: value === null ? null : DimensionValueScalar.serialize(value) })));
}

/** The columns of FOCUS, by its own names. */
export const FOCUS_EXPORT_COLUMNS: readonly Column<FocusCharge>[] = FOCUS_COLUMNS.map((column) => {
  const { name, type, of } = withPublicTags(column);
  if (type === 'DECIMAL') return numberColumn(name, of);
  if (type === 'INSTANT') return digitsColumn(name, of);
  return type === 'JSON' ? jsonColumn(name, of) : textColumn(name, of);
});

/** Grants have other ids outside. */
function withPublicTags(column: FocusColumn): FocusColumn {
  const { of } = column;
  if (column.name !== 'Tags') return column;
  return { ...column, of: (charge) => of({ ...charge, tags: charge.tags.map(({ key, value }) => ({ key, value: withOpaqueId(key, value) })) }) };
}
