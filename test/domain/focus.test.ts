import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Decimal } from '../../src/domain/decimal';
import type { DrawdownError } from '../../src/domain/errors';
import {
  FOCUS_COLUMNS,
  FOCUS_SERVICE_CATEGORIES,
  focusBillingFrom,
  withBillingPeriod,
  type FocusBillingInput,
  type FocusCharge,
} from '../../src/domain/focus';

/** Of the specification, version 1.2, in its order: name, type, level, whether it may be null where a charge is usage. */
const SPECIFICATION: [name: string, type: string, level: 'Mandatory' | 'Conditional' | 'Recommended', nullable: boolean][] = [
  ['BilledCost', 'DECIMAL', 'Mandatory', false],
  ['BillingAccountId', 'TEXT', 'Mandatory', false],
  ['BillingAccountName', 'TEXT', 'Mandatory', true],
  ['BillingAccountType', 'TEXT', 'Conditional', false],
  ['BillingCurrency', 'TEXT', 'Mandatory', false],
  ['BillingPeriodEnd', 'INSTANT', 'Mandatory', false],
  ['BillingPeriodStart', 'INSTANT', 'Mandatory', false],
  ['ChargeCategory', 'TEXT', 'Mandatory', false],
  ['ChargeClass', 'TEXT', 'Mandatory', true],
  ['ChargeDescription', 'TEXT', 'Mandatory', true],
  ['ChargeFrequency', 'TEXT', 'Recommended', false],
  ['ChargePeriodEnd', 'INSTANT', 'Mandatory', false],
  ['ChargePeriodStart', 'INSTANT', 'Mandatory', false],
  ['ConsumedQuantity', 'DECIMAL', 'Conditional', true],
  ['ConsumedUnit', 'TEXT', 'Conditional', true],
  ['ContractedCost', 'DECIMAL', 'Mandatory', false],
  ['EffectiveCost', 'DECIMAL', 'Mandatory', false],
  ['InvoiceIssuerName', 'TEXT', 'Mandatory', false],
  ['ListCost', 'DECIMAL', 'Mandatory', false],
  ['PricingCurrency', 'TEXT', 'Conditional', false],
  ['PricingCurrencyEffectiveCost', 'DECIMAL', 'Conditional', false],
  ['PricingQuantity', 'DECIMAL', 'Mandatory', true],
  ['PricingUnit', 'TEXT', 'Mandatory', true],
  ['ProviderName', 'TEXT', 'Mandatory', false],
  ['PublisherName', 'TEXT', 'Mandatory', false],
  ['ServiceCategory', 'TEXT', 'Mandatory', false],
  ['ServiceName', 'TEXT', 'Mandatory', false],
  ['SkuId', 'TEXT', 'Conditional', true],
  ['SkuMeter', 'TEXT', 'Conditional', true],
  ['SubAccountId', 'TEXT', 'Conditional', true],
  ['SubAccountName', 'TEXT', 'Conditional', true],
  ['SubAccountType', 'TEXT', 'Conditional', true],
  ['Tags', 'JSON', 'Conditional', true],
];
/** What Drawdown has no word for; docs/exports.md says why. */
const UNKNOWN = [
  'BilledCost',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'ProviderName',
  'PublisherName',
  'ServiceCategory',
];

const BILLING: FocusBillingInput = { providerName: 'Atlas Inc.', billingCurrency: 'USD', pricePerCredit: '0.01' };
const RANGE = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-04-01T00:00:00Z') };
const BILLED = withBillingPeriod(focusBillingFrom(BILLING), RANGE);

const CHARGE: FocusCharge = {
  billing: null,
  customerId: 'acme',
  customerName: 'Acme',
  resourceId: 'ws-1',
  featureId: 'chat',
  featureName: 'Chat',
  unit: 'request',
  currencyId: 'ai-credits',
  from: new Date('2026-03-01T00:00:00.000Z'),
  to: new Date('2026-03-01T12:00:00.250Z'),
  credits: 4_835_000_000_000n,
  value: 2_000_000_000_000n,
  eventCount: 2,
  tags: [
    { key: { name: 'user', dimension: 'user' }, value: 'a "b"' },
    { key: { name: 'size', dimension: 'size' }, value: new Decimal('12345678901234567890.5') },
    { key: { name: 'none', dimension: 'none' }, value: null },
    { key: { name: 'fast', dimension: 'fast' }, value: true },
  ],
};

function valuesOf(charge: FocusCharge): Record<string, string | null> {
  return Object.fromEntries(FOCUS_COLUMNS.map(({ name, of }) => [name, of(charge)]));
}

