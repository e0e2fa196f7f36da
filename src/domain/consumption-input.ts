import { refuseInput } from './catalog-input';
import type { ConsumptionReport } from './consumption';
import type { Problem } from './errors';
import { MOST_REASON_LENGTH, positiveAmount } from './grant-input';
import { idProblems, textProblems } from './ids';
import { metadataProblems, type Metadata } from './metadata';
import { keyProblems, readDimensions, resourceProblems, timestampProblems, type RawReport } from './report-input';

/** A stated amount as it comes from the wire. */
export interface RawConsumption extends RawReport {
  readonly currencyId: string;
  readonly amount: string;
  readonly reason?: string | null;
  readonly metadata?: unknown;
}

/**
 * Reads a stated amount. Refuses with all its problems together; the code is that of the first kind found, in this order:
 * ID_INVALID, INPUT_INVALID (idempotencyKey, reason, metadata), AMOUNT_INVALID, TIMESTAMP_INVALID, DIMENSION_INVALID.
 */
export function consumptionFrom(raw: RawConsumption, now: Date): ConsumptionReport {
  const amounts: Problem[] = [];
  const amount = positiveAmount(raw.amount, amounts);
  const { dimensions, problems } = readDimensions(raw.dimensions);
  const { reason = null, metadata = null } = raw;
  refuseInput(
    ['ID_INVALID', [...idProblems('customerId', raw.customerId), ...idProblems('currencyId', raw.currencyId), ...resourceProblems(raw.resourceId)]],
    ['INPUT_INVALID', [...keyProblems(raw.idempotencyKey), ...noteProblems(reason, metadata)]],
    ['AMOUNT_INVALID', amounts],
    ['TIMESTAMP_INVALID', timestampProblems(raw.timestamp, now)],
    ['DIMENSION_INVALID', problems],
  );
  return {
    kind: 'CONSUMPTION',
    customerId: raw.customerId,
    currencyId: raw.currencyId,
    resourceId: raw.resourceId ?? null,
    idempotencyKey: raw.idempotencyKey,
    amount,
    at: raw.timestamp ?? null,
    dimensions,
    reason,
    metadata: (metadata ?? {}) as Metadata,
  };
}

function noteProblems(reason: string | null, metadata: unknown): Problem[] {
  const ofReason = reason === null ? [] : textProblems('reason', reason, MOST_REASON_LENGTH);
  return metadata === null ? ofReason : [...ofReason, ...metadataProblems('metadata', metadata)];
}
