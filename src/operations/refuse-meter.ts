import { refuseInput } from '../domain/catalog-input';
import { MOST_METERS, type Meter } from '../domain/meter';
import type { Catalog } from '../store/catalog';
import { countOtherMeters } from '../store/features';
import type { Context } from './context';

/** Refuses (INPUT_INVALID) a meter of an event name that as many features as one event may charge have already. */
export async function refuseOneMeterTooMany(catalog: Catalog, context: Context, featureId: string, meter: Meter | null | undefined): Promise<void> {
  if (!meter || (await countOtherMeters(catalog, context.environmentKey, meter.eventName, featureId)) < MOST_METERS) return;
  refuseInput(['INPUT_INVALID', [{ field: 'meter.eventName', message: `is that of ${MOST_METERS} features already, which is the most.` }]]);
}
