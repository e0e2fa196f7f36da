import { valueLabel, type GroupField, type GroupKey, type GroupValue, type UsageSums } from './breakdown';
import { creditsFromText, creditsToText, type Credits } from './credits';
import { refuseProblems, type Problem } from './errors';
import { textProblems } from './ids';
import type { Span } from './time-range';

/*
 * Usage as rows of the FinOps Open Cost and Usage Specification (FOCUS), version 1.2, dataset Cost and Usage.
 * Source of names, levels and nullability: https://focus.finops.org/focus-specification/v1-2/
 */

/** What a charge is told apart by, besides the keys that are asked for. */
export const FOCUS_GROUP_FIELDS = ['customerId', 'resourceId', 'featureId'] as const satisfies readonly GroupField[];

export function isFocusField(key: GroupKey): boolean {
  return 'field' in key && (FOCUS_GROUP_FIELDS as readonly string[]).includes(key.field);
}

/** The values of ServiceCategory that FOCUS allows. */
export const FOCUS_SERVICE_CATEGORIES = [
  'AI and Machine Learning',
  'Analytics',
  'Business Applications',
  'Compute',
  'Databases',
  'Developer Tools',
  'Multicloud',
  'Identity',
  'Integration',
  'Internet of Things',
  'Management and Governance',
  'Media',
  'Migration',
  'Mobile',
  'Networking',
  'Security',
  'Storage',
  'Web',
  'Other',
] as const;

/** What FOCUS wants of a charge and Drawdown cannot know: the seller's names, and money. */
export interface FocusBilling {
  readonly providerName: string;
  readonly publisherName: string;
  readonly invoiceIssuerName: string;
  readonly serviceCategory: string;
  /** A code of ISO 4217. */
  readonly billingCurrency: string;
  /** What a credit costs in that currency. */
  readonly pricePerCredit: Credits;
  /** The period of the invoice; null: the range of the export. */
  readonly billingPeriod: Span | null;
}

/** The same as a caller says it. */
export interface FocusBillingInput {
  readonly providerName: string;
  readonly publisherName?: string | null;
  readonly invoiceIssuerName?: string | null;
  readonly serviceCategory?: string | null;
  readonly billingCurrency: string;
  readonly pricePerCredit: string;
  readonly billingPeriodStart?: Date | null;
  readonly billingPeriodEnd?: Date | null;
}

const MOST_NAME_LENGTH = 255;

/** Publisher and issuer are the provider, and the category is Other, unless said otherwise. Refuses: INPUT_INVALID. */
export function focusBillingFrom(input: FocusBillingInput): FocusBilling {
  const { providerName, billingCurrency } = input;
  const pricePerCredit = creditsFromText(input.pricePerCredit) ?? -1n;
  const [publisherName, invoiceIssuerName] = [input.publisherName ?? providerName, input.invoiceIssuerName ?? providerName];
  const serviceCategory = input.serviceCategory ?? 'Other';
  const [from, to] = [input.billingPeriodStart ?? null, input.billingPeriodEnd ?? null];
  const names = Object.entries({ providerName, publisherName, invoiceIssuerName });
  const problems: Problem[] = names.flatMap(([name, value]) => textProblems(`focus.${name}`, value, MOST_NAME_LENGTH));
  const refuse = (field: string, message: string) => problems.push({ field: `focus.${field}`, message });
  if (!(FOCUS_SERVICE_CATEGORIES as readonly string[]).includes(serviceCategory))
    refuse('serviceCategory', `must be one of ${FOCUS_SERVICE_CATEGORIES.join(', ')}.`);
  if (!/^[A-Z]{3}$/.test(billingCurrency)) refuse('billingCurrency', 'must be a code of ISO 4217, such as USD.');
  if (pricePerCredit < 0n) refuse('pricePerCredit', 'must be an amount of at least 0.');
  if ((from === null) !== (to === null)) refuse('billingPeriodEnd', 'goes together with billingPeriodStart.');
  else if (from && to && from >= to) refuse('billingPeriodEnd', 'must be after billingPeriodStart.');
  refuseProblems('INPUT_INVALID', problems);
  return {
    providerName,
    publisherName,
    invoiceIssuerName,
    serviceCategory,
    billingCurrency,
    pricePerCredit,
    billingPeriod: from && to && { from, to },
  };
}

