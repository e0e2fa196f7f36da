import { requireFound, requireUnarchived } from '../domain/catalog-input';
import type { Catalog } from '../store/catalog';
import { findCurrency } from '../store/currencies';
import { findFeature } from '../store/features';
import type { Context } from './context';

/** What a rate is to price, and in which currency. In this order: FEATURE_NOT_FOUND; CURRENCY_NOT_FOUND; ARCHIVED (feature, currency). */
export async function loadPriced(
  catalog: Catalog,
  context: Context,
  { featureId, currencyId }: { readonly featureId: string; readonly currencyId: string },
) {
  const feature = requireFound('FEATURE_NOT_FOUND', 'feature', featureId, await findFeature(catalog, context.environmentKey, featureId));
  const currency = requireFound('CURRENCY_NOT_FOUND', 'currency', currencyId, await findCurrency(catalog, context.environmentKey, currencyId));
  requireUnarchived(`feature ${featureId}`, feature);
  requireUnarchived(`currency ${currencyId}`, currency);
  return { featureKey: feature.key, currencyKey: currency.key };
}
