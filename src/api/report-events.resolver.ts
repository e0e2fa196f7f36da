import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { DrawdownError, refusalOf } from '../domain/errors';
import { isRefused, type Outcome } from '../domain/report';
import { MOST_BATCH_EVENTS } from '../domain/usage-event';
import type { ApiContext } from './context';
import { ReportEventsInput, ReportEventsPayload, type ReportEventsResult } from './report-events.types';

@Resolver()
export class ReportEventsResolver {
  @Authorized('WRITER')
  @Mutation(() => ReportEventsPayload, {
    description:
      'Reports up to 1,000 raw events, each accepted or refused by itself. An accepted one is charged to every feature whose meter matches, all at once: where one charge is refused, ' +
      'so is the event. One that nothing matches is stored, too, and listed by unmatchedEvents. When it answers, all of it is committed. ' +
      'Refuses an event, in this order: ID_INVALID, INPUT_INVALID, TIMESTAMP_INVALID, DIMENSION_INVALID, CUSTOMER_NOT_FOUND, IDEMPOTENCY_KEY_REUSED, ARCHIVED; then, feature by feature in ' +
      'the order of their ids, RATE_NOT_FOUND, DIMENSION_MISSING, DIMENSION_TYPE and AMOUNT_INVALID (of the meter), DIMENSION_MISSING, DIMENSION_TYPE, DIVISION_BY_ZERO and ' +
      'CHARGE_OUT_OF_RANGE (of the rate); then, again by feature, INSUFFICIENT_CREDITS, BALANCE_OUT_OF_RANGE. TRY_AGAIN: the outcome is not known; repeat the event with the same ' +
      'idempotencyKey. Refuses as a whole: BATCH_SIZE_INVALID. Role: WRITER or above.',
  })
  async reportEvents(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => ReportEventsInput, { description: 'The events.' }) { events }: ReportEventsInput,
  ): Promise<ReportEventsPayload> {
    if (events.length < 1 || events.length > MOST_BATCH_EVENTS) throw new DrawdownError('BATCH_SIZE_INVALID');
    const results = (await services.collector.reportEvents(context, events)).map(resultOf);
    const count = (counts: (result: ReportEventsResult) => boolean) => results.filter(counts).length;
    return {
      results,
      refusedCount: count(({ error }) => error !== null),
      duplicateCount: count(({ duplicate }) => duplicate),
      unmatchedCount: count(({ duplicate, unmatchedEvent }) => !duplicate && unmatchedEvent !== null),
      acceptedCount: count(({ duplicate, events: charged }) => !duplicate && charged.length > 0),
    };
  }
}

function resultOf(outcome: Outcome): ReportEventsResult {
  if (isRefused(outcome)) return { ...NOTHING, error: refusalOf(outcome.error), featureId: outcome.featureId };
  const { events, unmatched, duplicate } = outcome;
  return { ...NOTHING, events, unmatchedEvent: unmatched, duplicate };
}

const NOTHING: ReportEventsResult = { events: [], unmatchedEvent: null, duplicate: false, error: null, featureId: null };
