import { refuseInput } from '../domain/catalog-input';
import { DrawdownError } from '../domain/errors';
import { effectiveAtProblems } from '../domain/publication-input';
import type { StoredRateOverride } from '../domain/rate';
import { changeCatalog } from '../store/catalog';
import type { Database } from '../store/database';
import { findOverrides, setOverrideEnd } from '../store/rate-overrides';
import type { Context } from './context';

export interface RateOverrideEnding {
  /** Null: what was asked for is no id of an override. */
  readonly rateKey: number | null;
  /** Absent: now. */
  readonly validTo?: Date | null;
}

/**
 * Ends an override earlier than it would end. One that has not begun by then is taken back: it is never valid.
 * In this order: INPUT_INVALID (validTo is past); RATE_OVERRIDE_NOT_FOUND; RATE_OVERRIDE_ENDED, also where it ends before that instant anyway.
 */
export async function endRateOverride(database: Database, context: Context, { rateKey, validTo }: RateOverrideEnding): Promise<StoredRateOverride> {
  refuseInput(['INPUT_INVALID', effectiveAtProblems('validTo', validTo, context.now)]);
  return changeCatalog(database, context.environmentKey, async (catalog) => {
    const [override] = rateKey === null ? [] : await findOverrides(catalog, context.environmentKey, [rateKey]);
    if (!override) throw new DrawdownError('RATE_OVERRIDE_NOT_FOUND');
    const asked = validTo ?? context.now;
    const end = asked < override.validFrom ? override.validFrom : asked;
    if (override.validTo && override.validTo <= end) throw new DrawdownError('RATE_OVERRIDE_ENDED');
    await setOverrideEnd(catalog, override.rate.key, end);
    return { ...override, validTo: end };
  });
}
