import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { DrawdownError, refusalOf } from '../domain/errors';
import { MOST_BATCH_EVENTS } from '../domain/usage-event';
import type { ReportOutcome } from '../operations/report-usage';
import type { ApiContext } from './context';
import { ReportUsageBatchInput, ReportUsageBatchPayload, ReportUsageInput, ReportUsagePayload, type ReportUsageResult } from './report-usage.types';

@Resolver()
export class ReportUsageResolver {
  @Authorized('WRITER')
  @Mutation(() => ReportUsagePayload, {
    description:
      'Reports one event: prices it, deducts it, writes it to the ledger and into the breakdown. When it answers, all of it is committed. ' +
      'Refuses, in this order: ID_INVALID, INPUT_INVALID, AMOUNT_INVALID, TIMESTAMP_INVALID, DIMENSION_INVALID, CUSTOMER_NOT_FOUND, IDEMPOTENCY_KEY_REUSED, ARCHIVED, ' +
      'FEATURE_NOT_FOUND, RATE_NOT_FOUND, DIMENSION_MISSING, DIMENSION_TYPE, DIMENSION_NOT_ALLOWED (by declarations), DIMENSION_MISSING, DIMENSION_TYPE (by the formula), DIVISION_BY_ZERO, CHARGE_OUT_OF_RANGE, INSUFFICIENT_CREDITS, BALANCE_OUT_OF_RANGE. ' +
      'TRY_AGAIN: the outcome is not known; repeat it with the same idempotencyKey. Role: WRITER or above.',
  })
  async reportUsage(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => ReportUsageInput, { description: 'The event.' }) input: ReportUsageInput,
  ): Promise<ReportUsagePayload> {
    const [outcome] = await services.collector.report(context, [input]);
    if ('error' in outcome!) throw outcome.error;
    return outcome!;
  }

  @Authorized('WRITER')
  @Mutation(() => ReportUsageBatchPayload, {
    description:
      'Reports up to 1,000 events, each accepted or refused by itself as by reportUsage. Events whose outcome is not known have the error TRY_AGAIN: ' +
      'repeat them with the same keys. Refuses as a whole: BATCH_SIZE_INVALID. Role: WRITER or above.',
  })
  async reportUsageBatch(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => ReportUsageBatchInput, { description: 'The events.' }) { events }: ReportUsageBatchInput,
  ): Promise<ReportUsageBatchPayload> {
    if (events.length < 1 || events.length > MOST_BATCH_EVENTS) throw new DrawdownError('BATCH_SIZE_INVALID');
    const results = (await services.collector.report(context, events)).map(resultOf);
    const refusedCount = results.filter((result) => result.error).length;
    const duplicateCount = results.filter((result) => result.duplicate).length;
    return { results, refusedCount, duplicateCount, acceptedCount: results.length - refusedCount - duplicateCount };
  }
}

function resultOf(outcome: ReportOutcome): ReportUsageResult {
  return 'error' in outcome ? { event: null, duplicate: false, error: refusalOf(outcome.error) } : { ...outcome, error: null };
}