/** The billing with its period, in which all charges must lie. Refuses: INPUT_INVALID. */
export function withBillingPeriod(billing: FocusBilling, range: Span): FocusBilling & { readonly billingPeriod: Span } {
  const { billingPeriod = null } = billing;
  const message = 'does not contain the range: no charge may lie outside of its billing period.';
  const isOutside = billingPeriod !== null && (range.from < billingPeriod.from || range.to > billingPeriod.to);
  refuseProblems('INPUT_INVALID', isOutside ? [{ field: 'focus.billingPeriodStart', message }] : []);
  return { ...billing, billingPeriod: billingPeriod ?? range };
}

const CREDIT = 10n ** 12n;

/** Credits at a price, rounded half-even at 12 decimals. */
function costOf(credits: Credits, price: Credits): Credits {
  const product = credits * price;
  const [whole, rest] = [product / CREDIT, (product % CREDIT) * 2n];
  return rest > CREDIT || (rest === CREDIT && whole % 2n === 1n) ? whole + 1n : whole;
}

/** The usage of one feature by one customer's pools, in one span. */
export interface FocusCharge extends UsageSums {
  /** Null: the caller does not say; what depends on it is null then. */
  readonly billing: (FocusBilling & { readonly billingPeriod: Span }) | null;
  readonly customerId: string;
  readonly customerName: string;
  readonly resourceId: string | null;
  /** Null: direct consumption, which is stated in credits and called by that name. */
  readonly featureId: string | null;
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

/** What stated amounts are called. */
export const DIRECT_CONSUMPTION = 'Direct consumption';

export interface FocusColumn {
  readonly name: string;
  readonly type: FocusType;
  readonly of: (charge: FocusCharge) => string | null;
}

type Billed = NonNullable<FocusCharge['billing']>;

const text = (name: string, of: FocusColumn['of']): FocusColumn => ({ name, type: 'TEXT', of });
const decimal = (name: string, of: FocusColumn['of']): FocusColumn => ({ name, type: 'DECIMAL', of });
const instant = (name: string, of: FocusColumn['of']): FocusColumn => ({ name, type: 'INSTANT', of });
const billed =
  (of: (billing: Billed) => string): FocusColumn['of'] =>
  (charge) =>
    charge.billing && of(charge.billing);
/** One price for all: nothing is negotiated, discounted or amortised. */
const cost = (name: string): FocusColumn =>
  decimal(name, ({ credits, billing }) => billing && creditsToText(costOf(credits, billing.pricePerCredit)));

/**
 * Every column that FOCUS makes mandatory, and of the conditional and recommended ones those that Drawdown has something for; then columns of our own.
 * What is money or a name of the seller's business (its own, its invoices' and its service categories) Drawdown does not know: those columns are null, also where
 * FOCUS wants a value, unless the caller says the billing.
 */
export const FOCUS_COLUMNS: readonly FocusColumn[] = [
  cost('BilledCost'),
  text('BillingAccountId', ({ customerId }) => customerId),
  text('BillingAccountName', ({ customerName }) => customerName),
  text('BillingAccountType', () => 'Customer'),
  text(
    'BillingCurrency',
    billed(({ billingCurrency }) => billingCurrency),
  ),
  instant(
    'BillingPeriodEnd',
    billed(({ billingPeriod }) => focusInstant(billingPeriod.to)),
  ),
  instant(
    'BillingPeriodStart',
    billed(({ billingPeriod }) => focusInstant(billingPeriod.from)),
  ),
  text('ChargeCategory', () => 'Usage'),
  // Null: it corrects nothing that was billed before.
  text('ChargeClass', () => null),
  text('ChargeDescription', ({ featureName }) => featureName),
  text('ChargeFrequency', () => 'Usage-Based'),
  instant('ChargePeriodEnd', ({ to }) => focusInstant(to)),
  instant('ChargePeriodStart', ({ from }) => focusInstant(from)),
  decimal('ConsumedQuantity', ({ value }) => creditsToText(value)),
  text('ConsumedUnit', ({ unit }) => unit),
  cost('ContractedCost'),
  cost('EffectiveCost'),
  text(
    'InvoiceIssuerName',
    billed(({ invoiceIssuerName }) => invoiceIssuerName),
  ),
  cost('ListCost'),
  text('PricingCurrency', ({ currencyId }) => currencyId),
  decimal('PricingCurrencyEffectiveCost', ({ credits }) => creditsToText(credits)),
  decimal('PricingQuantity', ({ value }) => creditsToText(value)),
  text('PricingUnit', ({ unit }) => unit),
  text(
    'ProviderName',
    billed(({ providerName }) => providerName),
  ),
  text(
    'PublisherName',
    billed(({ publisherName }) => publisherName),
  ),
  text(
    'ServiceCategory',
    billed(({ serviceCategory }) => serviceCategory),
  ),
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
