import { refuseInput } from './catalog-input';
import { idProblems } from './ids';
import { eventNameProblems } from './meter';
import type { RawEventReport } from './raw-event';
import { keyProblems, readDimensions, resourceProblems, timestampProblems, type RawReport } from './report-input';

/** A raw event as it comes from the wire. */
export interface RawEventInput extends RawReport {
  readonly eventName: string;
}

/**
 * Reads a raw event. Refuses with all its problems together; the code is that of the first kind found, in this order:
 * ID_INVALID, INPUT_INVALID (eventName, idempotencyKey), TIMESTAMP_INVALID, DIMENSION_INVALID.
 */
export function rawEventFrom(raw: RawEventInput, now: Date): RawEventReport {
  const { dimensions, problems } = readDimensions(raw.dimensions);
  refuseInput(
    ['ID_INVALID', [...idProblems('customerId', raw.customerId), ...resourceProblems(raw.resourceId)]],
    ['INPUT_INVALID', [...eventNameProblems('eventName', raw.eventName), ...keyProblems(raw.idempotencyKey)]],
    ['TIMESTAMP_INVALID', timestampProblems(raw.timestamp, now)],
    ['DIMENSION_INVALID', problems],
  );
  return {
    kind: 'RAW_EVENT',
    customerId: raw.customerId,
    eventName: raw.eventName,
    resourceId: raw.resourceId ?? null,
    idempotencyKey: raw.idempotencyKey,
    at: raw.timestamp ?? null,
    dimensions,
  };
}