describe('The columns of FOCUS', () => {
  const own = FOCUS_COLUMNS.filter(({ name }) => name.startsWith('x_'));
  const focus = FOCUS_COLUMNS.filter(({ name }) => !name.startsWith('x_'));

  test('have the names, the order and the types of the specification, and then come our own', () => {
    expect(focus.map(({ name, type }) => [name, type])).toEqual(SPECIFICATION.map(([name, type]) => [name, type]));
    expect(FOCUS_COLUMNS).toEqual([...focus, ...own]);
    expect(focus.map(({ name }) => name)).toEqual(focus.map(({ name }) => name).sort());
  });

  test.each([
    ['with everything', CHARGE],
    ['without a resource or a tag', { ...CHARGE, resourceId: null, tags: [] }],
  ])('are null only where FOCUS allows it, but for what Drawdown does not know (a charge %s)', (_name, charge) => {
    const values = valuesOf(charge);
    expect(SPECIFICATION.filter(([name, , , nullable]) => !nullable && values[name] === null).map(([name]) => name)).toEqual(UNKNOWN);
  });

  test('are never null where FOCUS wants a value, once the seller says names and price', () => {
    const values = valuesOf({ ...CHARGE, billing: BILLED });
    expect(SPECIFICATION.filter(([name, , , nullable]) => !nullable && values[name] === null)).toEqual([]);
    expect(Object.fromEntries(UNKNOWN.map((name) => [name, values[name]]))).toEqual({
      BilledCost: '0.04835',
      BillingCurrency: 'USD',
      BillingPeriodEnd: '2026-04-01T00:00:00Z',
      BillingPeriodStart: '2026-03-01T00:00:00Z',
      ContractedCost: '0.04835',
      EffectiveCost: '0.04835',
      InvoiceIssuerName: 'Atlas Inc.',
      ListCost: '0.04835',
      ProviderName: 'Atlas Inc.',
      PublisherName: 'Atlas Inc.',
      ServiceCategory: 'Other',
    });
    expect(FOCUS_SERVICE_CATEGORIES).toContain(values.ServiceCategory);
  });

  test.each([
    [1n, 500_000_000_000n, '0'],
    [3n, 500_000_000_000n, '0.000000000002'],
    [1n, 500_000_000_001n, '0.000000000001'],
    [10n ** 37n, 2n * 10n ** 12n, `2${'0'.repeat(25)}`],
  ])('round a cost once, half-even at 12 decimals (%s at %s is %s)', (credits, pricePerCredit, expected) => {
    const values = valuesOf({ ...CHARGE, credits, billing: { ...BILLED, pricePerCredit } });
    expect([values.BilledCost, values.ListCost, values.ContractedCost, values.EffectiveCost]).toEqual(Array(4).fill(expected));
  });

  test('say this of a charge', () => {
    const known = Object.fromEntries(Object.entries(valuesOf(CHARGE)).filter(([name]) => !UNKNOWN.includes(name)));
    expect(known).toEqual({
      BillingAccountId: 'acme',
      BillingAccountName: 'Acme',
      BillingAccountType: 'Customer',
      ChargeCategory: 'Usage',
      ChargeClass: null,
      ChargeDescription: 'Chat',
      ChargeFrequency: 'Usage-Based',
      ChargePeriodEnd: '2026-03-01T12:00:00.250Z',
      ChargePeriodStart: '2026-03-01T00:00:00Z',
      ConsumedQuantity: '2',
      ConsumedUnit: 'request',
      PricingCurrency: 'ai-credits',
      PricingCurrencyEffectiveCost: '4.835',
      PricingQuantity: '2',
      PricingUnit: 'request',
      ServiceName: 'Chat',
      SkuId: 'chat',
      SkuMeter: 'Chat',
      SubAccountId: 'ws-1',
      SubAccountName: 'ws-1',
      SubAccountType: 'Resource',
      Tags: '{"user":"a \\"b\\"","size":12345678901234567890.5,"fast":true}',
      x_EventCount: '2',
    });
  });

  test('are in docs/exports.md with level, nulls and what is known', () => {
    const text = readFileSync(join(__dirname, '..', '..', 'docs', 'exports.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `(\w+)` +\| (\S+(?: own)?) +\| (\S*) +\| (null:)?/gm)].map(([, ...cells]) => cells);
    const documented = SPECIFICATION.map(([name, , level, nullable]) => {
      const isNull = valuesOf(CHARGE)[name] === null;
      return [name, level, nullable ? 'yes' : 'no', isNull ? 'null:' : undefined];
    });
    expect(rows.filter(([, level]) => level !== undefined && /^(Mandatory|Conditional|Recommended|our own)$/.test(level))).toEqual([
      ...documented,
      ...own.map(({ name }) => [name, 'our own', '', undefined]),
    ]);
  });
});

describe('A billing', () => {
  const problemsOf = (act: () => unknown): string[] => {
    try {
      act();
      return [];
    } catch (error) {
      expect((error as DrawdownError).code).toBe('INPUT_INVALID');
      return (error as DrawdownError).problems.map(({ field }) => field);
    }
  };

  test('tells all that is wrong at once', () => {
    const wrong = { providerName: '', publisherName: 'x'.repeat(256), serviceCategory: 'Toys', billingCurrency: 'usd', pricePerCredit: '-1' };
    expect(problemsOf(() => focusBillingFrom({ ...wrong, billingPeriodStart: RANGE.from }))).toEqual(
      ['providerName', 'publisherName', 'invoiceIssuerName', 'serviceCategory', 'billingCurrency', 'pricePerCredit', 'billingPeriodEnd'].map(
        (name) => `focus.${name}`,
      ),
    );
    expect(problemsOf(() => focusBillingFrom({ ...BILLING, billingPeriodStart: RANGE.to, billingPeriodEnd: RANGE.to }))).toEqual([
      'focus.billingPeriodEnd',
    ]);
  });

  test('has a period that contains the range, or is the range', () => {
    const april = focusBillingFrom({ ...BILLING, billingPeriodStart: RANGE.to, billingPeriodEnd: new Date('2026-05-01T00:00:00Z') });
    expect(problemsOf(() => withBillingPeriod(april, RANGE))).toEqual(['focus.billingPeriodStart']);
    expect(withBillingPeriod(april, { from: RANGE.to, to: new Date('2026-04-02T00:00:00Z') }).billingPeriod).toEqual(april.billingPeriod);
    expect(BILLED.billingPeriod).toEqual(RANGE);
  });
});
