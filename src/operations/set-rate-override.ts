import { requireFound, requireUnarchived } from '../domain/catalog-input';
import { DrawdownError, type Problem } from '../domain/errors';
import { instantProblems } from '../domain/instant';
import { formulaWarnings, requirePricing, type PricingInput } from '../domain/pricing-input';
import { overlap, type StoredRateOverride } from '../domain/rate';
import type { Warning } from '../domain/warning';
import { changeCatalog, type Catalog } from '../store/catalog';
import { findCustomer } from '../store/customers';
import type { Database } from '../store/database';
import { findOverrides, findOverridesOfFeature, hasUsageSince, insertOverride } from '../store/rate-overrides';
import type { Context } from './context';
import { formulaScope } from './formula-scopes';
import { loadPriced } from './load-priced';

export interface RateOverrideInput extends PricingInput {
  readonly customerId: string;
  readonly featureId: string;
  readonly currencyId: string;
  /** Absent: now. */
  readonly validFrom?: Date | null;
  /** Absent: until further notice. */
  readonly validTo?: Date | null;
}

export interface RateOverrideSet {
  readonly rateOverride: StoredRateOverride;
  readonly warnings: readonly Warning[];
}

/**
 * Gives a customer a price of its own for a feature, for usage in a time. It may begin in the past where no usage of the feature has been charged
 * since, so that past usage of a new customer can be imported at its own price.
 *
 * In this order: INPUT_INVALID, AMOUNT_INVALID, FORMULA_INVALID; CUSTOMER_NOT_FOUND; ARCHIVED (customer); FEATURE_NOT_FOUND; CURRENCY_NOT_FOUND;
 * ARCHIVED (feature, currency); RATE_OVERRIDE_CONFLICT; USAGE_CHARGED.
 */
export async function setRateOverride(database: Database, context: Context, input: RateOverrideInput): Promise<RateOverrideSet> {
  const validFrom = input.validFrom ?? context.now;
  const validTo = input.validTo ?? null;
  const pricing = requirePricing(input, validityProblems(validFrom, validTo));
  const rateOverride = await changeCatalog(database, context.environmentKey, async (catalog) => {
    const found = await findCustomer(catalog, context.environmentKey, input.customerId);
    const customer = requireFound('CUSTOMER_NOT_FOUND', 'customer', input.customerId, found);
    requireUnarchived(`customer ${input.customerId}`, customer);
    const priced = await loadPriced(catalog, context, input);
    await refuseUnfit(catalog, context, { customerKey: customer.key, featureKey: priced.featureKey, validFrom, validTo });
    const set = { createdAt: context.now, createdByApiKeyId: context.apiKeyId ?? null };
    const key = await insertOverride(catalog, { ...priced, ...set, customerKey: customer.key, pricing, validFrom, validTo });
    return (await findOverrides(catalog, context.environmentKey, [key]))[0]!;
  });
  if (pricing.mode === 'FLAT') return { rateOverride, warnings: [] };
  return { rateOverride, warnings: formulaWarnings('formula', pricing.formula, await formulaScope(database, context, rateOverride.rate.featureKey)) };
}

function validityProblems(validFrom: Date, validTo: Date | null): Problem[] {
  const unreadable = [...instantProblems('validFrom', validFrom), ...instantProblems('validTo', validTo)];
  return unreadable.length === 0 && validTo && validTo <= validFrom ? [{ field: 'validTo', message: 'must be after validFrom.' }] : unreadable;
}

interface Validity {
  readonly customerKey: bigint;
  readonly featureKey: number;
  readonly validFrom: Date;
  readonly validTo: Date | null;
}

/** In this order: RATE_OVERRIDE_CONFLICT; USAGE_CHARGED. */
async function refuseUnfit(catalog: Catalog, { now }: Context, { customerKey, featureKey, ...validity }: Validity): Promise<void> {
  const others = await findOverridesOfFeature(catalog, customerKey, featureKey);
  if (others.some((other) => overlap(other, validity))) throw new DrawdownError('RATE_OVERRIDE_CONFLICT');
  if (validity.validFrom < now && (await hasUsageSince(catalog, customerKey, featureKey, validity.validFrom)))
    throw new DrawdownError('USAGE_CHARGED');
}
