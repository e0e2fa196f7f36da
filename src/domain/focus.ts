import { valueLabel, type GroupField, type GroupKey, type GroupValue, type UsageSums } from './breakdown';
import { creditsToText } from './credits';

/*
 * Usage as rows of the FinOps Open Cost and Usage Specification (FOCUS), version 1.2, dataset Cost and Usage.
 * Source of names, levels and nullability: https://focus.finops.org/focus-specification/v1-2/
 */

/** What a charge is told apart by, besides the keys that are asked for. */
export const FOCUS_GROUP_FIELDS = ['customerId', 'resourceId', 'featureId'] as const satisfies readonly GroupField[];

export function isFocusField(key: GroupKey): boolean {
  return 'field' in key && (FOCUS_GROUP_FIELDS as readonly string[]).includes(key.field);
}

/** The usage of one feature by one customer's pools, in one span. */
export interface FocusCharge extends UsageSums {
  readonly customerId: string;
  readonly customerName: string;
  readonly resourceId: string | null;
  readonly featureId: string;
  readonly featureName: string;
  readonly unit: string;
  readonly currencyId: string;
  readonly from: Date;
  readonly to: Date;
  /** The other keys that were asked for. */
  readonly tags: readonly { readonly key: GroupKey; readonly value: GroupValue }[];
}

/** What a column holds. DECIMAL: digits. JSON: the text of an object. */
export type FocusType = 'TEXT' | 'DECIMAL' | 'INSTANT' | 'JSON';

export interface FocusColumn {
  readonly name: string;
  readonly type: FocusType;
  /** Null: Drawdown does not know it, and leaves it to the seller. */
  readonly of: ((charge: FocusCharge) => string | null) | null;
}

const text = (name: string, of: FocusColumn['of'] = null): FocusColumn => ({ name, type: 'TEXT', of });
const decimal = (name: string, of: FocusColumn['of'] = null): FocusColumn => ({ name, type: 'DECIMAL', of });
const instant = (name: string, of: FocusColumn['of'] = null): FocusColumn => ({ name, type: 'INSTANT', of });

/**
 * Every column that FOCUS makes mandatory, and of the conditional and recommended ones those that Drawdown has something for; then columns of our own.
 * What is money or a name of the seller's business (its own, its invoices' and its service categories) Drawdown does not know: those columns are null, also where
 * FOCUS wants a value. They are for the seller to fill.
 */
export const FOCUS_COLUMNS: readonly FocusColumn[] = [
  decimal('BilledCost'),
  text('BillingAccountId', ({ customerId }) => customerId),
  text('BillingAccountName', ({ customerName }) => customerName),
  text('BillingAccountType', () => 'Customer'),
  text('BillingCurrency'),
  instant('BillingPeriodEnd'),
  instant('BillingPeriodStart'),
  text('ChargeCategory', () => 'Usage'),
  // Null: it corrects nothing that was billed before.
  text('ChargeClass', () => null),
  text('ChargeDescription', ({ featureName }) => featureName),
  text('ChargeFrequency', () => 'Usage-Based'),
  instant('ChargePeriodEnd', ({ to }) => focusInstant(to)),
  instant('ChargePeriodStart', ({ from }) => focusInstant(from)),
  decimal('ConsumedQuantity', ({ value }) => creditsToText(value)),
  text('ConsumedUnit', ({ unit }) => unit),
  decimal('ContractedCost'),
  decimal('EffectiveCost'),
  text('InvoiceIssuerName'),
  decimal('ListCost'),
  text('PricingCurrency', ({ currencyId }) => currencyId),
  decimal('PricingCurrencyEffectiveCost', ({ credits }) => creditsToText(credits)),
  decimal('PricingQuantity', ({ value }) => creditsToText(value)),
  text('PricingUnit', ({ unit }) => unit),
  text('ProviderName'),
  text('PublisherName'),
  text('ServiceCategory'),
  text('ServiceName', ({ featureName }) => featureName),
  text('SkuId', ({ featureId }) => featureId),
  text('SkuMeter', ({ featureName }) => featureName),
  text('SubAccountId', ({ resourceId }) => resourceId),
  // A resource has no name but its id.
  text('SubAccountName', ({ resourceId }) => resourceId),
  text('SubAccountType', ({ resourceId }) => (resourceId === null ? null : 'Resource')),
  { name: 'Tags', type: 'JSON', of: tagsText },
  decimal('x_EventCount', ({ eventCount }) => String(eventCount)),
];

/** Seconds where there are no fractions of them: the form that FOCUS writes. */
function focusInstant(at: Date): string {
  return at.toISOString().replace('.000Z', 'Z');
}

/** A key that the events do not have is no tag. */
function tagsText({ tags }: FocusCharge): string {
  const given = tags.filter(({ value }) => value !== null);
  return `{${given.map(({ key, value }) => `${JSON.stringify(key.name)}:${valueLabel(value)}`).join(',')}}`;
}
