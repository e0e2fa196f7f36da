import { Arg, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { DrawdownError, refusalOf } from '../domain/errors';
import { isRefused, type Outcome } from '../domain/report';
import { MOST_BATCH_EVENTS } from '../domain/usage-event';
import type { ApiContext } from './context';
import { Currency } from './currency.types';
import { EstimatedCharge, EstimateEventsInput, EstimateResult, EstimateUsageInput } from './estimate-usage.types';
import { Feature } from './feature.types';
import { Charge } from './usage-event.types';

@Resolver(() => EstimatedCharge)
export class EstimateUsageResolver {
  @Authorized('READER')
  @Query(() => [EstimateResult], {
    description:
      'Prices up to 1,000 reports as one reportUsageBatch would charge them now, in their order, and stores nothing: the charges with their draws and the balance after each, or the refusal ' +
      'each would get. What others report meanwhile is not foreseen. Refuses as a whole: BATCH_SIZE_INVALID. Role: READER or above.',
  })
  async estimateUsage(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => EstimateUsageInput, { description: 'The usage.' }) { events }: EstimateUsageInput,
  ): Promise<EstimateResult[]> {
    requireBatch(events);
    return (await services.collector.estimate(context, events)).map(resultOf);
  }

  @Authorized('READER')
  @Query(() => [EstimateResult], {
    description:
      'Prices up to 1,000 raw events as one reportEvents would charge them now, in their order, and stores nothing: the charges to every feature whose meter matches, or the refusal each ' +
      'would get. What others report meanwhile is not foreseen. Refuses as a whole: BATCH_SIZE_INVALID. Role: READER or above.',
  })
  async estimateEvents(
    @Ctx() { context, services }: ApiContext,
    @Arg('input', () => EstimateEventsInput, { description: 'The events.' }) { events }: EstimateEventsInput,
  ): Promise<EstimateResult[]> {
    requireBatch(events);
    return (await services.collector.estimateEvents(context, events)).map(resultOf);
  }

  @FieldResolver(() => Feature, { description: 'What would be used.' })
  feature(@Root() { event }: EstimatedCharge, @Ctx() { loaders }: ApiContext) {
    return loaders.featureByKey.load(event.featureKey!);
  }

  @FieldResolver(() => Currency, { description: 'The currency it would be charged in.' })
  currency(@Root() { event }: EstimatedCharge, @Ctx() { loaders }: ApiContext) {
    return loaders.currencyByKey.load(event.currencyKey);
  }

  @FieldResolver(() => Charge, { description: 'How it would be priced and paid.' })
  charge(@Root() { event }: EstimatedCharge): Charge {
    return { ...event.charge, event };
  }

  @FieldResolver(() => Boolean, { description: 'Whether it would take more than the grants have.' })
  overdraws(@Root() { event }: EstimatedCharge): boolean {
    return event.charge.draws.some(({ grantKey }) => grantKey === null);
  }
}

function requireBatch(events: readonly unknown[]): void {
  if (events.length < 1 || events.length > MOST_BATCH_EVENTS) throw new DrawdownError('BATCH_SIZE_INVALID');
}

function resultOf(outcome: Outcome): EstimateResult {
  if (isRefused(outcome)) return { charges: [], duplicate: false, error: refusalOf(outcome.error), featureId: outcome.featureId };
  const charges = outcome.events.map((event) => ({ event, value: event.value }));
  return { charges, duplicate: outcome.duplicate, error: null, featureId: null };
}
